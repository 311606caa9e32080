import type { EpochMs } from '../base/time.ts';
import type { OperationKey } from '../model/allowance.ts';
import type { AccountRef } from '../model/party.ts';
import {
  accountHolder,
  type BookName,
  type Books,
  type HolderKey,
  partyHolder,
  poolHolder,
} from './books.ts';
import type { Operation } from './operation.ts';

export type ReservationState = 'pending' | 'posted' | 'voided' | 'expired';

/** What is set aside for one job. Named by the key of the operation that made it. */
export interface Reservation {
  readonly key: OperationKey;
  readonly account: AccountRef;
  readonly state: ReservationState;
  readonly vcpuSeconds: number;
  /** It asked for more than was left. */
  readonly isShort: boolean;
  readonly usedVcpuSeconds: number;
  readonly timeoutSeconds: number;
  readonly expiresAt: EpochMs;
}

/** That an operation was carried out, and what came of it. */
export interface Receipt {
  readonly key: OperationKey;
  /** SHA-256 of what the caller chose. */
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
 * void, expire   reserved for a job that will not report
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

/** What the ledger reads: all of it is gathered before a batch is decided. */
export interface LedgerState {
  books(holder: HolderKey): Books | null;
  reservation(key: OperationKey): Reservation | null;
  receipt(key: OperationKey): Receipt | null;
}

/** What a batch changed, written in one transaction. */
export interface LedgerChanges {
  /** Each with the version it was read at plus 1; another version stored means: decide again. */
  readonly books: readonly { readonly holder: HolderKey; readonly books: Books }[];
  readonly reservations: readonly Reservation[];
  readonly receipts: readonly Receipt[];
  readonly transfers: readonly Transfer[];
}

export interface LedgerKeys {
  readonly holders: readonly HolderKey[];
  readonly reservations: readonly OperationKey[];
  readonly receipts: readonly OperationKey[];
}

/** All that an operation may read, for `gather`. */
export function keysOf(operation: Operation): LedgerKeys {
  const receipts = [operation.key];
  if (operation.kind === 'merge' || operation.kind === 'move') {
    const parties = [partyHolder(operation.from), partyHolder(operation.into)];
    const accounts = operation.kind === 'move' ? operation.accounts : [];
    return { holders: [...parties, ...accounts.map(accountHolder)], reservations: [], receipts };
  }
  const { party, account } = operation;
  const holders = [partyHolder(party), accountHolder(account), poolHolder(account)];
  if (operation.kind === 'adjust') return { holders, reservations: [], receipts };
  const name = operation.kind === 'reserve' ? operation.key : operation.reservation;
  return { holders, reservations: [name], receipts };
}
