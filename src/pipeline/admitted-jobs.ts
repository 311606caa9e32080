/**
 * Jobs that were admitted and are not over, so that a decision can advise a provider's own
 * scheduler. A queue in memory for each provider whose pool has `slots` in the policy; whatever is
 * asked of it takes O(log n) steps.
 *
 *   admitted ──► waiting ──job.started──► running ──job.finished──► gone
 *                   │                        └── its end is not heard in time ──► gone
 *                   └── nothing is heard of it for a day ──► gone
 *
 * It stands or falls with the batch that it learns from, as the linker does, and is not stored: a
 * server that starts knows of no job, advises as if nothing ran, and is right again after as long
 * as jobs wait and run. The ledger, which is stored, bounds what anybody gets meanwhile.
 */
import {
  advisedJobsMax,
  advisedLateMs,
  advisedSweepMax,
  queueCostUsual,
  queueCostVcpuSecondsMax,
  queueWaitMsMax,
} from '../base/limits.ts';
import { type EpochMs, SECOND_MS } from '../base/time.ts';
import type { Operation } from '../ledger/operation.ts';
import { compareActions } from '../model/action.ts';
import type { Judgement, Limits } from '../model/decision.ts';
import type { FactName, Facts } from '../model/fact.ts';
import { formatSubject, type Subject } from '../model/ids.ts';
import type { PoolName, QueuedJobKey } from '../model/lease.ts';
import { accountRef, type PartyId, type PartyMove } from '../model/party.ts';
import type { Assumed } from '../model/pool.ts';
import { DEFAULT_TIERS } from '../model/tier.ts';
import { strictestLimits } from '../policy/judge.ts';
import type { Policy } from '../policy/policy.ts';
import { adviceFor } from '../queue/advice.ts';
import type { NewJob, PoolQueue } from '../queue/pool-queue.ts';
import { Queue } from '../queue/queue.ts';
import type { Candidate } from './candidate.ts';

export interface Advised {
  readonly facts: Facts;
  /** With what the policy and the ledger say. The job waits from now on, if it is admitted. */
  limits(judgement: Judgement, limits: Limits): Limits;
}

export class AdmittedJobs {
  readonly #queue: Queue;
  readonly #jobsMax: number;

  constructor(jobsMax: number = advisedJobsMax) {
    this.#jobsMax = jobsMax;
    this.#queue = new Queue([], { waitingMax: jobsMax, partiesMax: jobsMax });
  }

  /** Null where the policy gives no slots, or nobody asks for a job. */
  advise(
    { checkpoint, event, receivedAt: at }: Candidate,
    party: PartyId,
    facts: Facts,
    policy: Policy,
  ): Advised | null {
    const { subject } = event;
    if (checkpoint !== 'admission') return null;
    const { slots, assumed } = policy.poolOf(subject.provider);
    const pool = slots === null ? null : this.#pool(subject, slots);
    if (pool === null) return null;
    pool.sweep(at, advisedSweepMax);
    const tier = policy.tierOf(facts) ?? DEFAULT_TIERS.new;
    const job = jobOf(subject, { party, tier, costVcpuSeconds: costOf(facts, assumed) });
    const { position, ...limits } = adviceFor(pool, job);
    const { state } = pool;
    return {
      facts: {
        'queue.position': position,
        'queue.waiting': state.longestWaiting.size,
        'queue.running': state.leased.size,
        'queue.partyWaiting': state.waiting.count(party),
        'queue.partyRunning': state.runningCountOf(party),
        'queue.notBeforeSeconds': limits.notBeforeSeconds,
      },
      limits: ({ action }, others) => {
        if (compareActions(action, 'slow') > 0) return others;
        const costVcpuSeconds = Math.max(1, others.vcpuSeconds ?? job.costVcpuSeconds);
        if (subject.job !== null) this.#enqueue(pool, { ...job, costVcpuSeconds }, at);
        return strictestLimits([others, limits]);
      },
    };
  }

  /** What an event says of a job: that it runs, or that it is over. */
  settle(subject: Subject, settlement: Operation | null, at: EpochMs): void {
    if (settlement === null || subject.job === null) return;
    const pool = this.#queue.known(subject.provider as string as PoolName);
    const job = pool?.state.jobs.get(keyOf(subject)) ?? null;
    if (pool === null || job === null) return;
    if (settlement.kind !== 'start' && settlement.kind !== 'post') return;
    const expiresAt = at + runMsMax(job.costVcpuSeconds);
    const begun = job.lease ?? pool.begin(job.key, subject.provider, expiresAt, at);
    if (settlement.kind !== 'post' || begun === null) return;
    // Below 0 it was not told: what the job might have used.
    const { vcpuSeconds } = settlement;
    pool.release(begun.id, vcpuSeconds < 0 ? null : vcpuSeconds, at);
  }

  follow(moves: readonly PartyMove[], at: EpochMs): void {
    if (moves.length > 0) this.#queue.follow(moves, at);
  }

  commit(): void {
    this.#queue.commit();
  }

  rollback(): void {
    this.#queue.rollback();
  }

  #pool({ provider }: Subject, slots: number): PoolQueue | null {
    const made = this.#queue.pool(provider as string as PoolName, slots);
    if (!made.ok) return null;
    if (made.value.state.row.slots !== slots) made.value.resize(slots);
    return made.value;
  }

  /** Where as many are known as may be, the job is not counted; its advice was given. */
  #enqueue(pool: PoolQueue, job: NewJob, at: EpochMs): void {
    if (pool.state.jobs.size < this.#jobsMax) pool.enqueue(job, at);
  }
}

function jobOf(subject: Subject, rest: Omit<NewJob, 'key' | 'account'>): NewJob {
  return { key: keyOf(subject), account: accountRef(subject.provider, subject.account), ...rest };
}

function keyOf(subject: Subject): QueuedJobKey {
  return formatSubject(subject) as QueuedJobKey;
}

/** What the job asks for. */
function costOf(facts: Facts, assumed: Assumed | null): number {
  const seconds = numberIn(facts, 'job.timeoutSeconds') ?? assumed?.usedSeconds ?? queueCostUsual;
  const vcpu = numberIn(facts, 'job.vcpu') ?? assumed?.vcpu ?? 1;
  const cost = Math.ceil(seconds * vcpu * Math.max(1, numberIn(facts, 'job.fanOut') ?? 1));
  return Math.min(Math.max(1, cost), queueCostVcpuSecondsMax);
}

function numberIn(facts: Facts, name: FactName): number | null {
  const value = facts[name];
  return typeof value === 'number' ? value : null;
}

/** On half a vCPU it may take twice its cost. */
function runMsMax(costVcpuSeconds: number): number {
  return Math.min(queueWaitMsMax, 2 * costVcpuSeconds * SECOND_MS + advisedLateMs);
}
