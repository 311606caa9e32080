/** Storing events that want no answer: all of them, or none when one conflicts. */
import type { DatabaseSync } from 'node:sqlite';
import type { Ingested } from '../../ports/store.ts';
import { EVENT_COLUMNS, type Row, rowsOf, type Value } from '../rows.ts';
import { createStoreEvent } from './store-event.ts';
import { transaction } from './transaction.ts';

const BODY_HASH = EVENT_COLUMNS.indexOf('body_hash');

export function createIngest(database: DatabaseSync): (events: readonly Value[]) => Ingested {
  const storeEvent = createStoreEvent(database);
  const bodyHash = database.prepare('SELECT body_hash FROM events WHERE key = unhex(?)');

  function storeAll(rows: readonly Row[]): Ingested {
    let stored = 0;
    for (const [index, row] of rows.entries()) {
      const [key = null] = row;
      if (storeEvent(row)) stored++;
      else if (bodyHash.get(key)?.['body_hash'] !== row[BODY_HASH]) {
        return { kind: 'conflict', index };
      }
    }
    return { kind: 'stored', stored, duplicates: rows.length - stored };
  }

  return (events) => {
    const rows = rowsOf(EVENT_COLUMNS, events);
    return transaction(
      database,
      () => storeAll(rows),
      (ingested) => ingested.kind === 'stored',
    );
  };
}
