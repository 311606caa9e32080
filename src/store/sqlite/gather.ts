/** Reading for a batch: of each request its event, the decision on it, its account's counters. */
import type { DatabaseSync } from 'node:sqlite';
import type { Row, Value } from '../rows.ts';
import { sumOfDay } from './account-hours.ts';
import { prepareDecision } from './decisions.ts';
import type { EventLog } from './event-log.ts';
import { prepareRow } from './prepare-rows.ts';

const NO_DECISION: Row = [null, null, null, null];
const NO_EVENT: Row = [null, ...NO_DECISION];

/** Takes rows of `gatherRow` and gives rows of `gatheredOf`, in the same order. */
export function createGather(
  database: DatabaseSync,
  log: EventLog,
): (keys: readonly Row[]) => readonly Row[] {
  const bodyHash = prepareRow(database, 'SELECT body_hash FROM events WHERE sequence = ?');
  const decision = prepareDecision(database);

  function readEvent(key: Value): Row {
    const known = log.event(String(key));
    if (known === null) return NO_EVENT;
    const decided = known.decision === null ? undefined : decision(known.decision);
    return [...(bodyHash(known.event) ?? [null]), ...(decided ?? NO_DECISION)];
  }

  function gatherOne([key = null, provider = null, account = null, hour]: Row): Row {
    const entry = log.account(provider, account);
    if (entry === null) return [...readEvent(key), null, 0, 0, 0];
    return [...readEvent(key), entry.firstSeenAt, ...sumOfDay(entry.hours, Number(hour))];
  }

  return (keys) => log.read(() => keys.map(gatherOne));
}
