/**
 * Reads the manifests of builds.sr.ht. One machine runs the tasks one after another, each as a
 * login session of its own that finds the files of those before it: one job, a command a task.
 */
import type { YamlMap, YamlNode } from '../../base/yaml.ts';
import type { Dialect, DialectReader } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { baseNameOf, isYamlName } from '../_text/file-name.ts';
import { addAll, type JobDraft, jobDraft } from '../_text/job-draft.ts';
import { type Fields, fieldsOf, joinFields, valuesIn } from '../_yaml/fields.ts';
import { isForeign } from '../_yaml/foreign-file.ts';
import { scriptIn } from '../_yaml/script.ts';
import { variablesIn } from '../_yaml/variables.ts';
import { itemsIn, readYaml, textsIn, type YamlReading } from '../_yaml/yaml-reading.ts';

const DIALECT: Dialect = 'sourcehut';

export const sourcehutReader: DialectReader = {
  dialect: DIALECT,
  claims(path) {
    const name = baseNameOf(path);
    if (name === '.build.yml' || name === '.build.yaml') return true;
    const folder = `/${path.slice(0, path.length - name.length)}`;
    return isYamlName(name) && folder.endsWith('/.builds/');
  },
  read(path, text) {
    return readYaml(DIALECT, path, text, (roots, reading) => {
      const root = joinFields(roots.map((node) => fieldsOf(node, reading)));
      if (isForeign(root, (key) => KEYS.has(key), 'a manifest of builds', reading)) return;
      if (root.size > 0) readManifest(root, reading);
    });
  },
};

const KEYS: ReadonlySet<string> = new Set([
  ...['arch', 'artifacts', 'environment', 'image', 'oauth', 'packages', 'repositories', 'secrets'],
  ...['shell', 'sources', 'submitter', 'tasks', 'triggers'],
]);

function readManifest(root: Fields, reading: YamlReading): void {
  const job = jobDraft('');
  const texts = (key: string, place: string): readonly SourceText[] =>
    valuesIn(root, key).flatMap((node) => textsIn(node, reading, place));
  addAll(job.images, texts('image', 'an image'));
  for (const arch of texts('arch', 'an architecture')) job.machine.push(arch.text);
  addAll(job.remoteCode, texts('sources', 'a source'));
  readRepositories(root, job, reading);
  for (const value of texts('packages', 'a package')) {
    job.environment.push({ name: `packages.${value.text}`, value });
  }
  // The machine stays up after its tasks for whoever logs in: that is worth a word.
  for (const value of texts('shell', 'yes or no')) {
    job.environment.push({ name: 'manifest.shell', value });
  }
  for (const node of valuesIn(root, 'environment')) {
    if (node.kind !== 'map') reading.sayMisfit(node, 'the map of variables');
    addAll(job.environment, variablesIn(node, reading));
  }
  for (const node of valuesIn(root, 'tasks')) readTasks(node, job, reading);
  reading.draft.jobs.push(job);
}

/** Where packages come from besides the image's own repositories. */
function readRepositories(root: Fields, job: JobDraft, reading: YamlReading): void {
  for (const node of valuesIn(root, 'repositories')) {
    const nodes = node.kind === 'map' ? [...fieldsOf(node, reading).values()].flat() : [node];
    for (const each of nodes) addAll(job.remoteCode, textsIn(each, reading, 'a repository'));
  }
}

/** A list of maps with one key each. What has more keys, or stands alone, is read all the same. */
function readTasks(node: YamlNode, job: JobDraft, reading: YamlReading): void {
  for (const item of itemsIn(node, reading)) {
    const scripts = item.kind === 'map' ? scriptsOf(item, reading) : [item];
    for (const script of scripts) addScript(script, job, reading);
  }
}

function scriptsOf(task: YamlMap, reading: YamlReading): readonly YamlNode[] {
  return [...fieldsOf(task, reading).values()].flat();
}

function addScript(node: YamlNode, job: JobDraft, reading: YamlReading): void {
  const source = scriptIn([node], reading);
  if (source !== null) reading.draft.addCommand(job, source, 'sh');
}
