/**
 * A job's life on the ledger: `reserve`, `post` and what settles it otherwise. Its states are drawn
 * in `ledger.ts`.
 */
import {
  expiryAgainMs,
  reservationLateMsMax,
  reservationWaitMsMax,
  vcpuSecondsMax,
} from '../base/limits.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { SECOND_MS } from '../base/time.ts';
import type { Books, HolderKey, Place, Reservation } from '../model/ledger-rows.ts';
import type { Tier } from '../model/tier.ts';
import { accountHolder, grantedOf, partyHolder, poolHolder } from './books.ts';
import type { Draft } from './draft.ts';
import {
  askedVcpuSeconds,
  copiesOf,
  type LedgerError,
  type LedgerErrorCode,
  type Post,
  type Reserve,
  reservationOf,
  type Settle,
  type Untold,
} from './operation.ts';

/** Of a job, in this order. They are made once: an operation asks for their books 20 times. */
export type Holders = readonly [party: HolderKey, account: HolderKey, pool: HolderKey];

export interface Amounts {
  readonly vcpuSeconds: number;
  readonly fanOut: number;
}

export const NOTHING: Amounts = { vcpuSeconds: 0, fanOut: 0 };

export function refuse(code: LedgerErrorCode, message: string): Result<never, LedgerError> {
  return fail({ code, message });
}

export function reserve(draft: Draft, operation: Reserve): Result<Amounts, LedgerError> {
  const before = runBefore(draft, operation);
  return before === null
    ? reserveOpened(draft, operation, openFor(draft, operation))
    : reservedBefore(before, operation);
}

/** The run of the same job that leaves room for no other, or null. */
export function runBefore(draft: Draft, operation: Reserve): Reservation | null {
  const before = draft.reservation(reservationOf(operation));
  return before === null || mayRunAgain(before, operation.untold) ? null : before;
}

/** `reserve` where there is no run before, with the books of its holders open. */
export function reserveOpened(
  draft: Draft,
  operation: Reserve,
  holders: Holders,
): Result<Amounts, LedgerError> {
  const { tier, fanOut, untold } = operation;
  const refusal = draft.refusal() ?? shortage(draft, holders, tier);
  if (refusal !== null) return fail(refusal);
  const ofParty = draft.booksOf(holders[0]);
  const available = draft.leastAvailable(holders);
  const { asked, most } = wanted(ofParty, operation);
  const vcpuSeconds = Math.min(asked, available);
  const isShort = vcpuSeconds < asked;
  if (isShort && ofParty.shortJobs > 0) {
    return refuse('allowance-spent', 'a job is under way for which too little was left');
  }
  for (const holder of holders) {
    draft.transfer('reserve', { holder, book: 'free' }, { holder, book: 'reserved' }, vcpuSeconds);
    draft.countJobs(holder, untold === null ? 1 : 0, isShort ? 1 : 0);
  }
  setAside(draft, operation, { vcpuSeconds, isShort });
  return ok({ vcpuSeconds: Math.min(most, available), fanOut: copiesOf(fanOut, tier) });
}

/** Of a job that says how long it may run there is one run. */
function mayRunAgain(before: Reservation, untold: Untold | null): boolean {
  return untold !== null && !(before.state === 'pending' && isTold(before));
}

/** What a run that says how long it takes has set aside is enough for one that does not. */
function reservedBefore(
  before: Reservation,
  { fanOut, tier, untold }: Reserve,
): Result<Amounts, LedgerError> {
  if (untold !== null && before.state === 'pending')
    return ok({ vcpuSeconds: before.vcpuSeconds, fanOut: copiesOf(fanOut, tier) });
  return refuse('already-settled', 'the job has ended already');
}

