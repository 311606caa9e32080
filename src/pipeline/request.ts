import type { EpochMs } from '../base/time.ts';
import type { Action } from '../model/action.ts';
import type { Checkpoint } from '../model/checkpoint.ts';
import type { DecisionRecord } from '../model/decision.ts';
import type { DefinitionInput } from '../model/definition-input.ts';
import type { Event } from '../model/event.ts';
import type { DefinitionReport } from '../model/finding.ts';
import type { DecisionId } from '../model/ids.ts';
import type { DefaultCause } from '../ports/metrics.ts';

/** An event that wants an answer now, admitted: parsed, signature checked, size bounded. */
export interface DecisionRequest {
  readonly event: Event;
  readonly checkpoint: Checkpoint;
  readonly definition: DefinitionInput | null;
  /** The fact `input.problem`; empty when the request was read whole. */
  readonly problem: string;
  readonly receivedAt: EpochMs;
  /** Length of the body that it came in: what it holds in memory while it is on its way. */
  readonly bodyBytes: number;
  /** `clock.elapsedMs()` when the request arrived; the deadline counts from here. */
  readonly startedMs: number;
}

export type Answer =
  | { readonly kind: 'decided'; readonly record: DecisionRecord; readonly replayed: boolean }
  | DefaultAnswer
  /** The event's `(source, id)` is known with another body. */
  | { readonly kind: 'conflict' };

export interface DefaultAnswer {
  readonly kind: 'default';
  readonly action: Action;
  readonly checkpoint: Checkpoint;
  /** The decision will be found under this id, unless `cause` is overload. */
  readonly id: DecisionId;
  readonly cause: DefaultCause;
}

/** A request in a batch: scanned, not yet decided. */
export interface Candidate {
  readonly request: DecisionRequest;
  /** Of the decision on the request's event, made once: it is a hash. */
  readonly id: DecisionId;
  readonly scan: DefinitionReport | null;
  /** The deadline has passed and the caller was given the default. */
  readonly defaulted: boolean;
}
