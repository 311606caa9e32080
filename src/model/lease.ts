import type { Brand } from '../base/brand.ts';
import type { EpochMs } from '../base/time.ts';
import type { AccountRef, PartyId } from './party.ts';

/** Machines of one kind that wait for jobs together, as the operator names them. */
export type PoolName = Brand<string, 'PoolName'>;

/** A job in a queue: `provider/account/job`. */
export type QueuedJobKey = Brand<string, 'QueuedJobKey'>;

/** A job and how often it has started: another start of the same job is another lease. */
export type LeaseId = Brand<string, 'LeaseId'>;

/** A runner's right to run one job. Without a heartbeat it ends at `expiresAt`. */
export interface Lease {
  readonly id: LeaseId;
  readonly job: QueuedJobKey;
  readonly party: PartyId;
  readonly account: AccountRef;
  readonly runner: string;
  readonly expiresAt: EpochMs;
}

/** What a queue advises a scheduler that is not ours, for the limits of a decision. */
export interface QueueAdvice {
  /** 100 for a party within its share, 5 less for each doubling of the minutes it is ahead. */
  readonly priority: number;
  readonly notBeforeSeconds: number;
  /** Jobs of the party that should run at once. */
  readonly concurrency: number;
  /** Parties whose turn comes first. */
  readonly position: number;
}
