/**
 * The ledger: who may use how much of what is given away. Read `books.ts` for what is kept of a
 * holder and `operation.ts` for what can be asked.
 *
 * Books. A job moves the same amount in the books of three holders at once: its account, the
 * account's party and its provider's pool. So for every month
 *
 *   used and reserved of a party  =  sum over its accounts
 *   used and reserved of a pool   =  sum over the provider's accounts
 *
 * and a party can be merged or taken apart without reading its history. Merging adds what both
 * used and reserved, and grants the larger of the two entitlements, not their sum; what was free in
 * the party that is no more goes back outside. A merged party may so be overdrawn, and has nothing
 * until the month ends. Accounts that leave take along exactly what they used themselves.
 *
 * A job's reservation:
 *
 *   reserve ──► pending ──post──► posted       used is what the job used, the rest is returned
 *                 │  └───void───► voided       it will never run
 *                 └────expire───► expired      its runner is lost: all is returned
 *   voided, expired ──post──► posted           it did run: what it used is taken from what is free
 *   (unknown) ──post──► posted                 the job ran while nobody asked, likewise
 *
 * `start` sets the expiry of a pending one from the start of the job instead of its admission.
 *
 * A reservation holds vCPU × timeout × copies, at most what is left in all three books. One that
 * holds less than the job may use is short; a host that does not enforce it lets the job use more,
 * and what it used beyond is taken too (`overrun`). A party has one short job at a time, and nobody
 * who has nothing left gets a reservation. So a party exceeds its allowance by one job in flight at
 * most, whatever its hosts enforce.
 *
 * Months are calendar months in UTC. The first operation on a holder in a new month closes the old
 * one (`reset`), grants the new (`grant`), and carries over what is reserved. In a holder's first
 * 24 hours it may use the first day's budget, also when a month ends in them.
 *
 * Protocol. `gather` loads what `keysOf` names, `decide` makes one `LedgerBatch` and applies, and
 * `record` writes its `changes()` in the transaction of the batch. An operation is carried out
 * whole or, when it is refused, not at all. It is idempotent by key: a key that was used with the
 * same values gives the same answer again, so that a crash between record and answer costs nothing;
 * with other values it is a conflict. A refusal moves nothing and leaves no receipt.
 */

import { assert } from '../base/assert.ts';
import { sha256Hex } from '../base/hash.ts';
import { reservationLateMsMax, reservationWaitMsMax } from '../base/limits.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { type EpochMs, SECOND_MS } from '../base/time.ts';
import type { AllowanceNotice, OperationKey } from '../model/allowance.ts';
import type {
  Books,
  HolderKey,
  LedgerChanges,
  Receipt,
  Reservation,
  Transfer,
} from '../model/ledger-rows.ts';
import { accountHolder, grantedOf, partyHolder, poolHolder } from './books.ts';
import { Draft } from './draft.ts';
import type { LedgerState } from './ledger-state.ts';
import { adjust, merge, move } from './membership.ts';
import {
  askedVcpuSeconds,
  chosenValues,
  copiesOf,
  type LedgerError,
  type LedgerErrorCode,
  type Operation,
  operationProblem,
  type Post,
  type Reserve,
  type Settle,
} from './operation.ts';

export interface LedgerOutcome {
  /** The key was used before, and this is its answer again. */
  readonly replayed: boolean;
  /** Reserved or posted; 0 for other operations. */
  readonly vcpuSeconds: number;
  /** Copies that the job may start; 0 for other operations. */
  readonly fanOut: number;
  readonly notices: readonly AllowanceNotice[];
}

export interface Attempt {
  readonly outcome: LedgerOutcome;
  /** Carries it out. Before any other operation of the batch is attempted. */
  keep(): void;
}

/** How an account and its party stand at one moment, in whole vCPU-seconds. */
export interface Standing {
  readonly grantedVcpuSeconds: number;
  readonly usedVcpuSeconds: number;
  /** What a reservation could have: the least that is left of party, account and pool. */
  readonly remainingVcpuSeconds: number;
  readonly jobsUnderWay: number;
  /** When the account was first known. */
  readonly since: EpochMs;
}

