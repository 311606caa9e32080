/**
 * The maps of a launch request, wherever they stand. SDKs, command lines and consoles write one
 * name as `userData`, `user_data`, `UserData` or `user-data`, so names are compared folded.
 */
import { yamlDepthMax } from '../../base/limits.ts';
import type { YamlNode } from '../../base/yaml.ts';
import { type Fields, fieldsOf } from '../_yaml/fields.ts';
import type { YamlReading } from '../_yaml/yaml-reading.ts';

export interface FoundMap {
  /** The key that it stands under, or an empty string. */
  readonly key: string;
  /** Its values by folded names. */
  readonly fields: Fields;
}

interface Open {
  readonly key: string;
  readonly node: YamlNode;
  readonly depth: number;
}

/** Each map, an outer one before those in it, in the order of the file. */
export function* mapsIn(
  roots: readonly YamlNode[],
  reading: YamlReading,
): Generator<FoundMap, void, undefined> {
  const open: Open[] = roots.map((node) => ({ key: '', node, depth: 0 })).reverse();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { key, node, depth } = next;
    if (!reading.visit()) return;
    if (depth > yamlDepthMax) {
      reading.draft.giveUp(`maps nest deeper than ${yamlDepthMax}; the inner ones were not read`);
    } else if (node.kind === 'sequence') {
      for (const item of [...node.items].reverse())
        open.push({ key, node: item, depth: depth + 1 });
    } else if (node.kind === 'map') {
      const fields = fieldsOf(node, reading);
      yield { key, fields: folded(fields) };
      for (const [name, nodes] of [...fields].reverse()) {
        for (const each of nodes)
          if (each.kind !== 'scalar') open.push({ key: name, node: each, depth: depth + 1 });
      }
    }
  }
}

/** The values of a map by folded names. */
export function foldedFieldsOf(node: YamlNode, reading: YamlReading): Fields {
  return folded(fieldsOf(node, reading));
}

function folded(fields: Fields): Fields {
  const result = new Map<string, readonly YamlNode[]>();
  for (const [name, nodes] of fields) {
    const key = name
      .slice(0, NAME_LENGTH_MAX)
      .replaceAll('-', '')
      .replaceAll('_', '')
      .toLowerCase();
    result.set(key, [...(result.get(key) ?? []), ...nodes]);
  }
  return result;
}

const NAME_LENGTH_MAX = 256;
