/**
 * The store: what was asked, what was answered, and the little that the next answer needs. Narrow
 * on purpose: the pipeline gathers a batch and records a batch, and the rest are a few queries, so
 * that SQLite and PostgreSQL can each do it their own best way under one contract test
 * (`store/contract.test.ts`).
 *
 * Order: calls take effect in the order in which they are made, without waiting for one another. A
 * `gather` made behind a `record` sees what that recorded.
 *
 * Errors: a method rejects only when the outside failed (disk full, database gone, closed). The
 * caller then answers by the checkpoint's default; nothing of a rejected `record` is stored.
 */
import type { EpochMs } from '../base/time.ts';
import type { Action } from '../model/action.ts';
import type { DecisionRecord } from '../model/decision.ts';
import type { WrittenEvent } from '../model/event.ts';
import type { AccountId, DecisionId, ProviderName } from '../model/ids.ts';
import type { LedgerChanges, LedgerKeys, LedgerRows, Reservation } from '../model/ledger-rows.ts';
import type { LinkChanges, LinkPage, LinkValue } from '../model/link-rows.ts';
import type { PoolChanges, PoolRows } from '../model/queue-rows.ts';

export interface AccountKey {
  readonly provider: ProviderName;
  readonly account: AccountId;
}

/** What `gather` looks up for one request. */
export interface GatherKey {
  /** Of the decision on the event, which says which event it is. */
  readonly id: DecisionId;
  readonly account: AccountKey;
  /** The decision's time; the counters end here. */
  readonly at: EpochMs;
}

/** What the store knows of an event's `(source, id)`. */
export type KnownEvent =
  | { readonly kind: 'new' }
  | { readonly kind: 'seen'; readonly bodyHash: string; readonly decision: DecisionRecord | null };

/** Recent counters of an account by clock hours (`floor(at / HOUR_MS)`). */
export interface AccountActivity {
  /** Null when the account was never seen. */
  readonly firstSeenAt: EpochMs | null;
  readonly jobsThisHour: number;
  /** This clock hour and the 23 before it. */
  readonly jobsLastDay: number;
  readonly refusedLastDay: number;
}

export interface Gathered {
  readonly event: KnownEvent;
  readonly activity: AccountActivity;
}

/** What a decision adds to its account's counters. */
export interface ActivityDelta {
  readonly account: AccountKey;
  readonly at: EpochMs;
  readonly jobs: 0 | 1;
  readonly refused: 0 | 1;
}

/** One batch, written in one transaction, in this order. */
export interface RecordBatch {
  /** Events not stored yet. Each is stored once by `(source, id)`. */
  readonly events: readonly ReceivedEvent[];
  /** One that is stored already is passed over, so that a batch may be tried again. */
  readonly decisions: readonly DecisionRecord[];
  /** What each decision adds, in their order. It is added when its decision is stored, once. */
  readonly activity: readonly ActivityDelta[];
  /** Written with them or not at all. They rest on rows that nobody has changed since. */
  readonly ledger: LedgerChanges;
  /** Nothing, when it is left out. */
  readonly links?: LinkChanges;
  /** Nothing waits for the store behind it: it need not hurry to take more. */
  readonly isLast?: boolean;
}

/** What a batch changes in a ledger that it does not touch. */
export const NO_LEDGER_CHANGES: LedgerChanges = {
  books: [],
  reservations: [],
  receipts: [],
  transfers: [],
};

export interface ReceivedEvent {
  readonly event: WrittenEvent;
  readonly receivedAt: EpochMs;
}

/** The outcome of `ingest`, all or nothing. */
export type Ingested =
  | { readonly kind: 'stored'; readonly stored: number; readonly duplicates: number }
  /** `index` of the first event whose `(source, id)` is stored with another body. */
  | { readonly kind: 'conflict'; readonly index: number };

export interface DecisionQuery {
  readonly provider?: ProviderName;
  readonly account?: AccountId;
  readonly party?: string;
  readonly action?: Action;
  readonly limit: number;
  /** The `next` of the page before. */
  readonly after?: string;
}

/** Newest first. `next` is null on the last page. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

export const SCOPES = ['ingest', 'decide', 'read', 'review', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** SHA-256 of the secret, hex. The secret itself is never stored. */
  readonly secretHash: string;
  readonly createdAt: EpochMs;
}

export interface Store {
  /** All reads of a batch in one go; the results stand in the order of the keys. */
  gather(keys: readonly GatherKey[]): Promise<readonly Gathered[]>;
  /**
   * One transaction, on stable storage when it resolves, with all that was recorded before.
   * `onCommitted` is called as soon as other calls see it: at once in the store's own thread.
   */
  record(batch: RecordBatch, onCommitted?: () => void): Promise<void>;
  /** Marks decisions whose caller had been given the default while they were being recorded. */
  markDefaulted(ids: readonly DecisionId[]): Promise<void>;
  /**
   * Stores events that want no answer, with what they change in the ledger and what the linker
   * learns of them. One transaction, on stable storage when it resolves.
   */
  ingest(
    events: readonly ReceivedEvent[],
    ledger?: LedgerChanges,
    links?: LinkChanges,
    onCommitted?: (ingested: Ingested) => void,
  ): Promise<Ingested>;
  /** What the linker knows, rows one behind the other. */
  links(page: LinkPage): Promise<readonly LinkValue[]>;
  /** Those rows of the ledger that there are. */
  ledger(keys: LedgerKeys): Promise<LedgerRows>;
  /** Pending reservations that have expired, the longest first, at most `expiredPerSweepMax`. */
  expiredReservations(at: EpochMs): Promise<readonly Reservation[]>;
  /** The queues of all pools, as they were kept last. */
  queue(): Promise<readonly PoolRows[]>;
  /** One transaction, on stable storage when it resolves. */
  keepQueue(changes: readonly PoolChanges[]): Promise<void>;
  decision(id: DecisionId): Promise<DecisionRecord | null>;
  decisions(query: DecisionQuery): Promise<Page<DecisionRecord>>;
  /** Keeps a policy's text under its revision, for replay. Idempotent. */
  keepPolicy(revision: string, text: string, at: EpochMs): Promise<void>;
  policy(revision: string): Promise<string | null>;
  apiKeys(): Promise<readonly ApiKey[]>;
  addApiKey(key: ApiKey): Promise<void>;
  removeApiKey(id: string): Promise<boolean>;
  /** Rejects when the store cannot read and write now. */
  check(): Promise<void>;
  close(): Promise<void>;
}
