import { Compile } from 'typebox/compile';
import { isObject, type Json, type JsonObject } from '../base/json.ts';
import { ok, type Result } from '../base/result.ts';
import { parseTime } from '../base/time.ts';
import { OWN_SOURCE_PREFIX } from '../model/adjustment.ts';
import { EVENT_TYPES, type Event, type EventType } from '../model/event.ts';
import { parseSubject } from '../model/ids.ts';
import { canonicalHash } from './canonical-json.ts';
import { checkShape, type WireProblem, wireProblem } from './check-shape.ts';
import { DATA_SCHEMAS, EnvelopeSchema } from './event-schema.ts';

const envelopeShape = Compile(EnvelopeSchema);
// `Object.fromEntries` forgets that there is one for every type.
const dataShapes = Object.fromEntries(
  EVENT_TYPES.map((type) => [type, Compile(DATA_SCHEMAS[type])]),
) as Record<EventType, ReturnType<typeof Compile>>;

/**
 * An event, from a CloudEvents 1.0 object that `parseJson` has read. Extension attributes are left
 * behind, but count for the body's hash: they are part of what was sent under this `(source, id)`.
 */
export function decodeEvent(value: Json): Result<Event, WireProblem> {
  const envelope = checkShape(envelopeShape, value);
  if (!envelope.ok) return envelope;
  const { id, source, type, datacontenttype } = envelope.value;
  if (datacontenttype !== undefined && !isJsonType(datacontenttype)) {
    return wireProblem('/datacontenttype', 'must be application/json');
  }
  if (source.startsWith(OWN_SOURCE_PREFIX)) {
    return wireProblem('/source', `must not begin with ${OWN_SOURCE_PREFIX}`);
  }
  const subject = parseSubject(envelope.value.subject);
  if (subject === null) {
    return wireProblem('/subject', 'must be {provider}/{account} or {provider}/{account}/{job}');
  }
  const time = parseTime(envelope.value.time);
  if (time === null) return wireProblem('/time', NOT_A_TIME);
  // The envelope's schema has seen that `data` is an object of what was JSON.
  const data = envelope.value.data as JsonObject;
  const problem = dataProblem(type, data);
  if (!problem.ok) return problem;
  return ok({ source, id, type, subject, time, data, bodyHash: canonicalHash(value) });
}

const NOT_A_TIME = 'must be an RFC 3339 time between 1990 and 2200';

function dataProblem(type: EventType, data: JsonObject): Result<unknown, WireProblem> {
  const shape = checkShape(dataShapes[type], data, '/data');
  if (!shape.ok) return shape;
  if (type !== 'job.requested' && type !== 'job.started') return shape;
  if (!isTimeOrAbsent(data['projectCreatedAt'])) {
    return wireProblem('/data/projectCreatedAt', NOT_A_TIME);
  }
  const account = data['account'];
  const isAccountTimed = !isObject(account) || isTimeOrAbsent(account['createdAt']);
  return isAccountTimed ? shape : wireProblem('/data/account/createdAt', NOT_A_TIME);
}

function isTimeOrAbsent(value: Json | undefined): boolean {
  return value === undefined || (typeof value === 'string' && parseTime(value) !== null);
}

/** `application/json`, or another type in JSON's syntax; parameters do not matter. */
function isJsonType(contentType: string): boolean {
  const [type = ''] = contentType.split(';', 1);
  const name = type.trim().toLowerCase();
  return name === 'application/json' || name.endsWith('+json');
}
