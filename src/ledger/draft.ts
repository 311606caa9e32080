/**
 * One operation at work. It changes copies of the books, which the batch takes over once the whole
 * operation has gone through; a refused one is dropped and nothing has happened.
 */

import { assert } from '../base/assert.ts';
import { balanceVcpuSecondsMax } from '../base/limits.ts';
import type { EpochMs } from '../base/time.ts';
import { type AllowanceNotice, NOTICE_PERCENTS, type OperationKey } from '../model/allowance.ts';
import type {
  Books,
  HolderKey,
  Place,
  Reservation,
  Transfer,
  TransferKind,
} from '../model/ledger-rows.ts';
import type { PartyId } from '../model/party.ts';
import {
  emptyBooks,
  entitlementOf,
  grantedOf,
  inMonth,
  monthOf,
  outsideOf,
  partyHolder,
} from './books.ts';
import type { LedgerState } from './ledger-state.ts';
import type { LedgerError } from './operation.ts';

type MutableBooks = { -readonly [Field in keyof Books]: Books[Field] };

/** What a tier or a pool grants. */
export type Terms = Pick<Books, 'monthlyVcpuSeconds' | 'firstDayVcpuSeconds'>;

export class Draft {
  readonly at: EpochMs;
  readonly books = new Map<HolderKey, MutableBooks>();
  readonly reservations: Reservation[] = [];
  readonly transfers: Transfer[] = [];
  readonly notices: AllowanceNotice[] = [];
  readonly #state: LedgerState;
  readonly #key: OperationKey;
  #refusal: LedgerError | null = null;

  constructor(state: LedgerState, key: OperationKey, at: EpochMs) {
    this.#state = state;
    this.#key = key;
    this.at = at;
  }

  /** The first thing that went wrong. Nothing after it counts. */
  refusal(): LedgerError | null {
    return this.#refusal;
  }

  refuse(error: LedgerError): void {
    this.#refusal ??= error;
  }

  reservation(key: OperationKey): Reservation | null {
    return this.#state.reservation(key);
  }

  write(reservation: Reservation): void {
    this.reservations.push(reservation);
  }

  booksOf(holder: HolderKey): Books {
    return this.#mutable(holder);
  }

  /**
   * Takes these holders to one month, the latest that any of them or the clock has seen: a clock
   * that was put back must not open a month twice, nor let a party and its account disagree.
   * `revived` is a party that may have been merged away once and comes back.
   */
  open(holders: readonly HolderKey[], revived: HolderKey | null = null): void {
    let month = monthOf(this.at);
    for (const holder of holders) {
      const books = this.#state.books(holder) ?? emptyBooks(this.at);
      const isRevived = holder === revived;
      if (books.mergedInto !== null && !isRevived) this.#refuseMerged(books.mergedInto);
      this.books.set(holder, { ...books, mergedInto: isRevived ? null : books.mergedInto });
      month = Math.max(month, books.month);
    }
    for (const holder of holders) this.#close(holder, month);
  }

  /** An earlier time than known at which the holders were there already. Never the future. */
  knowSince(holders: readonly HolderKey[], since: EpochMs | null): void {
    if (since === null) return;
    for (const holder of holders) {
      const books = this.#mutable(holder);
      books.since = Math.min(books.since, since);
    }
  }

  /** Grants what the terms entitle to, or takes back what they no longer do. */
  entitle(holder: HolderKey, terms: Terms, kind: TransferKind = 'grant'): void {
    const books = this.#mutable(holder);
    books.monthlyVcpuSeconds = terms.monthlyVcpuSeconds;
    books.firstDayVcpuSeconds = terms.firstDayVcpuSeconds;
    const entitlement = entitlementOf(books, this.at);
    if (entitlement !== null) this.#grant(holder, entitlement - grantedOf(books), kind);
  }

