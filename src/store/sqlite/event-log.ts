/**
 * The log: events and decisions in the order in which they were recorded, added at the end and
 * never changed, and the index over them. All writing of either goes through `write`.
 */
import type { DatabaseSync } from 'node:sqlite';
import { DECISION_COLUMNS, EVENT_COLUMNS, type Row, type Value } from '../rows.ts';
import { type AccountEntry, accountKey, type EventEntry } from './index-tables.ts';
import { LogIndex } from './log-index.ts';
import { recover } from './recover.ts';
import { readTransaction, transaction } from './transaction.ts';

export class EventLog {
  readonly #database: DatabaseSync;
  readonly #index: LogIndex;
  readonly #appendEvent: (row: Row) => number;
  readonly #appendDecision: (event: number | null, previous: number | null, row: Row) => number;

  constructor(database: DatabaseSync, lagMax?: number) {
    this.#database = database;
    this.#index = new LogIndex(database, lagMax);
    recover(database, this.#index);
    this.#appendEvent = createAppendEvent(database);
    this.#appendDecision = createAppendDecision(database);
  }

  event(key: string): EventEntry | null {
    return this.#index.event(key).entry;
  }

  account(provider: Value, account: Value): AccountEntry | null {
    return this.#index.account(accountKey(provider, account)).entry;
  }

  /** `work`, which only reads, in one transaction. */
  read<T>(work: () => T): T {
    try {
      return readTransaction(this.#database, work);
    } finally {
      this.#index.forget();
    }
  }

  /** `work` in one transaction, on stable storage when this returns, unless `isKept` says no. */
  write<T>(work: () => T, isKept: (value: T) => boolean = () => true): T {
    let isWritten = false;
    try {
      const value = transaction(
        this.#database,
        () => {
          const done = work();
          if (isKept(done)) this.#index.fold();
          return done;
        },
        isKept,
      );
      isWritten = isKept(value);
      return value;
    } finally {
      if (isWritten) this.#index.commit();
      else this.#index.rollback();
    }
  }

  /** Adds a row of `EVENT_COLUMNS`. False when its key is there already. Inside `write`. */
  addEvent(row: Row): boolean {
    const [key, provider = null, account = null, receivedAt] = row;
    const slot = this.#index.event(String(key));
    if (slot.entry !== null) return false;
    const sequence = this.#appendEvent(row);
    const seen = this.#index.account(accountKey(provider, account));
    this.#index.noteEvent(slot, seen, { sequence, receivedAt: Number(receivedAt) });
    return true;
  }

  /**
   * Adds a row of `DECISION_COLUMNS`. False when its event has a decision already; SQLite refuses
   * it when there is no such event. Inside `write`.
   */
  addDecision(row: Row): boolean {
    const [key, hour, jobs, refused, provider = null, account = null] = row;
    const slot = this.#index.event(String(key));
    const event = slot.entry?.event ?? null;
    if (slot.entry !== null && slot.entry.decision !== null) return false;
    const subject = this.#index.account(accountKey(provider, account));
    const previous = subject.entry?.lastDecision ?? null;
    this.#index.noteDecision(slot, subject, {
      sequence: this.#appendDecision(event, previous, row),
      event: Number(event),
      hour: Number(hour),
      jobs: Number(jobs),
      refused: Number(refused),
    });
    return true;
  }
}

function createAppendEvent(database: DatabaseSync): (row: Row) => number {
  const [, ...columns] = EVENT_COLUMNS;
  const append = database.prepare(`
    INSERT INTO events (key, ${columns.join(', ')})
    VALUES (unhex(?), ${columns.map(() => '?').join(', ')})`);
  return (row) => Number(append.run(...row).lastInsertRowid);
}

function createAppendDecision(
  database: DatabaseSync,
): (event: number | null, previous: number | null, row: Row) => number {
  const [, ...columns] = DECISION_COLUMNS;
  const append = database.prepare(`
    INSERT INTO decisions (event, previous, ${columns.join(', ')})
    VALUES (?, ?, ${columns.map(() => '?').join(', ')})`);
  return (event, previous, [, ...row]) =>
    Number(append.run(event, previous, ...row).lastInsertRowid);
}
