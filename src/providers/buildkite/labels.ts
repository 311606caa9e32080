import type { YamlNode } from '../../base/yaml.ts';
import { environmentIn } from '../_yaml/environment.ts';
import { textsIn, type YamlReading } from '../_yaml/yaml-reading.ts';

/** `agents` as a map, a list of `key=value`, or a text, each as `key=value`. */
export function labelsIn(node: YamlNode, reading: YamlReading): readonly string[] {
  if (node.kind !== 'map') return textsIn(node, reading, 'a label').map(({ text }) => text);
  return environmentIn(node, reading).map(({ name, value }) => `${name}=${value.text}`);
}