/** What a job is to set aside, and the most that it may use. */
function wanted(
  ofParty: Books,
  { vcpu, timeoutSeconds, fanOut, tier, untold }: Reserve,
): { readonly asked: number; readonly most: number } {
  if (untold === null) {
    const asked = askedVcpuSeconds(vcpu, timeoutSeconds, copiesOf(fanOut, tier));
    return { asked, most: asked };
  }
  // Who does not say how long a job may run does not cut its copies either.
  const usual = askedVcpuSeconds(vcpu, untold.usedSeconds, fanOut);
  const granted = grantedOf(ofParty);
  // No ordinary one takes all that is left of a day, and one that is wider than that pays for it.
  const share = Math.floor(Math.max(granted, usual) * untold.shareMax);
  const most = Math.min(askedVcpuSeconds(vcpu, timeoutSeconds, fanOut), vcpuSecondsMax);
  return { asked: Math.min(usual, Math.max(1, share), most), most };
}

function setAside(
  draft: Draft,
  operation: Reserve,
  { vcpuSeconds, isShort }: Pick<Reservation, 'vcpuSeconds' | 'isShort'>,
): void {
  const { account, timeoutSeconds, untold } = operation;
  const key = reservationOf(operation);
  const before = draft.reservation(key);
  const other = before?.state === 'pending' ? before : null;
  const waitMs = untold === null ? reservationWaitMsMax : 0;
  draft.write({
    key,
    account,
    state: 'pending',
    vcpuSeconds: vcpuSeconds + (other?.vcpuSeconds ?? 0),
    isShort: isShort || (other?.isShort ?? false),
    usedVcpuSeconds: 0,
    timeoutSeconds: untold === null ? timeoutSeconds : 0,
    expiresAt: draft.at + waitMs + runMsMax(timeoutSeconds),
  });
}

function isTold({ timeoutSeconds, vcpuSeconds }: Reservation): boolean {
  // A job that nobody asked for has neither.
  return timeoutSeconds > 0 || vcpuSeconds === 0;
}

/** Opens the books of a job's holders and brings them to the terms of its tier. */
export function openFor(draft: Draft, operation: Reserve): Holders {
  const { tier, poolMonthlyVcpuSeconds, since } = operation;
  const holders = holdersOf(operation);
  const [party, account, pool] = holders;
  draft.open(holders);
  draft.knowSince([party, account], since);
  draft.entitle(party, tier);
  draft.entitle(account, tier);
  draft.entitle(pool, {
    monthlyVcpuSeconds: poolMonthlyVcpuSeconds,
    firstDayVcpuSeconds: poolMonthlyVcpuSeconds ?? 0,
  });
  return holders;
}

/** Why not even a second can be reserved, or null. */
function shortage(
  draft: Draft,
  [party, account, pool]: Holders,
  tier: Pick<Tier, 'concurrencyMax'>,
): LedgerError | null {
  const { jobsUnderWay } = draft.booksOf(party);
  if (jobsUnderWay >= tier.concurrencyMax) {
    return { code: 'too-many-jobs', message: `${jobsUnderWay} jobs are under way` };
  }
  const spent: readonly (readonly [HolderKey, LedgerErrorCode])[] = [
    [party, 'allowance-spent'],
    [account, 'account-spent'],
    [pool, 'pool-spent'],
  ];
  const found = spent.find(([holder]) => draft.availableOf(holder) <= 0);
  return found === undefined ? null : { code: found[1], message: `${found[0]} has nothing left` };
}

