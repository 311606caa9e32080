/**
 * The ledger in the data path. For a job that asks to run and says for how long:
 *
 *   facts → tier → standing and a reservation on trial → facts `ledger.*` → policy
 *                                                           │
 *               allow, slow: the reservation is kept ◄──────┴──────► anything else: dropped
 *
 * So the policy knows what the ledger would say before it judges, and what is not admitted reserves
 * nothing. A refusal of the ledger is a fact, and a rule of the policy makes a hold of it. A job
 * reserves once, however often it asks: its reservation is found by the job. One that was admitted
 * and is refused when it asks again may be running already, so it keeps what it has reserved until
 * its end is told or it expires.
 *
 * In shadow mode the books are kept as if the answers had been enforced: what would have been
 * admitted reserves and posts, what would have been held does neither.
 */
import { assert } from '../base/assert.ts';
import { vcpuSecondsMax } from '../base/limits.ts';
import { DAY_MS, type EpochMs, HOUR_MS } from '../base/time.ts';
import type { LedgerBatch, Standing } from '../ledger/ledger.ts';
import { keysOf, type LedgerState } from '../ledger/ledger-state.ts';
import { type Operation, type Reserve, reservationOf } from '../ledger/operation.ts';
import { compareActions } from '../model/action.ts';
import { ADJUSTMENT_SOURCE, type Adjustment } from '../model/adjustment.ts';
import type { OperationKey } from '../model/allowance.ts';
import type { Judgement, Limits } from '../model/decision.ts';
import type { EventType, WrittenEvent } from '../model/event.ts';
import type { Facts } from '../model/fact.ts';
import type { DecisionId } from '../model/ids.ts';
import type { LedgerKeys, LedgerRows } from '../model/ledger-rows.ts';
import { accountRef, type PartyId } from '../model/party.ts';
import type { Tier } from '../model/tier.ts';
import type { Policy } from '../policy/policy.ts';
import type { Candidate } from './candidate.ts';
import { creditOf } from './credit.ts';
import { reservationKeyOf } from './reservation-key.ts';

/**
 * Rows that were read, as the ledger looks at them. Who asks for others has a bug: books that are
 * taken for new because nobody read them would be a whole allowance.
 */
export function ledgerStateOf(keys: LedgerKeys, rows: LedgerRows): LedgerState {
  const books = byKey(keys.holders, rows.books, ({ holder }) => holder);
  const reservation = byKey(keys.reservations, rows.reservations, ({ key }) => key);
  const receipt = byKey(keys.receipts, rows.receipts, ({ key }) => key);
  return { books: (holder) => books(holder)?.books ?? null, reservation, receipt };
}

function byKey<Key extends string, T>(
  asked: readonly Key[],
  found: readonly T[],
  keyOf: (row: T) => Key,
): (key: Key) => T | null {
  const rows = new Map<Key, T | null>(asked.map((key) => [key, null]));
  for (const row of found) rows.set(keyOf(row), row);
  return (key) => {
    const row = rows.get(key);
    assert(row !== undefined, `the ledger was not asked for ${key}`);
    return row;
  };
}

/** All rows that these operations may read, each once. */
export function ledgerKeysOf(operations: readonly Operation[]): LedgerKeys {
  const keys = operations.map(keysOf);
  return {
    holders: [...new Set(keys.flatMap((one) => one.holders))],
    reservations: [...new Set(keys.flatMap((one) => one.reservations))],
    receipts: [...new Set(keys.flatMap((one) => one.receipts))],
  };
}

