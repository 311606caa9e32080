/**
 * Parties that merge, accounts that change party, and persons who give and take. Each leaves a
 * party's used and reserved the sum of its accounts'.
 */
import type { BookName, Books, HolderKey, TransferKind } from '../model/ledger-rows.ts';
import { accountHolder, outsideOf, partyHolder } from './books.ts';
import type { Draft } from './draft.ts';
import type { Adjust, Merge, Move } from './operation.ts';

/** To the account and its party alike, so that it goes along when the account leaves. */
export function adjust(draft: Draft, { account, party, vcpuSeconds }: Adjust): void {
  const holders = [partyHolder(party), accountHolder(account)];
  draft.open(holders);
  for (const holder of holders) {
    const books = draft.booksOf(holder);
    draft.change(
      holder,
      vcpuSeconds > 0 ? { given: books.given + vcpuSeconds } : { taken: books.taken - vcpuSeconds },
    );
    draft.entitle(holder, books, 'adjust');
  }
  draft.notice(party);
}

export function merge(draft: Draft, { from, into }: Merge): void {
  const [source, target] = [partyHolder(from), partyHolder(into)];
  draft.open([source, target], target);
  const left = draft.booksOf(source);
  const kept = draft.booksOf(target);
  draft.change(target, {
    ...union(left, kept),
    // What was taken stays taken, or else merging with a fresh account would pay a debt.
    taken: left.taken + kept.taken,
    noticedPercent: Math.max(left.noticedPercent, kept.noticedPercent),
  });
  carry(draft, 'merge', { source, target, amounts: left });
  giveBack(draft, source);
  draft.change(source, { given: 0, taken: 0, firstDayUsedBefore: 0, mergedInto: into });
  draft.entitle(target, draft.booksOf(target), 'merge');
  draft.notice(into);
}

export function move(draft: Draft, { accounts, from, into }: Move): void {
  const [source, target] = [partyHolder(from), partyHolder(into)];
  const holders = accounts.map(accountHolder);
  draft.open([source, target, ...holders], target);
  for (const holder of holders) {
    const moved = draft.booksOf(holder);
    const left = draft.booksOf(source);
    const kept = draft.booksOf(target);
    draft.change(target, {
      ...union(moved, kept),
      monthlyVcpuSeconds: larger(left.monthlyVcpuSeconds, kept.monthlyVcpuSeconds),
      firstDayVcpuSeconds: Math.max(left.firstDayVcpuSeconds, kept.firstDayVcpuSeconds),
      taken: kept.taken + moved.taken,
    });
    draft.change(source, {
      firstDayUsedBefore: Math.max(0, left.firstDayUsedBefore - moved.firstDayUsedBefore),
      // What was given stays: whether another account was given as much is not known here.
      taken: Math.max(0, left.taken - moved.taken),
    });
    carry(draft, 'move', { source, target, amounts: moved });
  }
  for (const party of [source, target]) draft.entitle(party, draft.booksOf(party), 'move');
  draft.notice(into);
}

/**
 * The terms of two sides that become one: the larger of either, never the sum. They hold until the
 * next reservation brings the terms of the tier that the policy gives to what is now one party.
 */
function union(a: Books, b: Books): Partial<Books> {
  return {
    since: Math.min(a.since, b.since),
    monthlyVcpuSeconds: larger(a.monthlyVcpuSeconds, b.monthlyVcpuSeconds),
    firstDayVcpuSeconds: Math.max(a.firstDayVcpuSeconds, b.firstDayVcpuSeconds),
    firstDayUsedBefore: a.firstDayUsedBefore + b.firstDayUsedBefore,
    given: Math.max(a.given, b.given),
  };
}

/** Only pools are without a limit, and they never merge. */
function larger(a: number | null, b: number | null): number {
  return Math.max(a ?? 0, b ?? 0);
}

interface Carried {
  readonly source: HolderKey;
  readonly target: HolderKey;
  readonly amounts: Pick<Books, 'used' | 'reserved' | 'jobsUnderWay' | 'shortJobs'>;
}

function carry(draft: Draft, kind: TransferKind, { source, target, amounts }: Carried): void {
  const { used, reserved, jobsUnderWay, shortJobs } = amounts;
  const books: readonly (readonly [BookName, number])[] = [
    ['used', used],
    ['reserved', reserved],
  ];
  for (const [book, vcpuSeconds] of books) {
    draft.transfer(kind, { holder: source, book }, { holder: target, book }, vcpuSeconds);
  }
  draft.countJobs(source, -jobsUnderWay, -shortJobs);
  draft.countJobs(target, jobsUnderWay, shortJobs);
}

/** What is free in a party that is no more, or what it owes. */
function giveBack(draft: Draft, source: HolderKey): void {
  const { free } = draft.booksOf(source);
  const outside = { holder: outsideOf(source), book: 'free' } as const;
  const own = { holder: source, book: 'free' } as const;
  if (free >= 0) draft.transfer('merge', own, outside, free);
  else draft.transfer('merge', outside, own, -free);
}