/** The operations of one batch, each of which sees those before it. */
export class LedgerBatch implements LedgerState {
  readonly #stored: LedgerState;
  readonly #books = new Map<HolderKey, Books>();
  readonly #reservations = new Map<OperationKey, Reservation>();
  readonly #receipts = new Map<OperationKey, Receipt>();
  readonly #transfers: Transfer[] = [];
  readonly #notices: AllowanceNotice[] = [];
  readonly #refusals: LedgerError[] = [];

  constructor(stored: LedgerState) {
    this.#stored = stored;
  }

  books(holder: HolderKey): Books | null {
    return this.#books.get(holder) ?? this.#stored.books(holder);
  }

  reservation(key: OperationKey): Reservation | null {
    return this.#reservations.get(key) ?? this.#stored.reservation(key);
  }

  receipt(key: OperationKey): Receipt | null {
    return this.#receipts.get(key) ?? this.#stored.receipt(key);
  }

  /** `at` is our own clock, never a provider's. */
  apply(operation: Operation, at: EpochMs): Result<LedgerOutcome, LedgerError> {
    const attempt = this.attempt(operation, at);
    if (!attempt.ok) {
      this.#refusals.push(attempt.error);
      return attempt;
    }
    attempt.value.keep();
    return ok(attempt.value.outcome);
  }

  /** What `apply` would answer. Nothing has happened until it is kept. */
  attempt(operation: Operation, at: EpochMs): Result<Attempt, LedgerError> {
    assert(Number.isSafeInteger(at), 'a time is whole milliseconds');
    const problem = operationProblem(operation);
    if (problem !== null) return refuse('bad-operation', problem);
    const chosen = sha256Hex(chosenValues(operation));
    const before = this.receipt(operation.key);
    if (before !== null) return replay(before, chosen);
    const draft = new Draft(this, operation.key, at);
    const applied = applyTo(draft, operation);
    if (!applied.ok) return applied;
    const refusal = draft.refusal();
    if (refusal !== null) return fail(refusal);
    const { vcpuSeconds, fanOut } = applied.value;
    const outcome = { replayed: false, vcpuSeconds, fanOut, notices: draft.notices };
    const keep = (): void => this.#keep(draft, { key: operation.key, chosen, vcpuSeconds, fanOut });
    return ok({ outcome, keep });
  }

  /** What a reservation would find, whether or not it can be made. */
  standing(operation: Reserve, at: EpochMs): Result<Standing, LedgerError> {
    const problem = operationProblem(operation);
    if (problem !== null) return refuse('bad-operation', problem);
    const draft = new Draft(this, operation.key, at);
    const holders = openFor(draft, operation);
    const refusal = draft.refusal();
    if (refusal !== null) return fail(refusal);
    const available = holders.map((holder) => draft.availableOf(holder));
    const { used, jobsUnderWay } = draft.booksOf(partyHolder(operation.party));
    const { since } = draft.booksOf(accountHolder(operation.account));
    const grantedVcpuSeconds = grantedOf(draft.booksOf(partyHolder(operation.party)));
    const remainingVcpuSeconds = Math.max(0, Math.min(...available));
    return ok({
      grantedVcpuSeconds,
      usedVcpuSeconds: used,
      remainingVcpuSeconds,
      jobsUnderWay,
      since,
    });
  }

  /** Shares of allowances that were reached. */
  get notices(): readonly AllowanceNotice[] {
    return this.#notices;
  }

  /** Of operations that were to be carried out, in their order. */
  get refusals(): readonly LedgerError[] {
    return this.#refusals;
  }

