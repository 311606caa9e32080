/** The indexes of the log as they stand in the database, entry by entry. */
import type { DatabaseSync } from 'node:sqlite';
import type { EpochMs } from '../../base/time.ts';
import type { Value } from '../rows.ts';
import type { AccountHours } from './account-hours.ts';
import { prepareRow } from './prepare-rows.ts';
import type { IndexTable } from './write-behind.ts';

export interface AccountEntry {
  /** Null when there are decisions on the account but no event. */
  readonly firstSeenAt: EpochMs | null;
  readonly lastDecision: number | null;
  readonly hours: AccountHours;
}

/** The last event and the last decision of the log at some time, 0 before the first. */
export interface Mark {
  readonly event: number;
  readonly decision: number;
}

/** Stored text has no NUL, so that a key stands for one account. */
export function accountKey(provider: Value, account: Value): string {
  return `${provider}\0${account}`;
}

export function accountTable(database: DatabaseSync): IndexTable<AccountEntry> {
  const read = prepareRow(
    database,
    `SELECT first_seen_at, last_decision, hours FROM accounts WHERE provider = ? AND account = ?`,
  );
  const write = database.prepare(`
    INSERT INTO accounts (provider, account, first_seen_at, last_decision, hours)
    VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (provider, account) DO UPDATE SET first_seen_at = excluded.first_seen_at,
      last_decision = excluded.last_decision, hours = excluded.hours`);
  return {
    read(key) {
      const row = read(...namesOf(key));
      if (row === undefined) return null;
      const [firstSeenAt, lastDecision, hours] = row;
      return {
        firstSeenAt: numberOf(firstSeenAt),
        lastDecision: numberOf(lastDecision),
        // Written below alone.
        hours: JSON.parse(String(hours)) as AccountHours,
      };
    },
    write(key, { firstSeenAt, lastDecision, hours }) {
      write.run(...namesOf(key), firstSeenAt, lastDecision, JSON.stringify(hours));
    },
  };
}

/** The last decision on a party. */
export function partyTable(database: DatabaseSync): IndexTable<number> {
  const read = prepareRow(database, 'SELECT last_decision FROM parties WHERE party = ?');
  const write = database.prepare(`
    INSERT INTO parties (party, last_decision) VALUES (?, ?)
    ON CONFLICT (party) DO UPDATE SET last_decision = excluded.last_decision`);
  return {
    read: (party) => numberOf(read(party)?.[0]),
    write: (party, sequence) => void write.run(party, sequence),
  };
}

function namesOf(key: string): readonly [provider: string, account: string] {
  const end = key.indexOf('\0');
  return [key.slice(0, end), key.slice(end + 1)];
}

function numberOf(value: Value | undefined): number | null {
  return typeof value === 'number' ? value : null;
}

export function readMark(database: DatabaseSync): Mark {
  const [event = 0, decision = 0] =
    prepareRow(database, 'SELECT event, decision FROM folded')() ?? [];
  return { event: Number(event), decision: Number(decision) };
}

export function createWriteMark(database: DatabaseSync): (mark: Mark) => void {
  const write = database.prepare(`
    INSERT INTO folded (id, event, decision) VALUES (1, ?, ?)
    ON CONFLICT (id) DO UPDATE SET event = excluded.event, decision = excluded.decision`);
  return ({ event, decision }) => void write.run(event, decision);
}
