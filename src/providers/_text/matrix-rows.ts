import { fanOutMax, matrixRowsMax } from '../../base/limits.ts';
import type { Variable } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import type { DefinitionDraft } from './job-draft.ts';

/** A dimension of a matrix: a name and the values that it takes. */
export interface Axis {
  readonly name: string;
  readonly values: readonly SourceText[];
}

export type Row = readonly Variable[];

/** A matrix as it is read: rows to read one after another, and how many copies it starts. */
export interface Matrix {
  /** At least one. */
  readonly rows: readonly Row[];
  readonly copies: number;
}

/** How many combinations the axes make. At least 1, at most `fanOutMax`. */
export function combinations(axes: readonly Axis[]): number {
  const product = axes.reduce((count, { values }) => count * Math.max(1, values.length), 1);
  return Math.min(product, fanOutMax);
}

/**
 * The combinations of a matrix. Too many of them are told apart no more: then each value stands in
 * one row at least, the first of each axis in the first row, the second in the second, and so on.
 */
export function matrixRows(axes: readonly Axis[], draft: DefinitionDraft): readonly Row[] {
  const filled = axes.filter(({ values }) => values.length > 0);
  if (filled.length === 0) return [[]];
  const count = combinations(filled);
  if (count <= matrixRowsMax) return Array.from({ length: count }, (_, i) => rowAt(filled, i));
  const longest = filled.reduce((most, { values }) => Math.max(most, values.length), 0);
  if (longest > matrixRowsMax) {
    draft.giveUp(
      `a matrix has more than ${matrixRowsMax} values of one name; the rest was not read`,
    );
  }
  const length = Math.min(longest, matrixRowsMax);
  return Array.from({ length }, (_, i) => filled.flatMap((axis) => variableAt(axis, i)));
}

/** Row `index` counts as a number whose digits choose one value of each axis. */
function rowAt(axes: readonly Axis[], index: number): Row {
  let rest = index;
  return axes.flatMap((axis) => {
    const digit = rest;
    rest = Math.floor(rest / axis.values.length);
    return variableAt(axis, digit);
  });
}

function variableAt({ name, values }: Axis, index: number): Row {
  const value = values[index % values.length];
  return value === undefined ? [] : [{ name, value }];
}