/** What a candidate asks the ledger for; null: it is not counted. */
export function reserveOf(
  candidate: Candidate,
  party: PartyId,
  facts: Facts,
  policy: Pick<Policy, 'tierOf' | 'poolOf'>,
): Reserve | null {
  const { checkpoint, event, id, reservation } = candidate;
  if (checkpoint !== 'admission') return null;
  const { monthlyVcpuSeconds, assumed } = policy.poolOf(event.subject.provider);
  const told = facts['job.timeoutSeconds'];
  const isTold = typeof told === 'number';
  // Of a request that could not be read nothing is assumed, not even whose it is.
  if (!isTold && (assumed === null || facts['input.problem'] !== '')) return null;
  const tier = policy.tierOf(facts);
  if (tier === null) return null;
  return {
    kind: 'reserve',
    // Each run of a job that does not say how long it may run sets something aside.
    key: isTold ? reservation : (id as string as OperationKey),
    account: accountRef(event.subject.provider, event.subject.account),
    party,
    tier,
    poolMonthlyVcpuSeconds: monthlyVcpuSeconds,
    since: sinceOf(facts, candidate.receivedAt),
    vcpu: numberOr(facts['job.vcpu'], assumed?.vcpu ?? 1),
    timeoutSeconds: Math.ceil(isTold ? told : (assumed?.timeoutSeconds ?? 0)),
    fanOut: Math.max(1, Math.ceil(numberOr(facts['job.fanOut'], 1))),
    untold: isTold || assumed === null ? null : { reservation, ...assumed },
  };
}

/** The keys are the same whatever the tier, which only the decision knows. */
const ANY_TIER: Tier = {
  name: 'new',
  monthlyVcpuSeconds: 0,
  firstDayVcpuSeconds: 0,
  concurrencyMax: 1,
  fanOutMax: 1,
  weight: 1,
  assuredVcpuSecondsPerDay: 0,
};

/** Operations that have the keys of all that deciding a candidate may do. */
export function expectedOperations(
  candidate: Candidate,
  policy: Policy,
  party: PartyId,
): readonly Operation[] {
  const { poolOf } = policy;
  const reserve = reserveOf(candidate, party, candidate.facts, { poolOf, tierOf: () => ANY_TIER });
  const settlement = settlementOf(candidate.event, candidate.id, party, policy);
  return [reserve, settlement].filter((operation) => operation !== null);
}

/** A reservation on trial. */
export interface Asked {
  readonly facts: Facts;
  /** What the answer says once the policy has judged. Keeps the reservation if it admits. */
  limits(judgement: Judgement): Limits;
}

export function askLedger(reserve: Reserve, ledger: LedgerBatch, at: EpochMs): Asked {
  const { standing, attempt } = ledger.ask(reserve, at);
  const state = ledger.reservation(reservationOf(reserve))?.state;
  // The job asks again after its end: its key would give the first answer without reserving.
  const isEnded = reserve.untold === null && state !== undefined && state !== 'pending';
  const refusal = isEnded ? 'already-settled' : attempt.ok ? '' : attempt.error.code;
  const facts: Facts = {
    'ledger.tier': reserve.tier.name,
    'ledger.refusal': refusal,
    'ledger.availableAgain': availableAgain(refusal, standing.ok ? standing.value : null, at),
    ...(standing.ok && {
      'ledger.granted': standing.value.grantedVcpuSeconds,
      'ledger.remaining': standing.value.remainingVcpuSeconds,
      'ledger.usedThisMonth': standing.value.usedVcpuSeconds,
      'ledger.jobsInFlight': standing.value.jobsUnderWay,
    }),
  };
  return {
    facts,
    limits: ({ action, limits }) => {
      if (compareActions(action, 'slow') > 0) return limits;
      if (!attempt.ok || isEnded) return limits;
      attempt.value.keep();
      const { vcpuSeconds, fanOut } = attempt.value.outcome;
      const concurrency = reserve.tier.concurrencyMax;
      return {
        ...limits,
        vcpuSeconds: least(limits.vcpuSeconds, vcpuSeconds),
        concurrency: least(limits.concurrency, concurrency),
        fanOut: least(limits.fanOut, fanOut),
      };
    },
  };
}

/** Whether an event may say something of a job that was admitted, or of an allowance. */
export function settles({ type }: WrittenEvent): boolean {
  return SETTLING.has(type);
}

const SETTLING: ReadonlySet<EventType> = new Set([
  'job.started',
  'job.finished',
  'credit.granted',
  'credit.spent',
  'challenge.completed',
  'review.labelled',
]);

