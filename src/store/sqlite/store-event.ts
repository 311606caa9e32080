import type { DatabaseSync } from 'node:sqlite';
import { EVENT_COLUMNS, type Row } from '../rows.ts';

const COLUMNS = EVENT_COLUMNS.join(', ');
const PLACES = EVENT_COLUMNS.map((name) => (name === 'key' ? 'unhex(?)' : '?')).join(', ');
const PROVIDER = EVENT_COLUMNS.indexOf('provider');
const ACCOUNT = EVENT_COLUMNS.indexOf('account');
const RECEIVED_AT = EVENT_COLUMNS.indexOf('received_at');

/**
 * Stores a row of `EVENT_COLUMNS`, and when its account was first seen: the earliest time that
 * anyone tells, in any order. False when the event's `(source, id)` is stored already.
 */
export function createStoreEvent(database: DatabaseSync): (row: Row) => boolean {
  const insert = database.prepare(`
    INSERT INTO events (${COLUMNS}) VALUES (${PLACES}) ON CONFLICT (key) DO NOTHING`);
  const see = database.prepare(`
    INSERT INTO accounts (provider, account, first_seen_at) VALUES (?, ?, ?)
    ON CONFLICT (provider, account) DO UPDATE SET first_seen_at = excluded.first_seen_at
    WHERE excluded.first_seen_at < first_seen_at`);
  return (row) => {
    if (insert.run(...row).changes === 0) return false;
    see.run(row[PROVIDER] ?? null, row[ACCOUNT] ?? null, row[RECEIVED_AT] ?? null);
    return true;
  };
}
