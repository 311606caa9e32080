import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { assert } from '../../base/assert.ts';
import type { Row, Value } from '../rows.ts';

/** A prepared statement that reads one row: its columns in order, or undefined. */
export function prepareRow(
  database: DatabaseSync,
  sql: string,
): (...parameters: readonly Value[]) => Row | undefined {
  const statement = prepareArrays(database, sql);
  return (...parameters) => statement.get(...parameters) as unknown as Row | undefined;
}

/** A prepared statement that reads the bytes in the one column of the one row that is there. */
export function prepareBytes(
  database: DatabaseSync,
  sql: string,
): (...parameters: readonly Value[]) => Uint8Array {
  const statement = prepareArrays(database, sql);
  return (...parameters) => {
    const [bytes] = (statement.get(...parameters) ?? []) as unknown as readonly unknown[];
    assert(bytes instanceof Uint8Array, 'a row that was named is there');
    return bytes;
  };
}

/** A prepared statement whose rows are read one by one, only as far as the caller walks. */
export function prepareWalk(
  database: DatabaseSync,
  sql: string,
): (...parameters: readonly Value[]) => Iterable<Row> {
  const statement = prepareArrays(database, sql);
  return (...parameters) => statement.iterate(...parameters) as unknown as Iterable<Row>;
}

/** A prepared statement whose rows are read at once: a third faster, where all are wanted. */
export function prepareRows(
  database: DatabaseSync,
  sql: string,
): (...parameters: readonly Value[]) => readonly Row[] {
  const statement = prepareArrays(database, sql);
  return (...parameters) => statement.all(...parameters) as unknown as readonly Row[];
}

/** Its rows are arrays, which the types of node:sqlite do not know of. None holds a bigint. */
function prepareArrays(database: DatabaseSync, sql: string): StatementSync {
  const statement = database.prepare(sql);
  statement.setReturnArrays(true);
  return statement;
}