export function post(draft: Draft, operation: Post): Result<Amounts, LedgerError> {
  const { account, reservation: name, vcpuSeconds } = operation;
  const known = draft.reservation(name);
  if (known !== null && known.account !== account) return otherAccount(known);
  if (known?.state === 'posted' && isTold(known)) return settled(known);
  const reserved = known?.state === 'pending' ? known.vcpuSeconds : 0;
  const due = known === null ? vcpuSeconds : dueOf(known, vcpuSeconds);
  const holders = holdersOf(operation);
  draft.open(holders);
  for (const holder of holders) {
    const free = { holder, book: 'free' } as const;
    const aside = { holder, book: 'reserved' } as const;
    const used = { holder, book: 'used' } as const;
    draft.transfer('post', aside, used, Math.min(reserved, due));
    draft.transfer('return', aside, free, Math.max(0, reserved - due));
    draft.transfer('overrun', free, used, Math.max(0, due - reserved));
  }
  if (known?.state === 'pending') countOut(draft, holders, known);
  draft.write({
    key: name,
    account,
    vcpuSeconds: known?.vcpuSeconds ?? 0,
    isShort: known?.isShort ?? false,
    timeoutSeconds: known?.timeoutSeconds ?? 0,
    expiresAt: known?.expiresAt ?? draft.at,
    state: known !== null && isCharged(known) ? 'expired' : 'posted',
    usedVcpuSeconds: toldUse(known, vcpuSeconds),
  });
  draft.notice(operation.party);
  return ok({ vcpuSeconds, fanOut: 0 });
}

/** What an end adds to what was taken for the job so far. */
function dueOf(known: Reservation, vcpuSeconds: number): number {
  if (!isCharged(known)) return vcpuSeconds;
  const taken = Math.max(known.vcpuSeconds, known.usedVcpuSeconds);
  return Math.max(0, toldUse(known, vcpuSeconds) - taken);
}

/** Its expiry took what it was taken to use. */
function isCharged(known: Reservation): boolean {
  return known.state === 'expired' && !isTold(known);
}

function toldUse(known: Reservation | null, vcpuSeconds: number): number {
  return Math.min((known?.usedVcpuSeconds ?? 0) + vcpuSeconds, vcpuSecondsMax);
}

function countOut(draft: Draft, holders: readonly HolderKey[], known: Reservation): void {
  const jobs = isTold(known) ? 1 : 0;
  for (const holder of holders) draft.countJobs(holder, -jobs, known.isShort ? -1 : 0);
}

export function settle(draft: Draft, operation: Settle): Result<Amounts, LedgerError> {
  const { kind, account } = operation;
  const known = draft.reservation(operation.reservation);
  if (known === null) return refuse('unknown-reservation', 'there is no such reservation');
  if (known.account !== account) return otherAccount(known);
  if (known.state !== 'pending') return settled(known);
  if (kind === 'start') {
    if (!isTold(known)) return ok(NOTHING);
    draft.write({ ...known, expiresAt: draft.at + runMsMax(known.timeoutSeconds) });
    return ok(NOTHING);
  }
  if (kind !== 'void' && draft.at < known.expiresAt) {
    return refuse('not-due', 'the reservation has not expired yet');
  }
  if (kind === 'postpone') {
    draft.write({ ...known, expiresAt: draft.at + expiryAgainMs });
    return ok(NOTHING);
  }
  const holders = holdersOf(operation);
  draft.open(holders);
  const to = kind === 'expire' && !isTold(known) ? 'used' : 'free';
  for (const holder of holders) {
    const from: Place = { holder, book: 'reserved' };
    draft.transfer(kind, from, { holder, book: to }, known.vcpuSeconds);
  }
  countOut(draft, holders, known);
  if (to === 'used') draft.notice(operation.party);
  draft.write({ ...known, state: kind === 'void' ? 'voided' : 'expired' });
  return ok(NOTHING);
}

function otherAccount({ key }: Reservation): Result<never, LedgerError> {
  return refuse('conflict', `the reservation ${key} is another account's`);
}

function settled({ state }: Reservation): Result<never, LedgerError> {
  return refuse('already-settled', `the reservation is ${state}`);
}

function holdersOf({ account, party }: Reserve | Post | Settle): Holders {
  return [partyHolder(party), accountHolder(account), poolHolder(account)];
}

function runMsMax(timeoutSeconds: number): number {
  return timeoutSeconds * SECOND_MS + reservationLateMsMax;
}
