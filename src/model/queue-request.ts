/** What a scheduler can ask of the queue of a pool, and what it is told. */
import type { EpochMs } from '../base/time.ts';
import type { Facts } from './fact.ts';
import type { Lease, LeaseId, PoolName, QueueAdvice, QueuedJobKey } from './lease.ts';
import type { AccountRef, PartyId } from './party.ts';

export type QueueRequest =
  /** The pool is made when there is none of this name. */
  | { readonly kind: 'resize'; readonly pool: PoolName; readonly slots: number }
  | { readonly kind: 'look'; readonly pool: PoolName }
  | { readonly kind: 'enqueue'; readonly pool: PoolName; readonly job: AdmittedJob }
  | { readonly kind: 'lease'; readonly pool: PoolName; readonly runner: string }
  | { readonly kind: 'heartbeat'; readonly pool: PoolName; readonly lease: LeaseId }
  | {
      readonly kind: 'release';
      readonly pool: PoolName;
      readonly lease: LeaseId;
      /** What the job used; null for what it was expected to use. */
      readonly vcpuSeconds: number | null;
    }
  | { readonly kind: 'withdraw'; readonly pool: PoolName; readonly job: QueuedJobKey };

/** A job that a decision has admitted. */
export interface AdmittedJob {
  readonly key: QueuedJobKey;
  readonly account: AccountRef;
  /** Of the decision: the policy tells the party's tier from them. */
  readonly facts: Facts;
  readonly costVcpuSeconds: number;
}

export interface PoolView {
  readonly pool: PoolName;
  readonly slots: number;
  readonly waiting: number;
  readonly running: number;
}

export interface QueuedJob {
  readonly job: QueuedJobKey;
  readonly party: PartyId;
  readonly costVcpuSeconds: number;
  readonly enqueuedAt: EpochMs;
}

export interface GivenUpJob {
  readonly job: QueuedJobKey;
  readonly why: 'waited-too-long' | 'runners-lost' | 'end-not-heard';
}

export type QueueReply =
  | { readonly kind: 'pool'; readonly view: PoolView }
  | { readonly kind: 'job'; readonly job: QueuedJob }
  /** The job waits, and this is what a scheduler of its own would be advised. */
  | { readonly kind: 'queued'; readonly job: QueuedJob; readonly advice: QueueAdvice }
  | {
      readonly kind: 'leased';
      readonly lease: Lease | null;
      readonly dropped: readonly GivenUpJob[];
    }
  | { readonly kind: 'kept'; readonly lease: Lease }
  | { readonly kind: 'refused'; readonly code: QueueRefusal; readonly message: string };

/**
 * no-pool         there is no pool of this name
 * too-many-pools  there are as many pools as may be
 * no-job          no such job waits or runs in the pool
 * and those of `queue/pool-queue.ts`
 */
export type QueueRefusal =
  | 'no-pool'
  | 'too-many-pools'
  | 'no-job'
  | 'bad-job'
  | 'conflict'
  | 'queue-full'
  | 'party-full'
  | 'lease-lost';
