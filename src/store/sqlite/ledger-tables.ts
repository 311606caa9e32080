/**
 * The ledger as the store has it. Reads are by key; a batch is written in the transaction that
 * records it: its operations to their log, books and reservations behind a journal. One process has
 * the database open and its core writes in turns, so books of another version than the one that was
 * read are a bug, not a conflict.
 */
import type { DatabaseSync } from 'node:sqlite';
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
  operationRows,
  RESERVATION_COLUMNS,
  receiptOf,
  reservationOf,
  reservationRow,
  TRANSFER_COLUMNS,
  transferOf,
} from '../ledger-rows.ts';
import type { Row } from '../rows.ts';
import { toStoredText } from '../stored-text.ts';
import type { Folded } from './generations.ts';
import { LedgerIndex } from './ledger-index.ts';
import { OperationLog } from './operation-log.ts';
import { prepareWalk } from './prepare-rows.ts';

export interface LedgerTables {
  /** To be folded with the transactions that `write` is part of. */
  readonly behind: readonly Folded[];
  read(keys: LedgerKeys): LedgerRows;
  /** Where the operation of a key stands in its log. */
  operation(key: string): number | null;
  /** Inside a transaction. */
  write(changes: LedgerChanges): void;
  /** Pending reservations that have expired, those first that did first. */
  expired(at: EpochMs, limit: number): readonly Reservation[];
  /** What stands in the tables, which is all that there is until the first `write`. */
  holders(): Iterable<HolderBooks>;
  reservations(): Iterable<Reservation>;
  transfers(): Iterable<Transfer>;
}

export function createLedgerTables(database: DatabaseSync, lagMax?: number): LedgerTables {
  const index = new LedgerIndex(database, lagMax);
  const operations = new OperationLog(database, lagMax);
  const behind = [index.generations, operations.generations];
  const walk = <T>(from: string, names: readonly string[], of: (row: Row) => T) => {
    const rows = prepareWalk(database, `SELECT ${names.join(', ')} FROM ${from}`);
    return function* all(): Iterable<T> {
      for (const row of rows()) yield of(row);
    };
  };
  return {
    behind,
    read: (keys) => {
      const rows = readRows(index, operations, keys);
      for (const generations of behind) generations.forget();
      return rows;
    },
    operation: (key) => operations.find(key),
    write: (changes) => writeChanges(index, operations, changes),
    expired: createExpired(database, index),
    holders: walk('ledger_books', BOOKS_COLUMNS, booksOf),
    reservations: walk('ledger_reservations', RESERVATION_COLUMNS, reservationOf),
    transfers: walk('ledger_transfers', TRANSFER_COLUMNS, transferOf),
  };
}

function readRows(
  index: LedgerIndex,
  operations: OperationLog,
  { holders, reservations, receipts }: LedgerKeys,
): LedgerRows {
  const found = (keys: readonly string[], read: (key: string) => Row | null): readonly Row[] =>
    keys.map(read).filter((row) => row !== null);
  const stored = holders.map(toStoredText);
  return {
    books: found(stored, (key) => index.books(key)).map(booksOf),
    reservations: found(reservations, (key) => index.reservation(key)).map(reservationOf),
    receipts: found(receipts, (key) => operations.receipt(key)).map(receiptOf),
  };
}

function writeChanges(
  index: LedgerIndex,
  operations: OperationLog,
  { books, reservations, receipts, transfers }: LedgerChanges,
): void {
  index.write({ books: books.map(booksRow), reservations: reservations.map(reservationRow) });
  for (const row of operationRows(receipts, transfers)) operations.add(row);
}

/** The table's index has what is written; what is not written yet is looked through. */
function createExpired(database: DatabaseSync, index: LedgerIndex): LedgerTables['expired'] {
  const written = prepareWalk(
    database,
    `SELECT key FROM ledger_reservations INDEXED BY ledger_reservations_pending
     WHERE state = 'pending' AND expires_at <= ? ORDER BY expires_at`,
  );
  return (at, limit) => {
    const isDue = ({ state, expiresAt }: Reservation): boolean =>
      state === 'pending' && expiresAt <= at;
    const due = new Map<string, Reservation>();
    for (const row of index.newReservations()) {
      const reservation = reservationOf(row);
      if (isDue(reservation)) due.set(reservation.key, reservation);
    }
    const most = due.size + limit;
    for (const [key] of written(at)) {
      const row = index.reservation(String(key));
      if (row !== null && isDue(reservationOf(row))) due.set(String(key), reservationOf(row));
      if (due.size >= most) break;
    }
    index.generations.forget();
    return [...due.values()].sort((a, b) => a.expiresAt - b.expiresAt).slice(0, limit);
  };
}
