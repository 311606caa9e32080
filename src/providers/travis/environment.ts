/**
 * `env` in all its forms. A text is one row of the matrix, a list is a row for each item, a map is
 * one row, and `global` with `jobs` (formerly `matrix`) tells what all jobs share from the rows.
 */
import type { YamlNode } from '../../base/yaml.ts';
import type { Variable } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { addAll } from '../_text/job-draft.ts';
import { type Fields, fieldsOf, valuesIn } from '../_yaml/fields.ts';
import { variablesIn } from '../_yaml/variables.ts';
import { isEmpty, itemsIn, type YamlReading } from '../_yaml/yaml-reading.ts';
import { type Assignments, assignmentsIn, runsSomething } from './assignments.ts';

export interface TravisEnvironment {
  readonly shared: readonly Variable[];
  /** What setting the shared variables runs. */
  readonly commands: readonly SourceText[];
  readonly rows: readonly Assignments[];
}

export function readEnvironment(
  nodes: readonly YamlNode[],
  reading: YamlReading,
): TravisEnvironment {
  const shared: Assignments[] = [];
  const rows: Assignments[] = [];
  for (const node of nodes) {
    const fields = fieldsOf(node, reading);
    const parts = valuesIn(fields, 'global', 'jobs', 'matrix');
    if (parts.length === 0) addAll(rows, rowsIn(node, reading));
    for (const each of valuesIn(fields, 'global')) addAll(shared, rowsIn(each, reading));
    for (const each of valuesIn(fields, 'jobs', 'matrix')) addAll(rows, rowsIn(each, reading));
  }
  return {
    shared: shared.flatMap(({ variables }) => variables),
    commands: shared.flatMap(({ commands }) => commands),
    rows,
  };
}

function rowsIn(node: YamlNode, reading: YamlReading): readonly Assignments[] {
  const rows: Assignments[] = [];
  for (const item of itemsIn(node, reading)) {
    if (item.kind === 'scalar') {
      if (!isEmpty(item)) rows.push(assignmentsIn(reading.sourceOf(item), reading));
    } else rows.push(rowOfMap(fieldsOf(item, reading), variablesIn(item, reading)));
  }
  return rows.filter(({ variables }) => variables.length > 0);
}

/** `{A: b}`; `{secure: …}` is encrypted, name and all. */
function rowOfMap(fields: Fields, variables: readonly Variable[]): Assignments {
  if (fields.size === 1 && fields.has('secure')) return { variables: [], commands: [] };
  const values = variables.map(({ value }) => value);
  return { variables, commands: values.filter(({ text }) => runsSomething(text)) };
}
