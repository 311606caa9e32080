/**
 * A request made ready for its batch: whatever follows from the request alone stands in it, and
 * nothing that only the store knows. It travels to the thread that decides, so it is flat, and
 * leaves behind what is long and not needed there: the definition, the event's data as an object.
 */
import type { EpochMs } from '../base/time.ts';
import type { OperationKey } from '../model/allowance.ts';
import type { Checkpoint } from '../model/checkpoint.ts';
import { type WrittenEvent, writeEvent } from '../model/event.ts';
import type { Facts } from '../model/fact.ts';
import type { DefinitionReport } from '../model/finding.ts';
import { type DecisionId, decisionIdOf } from '../model/ids.ts';
import { requestFacts } from './facts.ts';
import type { Shown } from './links.ts';
import type { DecisionRequest } from './request.ts';
import { reservationKeyOf } from './reservation-key.ts';

export interface Candidate extends PreparedRequest {
  /** How often a store that failed has sent it back. */
  retries: number;
}

export interface PreparedRequest {
  /** Of the decision on the event. Hashes are made here: the core's thread is the busier one. */
  readonly id: DecisionId;
  /** What the ledger knows its job by. */
  readonly reservation: OperationKey;
  /** Names it on its way; the same event may be asked twice at once. */
  readonly number: number;
  readonly checkpoint: Checkpoint;
  readonly event: WrittenEvent;
  readonly receivedAt: EpochMs;
  readonly bodyBytes: number;
  readonly wantsRecord: boolean;
  /** Those that the request and its scan tell. */
  readonly facts: Facts;
  readonly scan: DefinitionReport | null;
  /** What it shows that accounts may share. */
  readonly shown: Shown;
  /** The deadline has passed and the caller was given the default. */
  defaulted: boolean;
}

export function prepare(
  request: DecisionRequest,
  scan: DefinitionReport | null,
  { number, defaulted, shown }: Pick<PreparedRequest, 'number' | 'defaulted' | 'shown'>,
): PreparedRequest {
  const { event, checkpoint, receivedAt, bodyBytes, wantsRecord } = request;
  const id = decisionIdOf(event.source, event.id);
  return {
    id,
    reservation: reservationKeyOf(event.subject, id),
    number,
    checkpoint,
    event: writeEvent(event),
    receivedAt,
    bodyBytes,
    wantsRecord,
    facts: requestFacts(request, scan),
    scan,
    shown,
    defaulted,
  };
}

export function candidateOf(prepared: PreparedRequest): Candidate {
  return { ...prepared, retries: 0 };
}
