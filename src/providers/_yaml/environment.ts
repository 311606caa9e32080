/**
 * Variables in any form that providers take: a map, a list of `NAME=value`, a list of maps or of
 * `{name: NAME, value: value}`, one `NAME=value`. A value that is a map itself (`{from_secret: x}`,
 * a plugin's nested setting) gives a variable for each of its texts, named with dots.
 */
import { yamlDepthMax } from '../../base/limits.ts';
import { textOf, type YamlMap, type YamlNode } from '../../base/yaml.ts';
import type { Variable } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { sliceSource } from '../_text/source-builder.ts';
import { fieldsOf, valuesIn } from './fields.ts';
import { isEmpty, itemsIn, type YamlReading } from './yaml-reading.ts';

/** The variables of a node, each name behind `prefix`. */
export function environmentIn(
  node: YamlNode,
  reading: YamlReading,
  prefix = '',
): readonly Variable[] {
  const found: Variable[] = [];
  for (const item of itemsIn(node, reading)) {
    if (item.kind === 'map') {
      const named = node === item ? [] : namedIn(item, reading);
      for (const { name, value } of named) found.push({ name: prefix + name, value });
      if (named.length === 0) addNested(item, prefix, 0, reading, found);
    } else if (!isEmpty(item)) {
      const variable = assignmentIn(reading.sourceOf(item));
      if (variable !== null) found.push({ ...variable, name: prefix + variable.name });
    }
  }
  return found;
}

/** `{name: NAME, value: value}`. */
function namedIn(item: YamlMap, reading: YamlReading): readonly Variable[] {
  const fields = fieldsOf(item, reading);
  const name = textOf(valuesIn(fields, 'name').at(-1)) ?? '';
  const values = valuesIn(fields, 'value').filter((value) => value.kind === 'scalar');
  if (name === '') return [];
  return values.map((value) => ({ name, value: reading.sourceOf(value) }));
}

/** `NAME=value`; a name alone sets nothing. */
function assignmentIn(source: SourceText): Variable | null {
  const equals = source.text.indexOf('=');
  if (equals <= 0) return null;
  const name = source.text.slice(0, equals).trim();
  return { name, value: sliceSource(source, equals + 1) };
}

function addNested(
  node: YamlNode,
  prefix: string,
  depth: number,
  reading: YamlReading,
  found: Variable[],
): void {
  if (depth >= yamlDepthMax) {
    reading.draft.giveUp(`values nest deeper than ${yamlDepthMax}; the inner ones were not read`);
    return;
  }
  for (const [key, nodes] of fieldsOf(node, reading)) {
    // A name of names: 64 keys of 1 MiB each would come to 64 MiB for each value below.
    const name = (prefix + key).slice(0, NAME_LENGTH_MAX);
    for (const item of nodes.flatMap((each) => [...itemsIn(each, reading)])) {
      if (item.kind === 'map') addNested(item, `${name}.`, depth + 1, reading, found);
      else if (!isEmpty(item)) found.push({ name, value: reading.sourceOf(item) });
    }
  }
}

const NAME_LENGTH_MAX = 512;