  /** All that the batch changed so far, for the transaction that records it. */
  changes(): LedgerChanges {
    const books = [...this.#books].map(([holder, changed]) => ({
      holder,
      books: { ...changed, version: changed.version + 1 },
    }));
    const reservations = [...this.#reservations.values()];
    const receipts = [...this.#receipts.values()];
    return { books, reservations, receipts, transfers: this.#transfers };
  }

  #keep(draft: Draft, receipt: Receipt): void {
    for (const [holder, books] of draft.books) this.#books.set(holder, books);
    for (const written of draft.reservations) this.#reservations.set(written.key, written);
    for (const transfer of draft.transfers) this.#transfers.push(transfer);
    for (const notice of draft.notices) this.#notices.push(notice);
    this.#receipts.set(receipt.key, receipt);
  }
}

interface Amounts {
  readonly vcpuSeconds: number;
  readonly fanOut: number;
}

const NOTHING: Amounts = { vcpuSeconds: 0, fanOut: 0 };

function applyTo(draft: Draft, operation: Operation): Result<Amounts, LedgerError> {
  switch (operation.kind) {
    case 'reserve':
      return reserve(draft, operation);
    case 'post':
      return post(draft, operation);
    case 'start':
    case 'void':
    case 'expire':
      return settle(draft, operation);
    case 'adjust':
      adjust(draft, operation);
      return ok(NOTHING);
    case 'merge':
      merge(draft, operation);
      return ok(NOTHING);
    case 'move':
      move(draft, operation);
      return ok(NOTHING);
  }
}

function replay(before: Receipt, chosen: string): Result<Attempt, LedgerError> {
  if (before.chosen !== chosen) {
    return refuse('conflict', `the key ${before.key} was used before with other values`);
  }
  const { vcpuSeconds, fanOut } = before;
  const outcome = { replayed: true, vcpuSeconds, fanOut, notices: [] };
  return ok({ outcome, keep: () => {} });
}

function refuse(code: LedgerErrorCode, message: string): Result<never, LedgerError> {
  return fail({ code, message });
}

function reserve(draft: Draft, operation: Reserve): Result<Amounts, LedgerError> {
  const { account, party, tier, vcpu, timeoutSeconds, fanOut } = operation;
  if (draft.reservation(operation.key) !== null) {
    return refuse('already-settled', 'the job has ended already');
  }
  const holders = openFor(draft, operation);
  const refusal = draft.refusal() ?? shortage(draft, operation);
  if (refusal !== null) return fail(refusal);
  const copies = copiesOf(fanOut, tier);
  const asked = askedVcpuSeconds(vcpu, timeoutSeconds, copies);
  const vcpuSeconds = Math.min(asked, ...holders.map((holder) => draft.availableOf(holder)));
  const isShort = vcpuSeconds < asked;
  if (isShort && draft.booksOf(partyHolder(party)).shortJobs > 0) {
    return refuse('allowance-spent', 'a job is under way for which too little was left');
  }
  for (const holder of holders) {
    draft.transfer('reserve', { holder, book: 'free' }, { holder, book: 'reserved' }, vcpuSeconds);
    draft.countJobs(holder, 1, isShort ? 1 : 0);
  }
  draft.write({
    key: operation.key,
    account,
    state: 'pending',
    vcpuSeconds,
    isShort,
    usedVcpuSeconds: 0,
    timeoutSeconds,
    expiresAt: draft.at + reservationWaitMsMax + runMsMax(timeoutSeconds),
  });
  return ok({ vcpuSeconds, fanOut: copies });
}

/** Opens the books of a job's holders and brings them to the terms of its tier. */
function openFor(draft: Draft, operation: Reserve): readonly HolderKey[] {
  const { account, party, tier, poolMonthlyVcpuSeconds, since } = operation;
  const holders = holdersOf(operation);
  draft.open(holders);
  draft.knowSince([partyHolder(party), accountHolder(account)], since);
  draft.entitle(partyHolder(party), tier);
  draft.entitle(accountHolder(account), tier);
  draft.entitle(poolHolder(account), {
    monthlyVcpuSeconds: poolMonthlyVcpuSeconds,
    firstDayVcpuSeconds: poolMonthlyVcpuSeconds ?? 0,
  });
  return holders;
}

