/** Writing a batch: one transaction. Its sync is left to `WalSync`, which is told. */
import type { DatabaseSync } from 'node:sqlite';
import { DECISION_COLUMNS, EVENT_COLUMNS, rowsOf, type Value } from '../rows.ts';
import type { EventLog } from './event-log.ts';
import type { WalSync } from './wal-sync.ts';

/** Rows one behind the other. */
export interface RecordInput {
  readonly events: readonly Value[];
  readonly decisions: readonly Value[];
}

export function createRecord(
  database: DatabaseSync,
  log: EventLog,
  sync: WalSync,
): (input: RecordInput) => void {
  const write = ({ events, decisions }: RecordInput): void =>
    log.write(() => {
      for (const row of rowsOf(EVENT_COLUMNS, events)) log.addEvent(row);
      for (const row of rowsOf(DECISION_COLUMNS, decisions)) log.addDecision(row);
    });
  return (input) => {
    if (input.decisions.length === 0 && input.events.length === 0) return;
    // NORMAL syncs for a checkpoint, but not for a commit.
    database.exec('PRAGMA synchronous = NORMAL');
    try {
      write(input);
    } finally {
      database.exec('PRAGMA synchronous = FULL');
    }
    sync.written();
  };
}
