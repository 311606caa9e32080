import type { DatabaseSync } from 'node:sqlite';
import { API_KEY_COLUMNS, type Row, type Value } from '../rows.ts';
import { prepareWalk } from './prepare-rows.ts';

const COLUMNS = API_KEY_COLUMNS.join(', ');

/** Rows of `API_KEY_COLUMNS`, oldest first. */
export function createApiKeys(database: DatabaseSync): () => readonly Row[] {
  const keys = prepareWalk(database, `SELECT ${COLUMNS} FROM api_keys ORDER BY created_at, id`);
  return () => [...keys()];
}

export function createAddApiKey(database: DatabaseSync): (row: readonly Value[]) => void {
  const places = API_KEY_COLUMNS.map(() => '?').join(', ');
  const add = database.prepare(`INSERT INTO api_keys (${COLUMNS}) VALUES (${places})`);
  return (row) => void add.run(...row);
}

/** Whether there was such a key. */
export function createRemoveApiKey(database: DatabaseSync): (id: string) => boolean {
  const remove = database.prepare('DELETE FROM api_keys WHERE id = ?');
  return (id) => remove.run(id).changes > 0;
}
