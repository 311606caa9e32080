import type { YamlNode } from '../../base/yaml.ts';
import { fieldsOf, valuesIn } from './fields.ts';
import { itemsIn, type YamlReading } from './yaml-reading.ts';

/** The values that a path of keys leads to. `*` is every key; lists on the way are opened. */
export function valuesAt(
  nodes: readonly YamlNode[],
  keys: readonly string[],
  reading: YamlReading,
): readonly YamlNode[] {
  let values = nodes;
  for (const key of keys) {
    const items = values.flatMap((node) =>
      node.kind === 'map' ? [node] : [...itemsIn(node, reading)],
    );
    values = items.flatMap((item) => {
      const fields = fieldsOf(item, reading);
      return key === '*' ? [...fields.values()].flat() : valuesIn(fields, key);
    });
  }
  return values;
}
