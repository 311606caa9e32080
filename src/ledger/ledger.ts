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
 * `start` sets the expiry of a pending one from the start of the job instead of its admission, and
 * `postpone` puts off one that is due and cannot expire.
 *
 * A job that does not say how long it may run (`untold`) cannot hold its timeout: an hour of a
 * pipeline's every job is more than a first day gives. It holds what such a job usually takes, at
 * most a share of what its party is granted or, where that is more, of what so many copies take.
 * Nobody knows when it is over: so it is not counted as under way, and once it expires it has used
 * what it held. Ends may be told of nevertheless, one for all of it or one for each of its parts,
 * and all that they say counts:
 *
 *   pending ──reserve──► pending               another run of it: both hold
 *   pending ──post──► posted ──post──► posted  the first end returns the rest, each adds its own
 *   pending ──expire──► expired ──post──►      counts beyond what it was taken to use
 *   posted, expired ──reserve──► pending       it runs again
 *
 * A reservation holds vCPU × timeout × copies, at most what is left in all three books. One that
 * holds less than the job may use is short; a host that does not enforce it lets the job use more,
 * and what it used beyond is taken too (`overrun`). A party has one short job at a time, and nobody
 * who has nothing left gets a reservation. So a party exceeds its allowance by one job in flight at
 * most, whatever its hosts enforce. An untold one is admitted while anything is left, and may use
 * more than it holds: what its ends say is taken then, and its party may be overdrawn.
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
import { shortSha256Hex } from '../base/hash.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { EpochMs } from '../base/time.ts';
import type { AllowanceNotice, OperationKey } from '../model/allowance.ts';
import type {
  Books,
  HolderKey,
  LedgerChanges,
  Receipt,
  Reservation,
  Transfer,
} from '../model/ledger-rows.ts';
import { grantedOf } from './books.ts';
import { Draft } from './draft.ts';
import type { LedgerState } from './ledger-state.ts';
import { adjust, merge, move } from './membership.ts';
import {
  chosenValues,
  type LedgerError,
  type Operation,
  operationProblem,
  type Reserve,
} from './operation.ts';
import {
  type Amounts,
  type Holders,
  NOTHING,
  openFor,
  post,
  refuse,
  reserve,
  reserveOpened,
  runBefore,
  settle,
} from './reservation.ts';

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

export interface Asked {
  readonly standing: Result<Standing, LedgerError>;
  readonly attempt: Result<Attempt, LedgerError>;
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
    return this.#draw(operation, new Draft(this, operation.key, at), applyTo);
  }

  /** A reservation on trial, and what it finds whether or not it can be made. */
  ask(operation: Reserve, at: EpochMs): Asked {
    const problem = operationProblem(operation);
    if (problem !== null) {
      const refused = refuse('bad-operation', problem);
      return { standing: refused, attempt: refused };
    }
    const draft = new Draft(this, operation.key, at);
    const holders = openFor(draft, operation);
    const standing = standingOf(draft, holders);
    // Its books are open: to open them anew took as long as all else that is asked.
    const attempt =
      runBefore(draft, operation) === null
        ? this.#draw(operation, draft, () => reserveOpened(draft, operation, holders))
        : this.attempt(operation, at);
    return { standing, attempt };
  }

  #draw(
    operation: Operation,
    draft: Draft,
    apply: (draft: Draft, operation: Operation) => Result<Amounts, LedgerError>,
  ): Result<Attempt, LedgerError> {
    const { key } = operation;
    const chosen = shortSha256Hex(chosenValues(operation));
    const before = this.receipt(key);
    if (before !== null) return replay(before, chosen);
    const applied = apply(draft, operation);
    if (!applied.ok) return applied;
    const refusal = draft.refusal();
    if (refusal !== null) return fail(refusal);
    const { vcpuSeconds, fanOut } = applied.value;
    const outcome = { replayed: false, vcpuSeconds, fanOut, notices: draft.notices };
    return ok({ outcome, keep: () => this.#keep(draft, { key, chosen, vcpuSeconds, fanOut }) });
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

function applyTo(draft: Draft, operation: Operation): Result<Amounts, LedgerError> {
  switch (operation.kind) {
    case 'reserve':
      return reserve(draft, operation);
    case 'post':
      return post(draft, operation);
    case 'start':
    case 'void':
    case 'expire':
    case 'postpone':
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

function standingOf(draft: Draft, holders: Holders): Result<Standing, LedgerError> {
  const refusal = draft.refusal();
  if (refusal !== null) return fail(refusal);
  const [party, account] = holders;
  const books = draft.booksOf(party);
  return ok({
    grantedVcpuSeconds: grantedOf(books),
    usedVcpuSeconds: books.used,
    remainingVcpuSeconds: Math.max(0, draft.leastAvailable(holders)),
    jobsUnderWay: books.jobsUnderWay,
    since: draft.booksOf(account).since,
  });
}

function replay(before: Receipt, chosen: string): Result<Attempt, LedgerError> {
  if (before.chosen !== chosen) {
    return refuse('conflict', `the key ${before.key} was used before with other values`);
  }
  const { vcpuSeconds, fanOut } = before;
  const outcome = { replayed: true, vcpuSeconds, fanOut, notices: [] };
  return ok({ outcome, keep: () => {} });
}
