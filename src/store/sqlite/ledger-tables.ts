/**
 * The ledger as it stands in the database. Reads are by key; a batch is written in the transaction
 * that records it. One process has the database open and its core writes in turns, so books of
 * another version than the one that was read are a bug, not a conflict.
 */
import type { DatabaseSync } from 'node:sqlite';
import { assert } from '../../base/assert.ts';
import type { EpochMs } from '../../base/time.ts';
import type {
  LedgerChanges,
  LedgerKeys,
  LedgerRows,
  Reservation,
  Transfer,
} from '../../model/ledger-rows.ts';
import {
  BOOKS_COLUMNS,
  booksOf,
  booksRow,
  type HolderBooks,
  RECEIPT_COLUMNS,
  RESERVATION_COLUMNS,
  receiptOf,
  receiptRow,
  reservationOf,
  reservationRow,
  TRANSFER_COLUMNS,
  transferOf,
  transferRow,
} from '../ledger-rows.ts';
import type { Row, Value } from '../rows.ts';
import { toStoredText } from '../stored-text.ts';
import { prepareRow, prepareWalk } from './prepare-rows.ts';

export interface LedgerTables {
  read(keys: LedgerKeys): LedgerRows;
  /** Inside a transaction. */
  write(changes: LedgerChanges): void;
  /** Pending reservations that have expired, those first that did first. */
  expired(at: EpochMs, limit: number): readonly Reservation[];
  holders(): Iterable<HolderBooks>;
  reservations(): Iterable<Reservation>;
  transfers(): Iterable<Transfer>;
}

export function createLedgerTables(database: DatabaseSync): LedgerTables {
  const read = createRead(database);
  const write = createWrite(database);
  const columns = RESERVATION_COLUMNS.join(', ');
  const expired = prepareWalk(
    database,
    `SELECT ${columns} FROM ledger_reservations INDEXED BY ledger_reservations_pending
     WHERE state = 'pending' AND expires_at <= ? ORDER BY expires_at LIMIT ?`,
  );
  const walk = <T>(from: string, names: readonly string[], of: (row: Row) => T) => {
    const rows = prepareWalk(database, `SELECT ${names.join(', ')} FROM ${from}`);
    return function* all(): Iterable<T> {
      for (const row of rows()) yield of(row);
    };
  };
  return {
    read,
    write,
    expired: (at, limit) => [...expired(at, limit)].map(reservationOf),
    holders: walk('ledger_books', BOOKS_COLUMNS, booksOf),
    reservations: walk('ledger_reservations', RESERVATION_COLUMNS, reservationOf),
    transfers: walk('ledger_transfers', TRANSFER_COLUMNS, transferOf),
  };
}

function createRead(database: DatabaseSync): (keys: LedgerKeys) => LedgerRows {
  const byKey = (table: string, columns: readonly string[]) =>
    prepareRow(database, `SELECT ${columns.join(', ')} FROM ${table} WHERE ${columns[0]} = ?`);
  const books = byKey('ledger_books', BOOKS_COLUMNS);
  const reservation = byKey('ledger_reservations', RESERVATION_COLUMNS);
  const receipt = byKey('ledger_receipts', RECEIPT_COLUMNS);
  return ({ holders, reservations, receipts }) => ({
    books: found(holders.map(toStoredText), books).map(booksOf),
    reservations: found(reservations, reservation).map(reservationOf),
    receipts: found(receipts, receipt).map(receiptOf),
  });
}

function found(keys: readonly string[], read: (key: string) => Row | undefined): readonly Row[] {
  return keys.flatMap((key) => {
    const row = read(key);
    return row === undefined ? [] : [row];
  });
}

function createWrite(database: DatabaseSync): (changes: LedgerChanges) => void {
  const books = createUpsert(database, 'ledger_books', BOOKS_COLUMNS, {
    condition: ' WHERE ledger_books.version = excluded.version - 1',
  });
  const reservation = createUpsert(database, 'ledger_reservations', RESERVATION_COLUMNS);
  const receipt = createInsert(database, 'ledger_receipts', RECEIPT_COLUMNS);
  const transfer = createInsert(database, 'ledger_transfers', TRANSFER_COLUMNS);
  return (changes) => {
    for (const written of changes.books) {
      assert(books(booksRow(written)), 'books are written by whoever read them last');
    }
    for (const written of changes.reservations) reservation(reservationRow(written));
    for (const written of changes.receipts) receipt(receiptRow(written));
    for (const written of changes.transfers) transfer(transferRow(written));
  };
}

type Write = (row: readonly Value[]) => boolean;

function createInsert(database: DatabaseSync, table: string, columns: readonly string[]): Write {
  const places = columns.map(() => '?').join(', ');
  const sql = `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${places})`;
  const insert = database.prepare(sql);
  return (row) => insert.run(...row).changes === 1;
}

function createUpsert(
  database: DatabaseSync,
  table: string,
  columns: readonly string[],
  { condition = '' } = {},
): Write {
  const [key, ...rest] = columns;
  const changed = rest.map((column) => `${column} = excluded.${column}`).join(', ');
  const places = columns.map(() => '?').join(', ');
  const upsert = database.prepare(`
    INSERT INTO ${table} (${columns.join(', ')}) VALUES (${places})
    ON CONFLICT (${key}) DO UPDATE SET ${changed}${condition}`);
  return (row) => upsert.run(...row).changes === 1;
}
