/**
 * At a start: reads the log behind the mark and completes its indexes. That is at most one and a
 * half generations; or all of it, in steps of one generation, when the indexes were emptied.
 */
import type { DatabaseSync } from 'node:sqlite';
import { storeIndexLagMax } from '../../base/limits.ts';
import type { Row } from '../rows.ts';
import { foldNoted } from './generations.ts';
import { accountKey } from './index-tables.ts';
import type { LogIndex } from './log-index.ts';
import { prepareWalk } from './prepare-rows.ts';

export function recover(database: DatabaseSync, index: LogIndex): void {
  const { generations } = index;
  const events = prepareWalk(
    database,
    `SELECT sequence, lower(hex(key)), provider, account, received_at
     FROM events WHERE sequence > ? ORDER BY sequence LIMIT ${storeIndexLagMax}`,
  );
  inSteps(database, generations, () => noteEvents(index, events(generations.noted.event)));
  const decisions = prepareWalk(
    database,
    `SELECT decisions.sequence, event, lower(hex(key)), decisions.provider, decisions.account,
       party, hour, jobs, refused
     FROM decisions JOIN events ON events.sequence = event
     WHERE decisions.sequence > ? ORDER BY decisions.sequence LIMIT ${storeIndexLagMax}`,
  );
  inSteps(database, generations, () => noteDecisions(index, decisions(generations.noted.decision)));
}

/** Each step is written whole before the next: the memory that it takes is bounded. */
function inSteps(
  database: DatabaseSync,
  generations: LogIndex['generations'],
  step: () => number,
): void {
  while (step() > 0) foldNoted(database, generations);
}

function noteEvents(index: LogIndex, rows: Iterable<Row>): number {
  let count = 0;
  for (const [sequence, key, provider = null, account = null, receivedAt] of rows) {
    index.noteEvent(String(key), index.account(accountKey(provider, account)), {
      sequence: Number(sequence),
      receivedAt: Number(receivedAt),
    });
    count++;
  }
  return count;
}

function noteDecisions(index: LogIndex, rows: Iterable<Row>): number {
  let count = 0;
  for (const [sequence, event, key, provider = null, account = null, party, ...added] of rows) {
    const [hour, jobs, refused] = added;
    const slots = {
      event: String(key),
      account: index.account(accountKey(provider, account)),
      party: typeof party === 'string' ? index.party(party) : null,
    };
    index.noteDecision(slots, {
      sequence: Number(sequence),
      event: Number(event),
      hour: Number(hour),
      jobs: Number(jobs),
      refused: Number(refused),
    });
    count++;
  }
  return count;
}
