import type { Action } from '../model/action.ts';
import type { Checkpoint } from '../model/checkpoint.ts';

export type PipelineStage = 'scan' | 'gather' | 'decide' | 'record';

/** What the pipeline and the adapters count. `docs/reference/metrics.md` lists the names. */
export interface Metrics {
  decided(checkpoint: Checkpoint, action: Action, mode: 'live' | 'shadow'): void;
  /** The caller got the checkpoint's default instead of a decision. */
  defaulted(checkpoint: Checkpoint, cause: DefaultCause): void;
  eventsRecorded(count: number): void;
  batch(requests: number): void;
  stage(stage: PipelineStage, elapsedMs: number): void;
  answered(checkpoint: Checkpoint, elapsedMs: number): void;
  waiting(requests: number): void;
  /** A call with a wrong credential. For `gitlab` an alarm: GitLab admits the job. */
  wrongCredential(surface: string): void;
  /** A party has used this share of its allowance, in percent. */
  allowanceNotice(percent: number): void;
  /** Reservations of jobs that nobody heard of any more. */
  reservationsExpired(count: number): void;
  /** What the ledger was told and did not carry out, by its error code. */
  ledgerRefused(code: string): void;
  policyReload(outcome: 'loaded' | 'refused'): void;
}

/**
 * deadline  the decision was not ready in time
 * overload  too many requests waited already
 * failure   the store or something else inside failed
 */
export type DefaultCause = 'deadline' | 'overload' | 'failure';
