/**
 * A map as a definition's reader sees it: its keys with their values, merge keys (`<<`) taken in.
 *
 * A key has several values where readers disagree on which one counts, and then all are read: when
 * it stands twice, and when `<<` brings it in behind it (YAML 1.1 keeps the one of the map, Ruby's
 * Psych, which GitLab reads with, keeps the merged one).
 */
import { yamlDepthMax } from '../../base/limits.ts';
import type { YamlEntry, YamlNode } from '../../base/yaml.ts';
import type { YamlReading } from './yaml-reading.ts';

export type Fields = ReadonlyMap<string, readonly YamlNode[]>;

export const NO_FIELDS: Fields = new Map();

const MERGE_KEY = '<<';

/** The fields of a node; none when it is not a map. */
export function fieldsOf(node: YamlNode | undefined, reading: YamlReading, depth = 0): Fields {
  if (node?.kind !== 'map') return NO_FIELDS;
  const fields = new Map<string, YamlNode[]>();
  /** Keys that so far came by merging only: the map's own value replaces theirs. */
  const merged = new Set<string>();
  for (const entry of node.entries) {
    if (!reading.visit()) break;
    if (entry.key.value === MERGE_KEY) {
      mergeInto(fields, merged, mergedFields(entry, reading, depth));
    } else if (merged.delete(entry.key.value)) {
      fields.set(entry.key.value, [entry.value]);
    } else push(fields, entry.key.value, [entry.value]);
  }
  return fields;
}

/** The values of the keys, in the order of the keys. */
export function valuesIn(
  fields: Fields,
  key: string,
  ...more: readonly string[]
): readonly YamlNode[] {
  const values = fields.get(key) ?? NO_VALUES;
  if (more.length === 0) return values;
  return [...values, ...more.flatMap((each) => fields.get(each) ?? NO_VALUES)];
}

const NO_VALUES: readonly YamlNode[] = [];

/** The fields of several maps together; a key of two maps has the values of both. */
export function joinFields(all: readonly Fields[]): Fields {
  const [only] = all;
  if (only !== undefined && all.length === 1) return only;
  const joined = new Map<string, YamlNode[]>();
  for (const fields of all) for (const [key, values] of fields) push(joined, key, values);
  return joined;
}

/** What `<<: *a` and `<<: [*a, *b]` bring in; of two maps in one list the first one counts. */
function mergedFields(entry: YamlEntry, reading: YamlReading, depth: number): Fields {
  // An alias inside its own anchor has no bottom; the file itself nests at most this deep.
  if (depth >= yamlDepthMax) {
    reading.draft.giveUp(
      `merge keys nest deeper than ${yamlDepthMax}; the inner ones were not read`,
    );
    return NO_FIELDS;
  }
  if (entry.value.kind !== 'sequence') {
    reading.merged.add(entry.value);
    return fieldsOf(entry.value, reading, depth + 1);
  }
  const result = new Map<string, readonly YamlNode[]>();
  for (const item of entry.value.items) {
    reading.merged.add(item);
    for (const [key, values] of fieldsOf(item, reading, depth + 1)) {
      if (!reading.visit()) return result;
      if (!result.has(key)) result.set(key, values);
    }
  }
  return result;
}

function mergeInto(fields: Map<string, YamlNode[]>, merged: Set<string>, from: Fields): void {
  for (const [key, values] of from) {
    if (!fields.has(key)) merged.add(key);
    push(fields, key, values);
  }
}

function push(fields: Map<string, YamlNode[]>, key: string, values: readonly YamlNode[]): void {
  const known = fields.get(key);
  if (known === undefined) fields.set(key, [...values]);
  else for (const value of values) known.push(value);
}