/** Why not even a second can be reserved, or null. */
function shortage(draft: Draft, { account, party, tier }: Reserve): LedgerError | null {
  const { jobsUnderWay } = draft.booksOf(partyHolder(party));
  if (jobsUnderWay >= tier.concurrencyMax) {
    return { code: 'too-many-jobs', message: `${jobsUnderWay} jobs are under way` };
  }
  const spent: readonly (readonly [HolderKey, LedgerErrorCode])[] = [
    [partyHolder(party), 'allowance-spent'],
    [accountHolder(account), 'account-spent'],
    [poolHolder(account), 'pool-spent'],
  ];
  const found = spent.find(([holder]) => draft.availableOf(holder) <= 0);
  return found === undefined ? null : { code: found[1], message: `${found[0]} has nothing left` };
}

function post(draft: Draft, operation: Post): Result<Amounts, LedgerError> {
  const { account, reservation: name, vcpuSeconds } = operation;
  const known = draft.reservation(name);
  if (known !== null && known.account !== account) return otherAccount(known);
  if (known?.state === 'posted') return settled(known);
  const reserved = known?.state === 'pending' ? known.vcpuSeconds : 0;
  const holders = holdersOf(operation);
  draft.open(holders);
  for (const holder of holders) {
    const free = { holder, book: 'free' } as const;
    const aside = { holder, book: 'reserved' } as const;
    const used = { holder, book: 'used' } as const;
    draft.transfer('post', aside, used, Math.min(reserved, vcpuSeconds));
    draft.transfer('return', aside, free, Math.max(0, reserved - vcpuSeconds));
    draft.transfer('overrun', free, used, Math.max(0, vcpuSeconds - reserved));
    if (known?.state === 'pending') draft.countJobs(holder, -1, known.isShort ? -1 : 0);
  }
  draft.write({
    key: name,
    account,
    vcpuSeconds: known?.vcpuSeconds ?? 0,
    isShort: known?.isShort ?? false,
    timeoutSeconds: known?.timeoutSeconds ?? 0,
    expiresAt: known?.expiresAt ?? draft.at,
    state: 'posted',
    usedVcpuSeconds: vcpuSeconds,
  });
  draft.notice(operation.party);
  return ok({ vcpuSeconds, fanOut: 0 });
}

function settle(draft: Draft, operation: Settle): Result<Amounts, LedgerError> {
  const { kind, account } = operation;
  const known = draft.reservation(operation.reservation);
  if (known === null) return refuse('unknown-reservation', 'there is no such reservation');
  if (known.account !== account) return otherAccount(known);
  if (known.state !== 'pending') return settled(known);
  if (kind === 'start') {
    draft.write({ ...known, expiresAt: draft.at + runMsMax(known.timeoutSeconds) });
    return ok(NOTHING);
  }
  if (kind === 'expire' && draft.at < known.expiresAt) {
    return refuse('not-due', 'the reservation has not expired yet');
  }
  const holders = holdersOf(operation);
  draft.open(holders);
  for (const holder of holders) {
    const from = { holder, book: 'reserved' } as const;
    draft.transfer(kind, from, { holder, book: 'free' }, known.vcpuSeconds);
    draft.countJobs(holder, -1, known.isShort ? -1 : 0);
  }
  draft.write({ ...known, state: kind === 'void' ? 'voided' : 'expired' });
  return ok(NOTHING);
}

function otherAccount({ key }: Reservation): Result<never, LedgerError> {
  return refuse('conflict', `the reservation ${key} is another account's`);
}

function settled({ state }: Reservation): Result<never, LedgerError> {
  return refuse('already-settled', `the reservation is ${state}`);
}

function holdersOf({ account, party }: Reserve | Post | Settle): readonly HolderKey[] {
  return [partyHolder(party), accountHolder(account), poolHolder(account)];
}

function runMsMax(timeoutSeconds: number): number {
  return timeoutSeconds * SECOND_MS + reservationLateMsMax;
}
