import type { DatabaseSync } from 'node:sqlite';
import type { Row, Value } from '../rows.ts';

/** A prepared statement that reads one row: its columns in order, or undefined. */
export function prepareRow(
  database: DatabaseSync,
  sql: string,
): (...parameters: readonly Value[]) => Row | undefined {
  const statement = database.prepare(sql);
  statement.setReturnArrays(true);
  // The types of node:sqlite do not know `setReturnArrays`; our columns hold no blobs or bigints.
  return (...parameters) => statement.get(...parameters) as unknown as Row | undefined;
}

/** A prepared statement whose rows are read one by one, only as far as the caller walks. */
export function prepareWalk(
  database: DatabaseSync,
  sql: string,
): (...parameters: readonly Value[]) => Iterable<Row> {
  const statement = database.prepare(sql);
  statement.setReturnArrays(true);
  // As in `prepareRow`.
  return (...parameters) => statement.iterate(...parameters) as unknown as Iterable<Row>;
}

/** A prepared statement whose rows are read at once: a third faster, where all are wanted. */
export function prepareRows(
  database: DatabaseSync,
  sql: string,
): (...parameters: readonly Value[]) => readonly Row[] {
  const statement = database.prepare(sql);
  statement.setReturnArrays(true);
  // As in `prepareRow`.
  return (...parameters) => statement.all(...parameters) as unknown as readonly Row[];
}
