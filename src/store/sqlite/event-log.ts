/**
 * The log: events and decisions in the order in which they were recorded, added at the end and
 * never changed, and the index over them. All writing of either goes through `write`.
 */
import type { DatabaseSync } from 'node:sqlite';
import { DECISION_COLUMNS, EVENT_COLUMNS, type Row, type Value } from '../rows.ts';
import type { Folded } from './generations.ts';
import { type AccountEntry, accountKey } from './index-tables.ts';
import { type DecisionSlots, type EventEntry, LogIndex } from './log-index.ts';
import { recover } from './recover.ts';
import { rollBack } from './roll-back.ts';
import { TextLog } from './text-log.ts';
import { readTransaction, transaction } from './transaction.ts';

export class EventLog {
  readonly #database: DatabaseSync;
  readonly #index: LogIndex;
  /** What is written behind what this writes. */
  readonly #behind: readonly Folded[];
  readonly #appendEvent: (row: Row) => number;
  readonly #appendDecision: (before: Before, row: Row) => number;
  readonly #texts: readonly TextLog[];

  /** `beside` is written in the transactions of the log, and behind it too. */
  constructor(database: DatabaseSync, lagMax?: number, beside: readonly Folded[] = []) {
    this.#database = database;
    this.#index = new LogIndex(database, lagMax);
    this.#behind = [this.#index.generations, ...beside];
    recover(database, this.#index);
    const definitions = new TextLog(database, 'definitions');
    const scans = new TextLog(database, 'scans');
    const factNames = new TextLog(database, 'fact_names');
    this.#texts = [definitions, scans, factNames];
    this.#appendEvent = createAppendEvent(database, { definition: definitions });
    this.#appendDecision = createAppendDecision(database, { scan: scans, fact_names: factNames });
  }

  event(key: string): EventEntry | null {
    return this.#index.event(key);
  }

  account(provider: Value, account: Value): AccountEntry | null {
    return this.#index.account(accountKey(provider, account)).entry;
  }

  /** The last decision on a party, as it stands in the column. */
  lastOfParty(party: string): number | null {
    return this.#index.party(party).entry;
  }

  /** `work`, which only reads, in one transaction. */
  read<T>(work: () => T): T {
    try {
      return readTransaction(this.#database, work);
    } finally {
      for (const behind of this.#behind) behind.forget();
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
          if (isKept(done)) for (const behind of this.#behind) behind.fold();
          return done;
        },
        isKept,
      );
      isWritten = isKept(value);
      return value;
    } finally {
      if (isWritten) for (const behind of this.#behind) behind.commit();
      else this.#rollBack();
    }
  }

  /** Texts first: what is behind reads the database again, and may fail. */
  #rollBack(): void {
    for (const texts of this.#texts) texts.forget();
    rollBack(this.#behind);
  }

  /** Adds a row of `EVENT_COLUMNS`. False when its key is there already. Inside `write`. */
  addEvent(row: Row): boolean {
    const [first, provider = null, account = null, receivedAt] = row;
    const key = String(first);
    if (this.#index.event(key) !== null) return false;
    const sequence = this.#appendEvent(row);
    const seen = this.#index.account(accountKey(provider, account));
    this.#index.noteEvent(key, seen, { sequence, receivedAt: Number(receivedAt) });
    return true;
  }

  /**
   * Adds a row of `DECISION_COLUMNS`. False when its event has a decision already; SQLite refuses
   * it when there is no such event. Inside `write`.
   */
  addDecision(row: Row): boolean {
    const [first, hour, jobs, refused, provider = null, account = null, party] = row;
    const key = String(first);
    const known = this.#index.event(key);
    if (known !== null && known.decision !== null) return false;
    const event = known?.event ?? null;
    const slots: DecisionSlots = {
      event: key,
      account: this.#index.account(accountKey(provider, account)),
      party: typeof party === 'string' ? this.#index.party(party) : null,
    };
    const previous = slots.account.entry?.lastDecision ?? null;
    const previousOfParty = slots.party?.entry ?? null;
    this.#index.noteDecision(slots, {
      sequence: this.#appendDecision([event, previous, previousOfParty], row),
      event: Number(event),
      hour: Number(hour),
      jobs: Number(jobs),
      refused: Number(refused),
    });
    return true;
  }
}

function createAppendEvent(database: DatabaseSync, texts: Texts): (row: Row) => number {
  const [, ...columns] = EVENT_COLUMNS;
  const append = database.prepare(`
    INSERT INTO events (key, ${columns.join(', ')})
    VALUES (unhex(?), ${columns.map(() => '?').join(', ')})`);
  const nameTexts = textNaming(EVENT_COLUMNS, texts);
  return (row) => Number(append.run(...nameTexts(row)).lastInsertRowid);
}

/** What a decision rests on: its event, and the decisions before on its account and its party. */
type Before = readonly [event: number | null, previous: number | null, ofParty: number | null];

function createAppendDecision(
  database: DatabaseSync,
  texts: Texts,
): (before: Before, row: Row) => number {
  const [, ...columns] = DECISION_COLUMNS;
  const append = database.prepare(`
    INSERT INTO decisions (event, previous, previous_of_party, ${columns.join(', ')})
    VALUES (?, ?, ?, ${columns.map(() => '?').join(', ')})`);
  const nameTexts = textNaming(columns, texts);
  return (before, [, ...row]) => Number(append.run(...before, ...nameTexts(row)).lastInsertRowid);
}

/** By the column in which a row of the log names a text that stands once. */
type Texts = Readonly<Record<string, TextLog>>;

/** Puts the sequence of each text in its place. */
function textNaming(columns: readonly string[], texts: Texts): (row: Row) => Row {
  const places = Object.entries(texts).map(([name, log]) => [columns.indexOf(name), log] as const);
  return (row) => {
    const named = row.slice();
    for (const [place, log] of places) {
      const text = named[place];
      named[place] = typeof text === 'string' ? log.sequenceOf(text) : null;
    }
    return named;
  };
}
