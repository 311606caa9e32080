/**
 * What is found by key in the log of events and decisions: an event by its key, an account by its
 * name. Both indexes are written behind the log (`write-behind.ts`), in generations:
 *
 *   - Every transaction that notes n rows writes up to 2n entries of the generation that is being
 *     folded, so that it is written before the next has half its size.
 *   - With its last entry stands in `folded` how far the log went when the generation was closed:
 *     up to there the indexes in the database know everything, and perhaps more.
 *   - A start notes what lies behind that mark again (`recover.ts`). It changes nothing where an
 *     entry was written already: a key says the same, and an account tells by its `lastDecision`
 *     which decisions it has counted.
 */
import type { DatabaseSync } from 'node:sqlite';
import { storeIndexLagMax } from '../../base/limits.ts';
import type { EpochMs } from '../../base/time.ts';
import { addToHour } from './account-hours.ts';
import {
  type AccountEntry,
  accountTable,
  createWriteMark,
  type EventEntry,
  eventTable,
  type Mark,
  readMark,
} from './index-tables.ts';
import { type Slot, WriteBehind } from './write-behind.ts';

export type EventSlot = Slot<EventEntry>;
export type AccountSlot = Slot<AccountEntry>;

export interface NotedEvent {
  readonly sequence: number;
  readonly receivedAt: EpochMs;
}

export interface NotedDecision {
  readonly sequence: number;
  readonly event: number;
  readonly hour: number;
  readonly jobs: number;
  readonly refused: number;
}

const NOBODY: AccountEntry = { firstSeenAt: null, lastDecision: null, hours: [] };

export class LogIndex {
  readonly #events: WriteBehind<EventEntry>;
  readonly #accounts: WriteBehind<AccountEntry>;
  readonly #writeMark: (mark: Mark) => void;
  readonly #lagMax: number;
  #noted: Mark;
  #committed: Mark;
  /** How far the log went when the generation that is being folded was closed. */
  #closed: Mark | null = null;

  constructor(database: DatabaseSync, lagMax: number = storeIndexLagMax) {
    this.#events = new WriteBehind(eventTable(database));
    this.#accounts = new WriteBehind(accountTable(database));
    this.#lagMax = lagMax;
    this.#writeMark = createWriteMark(database);
    this.#noted = readMark(database);
    this.#committed = this.#noted;
  }

  /** Up to where the log is noted. */
  get mark(): Mark {
    return this.#noted;
  }

  event(key: string): EventSlot {
    return this.#events.find(key);
  }

  account(key: string): AccountSlot {
    return this.#accounts.find(key);
  }

  /** Notes an event of the log, in its order. */
  noteEvent(slot: EventSlot, account: AccountSlot, { sequence, receivedAt }: NotedEvent): void {
    this.#noted = { ...this.#noted, event: sequence };
    this.#events.put(slot, { event: sequence, decision: null });
    const before = account.entry ?? NOBODY;
    // The earliest time that anyone tells, in any order: a clock may go back.
    const isFirst = before.firstSeenAt === null || receivedAt < before.firstSeenAt;
    if (isFirst) this.#accounts.put(account, { ...before, firstSeenAt: receivedAt });
  }

  /** Notes a decision of the log, in its order. */
  noteDecision(slot: EventSlot, account: AccountSlot, noted: NotedDecision): void {
    const { sequence, event, hour, jobs, refused } = noted;
    this.#noted = { ...this.#noted, decision: sequence };
    this.#events.put(slot, { event, decision: sequence });
    const before = account.entry ?? NOBODY;
    if (before.lastDecision !== null && before.lastDecision >= sequence) return;
    this.#accounts.put(account, {
      firstSeenAt: before.firstSeenAt,
      lastDecision: sequence,
      hours: addToHour(before.hours, hour, jobs, refused),
    });
  }

  /** Writes a slice of what waits. Last in every transaction that notes. */
  fold(): void {
    this.#write(2 * Math.max(this.#events.putCount, this.#accounts.putCount));
  }

  /** After the transaction. Closes a generation when there is enough for one. */
  commit(): void {
    this.#events.commit();
    this.#accounts.commit();
    this.#committed = this.#noted;
    if (!this.#isFolded) return;
    this.#closed = null;
    const lag = Math.max(this.#events.freshCount, this.#accounts.freshCount);
    if (lag >= this.#lagMax) this.#close();
  }

  rollback(): void {
    this.#events.rollback();
    this.#accounts.rollback();
    this.#noted = this.#committed;
  }

  /** After reading without a transaction that writes. */
  forget(): void {
    this.#events.forget();
    this.#accounts.forget();
  }

  /** Writes all that is committed. Inside a transaction, before anything is noted in it. */
  foldAll(): void {
    this.#write(Number.POSITIVE_INFINITY);
    this.#close();
    this.#write(Number.POSITIVE_INFINITY);
  }

  get #isFolded(): boolean {
    return this.#events.isFolded && this.#accounts.isFolded;
  }

  #close(): void {
    this.#events.turn();
    this.#accounts.turn();
    this.#closed = this.#committed;
  }

  #write(entriesMax: number): void {
    if (this.#closed === null) return;
    this.#events.fold(entriesMax);
    this.#accounts.fold(entriesMax);
    if (this.#isFolded) this.#writeMark(this.#closed);
  }
}
