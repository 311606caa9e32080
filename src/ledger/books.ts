/**
 * Books: what the ledger keeps of one holder. A holder is a party, an account, a provider's pool or
 * the outside, where all compute comes from. Three of the numbers are balances in the double-entry
 * sense, and only transfers change them:
 *
 *   free      may still be reserved; below 0 once the holder is overdrawn
 *   reserved  set aside for jobs under way; never below 0
 *   used      used in this month; never below 0
 *
 * Their sum is what was granted. Over all holders and the outside, all balances sum to 0.
 */
import { assert } from '../base/assert.ts';
import { DAY_MS, type EpochMs } from '../base/time.ts';
import type { Allowance } from '../model/allowance.ts';
import type { Books, HolderKey } from '../model/ledger-rows.ts';
import type { AccountRef, PartyId } from '../model/party.ts';

export type HolderKind = 'party' | 'account' | 'pool';

export function partyHolder(party: PartyId): HolderKey {
  return `party:${party}` as HolderKey;
}

export function accountHolder(account: AccountRef): HolderKey {
  return `account:${account}` as HolderKey;
}

/** The pool of an account's provider. */
export function poolHolder(account: AccountRef): HolderKey {
  return `pool:${account.slice(0, account.indexOf('/'))}` as HolderKey;
}

/** Where what a holder is granted comes from, and goes when the month is over. */
export function outsideOf(holder: HolderKey): HolderKey {
  return `outside:${kindOf(holder)}` as HolderKey;
}

export function kindOf(holder: HolderKey): HolderKind {
  const kind = holder.slice(0, holder.indexOf(':'));
  assert(kind === 'party' || kind === 'account' || kind === 'pool', 'the outside has no books');
  return kind;
}

export function emptyBooks(at: EpochMs): Books {
  return {
    free: 0,
    reserved: 0,
    used: 0,
    jobsUnderWay: 0,
    shortJobs: 0,
    month: monthOf(at),
    since: at,
    monthlyVcpuSeconds: 0,
    firstDayVcpuSeconds: 0,
    firstDayUsedBefore: 0,
    given: 0,
    taken: 0,
    noticedPercent: 0,
    mergedInto: null,
    version: 0,
  };
}

export function monthOf(at: EpochMs): number {
  const date = new Date(at);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

export function grantedOf({ free, reserved, used }: Books): number {
  return free + reserved + used;
}

/**
 * What the holder is to be granted now, null without a limit. A first day that spans the end of a
 * month has one budget: what was used of it before is taken off.
 */
export function entitlementOf(books: Books, at: EpochMs): number | null {
  const { monthlyVcpuSeconds: monthly, given, taken } = books;
  if (monthly === null) return null;
  const firstDay = Math.max(0, books.firstDayVcpuSeconds - books.firstDayUsedBefore);
  const basis = inFirstDay(books, at) ? Math.min(monthly, firstDay) : monthly;
  return Math.max(0, basis + given - taken);
}

export function inFirstDay({ since }: Books, at: EpochMs): boolean {
  return at - since < DAY_MS;
}

/** The books as they are in that month; those of an earlier one are closed. */
export function inMonth(books: Books, month: number, at: EpochMs): Books {
  if (month <= books.month) return books;
  return {
    ...books,
    free: 0,
    used: 0,
    month,
    firstDayUsedBefore: inFirstDay(books, at) ? books.firstDayUsedBefore + books.used : 0,
    given: 0,
    taken: 0,
    noticedPercent: 0,
  };
}

/** What a person is shown of a party at this time, whether or not it was active this month. */
export function allowanceOf(books: Books, at: EpochMs): Allowance {
  const now = inMonth(books, monthOf(at), at);
  const granted = entitlementOf(now, at) ?? grantedOf(now);
  return {
    grantedVcpuSeconds: granted,
    reservedVcpuSeconds: now.reserved,
    usedVcpuSeconds: now.used,
    remainingVcpuSeconds: Math.max(0, granted - now.reserved - now.used),
    jobsUnderWay: now.jobsUnderWay,
  };
}
