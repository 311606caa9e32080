/**
 * The seam between the event loop, which meets callers and keeps the deadline, and the thread of
 * the store, where batches are gathered, decided and recorded. Deciding beside the database saves
 * two messages a batch with all that was read and all that is written, and leaves the event loop
 * half of the processor time: the two threads share two cores evenly.
 */
import type { Action } from '../model/action.ts';
import type { Answered, DecisionRecord } from '../model/decision.ts';
import type { DecisionId } from '../model/ids.ts';
import type { LinkAnswer, LinkQuestion } from '../model/link-question.ts';
import type { QueueReply, QueueRequest } from '../model/queue-request.ts';
import type { Ingested, ReceivedEvent } from '../ports/store.ts';
import type { PreparedRequest } from './candidate.ts';
import type { Shown } from './links.ts';
import type { Mode } from './ports.ts';

export interface Core {
  /** Puts a candidate into the next batch; `Callers` hear of it once. */
  decide(prepared: PreparedRequest): void;
  /** The deadline of a candidate has passed: if it is yet to be decided, its record says so. */
  noteDefault(number: number): void;
  /** Records events that want no answer, all or none. Rejects when the store fails. */
  ingest(events: readonly ShowingEvent[]): Promise<Ingested>;
  /** Gives back reservations that are due, at most `expiredPerSweepMax`; how many were due. */
  expire(): Promise<number>;
  /** For schedulers. Rejects when the store fails. */
  queue(request: QueueRequest): Promise<QueueReply>;
  links(question: LinkQuestion): Promise<LinkAnswer>;
}

/** An event, with what it shows that accounts may share. */
export interface ShowingEvent extends ReceivedEvent {
  readonly shown: Shown;
}

/** Whom the core tells. */
export interface Callers {
  /** A batch is on stable storage, or given up. */
  carryOut(batch: readonly Settled[]): void;
  /** A batch could not be recorded and will be tried again. */
  failing(): void;
}

/** What became of a candidate, by its number. */
export type Settled =
  | DecidedCandidate
  | { readonly kind: 'conflict'; readonly number: number }
  /** The store failed and goes on failing. */
  | { readonly kind: 'failed'; readonly number: number };

export interface DecidedCandidate extends DecisionGist {
  /** `replayed`: the event was decided before, and the first decision stands. */
  readonly kind: 'decided' | 'replayed';
  readonly number: number;
  /** What the record says of how the answer left. */
  readonly answered: Answered;
}

/** As much of a decision as nearly every caller needs. */
export interface DecisionGist {
  readonly id: DecisionId;
  readonly action: Action;
  readonly liveAction: Action;
  readonly mode: Mode;
  /** The severest live rule that fired. */
  readonly rule: string | null;
  /** When it was wanted. */
  readonly record: DecisionRecord | null;
}
