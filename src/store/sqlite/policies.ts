import type { DatabaseSync } from 'node:sqlite';
import type { Value } from '../rows.ts';
import { prepareRow } from './prepare-rows.ts';

/** Keeps a text under its revision, the first time that it comes. */
export function createKeepPolicy(database: DatabaseSync): (row: readonly Value[]) => void {
  const keep = database.prepare(`
    INSERT INTO policies (revision, text, kept_at) VALUES (?, ?, ?)
    ON CONFLICT (revision) DO NOTHING`);
  return (row) => void keep.run(...row);
}

export function createPolicy(database: DatabaseSync): (revision: string) => Value {
  const text = prepareRow(database, 'SELECT text FROM policies WHERE revision = ?');
  return (revision) => text(revision)?.[0] ?? null;
}
