import type { EpochMs } from '../base/time.ts';
import type { Action } from './action.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { Facts } from './fact.ts';
import type { DefinitionReport, Finding } from './finding.ts';
import type { DecisionId, Subject } from './ids.ts';

/** What an answer allows. Absent means unlimited by this decision. */
export interface Limits {
  /** What was reserved for this job. */
  readonly vcpuSeconds?: number;
  readonly concurrency?: number;
  readonly fanOut?: number;
  readonly priority?: number;
  readonly notBeforeSeconds?: number;
  /** Share of one CPU, 0 to 1. */
  readonly cpuShare?: number;
  readonly memoryBytes?: number;
}

export const LIMIT_NAMES = [
  'vcpuSeconds',
  'concurrency',
  'fanOut',
  'priority',
  'notBeforeSeconds',
  'cpuShare',
  'memoryBytes',
] as const satisfies readonly (keyof Limits)[];

/** A policy rule that fired, with its reason filled in from the facts. */
export interface FiredRule {
  readonly id: string;
  readonly action: Action;
  readonly limits: Limits;
  readonly ttlSeconds: number;
  readonly reason: string;
}

/** What a policy makes of the facts. Pure: the same facts and policy give the same bytes. */
export interface Judgement {
  readonly action: Action;
  readonly limits: Limits;
  /** How long the answer holds; 0 when it is for this request only. */
  readonly ttlSeconds: number;
  /** Live rules that fired, severest first. */
  readonly rules: readonly FiredRule[];
  /** Rules in shadow mode that fired, severest first. */
  readonly shadow: readonly FiredRule[];
}

/** The answer at a checkpoint: an action and its reasons. */
export interface Decision {
  readonly id: DecisionId;
  readonly checkpoint: Checkpoint;
  readonly action: Action;
  readonly limits: Limits;
  readonly ttlSeconds: number;
  /** Probability of abuse, 1 / (1 + 2^-(prior + bits)). */
  readonly risk: number;
  readonly bits: number;
  readonly reasons: readonly string[];
  readonly rules: readonly FiredRule[];
  readonly shadow: readonly FiredRule[];
  readonly findings: readonly Finding[];
  /** The account's party when it was decided; null in decisions before there were parties. */
  readonly party: string | null;
  /** Revision of the policy that decided: 16 hex digits of its SHA-256. */
  readonly policy: string;
  readonly at: EpochMs;
}

/** How the answer left. */
export type Answered =
  /** The caller got this decision. */
  | 'decision'
  /** The deadline passed first, and the caller got the checkpoint's default. */
  | 'default';

/** A decision as it is written down, with all that it rests on. */
export interface DecisionRecord {
  readonly decision: Decision;
  readonly subject: Subject;
  readonly event: { readonly source: string; readonly id: string };
  /** `shadow`: everything is decided and recorded, nothing is enforced. */
  readonly mode: 'live' | 'shadow';
  /** In shadow mode, what a live server would have answered; else the same as `decision.action`. */
  readonly liveAction: Action;
  readonly answered: Answered;
  readonly facts: Facts;
  readonly scan: DefinitionReport | null;
}
