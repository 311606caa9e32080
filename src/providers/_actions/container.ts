import type { YamlNode } from '../../base/yaml.ts';
import type { Variable } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { containerCommand } from '../_text/container-command.ts';
import { addAll, type JobDraft } from '../_text/job-draft.ts';
import { sliceSource } from '../_text/source-builder.ts';
import { commandLineOf } from '../_yaml/command-line.ts';
import { type Fields, fieldsOf, valuesIn } from '../_yaml/fields.ts';
import { textsIn, type YamlReading } from '../_yaml/yaml-reading.ts';
import { environmentOf } from './environment.ts';

/** A container of a job or a service: its image, its variables and what it is told to run. */
export function readContainer(node: YamlNode, job: JobDraft, reading: YamlReading): void {
  if (node.kind !== 'map') {
    addImages(textsIn(node, reading, 'an image'), job, reading);
    return;
  }
  const fields = fieldsOf(node, reading);
  const images = valuesIn(fields, 'image').flatMap((image) => textsIn(image, reading, 'an image'));
  addImages(images, job, reading);
  addContainerCommand(fields, job, reading);
  for (const env of valuesIn(fields, 'env')) {
    addAll(job.environment, environmentOf(env, job.environment, reading));
  }
  for (const options of valuesIn(fields, 'options')) {
    const values = textsIn(options, reading, 'options');
    addAll(
      job.environment,
      values.map((value) => ({ name: 'container.options', value })),
    );
  }
}

/** An image that is an expression alone (`${{ matrix.image }}`) is each value it may have. */
function addImages(images: readonly SourceText[], job: JobDraft, reading: YamlReading): void {
  for (const image of images.map(withoutDocker)) {
    const values = valuesOfExpression(image.text, job.environment, reading);
    for (const value of values.length > 0 ? values : [image]) {
      if (reading.draft.takesPart()) job.images.push(value);
    }
  }
}

/** What `${{ matrix.x }}`, `${{ inputs.x }}` or `${{ env.X }}` may come to. */
function valuesOfExpression(
  text: string,
  environment: readonly Variable[],
  reading: YamlReading,
): readonly SourceText[] {
  if (!text.startsWith('${{') || !text.endsWith('}}')) return [];
  const inner = text.slice('${{'.length, -'}}'.length).trim();
  const name = inner.startsWith('env.') ? inner.slice('env.'.length) : inner;
  // Many images times many variables: each look costs a visit.
  return environment
    .filter((variable) => reading.visit() && variable.name === name)
    .map(({ value }) => value);
}

/** The words are `args` of an action, `command` of GitHub's services and `cmd` of Forgejo's. */
export function addContainerCommand(fields: Fields, job: JobDraft, reading: YamlReading): void {
  const source = containerCommand(reading.draft.path, {
    image: job.images.at(-1) ?? null,
    entrypoint: commandLineOf(valuesIn(fields, 'entrypoint'), reading),
    command: commandLineOf(valuesIn(fields, 'command', 'cmd', 'args'), reading),
  });
  if (source !== null) reading.draft.addCommand(job, source, 'sh');
}

const DOCKER = 'docker://';

/** Whether a `uses` or an `image` names an image and no action or file. */
export function namesImage(source: SourceText): boolean {
  return source.text.startsWith(DOCKER);
}

/** The image that `docker://image` names. */
export function withoutDocker(source: SourceText): SourceText {
  return namesImage(source) ? sliceSource(source, DOCKER.length) : source;
}
