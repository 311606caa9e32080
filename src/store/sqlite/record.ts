/** Writing a batch: one transaction, which is synced later (`sync-cells.ts`). */
import type { LedgerChanges } from '../../model/ledger-rows.ts';
import type { LinkChanges } from '../../model/link-rows.ts';
import type { Row } from '../rows.ts';
import type { OpenDatabase } from './open-database.ts';
import { type OnCommit, writeUnsynced } from './write-unsynced.ts';

/** Rows of `recordRows`. */
export interface RecordInput {
  readonly events: readonly Row[];
  readonly decisions: readonly Row[];
  readonly ledger: LedgerChanges;
  readonly links: LinkChanges;
  readonly isLast: boolean;
}

export function createRecord(
  { database, log, ledger, links }: OpenDatabase,
  onCommit: OnCommit,
): (input: RecordInput) => void {
  const write = ({ events, decisions, ledger: changes, links: linked }: RecordInput): void =>
    log.write(() => {
      for (const row of events) log.addEvent(row);
      for (const row of decisions) log.addDecision(row);
      ledger.write(changes);
      links.write(linked);
    });
  return (input) => {
    if (isEmpty(input)) return;
    const { isLast } = input;
    writeUnsynced(
      database,
      () => write(input),
      () => onCommit(isLast),
    );
  };
}

/** What came again is in no row. */
function isEmpty({ events, decisions, ledger, links }: RecordInput): boolean {
  if (decisions.length + events.length > 0) return false;
  return [ledger, links].every((changes) =>
    Object.values(changes).every(({ length }) => length === 0),
  );
}
