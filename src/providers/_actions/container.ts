import type { YamlNode } from '../../base/yaml.ts';
import type { SourceText } from '../../model/source-text.ts';
import { containerCommand } from '../_text/container-command.ts';
import { addAll, type JobDraft } from '../_text/job-draft.ts';
import { sliceSource } from '../_text/source-builder.ts';
import { commandLineOf } from '../_yaml/command-line.ts';
import { type Fields, fieldsOf, valuesIn } from '../_yaml/fields.ts';
import { variablesIn } from '../_yaml/variables.ts';
import { textsIn, type YamlReading } from '../_yaml/yaml-reading.ts';

/** A container of a job or a service: its image, its variables and what it is told to run. */
export function readContainer(node: YamlNode, job: JobDraft, reading: YamlReading): void {
  if (node.kind !== 'map') {
    addAll(job.images, textsIn(node, reading, 'an image').map(withoutDocker));
    return;
  }
  const fields = fieldsOf(node, reading);
  const images = valuesIn(fields, 'image').flatMap((image) => textsIn(image, reading, 'an image'));
  addAll(job.images, images.map(withoutDocker));
  addContainerCommand(fields, job, reading);
  for (const env of valuesIn(fields, 'env')) addAll(job.environment, variablesIn(env, reading));
  for (const options of valuesIn(fields, 'options')) {
    const values = textsIn(options, reading, 'options');
    addAll(
      job.environment,
      values.map((value) => ({ name: 'container.options', value })),
    );
  }
}

/** An action of a container calls its words `args`, a service calls them `command`. */
export function addContainerCommand(fields: Fields, job: JobDraft, reading: YamlReading): void {
  const source = containerCommand(reading.draft.path, {
    image: job.images.at(-1) ?? null,
    entrypoint: commandLineOf(valuesIn(fields, 'entrypoint'), reading),
    command: commandLineOf(valuesIn(fields, 'command', 'args'), reading),
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
