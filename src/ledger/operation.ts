/** What the ledger can be asked to do, and why it may refuse. */
import {
  balanceVcpuSecondsMax,
  fanOutMax,
  jobSecondsMax,
  jobVcpuMax,
  ledgerMovedAccountsMax,
  nameLengthMax,
  reasonLengthMax,
  vcpuSecondsMax,
} from '../base/limits.ts';
import type { EpochMs } from '../base/time.ts';
import type { OperationKey } from '../model/allowance.ts';
import type { AccountRef, PartyId } from '../model/party.ts';
import { type Tier, tierProblem } from '../model/tier.ts';

/** Whom a job belongs to. The party is the account's at this moment, as the linker has it. */
interface OfJob {
  readonly key: OperationKey;
  readonly account: AccountRef;
  readonly party: PartyId;
}

/** An operation on a reservation, which is named by the key of the `reserve` that made it. */
interface OfReservation extends OfJob {
  readonly reservation: OperationKey;
}

/** How a job is counted that does not say how long it may run; see `ledger.ts`. */
export interface Untold {
  /** Names what all runs of the job that are under way have set aside. */
  readonly reservation: OperationKey;
  /** What a copy is taken to run for. */
  readonly usedSeconds: number;
  /**
   * The most that one run sets aside, as a share of what its party is granted or of what its copies
   * usually take, whichever is more.
   */
  readonly shareMax: number;
}

export interface Reserve extends OfJob {
  readonly kind: 'reserve';
  readonly tier: Tier;
  /** What the provider gives away in a month, or null for no limit. */
  readonly poolMonthlyVcpuSeconds: number | null;
  /** When the account was first known; null: now, if the ledger does not know better. */
  readonly since: EpochMs | null;
  readonly vcpu: number;
  readonly timeoutSeconds: number;
  readonly fanOut: number;
  /** Null when the job said so itself. */
  readonly untold: Untold | null;
}

export interface Post extends OfReservation {
  readonly kind: 'post';
  /** What the job used, all copies together. */
  readonly vcpuSeconds: number;
}

/**
 * start     it runs
 * void      it will never run
 * expire    nobody has heard of it for too long
 * postpone  it cannot expire, and lets those pass that can
 */
export interface Settle extends OfReservation {
  readonly kind: 'start' | 'void' | 'expire' | 'postpone';
}

export interface Adjust extends OfJob {
  readonly kind: 'adjust';
  /** Below 0: taken away. */
  readonly vcpuSeconds: number;
  readonly by: string;
  readonly reason: string;
}

/** All accounts of `from` are in `into` now; also a change of a party's id. */
export interface Merge {
  readonly kind: 'merge';
  readonly key: OperationKey;
  readonly from: PartyId;
  readonly into: PartyId;
}

/** These accounts left `from` for `into`, which may be new. */
export interface Move {
  readonly kind: 'move';
  readonly key: OperationKey;
  readonly accounts: readonly AccountRef[];
  readonly from: PartyId;
  readonly into: PartyId;
}

export type Operation = Reserve | Post | Settle | Adjust | Merge | Move;

/**
 * bad-operation        a name, number or list is out of its bounds
 * conflict             the key was used before with other values
 * party-merged         the party is no more; read again what party the account has
 * not-a-member         the accounts used more than the party they are said to leave
 * too-many-jobs        the party has as many jobs under way as its tier allows
 * allowance-spent      the party has nothing left
 * account-spent        the account has nothing left; in its first day, of the first day's budget
 * pool-spent           the provider gives nothing more away this month
 * unknown-reservation  there is none of this name
 * already-settled      the reservation is posted, voided or expired
 * not-due              the reservation has not expired yet
 * overflow             a balance would leave its bounds
 */
export type LedgerErrorCode =
  | 'bad-operation'
  | 'conflict'
  | 'party-merged'
  | 'not-a-member'
  | 'too-many-jobs'
  | 'allowance-spent'
  | 'account-spent'
  | 'pool-spent'
  | 'unknown-reservation'
  | 'already-settled'
  | 'not-due'
  | 'overflow';

export interface LedgerError {
  readonly code: LedgerErrorCode;
  readonly message: string;
}

/** What is wrong with an operation by itself, or null. */
export function operationProblem(operation: Operation): string | null {
  if (!isName(operation.key)) return 'the key is empty or too long';
  if ('reservation' in operation && !isName(operation.reservation)) return 'no reservation named';
  switch (operation.kind) {
    case 'reserve':
      return reserveProblem(operation);
    case 'post':
      if (isWithin(operation.vcpuSeconds, 0, vcpuSecondsMax)) return null;
      return 'vcpuSeconds of a post is no whole number within its bounds';
    case 'adjust':
      return adjustProblem(operation);
    case 'merge':
      return operation.from === operation.into ? 'a party cannot merge with itself' : null;
    case 'move':
      return moveProblem(operation);
    case 'start':
    case 'void':
    case 'expire':
    case 'postpone':
      return null;
  }
}

