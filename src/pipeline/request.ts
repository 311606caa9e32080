import type { EpochMs } from '../base/time.ts';
import type { Action } from '../model/action.ts';
import type { Checkpoint } from '../model/checkpoint.ts';
import type { DefinitionInput } from '../model/definition-input.ts';
import type { Event } from '../model/event.ts';
import type { DecisionId } from '../model/ids.ts';
import type { LinkAnswer, LinkQuestion } from '../model/link-question.ts';
import type { QueueReply, QueueRequest } from '../model/queue-request.ts';
import type { Observed } from '../model/signal.ts';
import type { DefaultCause } from '../ports/metrics.ts';
import type { Ingested } from '../ports/store.ts';
import type { DecisionGist } from './core.ts';

export interface Pipeline {
  /** Answers within `answerMsMax`: decided, or the checkpoint's default. Never rejects. */
  decide(request: DecisionRequest): Promise<Answer>;
  /** Records events that want no answer, all or none. Rejects when the store fails. */
  ingest(events: readonly Event[], receivedAt: EpochMs): Promise<Ingested>;
  /** For schedulers. Rejects when the store fails; nothing of the request is kept then. */
  queue(request: QueueRequest): Promise<QueueReply>;
  links(question: LinkQuestion): Promise<LinkAnswer>;
  /** False while the store fails. */
  ready(): boolean;
  /** Gives back reservations that are due; the composition root calls it now and then. */
  expire(): Promise<number>;
  /** Resolves once nothing is on its way any more. */
  drain(): Promise<void>;
}

/** An event that wants an answer now, admitted: parsed, signature checked, size bounded. */
export interface DecisionRequest {
  readonly event: Event;
  readonly checkpoint: Checkpoint;
  readonly definition: DefinitionInput | null;
  /** What a `job.observed` tells; absent in every other event. */
  readonly observed?: Observed;
  /** The fact `input.problem`; empty when the request was read whole. */
  readonly problem: string;
  readonly receivedAt: EpochMs;
  /** Whether the answer is to come with the whole record. */
  readonly wantsRecord: boolean;
  /** Length of the body that it came in: what it holds in memory while it is on its way. */
  readonly bodyBytes: number;
  /** `clock.elapsedMs()` when the request arrived; the deadline counts from here. */
  readonly startedMs: number;
}

export type Answer =
  | DecidedAnswer
  | DefaultAnswer
  /** The event's `(source, id)` is known with another body. */
  | { readonly kind: 'conflict' };

export interface DecidedAnswer extends DecisionGist {
  readonly kind: 'decided';
  readonly replayed: boolean;
}

export interface DefaultAnswer {
  readonly kind: 'default';
  readonly action: Action;
  readonly checkpoint: Checkpoint;
  /** The decision will be found under this id, unless `cause` is overload. */
  readonly id: DecisionId;
  readonly cause: DefaultCause;
}
