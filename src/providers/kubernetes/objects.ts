/** The objects of a manifest: one a document, or the items of a list. */
import { yamlDepthMax } from '../../base/limits.ts';
import type { YamlMap, YamlNode } from '../../base/yaml.ts';
import { textOf } from '../../base/yaml.ts';
import { type Fields, fieldsOf, valuesIn } from '../_yaml/fields.ts';
import { valuesAt } from '../_yaml/values-at.ts';
import { itemsIn, type YamlReading } from '../_yaml/yaml-reading.ts';

export interface KubernetesObject {
  readonly kind: string;
  /** `metadata.name`, else `generateName`, else an empty string. */
  readonly name: string;
  /** The group of its `apiVersion`, such as `tekton.dev`; empty for the core. */
  readonly group: string;
  readonly node: YamlMap;
  readonly fields: Fields;
}

/** The objects of a document's root; lists (`items`, a template's `objects`) are opened. */
export function objectsIn(node: YamlNode, reading: YamlReading, depth = 0): KubernetesObject[] {
  if (depth >= yamlDepthMax || node.kind !== 'map') return [];
  const fields = fieldsOf(node, reading);
  const kind = lastText(valuesIn(fields, 'kind'));
  const isList = kind.endsWith('List') || kind === 'Template';
  const items = isList ? valuesIn(fields, 'items', 'objects') : [];
  if (items.length === 0) return [objectOf(kind, node, fields, reading)];
  return items.flatMap((list) =>
    [...itemsIn(list, reading)].flatMap((item) => {
      if (item.kind !== 'map') reading.sayMisfit(item, 'an object');
      return objectsIn(item, reading, depth + 1);
    }),
  );
}

function objectOf(
  kind: string,
  node: YamlMap,
  fields: Fields,
  reading: YamlReading,
): KubernetesObject {
  const metadata = valuesIn(fields, 'metadata');
  const named = (key: string): string => lastText(valuesAt(metadata, [key], reading));
  const apiVersion = lastText(valuesIn(fields, 'apiVersion'));
  const slash = apiVersion.indexOf('/');
  const group = slash === -1 ? '' : apiVersion.slice(0, slash);
  return { kind, name: named('name') || named('generateName'), group, node, fields };
}

function lastText(nodes: readonly YamlNode[]): string {
  return textOf(nodes.at(-1)) ?? '';
}
