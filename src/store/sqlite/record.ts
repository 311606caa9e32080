/** Writing a batch: one transaction, one fsync. */
import { DECISION_COLUMNS, EVENT_COLUMNS, rowsOf, type Value } from '../rows.ts';
import type { EventLog } from './event-log.ts';

/** Rows one behind the other. */
export interface RecordInput {
  readonly events: readonly Value[];
  readonly decisions: readonly Value[];
}

export function createRecord(log: EventLog): (input: RecordInput) => void {
  return ({ events, decisions }) =>
    log.write(() => {
      for (const row of rowsOf(EVENT_COLUMNS, events)) log.addEvent(row);
      for (const row of rowsOf(DECISION_COLUMNS, decisions)) log.addDecision(row);
    });
}
