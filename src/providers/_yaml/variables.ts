import type { YamlNode } from '../../base/yaml.ts';
import type { Variable } from '../../model/job-definition.ts';
import { fieldsOf } from './fields.ts';
import { textsIn, type YamlReading } from './yaml-reading.ts';

/** The entries of a map of texts, each name behind `prefix`. A text in its place is no misfit. */
export function variablesIn(
  node: YamlNode,
  reading: YamlReading,
  prefix = '',
): readonly Variable[] {
  const variables: Variable[] = [];
  for (const [name, nodes] of fieldsOf(node, reading)) {
    for (const value of nodes.flatMap((each) => textsIn(each, reading, 'a value'))) {
      variables.push({ name: prefix + name, value });
    }
  }
  return variables;
}
