import { Compile } from 'typebox/compile';
import { isObject, type Json, type JsonObject } from '../base/json.ts';
import { signalsPerJobMax } from '../base/sensor-limits.ts';
import type { EpochMs } from '../base/time.ts';
import type { Event } from '../model/event.ts';
import {
  type JobRef,
  jobRefOf,
  type Observed,
  type Signal,
  type SignalKind,
} from '../model/signal.ts';
import { SIGNAL_KINDS_ON_WIRE, signalSchema } from './signal-schema.ts';

const shapes = new Map(SIGNAL_KINDS_ON_WIRE.map((kind) => [kind, Compile(signalSchema(kind))]));

/**
 * The signals in the data of a decoded `job.observed`. One of an unknown kind, of a wrong shape or
 * past the limit is counted and not read: an agent may be newer than its server, and one odd signal
 * must not keep the others from being judged.
 */
export function decodeSignals({ data, subject, time }: Event): Observed {
  const list = Array.isArray(data['signals']) ? (data['signals'] as readonly Json[]) : [];
  const job = subject.job === null ? null : jobRefOf(subject);
  const read = list.slice(0, signalsPerJobMax).map((value) => decodeSignal(value, job, time));
  const signals = read.filter((signal) => signal !== null);
  return { signals, unread: list.length - signals.length };
}

function decodeSignal(value: Json, job: JobRef | null, time: EpochMs): Signal | null {
  if (!isObject(value)) return null;
  const shape = shapes.get(value['kind'] as SignalKind);
  if (shape === undefined || !shape.Check(value)) return null;
  // The schema has just shown all fields of the kind; others are left behind with the event.
  return { ...value, at: value['at'] ?? time, job } as unknown as Signal;
}

/** As it leaves: the event's subject says which job it is of. */
export function encodeSignal({ job: _job, ...signal }: Signal): JsonObject {
  return signal as unknown as JsonObject;
}
