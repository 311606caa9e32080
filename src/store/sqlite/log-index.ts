/**
 * What is found by key in the log of events and decisions: an event by its key, an account by its
 * name, the last decision on a party. All three follow from the log and are written behind it
 * (`generations.ts`); a start notes what lies behind the mark again (`recover.ts`). That changes
 * nothing where an entry was written already: a key says the same, and an account and a party tell
 * by their `lastDecision` which decisions they have counted.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { EpochMs } from '../../base/time.ts';
import { addToHour } from './account-hours.ts';
import { Generations } from './generations.ts';
import {
  type AccountEntry,
  accountTable,
  createWriteMark,
  type Mark,
  partyTable,
  readMark,
} from './index-tables.ts';
import { KeyIndex } from './key-index.ts';
import { type Slot, WriteBehind } from './write-behind.ts';

/** Where an event stands in the log, and the decision on it, by sequence numbers from 1. */
export interface EventEntry {
  readonly event: number;
  readonly decision: number | null;
}

export type AccountSlot = Slot<AccountEntry>;
export type PartySlot = Slot<number>;

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

/** Where a decision is noted. */
export interface DecisionSlots {
  /** The key of its event. */
  readonly event: string;
  readonly account: AccountSlot;
  /** Null when the decision is on no party. */
  readonly party: PartySlot | null;
}

const NO_DECISION = 0;
const NOBODY: AccountEntry = { firstSeenAt: null, lastDecision: null, hours: [] };

export class LogIndex {
  readonly #events: KeyIndex;
  readonly #accounts: WriteBehind<AccountEntry>;
  readonly #parties: WriteBehind<number>;
  readonly generations: Generations<Mark>;

  constructor(database: DatabaseSync, lagMax?: number) {
    this.#events = new KeyIndex(database, 'event_key', 2);
    this.#accounts = new WriteBehind(accountTable(database));
    this.#parties = new WriteBehind(partyTable(database));
    this.generations = new Generations(
      [this.#events, this.#accounts, this.#parties],
      readMark(database),
      createWriteMark(database),
      lagMax,
    );
  }

  /** Keys are the 32 hex digits of `eventKey`. */
  event(key: string): EventEntry | null {
    const [event, decision = NO_DECISION] = this.#events.find(key) ?? [];
    if (event === undefined) return null;
    return { event, decision: decision === NO_DECISION ? null : decision };
  }

  account(key: string): AccountSlot {
    return this.#accounts.find(key);
  }

  /** As it stands in the column. */
  party(party: string): PartySlot {
    return this.#parties.find(party);
  }

  /** Notes an event of the log, in its order. */
  noteEvent(key: string, account: AccountSlot, { sequence, receivedAt }: NotedEvent): void {
    const { generations } = this;
    generations.noted = { ...generations.noted, event: sequence };
    this.#events.put(key, [sequence, NO_DECISION]);
    const before = account.entry ?? NOBODY;
    // The earliest time that anyone tells, in any order: a clock may go back.
    const isFirst = before.firstSeenAt === null || receivedAt < before.firstSeenAt;
    if (isFirst) this.#accounts.put(account, { ...before, firstSeenAt: receivedAt });
  }

  /** Notes a decision of the log, in its order. */
  noteDecision(slots: DecisionSlots, noted: NotedDecision): void {
    const { sequence, event, hour, jobs, refused } = noted;
    const { generations } = this;
    const { account, party } = slots;
    generations.noted = { ...generations.noted, decision: sequence };
    this.#events.put(slots.event, [event, sequence]);
    if (party !== null && (party.entry ?? 0) < sequence) this.#parties.put(party, sequence);
    const before = account.entry ?? NOBODY;
    if (before.lastDecision !== null && before.lastDecision >= sequence) return;
    this.#accounts.put(account, {
      firstSeenAt: before.firstSeenAt,
      lastDecision: sequence,
      hours: addToHour(before.hours, hour, jobs, refused),
    });
  }
}
