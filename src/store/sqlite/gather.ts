/** Reading for a batch: for each request its event, the decision on it, and the account's counters. */
import type { DatabaseSync } from 'node:sqlite';
import { GATHER_COLUMNS, type Row, rowsOf, type Value } from '../rows.ts';
import { prepareRow } from './prepare-rows.ts';

/** Takes rows of `GATHER_COLUMNS` and gives rows of `GATHERED_COLUMNS`, in the same order. */
export function createGather(database: DatabaseSync): (keys: readonly Value[]) => Value[] {
  const readEvent = prepareRow(
    database,
    `SELECT body_hash, decisions.body, answered
     FROM events LEFT JOIN decisions ON event = events.sequence
     WHERE key = unhex(?)`,
  );
  const firstSeen = prepareRow(
    database,
    'SELECT first_seen_at FROM accounts WHERE provider = ? AND account = ?',
  );
  const counters = prepareRow(
    database,
    `SELECT ifnull(sum(iif(hour = ?3, jobs, 0)), 0), ifnull(sum(jobs), 0), ifnull(sum(refused), 0)
     FROM account_hours
     WHERE provider = ?1 AND account = ?2 AND hour > ?3 - 24 AND hour <= ?3`,
  );
  const gatherOne = (key: Row): Row => {
    const [event = null, provider = null, account = null, hour = null] = key;
    const [firstSeenAt = null] = firstSeen(provider, account) ?? [];
    // Most requests of an attack come from accounts that nobody has seen: they cost two reads.
    const counts = firstSeenAt === null ? [0, 0, 0] : (counters(provider, account, hour) ?? []);
    return [...(readEvent(event) ?? [null, null, null]), firstSeenAt, ...counts];
  };
  return (keys) => rowsOf(GATHER_COLUMNS, keys).flatMap(gatherOne);
}
