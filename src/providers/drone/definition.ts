/**
 * Reads Drone's pipelines: a YAML document each, of steps that are containers or, on a host of one's
 * own, commands. The one map `pipeline` of the versions before 1.0 is read, too.
 */
import { jobNameLengthMax } from '../../base/limits.ts';
import { textOf, type YamlNode } from '../../base/yaml.ts';
import type { Command, Dialect, DialectReader } from '../../model/job-definition.ts';
import { ContainerPipeline, forShell } from '../_container/container-pipeline.ts';
import { matrixIn } from '../_container/matrix.ts';
import { baseNameOf, isComposeName, isYamlName } from '../_text/file-name.ts';
import { addAll, DefinitionDraft, type JobDraft, jobDraft } from '../_text/job-draft.ts';
import { printable } from '../_text/printable.ts';
import { environmentIn } from '../_yaml/environment.ts';
import { type Fields, fieldsOf, valuesIn } from '../_yaml/fields.ts';
import { isForeign } from '../_yaml/foreign-file.ts';
import { readYaml, textsIn, type YamlReading } from '../_yaml/yaml-reading.ts';

const DIALECT: Dialect = 'drone';

/** Programs that print pipelines when the server runs them. */
const PROGRAMS: ReadonlyMap<string, string> = new Map([
  ['.drone.jsonnet', 'Jsonnet'],
  ['.drone.star', 'Starlark'],
  ['.drone.starlark', 'Starlark'],
]);

export const droneReader: DialectReader = {
  dialect: DIALECT,
  claims(path) {
    const name = baseNameOf(path);
    return (
      (name.startsWith('.drone.') && isYamlName(name) && !isComposeName(name)) || PROGRAMS.has(name)
    );
  },
  // The settings of a repository may name any file.
  byContent: {
    mayClaim: (path) => isYamlName(path),
    recognises: isPipeline,
  },
  read(path, text) {
    const language = PROGRAMS.get(baseNameOf(path));
    if (language !== undefined) {
      const draft = new DefinitionDraft(DIALECT, path);
      draft.sayUnknown(`a ${language} program prints the pipelines; it was not run`);
      return draft.build();
    }
    const fill = (roots: readonly YamlNode[], reading: YamlReading): void => {
      const pipeline = new ContainerPipeline(reading);
      for (const root of roots) readDocument(fieldsOf(root, reading), pipeline, reading);
    };
    return readYaml(DIALECT, path, text, fill, 'map', forShell);
  },
};

/** `kind: pipeline` and `steps`, both at the start of a line. Tekton writes `kind: Pipeline`. */
function isPipeline(text: string): boolean {
  const stands = (word: string): boolean => text.startsWith(word) || text.includes(`\n${word}`);
  return stands('kind: pipeline') && stands('steps:');
}

/** Documents that run nothing. */
const INERT_KINDS: ReadonlySet<string> = new Set(['secret', 'signature', 'cron', 'registry']);

const KEYS: ReadonlySet<string> = new Set([
  ...['clone', 'kind', 'matrix', 'pipeline', 'services', 'steps'],
]);

function readDocument(root: Fields, pipeline: ContainerPipeline, reading: YamlReading): void {
  const kind = textOf(valuesIn(root, 'kind').at(-1)) ?? 'pipeline';
  if (root.size === 0 || INERT_KINDS.has(kind)) return;
  if (isForeign(root, (key) => KEYS.has(key), 'a pipeline', reading)) return;
  if (kind === 'template') readTemplate(root, reading);
  else if (kind !== 'pipeline') {
    reading.draft.sayUnknown(`a document of the kind \`${printable(kind, 40)}\` was not read`);
  } else readPipeline(root, pipeline, reading);
}

/** A template is kept on the server; the document names it and gives it values. */
function readTemplate(root: Fields, reading: YamlReading): void {
  const job = jobDraft('');
  for (const node of valuesIn(root, 'load')) {
    addAll(job.remoteCode, textsIn(node, reading, 'the name of a template'));
  }
  for (const node of valuesIn(root, 'data')) {
    addAll(job.environment, environmentIn(node, reading, 'input.'));
  }
  reading.draft.jobs.push(job);
}

const CONTAINERS = ['clone', 'services', 'steps', 'pipeline'] as const;
/** Which machine: its platform, labels of its runner, or the server that is made for the job. */
const MACHINE_KEYS = ['platform', 'node', 'node_selector', 'labels'] as const;
const SERVER_KEYS = ['image', 'size', 'region'] as const;

function readPipeline(root: Fields, pipeline: ContainerPipeline, reading: YamlReading): void {
  const name = textOf(valuesIn(root, 'name').at(-1)) ?? '';
  const job = jobDraft(printable(name, jobNameLengthMax));
  for (const node of valuesIn(root, 'environment')) {
    addAll(job.environment, environmentIn(node, reading));
  }
  readMachine(root, job, reading);
  const containers: readonly YamlNode[] = CONTAINERS.flatMap((key) => valuesIn(root, key));
  const matrix = matrixIn(valuesIn(root, 'matrix'), reading);
  pipeline.read(containers.filter(isNoSwitch), shellOf(job.machine), matrix, job);
  reading.draft.jobs.push(job);
}

/** `clone: {disable: true, depth: 50}` says how to clone, and is no container by name. */
function isNoSwitch(node: YamlNode): boolean {
  if (node.kind !== 'map') return true;
  return node.entries.some(({ key, value }) => key.value === 'image' || value.kind !== 'scalar');
}

function readMachine(root: Fields, job: JobDraft, reading: YamlReading): void {
  const type = textOf(valuesIn(root, 'type').at(-1));
  if (type !== undefined) job.machine.push(`type=${printable(type, jobNameLengthMax)}`);
  const servers = valuesIn(root, 'server').map((node) => fieldsOf(node, reading));
  for (const node of servers.flatMap((server) =>
    SERVER_KEYS.flatMap((key) => valuesIn(server, key)),
  )) {
    for (const { text } of textsIn(node, reading, 'a server')) job.machine.push(text);
  }
  for (const node of MACHINE_KEYS.flatMap((key) => valuesIn(root, key))) {
    if (node.kind === 'scalar') {
      for (const { text } of textsIn(node, reading, 'a machine')) job.machine.push(text);
    }
    for (const { name, value } of environmentIn(node, reading)) {
      job.machine.push(`${name}=${value.text}`);
    }
  }
}

function shellOf(machine: readonly string[]): Command['shell'] {
  const isWindows = machine.some((label) => label === 'os=windows' || label.startsWith('windows/'));
  return isWindows ? 'powershell' : 'sh';
}
