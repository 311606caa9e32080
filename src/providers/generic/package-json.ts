/**
 * Reads `package.json`: each script is a job of its name, which needs the one named `pre` in front
 * of it. What installing alone brings in (dependencies that are no versions) and what all scripts
 * see stands in a job without a name.
 */
import { jobNameLengthMax } from '../../base/limits.ts';
import { textOf, type YamlNode } from '../../base/yaml.ts';
import type { Dialect, DialectReader, Variable } from '../../model/job-definition.ts';
import { readJson } from '../_json/json-reading.ts';
import { baseNameOf } from '../_text/file-name.ts';
import { addAll, type JobDraft, jobDraft } from '../_text/job-draft.ts';
import { printable } from '../_text/printable.ts';
import { type Fields, fieldsOf, valuesIn } from '../_yaml/fields.ts';
import { isForeign } from '../_yaml/foreign-file.ts';
import { variablesIn } from '../_yaml/variables.ts';
import { textsIn, type YamlReading } from '../_yaml/yaml-reading.ts';

const DIALECT: Dialect = 'package-json';

export const packageJsonReader: DialectReader = {
  dialect: DIALECT,
  claims(path) {
    return baseNameOf(path) === 'package.json';
  },
  read(path, text) {
    return readJson(DIALECT, path, text, (root, reading) => {
      const fields = fieldsOf(root, reading);
      if (isForeign(fields, (key) => KEYS.has(key), 'a package', reading)) return;
      const environment = packageVariables(fields, reading);
      addDependencies(fields, environment, reading);
      for (const scripts of valuesIn(fields, 'scripts')) {
        if (scripts.kind !== 'map') reading.sayMisfit(scripts, 'the map of scripts');
        const names = fieldsOf(scripts, reading);
        for (const [name, nodes] of names) addScript(name, nodes, names, environment, reading);
      }
    });
  },
};

/** What npm tells a script of the package: `npm_package_config_<key>` and a few fields. */
function packageVariables(fields: Fields, reading: YamlReading): readonly Variable[] {
  const told = ['name', 'version', 'main', 'description'].flatMap((key) =>
    valuesIn(fields, key)
      .flatMap((node) => textsIn(node, reading, `\`${key}\``))
      .map((value) => ({ name: `npm_package_${key}`, value })),
  );
  const config = valuesIn(fields, 'config').flatMap((node) => configVariables(node, reading));
  return [...told, ...config];
}

/** Objects inside become names with `_` between them; other tools keep theirs here as well. */
function configVariables(
  node: YamlNode,
  reading: YamlReading,
  prefix = 'npm_package_config_',
): readonly Variable[] {
  const variables: Variable[] = [];
  for (const [name, nodes] of fieldsOf(node, reading)) {
    for (const value of nodes) {
      if (value.kind === 'map') {
        addAll(variables, configVariables(value, reading, `${prefix}${name}_`));
      } else {
        for (const text of textsIn(value, reading, 'a value')) {
          variables.push({ name: prefix + name, value: text });
        }
      }
    }
  }
  return variables;
}

function addScript(
  name: string,
  nodes: readonly YamlNode[],
  scripts: Fields,
  environment: readonly Variable[],
  reading: YamlReading,
): void {
  const job = jobDraft(printable(name, jobNameLengthMax));
  if (scripts.has(`pre${name}`)) job.needs = [`pre${name}`];
  reading.draft.shareVariables(environment, job);
  for (const source of nodes.flatMap((node) => textsIn(node, reading, 'a script'))) {
    reading.draft.addCommand(job, source, 'sh');
  }
  if (job.commands.length > 0) reading.draft.jobs.push(job);
}

const DEPENDENCY_KEYS = [
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
] as const;

/** Keys of which at least one stands in a package of any kind. */
const KEYS: ReadonlySet<string> = new Set<string>([
  ...DEPENDENCY_KEYS,
  ...[
    'author',
    'bin',
    'browser',
    'bundledDependencies',
    'config',
    'description',
    'devEngines',
    'funding',
  ],
  ...['engines', 'exports', 'files', 'imports', 'license', 'main', 'module', 'name', 'overrides'],
  ...['packageManager', 'private', 'repository', 'resolutions', 'scripts', 'sideEffects', 'type'],
  ...['types', 'typings', 'version', 'workspaces'],
]);

/** Installing runs the scripts of what comes from an address; a version comes from the registry. */
function addDependencies(
  fields: Fields,
  environment: readonly Variable[],
  reading: YamlReading,
): void {
  const job = jobDraft('');
  for (const node of valuesIn(fields, ...DEPENDENCY_KEYS)) {
    for (const { value } of variablesIn(node, reading)) {
      if (isAddress(value.text)) job.remoteCode.push(value);
    }
  }
  for (const node of valuesIn(fields, 'overrides', 'resolutions')) addOverrides(node, job, reading);
  if (job.remoteCode.length === 0) return;
  reading.draft.shareVariables(environment, job);
  reading.draft.jobs.push(job);
}

/** Overrides nest as deep as the file does, which is bounded. */
function addOverrides(node: YamlNode, job: JobDraft, reading: YamlReading): void {
  for (const nodes of fieldsOf(node, reading).values()) {
    for (const value of nodes) {
      if (value.kind === 'map') addOverrides(value, job, reading);
      else if (isAddress(textOf(value) ?? '')) {
        addAll(job.remoteCode, textsIn(value, reading, 'a dependency'));
      }
    }
  }
}

/** `git+https://…`, `https://….tgz`, `github:a/b`, `a/b#c`; but not `npm:x@1`, `file:../x`. */
function isAddress(text: string): boolean {
  if (LOCAL_STARTS.some((start) => text.startsWith(start))) return false;
  if (REMOTE_STARTS.some((start) => text.startsWith(start))) return true;
  return text.includes('/') && !text.includes(' ');
}

const LOCAL_STARTS = ['npm:', 'file:', 'link:', 'portal:', 'workspace:', 'patch:', 'catalog:', '.'];
const REMOTE_STARTS = ['git', 'http:', 'https:', 'ssh:', 'bitbucket:', 'jsr:', 'gist:'];
