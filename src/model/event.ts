import type { JsonObject } from '../base/json.ts';
import type { EpochMs } from '../base/time.ts';
import type { Subject } from './ids.ts';

export const EVENT_TYPES = [
  'account.created',
  'account.login',
  'account.verified',
  'instrument.added',
  'project.created',
  'job.requested',
  'job.started',
  'job.finished',
  'job.observed',
  'credit.granted',
  'credit.spent',
  'challenge.completed',
  'review.labelled',
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

/** Something that happened at a provider. `(source, id)` names it once and for all. */
export interface Event {
  readonly source: string;
  readonly id: string;
  readonly type: EventType;
  readonly subject: Subject;
  /** The provider's clock. */
  readonly time: EpochMs;
  /** Checked for the type's own fields; unknown fields are kept, not trusted. */
  readonly data: JsonObject;
  /** The data as JSON, where its reader has that already. */
  readonly dataText?: DataText;
  /** SHA-256 of the canonical body: the same `(source, id)` with another hash is a conflict. */
  readonly bodyHash: string;
}

/** An event's data as JSON: one object, or two that have no key in common. */
export interface DataText {
  readonly body: string;
  /**
   * What a job's definition says, null where there is none. It is apart, since a job comes again
   * and again with the same one, two thirds of its event, which is then sent and stored once.
   */
  readonly definition: string | null;
}

/** An event as it travels and is stored: its data as JSON, which is written once. */
export type WrittenEvent = Omit<Event, 'data' | 'dataText'> & DataText;

export function writeEvent(event: Event): WrittenEvent {
  const { source, id, type, subject, time, bodyHash, data, dataText } = event;
  const { body, definition } = dataText ?? textOf(data);
  return { source, id, type, subject, time, bodyHash, body, definition };
}

function textOf({ definition, ...rest }: JsonObject): DataText {
  const body = JSON.stringify(rest);
  return { body, definition: definition === undefined ? null : JSON.stringify({ definition }) };
}