/** What it says; null: nothing. */
export function settlementOf(
  event: WrittenEvent,
  id: DecisionId,
  party: PartyId,
  policy: Pick<Policy, 'poolOf'>,
): Operation | null {
  const { type, subject } = event;
  if (!settles(event)) return null;
  const isReview = type === 'review.labelled';
  if (isReview && event.source === ADJUSTMENT_SOURCE) return adjustmentOf(event, id, party);
  if (type !== 'job.started' && type !== 'job.finished') {
    return creditOf(event, id, party, policy);
  }
  if (subject.job === null) return null;
  const account = accountRef(subject.provider, subject.account);
  const shared = {
    key: id as string as OperationKey,
    account,
    party,
    reservation: reservationKeyOf(subject, id),
  };
  if (type === 'job.started') return { kind: 'start', ...shared };
  return { kind: 'post', ...shared, vcpuSeconds: usedIn(event.body) ?? UNTOLD };
}

/** Written by `adjustmentEvent` alone: its source cannot be sent from outside. */
function adjustmentOf({ subject, body }: WrittenEvent, id: DecisionId, party: PartyId): Operation {
  const account = accountRef(subject.provider, subject.account);
  const { vcpuSeconds, by, reason } = JSON.parse(body) as Adjustment;
  const key = id as string as OperationKey;
  return { kind: 'adjust', key, account, party, vcpuSeconds, by, reason };
}

/** Below every amount, so that the ledger refuses it should it ever get there. */
const UNTOLD = -1;

/**
 * Tells the ledger. An end without an amount counts as all that was reserved: spending fails
 * closed. What the ledger refuses, such as a second end of a job, changes nothing.
 */
export function settleInLedger(
  operation: Operation,
  ledger: LedgerBatch,
  mode: 'live' | 'shadow',
  at: EpochMs,
): void {
  if (operation.kind !== 'post') return void ledger.apply(operation, at);
  const known = ledger.reservation(operation.reservation);
  if (known === null && mode === 'shadow') return;
  const isTold = operation.vcpuSeconds !== UNTOLD;
  // What a job without a timeout held counts once, and further ends of it say nothing.
  if (!isTold && known?.state !== 'pending' && !(known && known.timeoutSeconds > 0)) return;
  const vcpuSeconds = isTold ? operation.vcpuSeconds : (known?.vcpuSeconds ?? 0);
  ledger.apply({ ...operation, vcpuSeconds }, at);
}

/** The event's shape was checked when it came in; an amount that is none is not told. */
function usedIn(body: string): number | null {
  const { vcpuSeconds } = JSON.parse(body) as { readonly vcpuSeconds?: unknown };
  if (typeof vcpuSeconds !== 'number' || !(vcpuSeconds >= 0)) return null;
  return Math.min(Math.ceil(vcpuSeconds), vcpuSecondsMax);
}

/** How a sentence ends that says when the ledger will say otherwise. */
function availableAgain(refusal: string, standing: Standing | null, at: EpochMs): string {
  const isFirstDay = standing !== null && at - standing.since < DAY_MS;
  switch (refusal) {
    case '':
      return '';
    case 'too-many-jobs':
      return 'when one of its jobs has ended';
    case 'already-settled':
    case 'conflict':
    case 'bad-operation':
      return 'as a new job';
    case 'pool-spent':
      return `on ${nextMonth(at)}`;
    default:
      return isFirstDay
        ? `at ${minuteOf(standing.since + DAY_MS)}, after its first day`
        : `on ${nextMonth(at)}`;
  }
}

function nextMonth(at: EpochMs): string {
  const date = new Date(at);
  const next = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
  return new Date(next).toISOString().slice(0, 10);
}

function minuteOf(at: EpochMs): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** As a provider tells it, or as Davylamp knows it. */
function sinceOf(facts: Facts, at: EpochMs): EpochMs {
  const hours = [facts['account.knownHours'], facts['account.ageHours']].map((h) => numberOr(h, 0));
  return Math.round(at - Math.max(...hours) * HOUR_MS);
}

function numberOr(value: unknown, other: number): number {
  return typeof value === 'number' ? value : other;
}

function least(a: number | undefined, b: number): number {
  return a === undefined ? b : Math.min(a, b);
}
