/** What the linker knows, written with each batch and read whole at a start, a page at a time. */
import type { DatabaseSync } from 'node:sqlite';
import {
  LINK_COLUMNS,
  LINK_TABLES,
  type LinkChanges,
  type LinkPage,
  type LinkTable,
  type LinkValue,
} from '../../model/link-rows.ts';
import { rowsOf, type Value } from '../rows.ts';
import { fromStoredText, toStoredText } from '../stored-text.ts';
import { prepareRows } from './prepare-rows.ts';

export interface LinkTables {
  /** Inside a transaction. */
  write(changes: LinkChanges): void;
  /** Rows one behind the other. */
  read(page: LinkPage): LinkValue[];
}

export function createLinkTables(database: DatabaseSync): LinkTables {
  const account = createUpsert(database, 'accounts', 1);
  const identifier = createUpsert(database, 'identifiers', 1);
  const showing = createUpsert(database, 'showings', 2);
  const unshow = database.prepare('DELETE FROM link_showings WHERE account = ? AND identifier = ?');
  const read = createRead(database);
  return {
    write: ({ accounts, identifiers, showings, unshown }) => {
      for (const row of rowsOf(LINK_COLUMNS.accounts, accounts)) account(row.map(stored));
      for (const row of rowsOf(LINK_COLUMNS.identifiers, identifiers)) identifier(row.map(stored));
      for (const row of rowsOf(LINK_COLUMNS.showings, showings)) showing(row);
      for (const row of rowsOf(['account', 'identifier'], unshown)) unshow.run(...row);
    },
    read,
  };
}

/** Columns behind the key are written over. */
function createUpsert(
  database: DatabaseSync,
  table: LinkTable,
  keys: number,
): (row: readonly Value[]) => void {
  const columns = LINK_COLUMNS[table];
  const key = columns.slice(0, keys).join(', ');
  const rest = columns.slice(keys).map((column) => `${column} = excluded.${column}`);
  const upsert = database.prepare(`
    INSERT INTO link_${table} (${columns.join(', ')})
    VALUES (${columns.map(() => '?').join(', ')})
    ON CONFLICT (${key}) DO UPDATE SET ${rest.join(', ')}`);
  return (row) => void upsert.run(...row);
}

function createRead(database: DatabaseSync): (page: LinkPage) => LinkValue[] {
  const pages = new Map(
    LINK_TABLES.map((table) => {
      const columns = LINK_COLUMNS[table].join(', ');
      const [key] = LINK_COLUMNS[table];
      const sql = `SELECT ${columns} FROM link_${table} WHERE ${key} > ? AND ${key} <= ?`;
      return [table, prepareRows(database, sql)];
    }),
  );
  return ({ table, after, upTo }) => {
    const values: LinkValue[] = [];
    for (const row of pages.get(table)?.(after, upTo) ?? []) {
      for (const value of row) values.push(table === 'showings' ? value : told(value));
    }
    return values;
  };
}

/** Names of accounts may hold any character, and so may what is named after them. */
function stored(value: Value): Value {
  return typeof value === 'string' ? toStoredText(value) : value;
}

function told(value: Value): Value {
  return typeof value === 'string' ? fromStoredText(value) : value;
}
