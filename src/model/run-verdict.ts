import type { EvidenceGroup, SignalKind } from './signal.ts';

/**
 * none       nothing that counts
 * suspected  odd enough for mild, reversible measures
 * mining     enough to stop the job
 */
export const RUN_LEVELS = ['none', 'suspected', 'mining'] as const;

export type RunLevel = (typeof RUN_LEVELS)[number];

/** The signal that stands for its group, and what it weighs. */
export interface RunReason {
  readonly group: EvidenceGroup;
  readonly kind: SignalKind;
  readonly bits: number;
  /** For a person. */
  readonly sentence: string;
}

/** The judgement on what a running job does. */
export interface RunVerdict {
  readonly level: RunLevel;
  /** Evidence in bits: the strongest signal of each group, added. */
  readonly bits: number;
  /** One a group, the heaviest first. */
  readonly reasons: readonly RunReason[];
}
