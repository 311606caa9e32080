/**
 * Scripts of the tree that a service sees under another path: with `./ci:/ci` mounted, a command
 * that names `/ci/run.sh` runs `./ci/run.sh`.
 */
import { pattern } from '../../base/regex.ts';
import type { YamlNode } from '../../base/yaml.ts';
import type { SourceText } from '../../model/source-text.ts';
import type { JobDraft } from '../_text/job-draft.ts';
import { sliceSource } from '../_text/source-builder.ts';
import { fieldsOf, valuesIn } from '../_yaml/fields.ts';
import { itemsIn, textsIn, type YamlReading } from '../_yaml/yaml-reading.ts';

export interface Bind {
  /** A path of the tree, as it stands in the file. */
  readonly source: SourceText;
  /** The path in the container, without a slash at its end. */
  readonly target: string;
}

/** Mounts of a service looked through for scripts; a real one has a handful. */
const BINDS_MAX = 32;
/** Characters of a command that are looked through for mounted scripts. */
const COMMAND_LENGTH_MAX = 4_096;
const PATH_LENGTH_MAX = 512;

const SCRIPT_ENDINGS = ['.sh', '.bash', '.py', '.pl', '.rb', '.js', '.mjs', '.ps1'] as const;

/** Mounts of paths of the tree: `./x:/y:ro`, or a map with `source` and `target`. */
export function bindsOf(nodes: readonly YamlNode[], reading: YamlReading): readonly Bind[] {
  return nodes
    .flatMap((node) => [...itemsIn(node, reading)])
    .slice(0, BINDS_MAX)
    .flatMap((item) => {
      if (item.kind !== 'map') return shortBind(reading.sourceOf(item));
      const fields = fieldsOf(item, reading);
      const text = (key: string): SourceText | undefined =>
        valuesIn(fields, key)
          .flatMap((node) => textsIn(node, reading, 'a path'))
          .at(-1);
      return bindOf(text('source'), text('target')?.text ?? '');
    });
}

function shortBind(source: SourceText): readonly Bind[] {
  const colon = source.text.indexOf(':');
  if (colon === -1) return [];
  const [target = ''] = source.text.slice(colon + 1).split(':', 1);
  return bindOf(sliceSource(source, 0, colon), target);
}

function bindOf(source: SourceText | undefined, target: string): readonly Bind[] {
  const isInTree = source?.text.startsWith('.') === true && source.text.length < PATH_LENGTH_MAX;
  const path = target.endsWith('/') ? target.slice(0, -1) : target;
  return isInTree && path.startsWith('/') && path.length > 1 ? [{ source, target: path }] : [];
}

/** Notes the scripts of mounts that the commands of a job name. */
export function addMountedScripts(
  binds: readonly Bind[],
  job: JobDraft,
  reading: YamlReading,
): void {
  if (binds.length === 0) return;
  const noted = new Set<string>();
  for (const { source: command } of job.commands) {
    for (const path of scriptPaths(command.text)) {
      if (!reading.visit()) return;
      for (const { source, target } of binds) {
        const isUnder = path === target || path.startsWith(`${target}/`);
        const inTree = source.text.replace(/\/$/, '') + path.slice(target.length);
        if (!isUnder || noted.has(inTree)) continue;
        noted.add(inTree);
        const segments = source.segments.slice(0, 3);
        if (reading.draft.takesPart()) job.filesRun.push({ ...source, text: inTree, segments });
      }
    }
  }
}

/** Paths in a text that name a script, at most `PATHS_MAX` of them. */
function scriptPaths(command: string): readonly string[] {
  const words = command.slice(0, COMMAND_LENGTH_MAX).split(DELIMITERS, WORDS_MAX);
  const isScript = (word: string): boolean =>
    word.startsWith('/') && SCRIPT_ENDINGS.some((ending) => word.endsWith(ending));
  return words.filter(isScript).slice(0, PATHS_MAX);
}

const DELIMITERS = pattern('[ \\t\\n\'"`;|&()<>$,:]');
const WORDS_MAX = 1_000;
const PATHS_MAX = 32;
