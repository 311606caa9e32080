/**
 * Reads Okteto's manifests, old and new, and its stacks. Each thing that runs is a job of its own:
 * an image that is built, `deploy`, `destroy`, a development container and each service beside it,
 * a test, a service of a stack.
 */
import { jobNameLengthMax } from '../../base/limits.ts';
import type { YamlNode } from '../../base/yaml.ts';
import type { Dialect, DialectReader } from '../../model/job-definition.ts';
import { readBuild } from '../_compose/build.ts';
import { readService } from '../_compose/service.ts';
import { baseNameOf, isYamlName } from '../_text/file-name.ts';
import { addAll, type JobDraft, jobDraft } from '../_text/job-draft.ts';
import { printable } from '../_text/printable.ts';
import { environmentIn } from '../_yaml/environment.ts';
import { type Fields, fieldsOf, joinFields, valuesIn } from '../_yaml/fields.ts';
import { isForeign } from '../_yaml/foreign-file.ts';
import { itemsIn, readYaml, textsIn, type YamlReading } from '../_yaml/yaml-reading.ts';
import { readCommands } from './commands.ts';
import { readDevelopment } from './development.ts';

const DIALECT: Dialect = 'okteto';

export const oktetoReader: DialectReader = {
  dialect: DIALECT,
  claims(path) {
    const name = baseNameOf(path);
    if (!isYamlName(name)) return name === 'okteto.json';
    if (['okteto.', 'okteto-', 'okteto_'].some((start) => name.startsWith(start))) return true;
    const folder = `/${path.slice(0, path.length - name.length)}`;
    return folder.endsWith('/.okteto/') && FOLDER_NAMES.some((each) => name.startsWith(each));
  },
  read(path, text) {
    return readYaml(DIALECT, path, text, (roots, reading) => {
      const root = joinFields(roots.map((node) => fieldsOf(node, reading)));
      const isOwn = (key: string): boolean => KEYS.has(key);
      if (!isForeign(root, isOwn, 'a manifest of Okteto', reading)) readManifest(root, reading);
    });
  },
};

/** What the files of `.okteto/` may be called; a Compose file there is read as one. */
const FOLDER_NAMES = ['pipeline.', 'pipelines.', 'stack.'] as const;

function readManifest(root: Fields, reading: YamlReading): void {
  for (const [name, node] of entriesOf(root, 'build', reading)) {
    addJob(`build.${name}`, reading, (job) => readBuild(node, job, reading));
  }
  readDependencies(root, reading);
  for (const key of ['deploy', 'destroy'] as const) {
    for (const node of valuesIn(root, key)) {
      addJob(key, reading, (job) => readCommands(node, job, reading));
    }
  }
  for (const [name, node] of entriesOf(root, 'dev', reading)) {
    if (node.kind !== 'map') reading.sayMisfit(node, 'a development container');
    else readDevelopment(`dev.${name}`, fieldsOf(node, reading), reading);
  }
  for (const [name, node] of entriesOf(root, 'test', reading)) {
    addJob(`test.${name}`, reading, (job) => readCommands(node, job, reading));
  }
  readStack(root, reading);
}

function addJob(name: string, reading: YamlReading, fill: (job: JobDraft) => void): void {
  const job = jobDraft(printable(name, jobNameLengthMax));
  fill(job);
  reading.draft.jobs.push(job);
}

type Entry = readonly [name: string, node: YamlNode];

/** The entries of a map below `key`; of a list, each item by its own `name`. */
function entriesOf(root: Fields, key: string, reading: YamlReading): readonly Entry[] {
  return valuesIn(root, key).flatMap((node): readonly Entry[] => {
    if (node.kind !== 'map') return [...itemsIn(node, reading)].map((item) => ['', item] as const);
    return [...fieldsOf(node, reading)].flatMap(([name, nodes]) =>
      nodes.map((each) => [name, each] as const),
    );
  });
}

/** Other repositories that are deployed with this one: a list of addresses, or a map. */
function readDependencies(root: Fields, reading: YamlReading): void {
  const entries = entriesOf(root, 'dependencies', reading);
  if (entries.length === 0) return;
  addJob('dependencies', reading, (job) => {
    for (const [, node] of entries) {
      const fields = fieldsOf(node, reading);
      const addresses = node.kind === 'map' ? valuesIn(fields, 'repository') : [node];
      for (const each of addresses) {
        addAll(job.remoteCode, textsIn(each, reading, 'a repository'));
      }
      for (const variables of valuesIn(fields, 'variables')) {
        addAll(job.environment, environmentIn(variables, reading));
      }
    }
  });
}

/** Keys that only a development container has, which in old manifests is the whole file. */
const DEVELOPMENT_KEYS = [
  ...['image', 'command', 'environment', 'envFiles', 'lifecycle', 'sync', 'workdir'],
] as const;

const KEYS: ReadonlySet<string> = new Set<string>([
  ...['build', 'dependencies', 'deploy', 'destroy', 'dev', 'external', 'name', 'services', 'test'],
  ...DEVELOPMENT_KEYS,
]);

/** A map of services is a stack; a list of them belongs to the one container of an old manifest. */
function readStack(root: Fields, reading: YamlReading): void {
  const services = valuesIn(root, 'services');
  for (const node of services) {
    if (node.kind !== 'map') continue;
    for (const [name, nodes] of fieldsOf(node, reading)) {
      for (const each of nodes) {
        const job = readService(name, each, reading);
        if (job !== null) reading.draft.jobs.push(job);
      }
    }
  }
  const isOld = DEVELOPMENT_KEYS.some((key) => root.has(key));
  const hasList = services.some(({ kind }) => kind === 'sequence');
  if (isOld || hasList) readOldManifest(root, reading);
}

function readOldManifest(root: Fields, reading: YamlReading): void {
  const name = valuesIn(root, 'name').flatMap((node) => textsIn(node, reading, 'a name'))[0]?.text;
  readDevelopment(name ?? '', root, reading);
}