function reserveProblem(operation: Reserve): string | null {
  const { vcpu, timeoutSeconds, fanOut, tier, untold, ...rest } = operation;
  if (!(vcpu > 0 && vcpu <= jobVcpuMax)) return `vcpu is not above 0 and up to ${jobVcpuMax}`;
  if (!isWithin(timeoutSeconds, 1, jobSecondsMax)) return 'timeoutSeconds is out of its bounds';
  if (!isWithin(fanOut, 1, fanOutMax)) return 'fanOut is out of its bounds';
  const pool = rest.poolMonthlyVcpuSeconds;
  if (pool !== null && !isWithin(pool, 0, balanceVcpuSecondsMax / 2))
    return 'the pool is out of its bounds';
  if (rest.since !== null && !Number.isSafeInteger(rest.since)) return 'since is no time';
  const problem = tierProblem(tier);
  if (problem !== null) return problem;
  if (untold !== null) return untoldProblem(untold);
  return askedVcpuSeconds(vcpu, timeoutSeconds, copiesOf(fanOut, tier)) <= vcpuSecondsMax
    ? null
    : 'the job asks for more than any reservation may hold';
}

function untoldProblem({ reservation, usedSeconds, shareMax }: Untold): string | null {
  if (!isName(reservation)) return 'no reservation named';
  if (!isWithin(usedSeconds, 1, jobSecondsMax)) return 'usedSeconds is out of its bounds';
  return shareMax > 0 && shareMax <= 1 ? null : 'shareMax is not above 0 and up to 1';
}

function adjustProblem({ vcpuSeconds, by, reason }: Adjust): string | null {
  const amount = Math.abs(vcpuSeconds);
  if (!isWithin(amount, 1, vcpuSecondsMax)) return 'vcpuSeconds is out of its bounds';
  if (!isName(by)) return 'an adjustment says who made it';
  return reason.length > 0 && reason.length <= reasonLengthMax
    ? null
    : `an adjustment has a reason of at most ${reasonLengthMax} characters`;
}

function moveProblem({ accounts, from, into }: Move): string | null {
  if (from === into) return 'accounts cannot move to where they are';
  if (new Set(accounts).size !== accounts.length) return 'an account stands there twice';
  return isWithin(accounts.length, 1, ledgerMovedAccountsMax)
    ? null
    : `from 1 to ${ledgerMovedAccountsMax} accounts move at once`;
}

/** Under which name it sets something aside. A job that says how long it runs does so once. */
export function reservationOf({ key, untold }: Reserve): OperationKey {
  return untold === null ? key : untold.reservation;
}

export function copiesOf(fanOut: number, { fanOutMax: most }: Tier): number {
  return Math.min(fanOut, most);
}

/**
 * vCPU × time × copies, rounded up once. vCPUs are counted in thousandths, as hosts do, so that the
 * product is exact: 0.1 × 30 is 3, not 4.
 */
export function askedVcpuSeconds(vcpu: number, seconds: number, copies: number): number {
  const few = Math.ceil(vcpu * 1_000) * seconds * copies;
  // Nearly all. Big numbers take 0.4 µs a time, and each decision asks three times.
  if (few < 2 ** 50) return Math.ceil(few / 1_000);
  const asked = BigInt(Math.ceil(vcpu * 1_000)) * BigInt(seconds) * BigInt(copies);
  return Number((asked + 999n) / 1_000n);
}

/**
 * What the caller chose, which a second use of the key must repeat. What the server adds by its own
 * knowledge (party, tier, time) may have changed between a crash and the repetition.
 */
export function chosenValues(operation: Operation): string {
  const { kind } = operation;
  switch (kind) {
    case 'reserve': {
      const { account, vcpu, timeoutSeconds, fanOut } = operation;
      return JSON.stringify([kind, account, vcpu, timeoutSeconds, fanOut]);
    }
    case 'post':
      return JSON.stringify([
        kind,
        operation.account,
        operation.reservation,
        operation.vcpuSeconds,
      ]);
    case 'start':
    case 'void':
    case 'expire':
    case 'postpone':
      return JSON.stringify([kind, operation.account, operation.reservation]);
    case 'adjust': {
      const { account, vcpuSeconds, by, reason } = operation;
      return JSON.stringify([kind, account, vcpuSeconds, by, reason]);
    }
    case 'merge':
      return JSON.stringify([kind, operation.from, operation.into]);
    case 'move':
      return JSON.stringify([kind, operation.from, operation.into, ...operation.accounts]);
  }
}

function isName(text: string): boolean {
  return text.length > 0 && text.length <= nameLengthMax;
}

function isWithin(value: number, least: number, most: number): boolean {
  return Number.isSafeInteger(value) && value >= least && value <= most;
}
