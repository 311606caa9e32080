/** Reads Render's Blueprints: a job for each service, wherever it stands. */
import type { YamlNode } from '../../base/yaml.ts';
import type { Dialect, DialectReader, Variable } from '../../model/job-definition.ts';
import { baseNameOf, isYamlName } from '../_text/file-name.ts';
import { addAll, type JobDraft } from '../_text/job-draft.ts';
import { type Fields, fieldsOf, joinFields, valuesIn } from '../_yaml/fields.ts';
import { isForeign } from '../_yaml/foreign-file.ts';
import { valuesAt } from '../_yaml/values-at.ts';
import { itemsIn, readYaml, textsIn, type YamlReading } from '../_yaml/yaml-reading.ts';
import { readService } from './service.ts';

const DIALECT: Dialect = 'render';

export const renderReader: DialectReader = {
  dialect: DIALECT,
  claims(path) {
    const name = baseNameOf(path);
    return name === 'render.yaml' || name === 'render.yml';
  },
  byContent: {
    mayClaim(path) {
      const name = baseNameOf(path).toLowerCase();
      return isYamlName(name) && (name.includes('render') || name.includes('blueprint'));
    },
    recognises: isBlueprint,
  },
  read(path, text) {
    return readYaml(DIALECT, path, text, readBlueprint);
  },
};

const SERVICE_TYPES: ReadonlySet<string> = new Set([
  ...['web', 'worker', 'cron', 'pserv', 'static', 'keyvalue', 'redis'],
]);

/** Whether there is a list of services, and in it one of a type that Render has. */
function isBlueprint(text: string): boolean {
  let hasServices = false;
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\n', start);
    const line = text.slice(start, end === -1 ? text.length : end).trim();
    if (line === 'services:') hasServices = true;
    else if (hasServices && line.length < LINE_LENGTH_MAX && namesServiceType(line)) return true;
    start = end === -1 ? text.length : end + 1;
  }
  return false;
}

const LINE_LENGTH_MAX = 100;

function namesServiceType(line: string): boolean {
  const [key, type = ''] = line.replace('- ', '').split(' ', 2);
  return key === 'type:' && SERVICE_TYPES.has(type);
}

const KEYS: ReadonlySet<string> = new Set([
  ...['databases', 'envVarGroups', 'environments', 'projects', 'services', 'ungrouped'],
]);

/** Groups of variables by their name; of several with one name all count. */
type Groups = ReadonlyMap<string, readonly (readonly Variable[])[]>;

function readBlueprint(roots: readonly YamlNode[], reading: YamlReading): void {
  const environments = valuesAt(roots, ['projects', 'environments'], reading);
  const places = [...roots, ...valuesAt(roots, ['ungrouped'], reading), ...environments]
    .flatMap((node) => [...itemsIn(node, reading)])
    .map((node) => fieldsOf(node, reading));
  if (isForeign(joinFields(places), (key) => KEYS.has(key), 'a blueprint', reading)) return;
  const groups = readGroups(places, reading);
  for (const place of places) {
    for (const service of itemsAt(place, 'services', reading)) {
      if (service.kind !== 'map') {
        reading.sayMisfit(service, 'a service');
        continue;
      }
      const fields = fieldsOf(service, reading);
      const share = (job: JobDraft): void => readVariables(fields, groups, job, reading);
      readService(fields, share, reading);
    }
  }
}

function itemsAt(place: Fields, key: string, reading: YamlReading): readonly YamlNode[] {
  return valuesIn(place, key).flatMap((node) => [...itemsIn(node, reading)]);
}

function readGroups(places: readonly Fields[], reading: YamlReading): Groups {
  const groups = new Map<string, (readonly Variable[])[]>();
  for (const place of places) {
    for (const group of itemsAt(place, 'envVarGroups', reading)) {
      const fields = fieldsOf(group, reading);
      const variables = itemsAt(fields, 'envVars', reading).flatMap((entry) =>
        variablesOf(fieldsOf(entry, reading), reading),
      );
      for (const name of textsAt(fields, 'name', reading)) {
        const known = groups.get(name);
        if (known === undefined) groups.set(name, [variables]);
        else known.push(variables);
      }
    }
  }
  return groups;
}

function textsAt(fields: Fields, key: string, reading: YamlReading): readonly string[] {
  return valuesIn(fields, key)
    .flatMap((node) => textsIn(node, reading, 'a name'))
    .map(({ text }) => text);
}

/** The variables of a service: those of its groups first, since its own win over them. */
function readVariables(fields: Fields, groups: Groups, job: JobDraft, reading: YamlReading): void {
  const entries = itemsAt(fields, 'envVars', reading).map((entry) => {
    if (entry.kind !== 'map') reading.sayMisfit(entry, 'a variable');
    return fieldsOf(entry, reading);
  });
  for (const entry of entries) {
    for (const name of textsAt(entry, 'fromGroup', reading)) {
      for (const group of groups.get(name) ?? []) {
        if (!reading.visit()) return;
        reading.draft.shareVariables(group, job);
      }
    }
  }
  for (const entry of entries) addAll(job.environment, variablesOf(entry, reading));
}

/** One that Render makes up, asks for or takes from a service has no value here. */
function variablesOf(entry: Fields, reading: YamlReading): readonly Variable[] {
  const values = valuesIn(entry, 'previewValue', 'value').flatMap((node) =>
    textsIn(node, reading, 'a value'),
  );
  const variables: Variable[] = [];
  for (const name of textsAt(entry, 'key', reading)) {
    for (const value of values) {
      // Lists of both, of 20,000 words each, would come to 400 million variables.
      if (!reading.draft.takesPart()) return variables;
      variables.push({ name, value });
    }
  }
  return variables;
}