  /** What may be reserved. Without a limit it is counted below 0, and there is always more. */
  availableOf(holder: HolderKey): number {
    const { free, monthlyVcpuSeconds } = this.#mutable(holder);
    return monthlyVcpuSeconds === null ? Number.POSITIVE_INFINITY : free;
  }

  leastAvailable(holders: readonly HolderKey[]): number {
    let least = Number.POSITIVE_INFINITY;
    for (const holder of holders) least = Math.min(least, this.availableOf(holder));
    return least;
  }

  countJobs(holder: HolderKey, change: number, short: number): void {
    const books = this.#mutable(holder);
    books.jobsUnderWay += change;
    books.shortJobs += short;
    if (books.jobsUnderWay < 0 || books.shortJobs < 0) this.#refuseStranger(holder);
  }

  change(holder: HolderKey, fields: Partial<Books>): void {
    Object.assign(this.#mutable(holder), fields);
  }

  /** Nothing of 0 is written. */
  transfer(kind: TransferKind, from: Place, to: Place, vcpuSeconds: number): void {
    assert(Number.isSafeInteger(vcpuSeconds) && vcpuSeconds >= 0, 'amounts are whole, not below 0');
    if (vcpuSeconds === 0) return;
    this.#add(from, -vcpuSeconds);
    this.#add(to, vcpuSeconds);
    const step = this.transfers.length;
    this.transfers.push({ key: this.#key, step, kind, from, to, vcpuSeconds, at: this.at });
  }

  /** Says once a month that a party has used so much of its allowance. */
  notice(party: PartyId): void {
    const books = this.#mutable(partyHolder(party));
    const granted = Math.max(0, grantedOf(books));
    for (const percent of NOTICE_PERCENTS) {
      // Multiplied, not divided: whole numbers stay whole, and nobody granted 0 is told of 0.
      if (percent <= books.noticedPercent || books.used === 0) continue;
      if (books.used * 100 < granted * percent) return;
      books.noticedPercent = percent;
      const usedVcpuSeconds = books.used;
      this.notices.push({ party, percent, usedVcpuSeconds, grantedVcpuSeconds: granted });
    }
  }

  #mutable(holder: HolderKey): MutableBooks {
    const books = this.books.get(holder);
    assert(books !== undefined, 'books are opened before they are used');
    return books;
  }

  #close(holder: HolderKey, month: number): void {
    const books = this.#mutable(holder);
    const closed = inMonth(books, month, this.at);
    if (closed === books) return;
    this.#grant(holder, -books.free, 'reset');
    const used = { holder, book: 'used' } as const;
    this.transfer('reset', used, { holder: outsideOf(holder), book: 'free' }, books.used);
    this.books.set(holder, { ...closed });
    this.entitle(holder, closed);
  }

  /** Below 0: taken back. */
  #grant(holder: HolderKey, vcpuSeconds: number, kind: TransferKind): void {
    const outside: Place = { holder: outsideOf(holder), book: 'free' };
    const free: Place = { holder, book: 'free' };
    if (vcpuSeconds >= 0) this.transfer(kind, outside, free, vcpuSeconds);
    else this.transfer(kind, free, outside, -vcpuSeconds);
  }

  #add({ holder, book }: Place, vcpuSeconds: number): void {
    const books = this.books.get(holder);
    // The outside has no books here: its balance is what all transfers sum to.
    if (books === undefined) return;
    books[book] += vcpuSeconds;
    if (book !== 'free' && books[book] < 0) this.#refuseStranger(holder);
    if (Math.abs(books[book]) <= balanceVcpuSecondsMax) return;
    this.refuse({ code: 'overflow', message: `${holder} would leave the bounds of a balance` });
  }

  /** More leaves a party than it has: the accounts are not its own. */
  #refuseStranger(holder: HolderKey): void {
    const message = `${holder} has less than is taken out of it`;
    this.refuse({ code: 'not-a-member', message });
  }

  #refuseMerged(into: PartyId): void {
    this.refuse({ code: 'party-merged', message: `the party is part of ${into} now` });
  }
}
