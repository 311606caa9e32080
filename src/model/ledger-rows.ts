/**
 * What a store keeps of the ledger, row by row; `src/ledger` is the engine that reads and writes
 * them.
 */
import type { Brand } from '../base/brand.ts';
import type { EpochMs } from '../base/time.ts';
import type { OperationKey } from './allowance.ts';
import type { AccountRef, PartyId } from './party.ts';

/** `party:…`, `account:…`, `pool:…` or `outside:…`. */
export type HolderKey = Brand<string, 'HolderKey'>;

export type BookName = 'free' | 'reserved' | 'used';

export interface Books {
  readonly free: number;
  readonly reserved: number;
  readonly used: number;
  /** Reservations that are pending, of jobs that say how long they may run. */
  readonly jobsUnderWay: number;
  /** Pending ones that hold less than was asked for; see `ledger.ts`. */
  readonly shortJobs: number;
  /** Months since the year 0 (UTC) up to the one that these books are of. */
  readonly month: number;
  /** When the holder was first known; a party's is that of its oldest account. */
  readonly since: EpochMs;
  /** Null: counted without a limit. */
  readonly monthlyVcpuSeconds: number | null;
  readonly firstDayVcpuSeconds: number;
  /** Used in months before this one while it was in its first day. */
  readonly firstDayUsedBefore: number;
  /** What persons gave and took in this month. */
  readonly given: number;
  readonly taken: number;
  /** The highest share that was told of in this month, in percent. */
  readonly noticedPercent: number;
  /** Set when the party is no more: all of it is in that one. */
  readonly mergedInto: PartyId | null;
  /** How often the books were written, so that two servers notice each other. */
  readonly version: number;
}

export type ReservationState = 'pending' | 'posted' | 'voided' | 'expired';

/**
 * What is set aside for one job. Named by the key of the operation that made it, or, for a job that
 * does not say how long it may run, by the job.
 */
export interface Reservation {
  readonly key: OperationKey;
  readonly account: AccountRef;
  readonly state: ReservationState;
  readonly vcpuSeconds: number;
  /** It asked for more than was left. */
  readonly isShort: boolean;
  /** What was told of, which is nothing for one that expired. */
  readonly usedVcpuSeconds: number;
  /** 0: the job did not say how long it may run. */
  readonly timeoutSeconds: number;
  readonly expiresAt: EpochMs;
}

/** That an operation was carried out, and what came of it. */
export interface Receipt {
  readonly key: OperationKey;
  /** 128 bits of the SHA-256 of what the caller chose, as hexadecimal digits. */
  readonly chosen: string;
  /** Reserved or posted. */
  readonly vcpuSeconds: number;
  /** Copies that the job may start; 0 for other operations. */
  readonly fanOut: number;
}

/**
 * grant    the outside gives what the tier entitles to, or takes back what it no longer does
 * reset    the month is over: what was used and what is left goes back to the outside
 * reserve  set aside for a job             post    used by it, of what was reserved
 * return   reserved and not used           overrun used by it beyond what was reserved
 * void, expire   reserved for a job that will not report: free again, or used if it did not say how
 *                long it runs
 * adjust   a person gave or took           merge, move   of parties
 */
export type TransferKind =
  | 'grant'
  | 'reset'
  | 'reserve'
  | 'post'
  | 'return'
  | 'overrun'
  | 'void'
  | 'expire'
  | 'adjust'
  | 'merge'
  | 'move';

export interface Place {
  readonly holder: HolderKey;
  readonly book: BookName;
}

/** An amount that went from one book to another, never changed once written. */
export interface Transfer {
  readonly key: OperationKey;
  /** Position among the transfers of the same key; both together name it. */
  readonly step: number;
  readonly kind: TransferKind;
  readonly from: Place;
  readonly to: Place;
  /** Above 0. */
  readonly vcpuSeconds: number;
  readonly at: EpochMs;
}

/** Rows that an operation may read. */
export interface LedgerKeys {
  readonly holders: readonly HolderKey[];
  readonly reservations: readonly OperationKey[];
  readonly receipts: readonly OperationKey[];
}

/** The rows of some keys that there are. */
export interface LedgerRows {
  readonly books: readonly { readonly holder: HolderKey; readonly books: Books }[];
  readonly reservations: readonly Reservation[];
  readonly receipts: readonly Receipt[];
}

/** What a batch changed, written in one transaction. */
export interface LedgerChanges {
  /** Each with the version it was read at plus 1; another version stored means: decide again. */
  readonly books: readonly { readonly holder: HolderKey; readonly books: Books }[];
  readonly reservations: readonly Reservation[];
  readonly receipts: readonly Receipt[];
  readonly transfers: readonly Transfer[];
}
