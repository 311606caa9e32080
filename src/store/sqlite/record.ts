/** Writing a batch: one transaction, one fsync. */
import type { DatabaseSync } from 'node:sqlite';
import {
  ACTIVITY_COLUMNS,
  DECISION_COLUMNS,
  EVENT_COLUMNS,
  type Row,
  rowsOf,
  type Value,
} from '../rows.ts';
import { createAddHour, HourSums } from './account-hours.ts';
import { createStoreEvent } from './store-event.ts';
import { transaction } from './transaction.ts';

/** Rows one behind the other. `activity` has one for each decision, in their order. */
export interface RecordInput {
  readonly events: readonly Value[];
  readonly decisions: readonly Value[];
  readonly activity: readonly Value[];
}

export function createRecord(database: DatabaseSync): (input: RecordInput) => void {
  const storeEvent = createStoreEvent(database);
  const storeDecision = createStoreDecision(database);
  const addHour = createAddHour(database);
  return ({ events, decisions, activity }) => {
    transaction(database, () => {
      for (const row of rowsOf(EVENT_COLUMNS, events)) storeEvent(row);
      const added = rowsOf(ACTIVITY_COLUMNS, activity);
      const sums = new HourSums();
      for (const [i, row] of rowsOf(DECISION_COLUMNS, decisions).entries()) {
        if (storeDecision(row)) sums.add(added[i] ?? []);
      }
      for (const sum of sums.all()) addHour(sum);
    });
  };
}

/** False when the decision is stored already. Throws when its event is not stored. */
function createStoreDecision(database: DatabaseSync): (row: Row) => boolean {
  const [, ...columns] = DECISION_COLUMNS;
  const insert = database.prepare(`
    INSERT INTO decisions (event, ${columns.join(', ')})
    VALUES ((SELECT sequence FROM events WHERE key = unhex(?)),
      ${columns.map(() => '?').join(', ')})
    ON CONFLICT (event) DO NOTHING`);
  return (row) => insert.run(...row).changes > 0;
}
