/** What an image is built from: a context, and in it a Dockerfile. */

import type { YamlNode } from '../../base/yaml.ts';
import type { SourceText } from '../../model/source-text.ts';
import { filesRunAs } from '../_text/file-run.ts';
import { addAll, type JobDraft } from '../_text/job-draft.ts';
import { SourceBuilder } from '../_text/source-builder.ts';
import { environmentIn } from '../_yaml/environment.ts';
import { fieldsOf, valuesIn } from '../_yaml/fields.ts';
import { itemsIn, textsIn, type YamlReading } from '../_yaml/yaml-reading.ts';

/** Takes a Dockerfile that stands in the definition itself. */
export type InlineReader = (dockerfile: YamlNode) => void;

/** Reads `build`: the path of a context, or a map. Its arguments are variables of the build. */
export function readBuild(
  node: YamlNode,
  job: JobDraft,
  reading: YamlReading,
  readInline?: InlineReader,
): void {
  for (const item of itemsIn(node, reading)) {
    if (item.kind === 'map') readBuildMap(item, job, reading, readInline);
    else addBuildFile(reading.sourceOf(item), null, job);
  }
}

function readBuildMap(
  node: YamlNode,
  job: JobDraft,
  reading: YamlReading,
  readInline: InlineReader = (inline) => reading.sayMisfit(inline, 'the path of a Dockerfile'),
): void {
  const fields = fieldsOf(node, reading);
  const text = (key: string, ...more: readonly string[]): SourceText | null =>
    valuesIn(fields, key, ...more)
      .flatMap((each) => textsIn(each, reading, 'a path'))
      .at(-1) ?? null;
  const inline = valuesIn(fields, 'dockerfile_inline');
  for (const each of inline) readInline(each);
  const context = text('context', 'path');
  const dockerfile = text('dockerfile', 'dockerfile_path');
  if (inline.length === 0 || context !== null || dockerfile !== null) {
    addBuildFile(context, dockerfile, job);
  }
  for (const each of valuesIn(fields, 'args')) {
    addAll(job.environment, environmentIn(each, reading));
  }
}

/** Notes the Dockerfile, or the context where it lies elsewhere. */
function addBuildFile(
  context: SourceText | null,
  dockerfile: SourceText | null,
  job: JobDraft,
): void {
  if (context !== null && isRemote(context.text)) job.remoteCode.push(context);
  else {
    const file = buildFile(context, dockerfile);
    if (file !== null) addAll(job.filesRun, filesRunAs([file], 'dockerfile'));
  }
}

const HERE: ReadonlySet<string> = new Set(['', '.', './']);

/** The path of the Dockerfile, which is named from its context. */
function buildFile(context: SourceText | null, dockerfile: SourceText | null): SourceText | null {
  const isHere = context === null || HERE.has(context.text);
  if (dockerfile !== null && (isHere || dockerfile.text.startsWith('/'))) return dockerfile;
  if (context === null) return null;
  const path = new SourceBuilder(context.path);
  if (isHere) path.mark(context.segments[1] ?? 1, context.segments[2] ?? 1);
  else path.append(context);
  if (!isHere && !context.text.endsWith('/')) path.add('/');
  if (dockerfile === null) path.add('Dockerfile');
  else path.append(dockerfile);
  return path.build();
}

function isRemote(context: string): boolean {
  return context.includes('://') || context.startsWith('git@') || context.startsWith('github.com/');
}
