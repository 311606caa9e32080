/**
 * Storing events that want no answer: all of them, or none when one conflicts. They are synced
 * later (`sync-cells.ts`).
 */
import type { LedgerChanges } from '../../model/ledger-rows.ts';
import type { LinkChanges } from '../../model/link-rows.ts';
import type { Ingested } from '../../ports/store.ts';
import { EVENT_COLUMNS, type Row } from '../rows.ts';
import type { OpenDatabase } from './open-database.ts';
import { prepareRow } from './prepare-rows.ts';
import { type OnCommit, writeUnsynced } from './write-unsynced.ts';

const BODY_HASH = EVENT_COLUMNS.indexOf('body_hash');

export interface IngestInput {
  /** Rows of `eventRows`. */
  readonly events: readonly Row[];
  readonly ledger: LedgerChanges;
  readonly links: LinkChanges;
}

export function createIngest(
  { database, log, ledger, links }: OpenDatabase,
  onCommit: OnCommit,
): (input: IngestInput) => Ingested {
  const bodyHash = prepareRow(database, 'SELECT body_hash FROM events WHERE sequence = ?');

  function isConflict(row: Row): boolean {
    const stored = log.event(String(row[0]));
    return bodyHash(stored?.event ?? null)?.[0] !== row[BODY_HASH];
  }

  function storeAll(rows: readonly Row[]): Ingested {
    let stored = 0;
    for (const [index, row] of rows.entries()) {
      if (log.addEvent(row)) stored++;
      else if (isConflict(row)) return { kind: 'conflict', index };
    }
    return { kind: 'stored', stored, duplicates: rows.length - stored };
  }

  const write = ({ events, ledger: changes, links: linked }: IngestInput): Ingested => {
    return log.write(
      () => {
        const ingested = storeAll(events);
        if (ingested.kind === 'stored') {
          ledger.write(changes);
          links.write(linked);
        }
        return ingested;
      },
      (ingested) => ingested.kind === 'stored',
    );
  };
  return (input) => writeUnsynced(database, () => write(input), onCommit);
}
