/**
 * Reads Buildkite's pipelines and the hooks that a repository keeps for its agents. Each step that
 * runs something is a job. What a step uploads at run time is read where it is a file of the tree.
 */
import { jobNameLengthMax, yamlDepthMax } from '../../base/limits.ts';
import { textOf, type YamlNode } from '../../base/yaml.ts';
import type {
  Dialect,
  DialectReader,
  JobDefinition,
  Variable,
} from '../../model/job-definition.ts';
import { type SourceText, verbatim } from '../../model/source-text.ts';
import { shebangOf, shellKindOf } from '../_text/command-words.ts';
import { baseNameOf, isComposeName, isYamlName } from '../_text/file-name.ts';
import { addAll, DefinitionDraft, jobDraft } from '../_text/job-draft.ts';
import { printable } from '../_text/printable.ts';
import { unescapeDollars } from '../_text/unescape-dollars.ts';
import { environmentIn } from '../_yaml/environment.ts';
import { type Fields, fieldsOf, valuesIn } from '../_yaml/fields.ts';
import { isForeign } from '../_yaml/foreign-file.ts';
import { itemsIn, readYaml, textsIn, type YamlReading } from '../_yaml/yaml-reading.ts';
import { readCommandStep, type Shared } from './command-step.ts';
import { labelsIn } from './labels.ts';

const DIALECT: Dialect = 'buildkite';
const FOLDER = '/.buildkite/';

export const buildkiteReader: DialectReader = {
  dialect: DIALECT,
  claims(path) {
    const name = baseNameOf(path);
    const isPipeline = (isYamlName(name) && !isComposeName(name)) || name.endsWith('.json');
    if (isPipeline && name.startsWith('buildkite.')) return true;
    const inFolder = `/${path}`.endsWith(FOLDER + name);
    return (inFolder && isPipeline && name.startsWith('pipeline')) || isHook(path);
  },
  // The other files of the folder may be pipelines that a step uploads.
  byContent: {
    mayClaim: (path) => isYamlName(path) && `/${path}`.includes(FOLDER),
    recognises: (text) => text.startsWith('steps:') || text.includes('\nsteps:'),
  },
  read(path, text) {
    if (isHook(path)) return readHook(path, text);
    const fill = (roots: readonly YamlNode[], reading: YamlReading): void => {
      for (const root of roots) new Pipeline(reading).read(root);
    };
    // The agent fills variables in when it uploads the file; `$$` and `\$` are for the shell.
    const change = (source: SourceText): SourceText => unescapeDollars(source, ['$', '\\']);
    return readYaml(DIALECT, path, text, fill, 'map-or-sequence', change);
  },
};

/** Scripts that an agent runs around each command, by their names. */
const HOOKS: ReadonlySet<string> = new Set([
  ...['environment', 'pre-checkout', 'checkout', 'post-checkout', 'pre-command', 'command'],
  ...['post-command', 'pre-artifact', 'post-artifact', 'pre-exit'],
]);

function isHook(path: string): boolean {
  const name = baseNameOf(path);
  return HOOKS.has(name) && `/${path}`.endsWith(`${FOLDER}hooks/${name}`);
}

function readHook(path: string, text: string): JobDefinition {
  const draft = new DefinitionDraft(DIALECT, path);
  const job = jobDraft(baseNameOf(path));
  draft.addCommand(job, verbatim(path, text), shellKindOf(shebangOf(text) ?? 'bash'));
  draft.jobs.push(job);
  return draft.build();
}

/** Keys whose value may be the step itself: `command: {label: x, command: y}`. */
const NESTED_KEYS = [
  'command',
  'commands',
  'script',
  'trigger',
  'group',
  'block',
  'input',
] as const;
/** Steps that wait for others or for a person. */
const WAITING: ReadonlySet<string> = new Set(['wait', 'waiter', 'block', 'manual', 'input']);

const KEYS: ReadonlySet<string> = new Set(['agents', 'env', 'image', 'notify', 'steps']);

class Pipeline {
  readonly #reading: YamlReading;
  #shared: Shared = { environment: [], machine: [], images: [] };

  constructor(reading: YamlReading) {
    this.#reading = reading;
  }

  read(root: YamlNode): void {
    if (root.kind === 'sequence') this.#readSteps([root], 0);
    if (root.kind !== 'map') return;
    const fields = fieldsOf(root, this.#reading);
    if (isForeign(fields, (key) => KEYS.has(key), 'a pipeline', this.#reading)) return;
    this.#shared = {
      environment: this.#variables(fields),
      machine: valuesIn(fields, 'agents').flatMap((node) => labelsIn(node, this.#reading)),
      images: valuesIn(fields, 'image').flatMap((node) => textsIn(node, this.#reading, 'an image')),
    };
    this.#readSteps(valuesIn(fields, 'steps'), 0);
  }

  #variables(fields: Fields): readonly Variable[] {
    return valuesIn(fields, 'env').flatMap((node) => environmentIn(node, this.#reading));
  }

  #readSteps(nodes: readonly YamlNode[], depth: number): void {
    const { draft } = this.#reading;
    if (nodes.length > 0 && depth >= yamlDepthMax) {
      draft.giveUp(`steps nest deeper than ${yamlDepthMax}; the inner ones were not read`);
      return;
    }
    for (const item of nodes.flatMap((node) => [...itemsIn(node, this.#reading)])) {
      if (item.kind === 'map') this.#readStep(fieldsOf(item, this.#reading), depth);
      else if (!WAITING.has(item.value)) this.#reading.sayMisfit(item, 'a step');
    }
  }

  #readStep(fields: Fields, depth: number): void {
    const nested = NESTED_KEYS.flatMap((key) => valuesIn(fields, key)).filter(
      (node) => node.kind === 'map',
    );
    this.#readSteps(nested, depth + 1);
    this.#readSteps(valuesIn(fields, 'steps'), depth + 1);
    if (RUNNING_KEYS.some((key) => valuesIn(fields, key).some((node) => node.kind !== 'map'))) {
      readCommandStep(fields, this.#shared, this.#reading);
    } else if (valuesIn(fields, 'plugins').length > 0) {
      readCommandStep(fields, this.#shared, this.#reading);
    } else if (valuesIn(fields, 'trigger').length > 0) this.#readTrigger(fields);
  }

  /** A build of another pipeline, with what it is given. */
  #readTrigger(fields: Fields): void {
    const label = textOf(valuesIn(fields, 'label', 'name', 'trigger').at(0)) ?? '';
    const job = jobDraft(printable(label, jobNameLengthMax));
    this.#reading.draft.shareVariables(this.#shared.environment, job);
    for (const node of valuesIn(fields, 'trigger')) {
      if (node.kind === 'map') continue;
      addAll(job.remoteCode, textsIn(node, this.#reading, 'the name of a pipeline'));
    }
    const builds = valuesIn(fields, 'build').map((node) => fieldsOf(node, this.#reading));
    for (const build of builds) addAll(job.environment, this.#variables(build));
    if (job.remoteCode.length > 0) this.#reading.draft.jobs.push(job);
  }
}

const RUNNING_KEYS = ['command', 'commands', 'script'] as const;
