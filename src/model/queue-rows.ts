/** What is kept of the queue of one pool. `queue/pool-queue.ts` says what it means. */
import type { EpochMs } from '../base/time.ts';
import type { LeaseId, PoolName, QueuedJobKey } from './lease.ts';
import type { AccountRef, PartyId } from './party.ts';
import type { Tier } from './tier.ts';

export interface PoolRow {
  readonly pool: PoolName;
  /** Jobs that can run at once. */
  readonly slots: number;
  readonly virtualTime: number;
  /** The largest tag given: virtual time once nobody has a job. */
  readonly tagMax: number;
  /** Given to the next job or party; a job keeps its own when its lease runs out. */
  readonly nextSequence: number;
  /** What may start out of turn, in vCPU-seconds times `queueAgedShare`; below 0 it has to wait. */
  readonly agedCredit: number;
  /** The most jobs that ran at once in the day that began then, and in the one before. */
  readonly peak: Peak;
  readonly peakBefore: Peak;
  readonly peakSince: EpochMs;
}

/** Of the first lane, and of the second. */
export type Peak = readonly [trusted: number, fresh: number];

/**
 * 0  trusted: within what is assured to its tier, which is not that of new parties
 * 1  fresh: a new party within what is assured to it
 * 2  spare: whoever had that
 */
export type Lane = 0 | 1 | 2;

/** A party that has jobs here, or had some within a day. */
export interface PartyRow {
  readonly party: PartyId;
  /** Of the job with which it came; no other party has it. */
  readonly sequence: number;
  readonly tier: Tier;
  /** Of its next job; while none waits, the finish tag of its last. */
  readonly startTag: number;
  readonly waiting: number;
  readonly running: number;
  /** What its jobs used in the day that began then, with what those may use that run. */
  readonly usedVcpuSeconds: number;
  readonly usedSince: EpochMs;
  readonly lane: Lane;
  /** Its next job, and since when it is the next and could start. */
  readonly head: HeadJob | null;
}

export interface HeadJob {
  readonly sequence: number;
  readonly costVcpuSeconds: number;
  readonly since: EpochMs;
}

export interface JobRow {
  readonly key: QueuedJobKey;
  readonly party: PartyId;
  readonly account: AccountRef;
  /** vCPU × timeout × copies, for the turn of the party. */
  readonly costVcpuSeconds: number;
  readonly sequence: number;
  readonly enqueuedAt: EpochMs;
  /** How often it has started. */
  readonly attempts: number;
  readonly lease: JobLease | null;
}

export interface JobLease {
  readonly id: LeaseId;
  readonly runner: string;
  readonly expiresAt: EpochMs;
  /** Somebody else's scheduler started it: when it ends unheard of, it is not started again. */
  readonly isObserved: boolean;
  readonly lane: Lane;
}

/** What changed since the last commit, for the transaction that records it; null: removed. */
export interface PoolChanges {
  readonly pool: PoolRow;
  readonly parties: readonly (readonly [PartyId, PartyRow | null])[];
  readonly jobs: readonly (readonly [QueuedJobKey, JobRow | null])[];
}

export interface PoolRows {
  readonly pool: PoolRow;
  readonly parties: Iterable<PartyRow>;
  readonly jobs: Iterable<JobRow>;
}
