/** `POST /v1/events`: things that happened, one or a batch, stored all or none. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { Json } from '../base/json.ts';
import { eventsPerTurnMax } from '../base/limits.ts';
import { mapInSlices } from '../base/map-in-slices.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { Event } from '../model/event.ts';
import type { WireProblem } from '../wire/check-shape.ts';
import { decodeEvent } from '../wire/event-codec.ts';
import type { Access } from './access.ts';
import type { ApiDeps, ApiLimits } from './api-deps.ts';
import {
  batchContentType,
  eventContentTypes,
  jsonBody,
  sendJson,
  sendJsonProblem,
} from './json-body.ts';
import { fromStore } from './outside.ts';
import { sendFieldProblem, sendProblem } from './problem.ts';
import { routeSchema } from './route-schema.ts';

export function addEvents(
  app: FastifyInstance,
  deps: ApiDeps,
  limits: ApiLimits,
  access: Access,
): void {
  app.post('/v1/events', {
    schema: schemaOf(limits),
    onRequest: access.require('ingest'),
    handler: (request, reply) => receive(request, reply, deps, limits),
  });
}

async function receive(
  request: FastifyRequest,
  reply: FastifyReply,
  { pipeline, clock, log }: ApiDeps,
  { eventsPerRequestMax }: ApiLimits,
): Promise<FastifyReply> {
  const body = jsonBody(request);
  if (!body.ok) return sendJsonProblem(reply, body.error);
  const isBatch = Array.isArray(body.value);
  if (isBatch && body.value.length > eventsPerRequestMax) {
    const detail = `one request may carry ${eventsPerRequestMax} events`;
    return sendProblem(reply, { code: 'too-large', detail });
  }
  const events = await decodeAll(body.value);
  if (!events.ok) return sendFieldProblem(reply, events.error);
  if (events.value.length === 0) return sendJson(reply, 202, { stored: 0, duplicates: 0 });
  const ingested = await fromStore(pipeline.ingest(events.value, clock.now()));
  if (ingested.kind === 'stored') {
    const { stored, duplicates } = ingested;
    log.debug('events stored', { correlationId: request.id, stored, duplicates });
    return sendJson(reply, 202, { stored, duplicates });
  }
  const message = 'this source and id are stored with another body; nothing was stored';
  const field = isBatch ? `/${ingested.index}` : '';
  return sendProblem(reply, { code: 'conflict', detail: message, errors: [{ field, message }] });
}

/** One event or an array of them; the first problem names the event's index. */
async function decodeAll(body: Json): Promise<Result<readonly Event[], WireProblem>> {
  if (!Array.isArray(body)) {
    const event = decodeEvent(body);
    return event.ok ? ok([event.value]) : event;
  }
  const events: Event[] = [];
  // `isArray` does not narrow a readonly array.
  const decoded = await mapInSlices(body as readonly Json[], eventsPerTurnMax, decodeEvent);
  for (const [index, event] of decoded.entries()) {
    if (!event.ok) return fail(at(index, event.error));
    events.push(event.value);
  }
  return ok(events);
}

function at(index: number, { code, field, message }: WireProblem): WireProblem {
  return { code, field: `/${index}${field}`, message: `event ${index}: ${message}` };
}

function schemaOf({ eventsPerRequestMax }: ApiLimits) {
  const Event = Type.Ref('Event#');
  return routeSchema({
    operationId: 'sendEvents',
    tag: 'events',
    summary: 'Tell what happened',
    description:
      'One CloudEvents 1.0 event or an array of them, stored all or none. The same ' +
      '`(source, id)` with the same body has no effect; with another body the whole request ' +
      'is refused.',
    scope: 'ingest',
    body: Type.Union([Event, Type.Array(Event, { maxItems: eventsPerRequestMax })]),
    consumes: [...eventContentTypes, batchContentType],
    answers: {
      202: {
        description: 'On stable storage',
        schema: Type.Object({ stored: Type.Integer(), duplicates: Type.Integer() }),
      },
    },
    errors: ['conflict', 'unavailable'],
  });
}
