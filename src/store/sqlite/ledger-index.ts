/**
 * The ledger's books and reservations by their keys. They are written behind a journal
 * (`generations.ts`): keys come in no order, and with a page for each row a decision that reserves
 * wrote 50 KB and more.
 *
 *   changes of a transaction ──► one row of the journal, and slots in memory
 *                                     │ generation by generation, in the order of keys
 *                                     ▼
 *                                the tables; the journal loses what stands in them
 *
 * A start puts what the journal has left, row by row, and writes it. Whatever of it had been
 * written before is only written again: the journal has the newest form of each row last.
 */
import type { DatabaseSync } from 'node:sqlite';
import { assert } from '../../base/assert.ts';
import { BOOKS_COLUMNS, RESERVATION_COLUMNS } from '../ledger-rows.ts';
import type { Row } from '../rows.ts';
import { foldNoted, Generations } from './generations.ts';
import { prepareRow, prepareWalk } from './prepare-rows.ts';
import { type IndexTable, WriteBehind } from './write-behind.ts';

/** Rows in their new form. The first column of each is its key. */
export interface LedgerRowChanges {
  readonly books: readonly Row[];
  readonly reservations: readonly Row[];
}

const VERSION = BOOKS_COLUMNS.indexOf('version');

export class LedgerIndex {
  readonly #books: WriteBehind<Row>;
  readonly #reservations: WriteBehind<Row>;
  readonly #append: (changes: string) => number;
  readonly generations: Generations<number>;

  constructor(database: DatabaseSync, lagMax?: number) {
    this.#books = new WriteBehind(rowTable(database, 'ledger_books', BOOKS_COLUMNS));
    this.#reservations = new WriteBehind(
      rowTable(database, 'ledger_reservations', RESERVATION_COLUMNS),
    );
    const append = database.prepare('INSERT INTO ledger_journal (changes) VALUES (?)');
    this.#append = (changes) => Number(append.run(changes).lastInsertRowid);
    const drop = database.prepare('DELETE FROM ledger_journal WHERE sequence <= ?');
    this.generations = new Generations(
      [this.#books, this.#reservations],
      0,
      (mark) => void drop.run(mark),
      lagMax,
    );
    this.#recover(database);
  }

  books(holder: string): Row | null {
    return this.#books.find(holder).entry;
  }

  reservation(key: string): Row | null {
    return this.#reservations.find(key).entry;
  }

  /** Reservations that the table does not have in their newest form, or at all. */
  *newReservations(): Iterable<Row> {
    for (const { entry } of this.#reservations.unwritten()) if (entry !== null) yield entry;
  }

  /** Inside a transaction. */
  write(changes: LedgerRowChanges): void {
    const { books, reservations } = changes;
    if (books.length + reservations.length === 0) return;
    for (const row of books) {
      const before = this.books(keyOf(row))?.[VERSION] ?? 0;
      assert(row[VERSION] === Number(before) + 1, 'books are written by whoever read them last');
    }
    this.generations.noted = this.#append(JSON.stringify([books, reservations]));
    this.#put(changes);
  }

  #put({ books, reservations }: LedgerRowChanges): void {
    for (const row of books) this.#books.put(this.#books.find(keyOf(row)), row);
    for (const row of reservations) {
      this.#reservations.put(this.#reservations.find(keyOf(row)), row);
    }
  }

  /** All at once: the journal holds one and a half generations. */
  #recover(database: DatabaseSync): void {
    const rows = prepareWalk(
      database,
      'SELECT sequence, changes FROM ledger_journal ORDER BY sequence',
    );
    for (const [sequence, changes] of rows()) {
      // Written by `write` alone.
      const [books, reservations] = JSON.parse(String(changes)) as [Row[], Row[]];
      this.#put({ books, reservations });
      this.generations.noted = Number(sequence);
    }
    foldNoted(database, this.generations);
  }
}

function keyOf([key]: Row): string {
  return String(key);
}

/** A table whose entries are its rows, the key first. */
function rowTable(
  database: DatabaseSync,
  table: string,
  columns: readonly string[],
): IndexTable<Row> {
  const [key, ...rest] = columns;
  const read = prepareRow(database, `SELECT ${columns.join(', ')} FROM ${table} WHERE ${key} = ?`);
  const write = database.prepare(`
    INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})
    ON CONFLICT (${key}) DO UPDATE SET
      ${rest.map((column) => `${column} = excluded.${column}`).join(', ')}`);
  return {
    read: (name) => read(name) ?? null,
    write: (_name, row) => void write.run(...row),
  };
}
