/** `/v1/decisions`: ask for an answer now, and look up what was answered. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { assert } from '../base/assert.ts';
import { bodyBytesMax } from '../base/limits.ts';
import { ok, type Result } from '../base/result.ts';
import type { EpochMs } from '../base/time.ts';
import { CHECKPOINT_OF } from '../model/checkpoint.ts';
import { parseDecisionId } from '../model/ids.ts';
import type { Answer, DecisionRequest, DefaultAnswer } from '../pipeline/request.ts';
import type { DefaultCause } from '../ports/metrics.ts';
import { type WireProblem, wireProblem } from '../wire/check-shape.ts';
import { type DecisionBody, encodeDecision, encodeRecord } from '../wire/decision-codec.ts';
import { decodeDefinition } from '../wire/definition-codec.ts';
import { decodeEvent } from '../wire/event-codec.ts';
import { decodeSignals } from '../wire/signal-codec.ts';
import type { Access } from './access.ts';
import { answerTo, askedOf, logAnswer } from './answer.ts';
import type { ApiDeps } from './api-deps.ts';
import { DecisionQuerySchema, decodeDecisionQuery } from './decision-query.ts';
import { eventContentTypes, jsonBody, sendJson, sendJsonProblem } from './json-body.ts';
import { fromStore } from './outside.ts';
import { sendFieldProblem, sendProblem } from './problem.ts';
import { routeSchema } from './route-schema.ts';

/** Says how an answer came about: `decided`, `replayed` or `default`. */
const ANSWER_HEADER = 'davylamp-answer';

export function addDecisions(app: FastifyInstance, deps: ApiDeps, access: Access): void {
  app.post('/v1/decisions', {
    schema: ASK,
    onRequest: access.require('decide'),
    handler: (request, reply) => ask(request, reply, deps),
  });
  app.get<{ Params: { id: string } }>('/v1/decisions/:id', {
    schema: SHOW,
    onRequest: access.require('read'),
    handler: (request, reply) => show(request.params.id, reply, deps),
  });
  app.get<{ Querystring: Record<string, unknown> }>('/v1/decisions', {
    schema: LIST,
    onRequest: access.require('read'),
    handler: (request, reply) => list(request.query, reply, deps),
  });
}

async function ask(request: FastifyRequest, reply: FastifyReply, deps: ApiDeps) {
  const body = jsonBody(request);
  if (!body.ok) return sendJsonProblem(reply, body.error);
  const bodyBytes = bodyBytesOf(request);
  const arrival = { bodyBytes, receivedAt: deps.clock.now(), startedMs: request.arrivedMs };
  const decoded = decodeRequest(body.value, arrival);
  if (!decoded.ok) return sendFieldProblem(reply, decoded.error);
  const asked = askedOf(decoded.value, request.id);
  const answer = await answerTo(decoded.value, asked, deps);
  logAnswer(answer, asked, deps);
  return sendAnswer(answer, reply, deps);
}

function decodeRequest(
  body: Parameters<typeof decodeEvent>[0],
  arrival: Pick<DecisionRequest, 'bodyBytes' | 'receivedAt' | 'startedMs'>,
): Result<DecisionRequest, WireProblem> {
  const event = decodeEvent(body);
  if (!event.ok) return event;
  const checkpoint = CHECKPOINT_OF[event.value.type];
  if (checkpoint === null) {
    return wireProblem('/type', `has no checkpoint: send ${event.value.type} to /v1/events`);
  }
  const isJob = event.value.type === 'job.requested';
  const definition = isJob ? decodeDefinition(event.value.data) : ok(null);
  if (!definition.ok) return definition;
  const read = { definition: definition.value, problem: '', wantsRecord: true, ...arrival };
  const isObserved = event.value.type === 'job.observed';
  const observed = isObserved ? { observed: decodeSignals(event.value) } : {};
  return ok({ event: event.value, checkpoint, ...read, ...observed });
}

/** A body without a length is taken for the longest that is read. */
function bodyBytesOf({ headers }: FastifyRequest): number {
  return Number(headers['content-length'] ?? bodyBytesMax);
}

function sendAnswer(answer: Answer, reply: FastifyReply, { clock }: ApiDeps): FastifyReply {
  if (answer.kind === 'conflict') {
    const detail = 'this source and id were used with another body';
    return sendProblem(reply, { code: 'conflict', detail });
  }
  if (answer.kind === 'default') {
    reply.header(ANSWER_HEADER, 'default');
    return sendJson(reply, 200, defaultDecision(answer, clock.now()));
  }
  reply.header(ANSWER_HEADER, answer.replayed ? 'replayed' : 'decided');
  assert(answer.record !== null, 'the record was wanted');
  return sendJson(reply, 200, encodeDecision(answer.record.decision));
}

const DEFAULT_REASONS: Readonly<Record<DefaultCause, string>> = {
  deadline: 'the default of this checkpoint: the decision was not ready in time',
  overload: 'the default of this checkpoint: too many requests waited',
  failure: 'the default of this checkpoint: the decision could not be made',
};

/** A default answer in the shape of a decision. Nothing was weighed, and so risk and bits are 0. */
function defaultDecision(
  { id, checkpoint, action, cause }: DefaultAnswer,
  at: EpochMs,
): DecisionBody {
  const nothing = { limits: {}, rules: [], shadow: [], findings: [], party: null, policy: '' };
  const reasons = [DEFAULT_REASONS[cause]];
  const decision = { id, checkpoint, action, ttlSeconds: 0, risk: 0, bits: 0, reasons, at };
  return encodeDecision({ ...decision, ...nothing });
}

async function show(idText: string, reply: FastifyReply, { store }: ApiDeps) {
  const id = parseDecisionId(idText);
  const record = id === null ? null : await fromStore(store.decision(id));
  if (record !== null) return sendJson(reply, 200, encodeRecord(record));
  return sendProblem(reply, { code: 'not-found', detail: 'there is no decision with this id' });
}

async function list(
  parameters: Readonly<Record<string, unknown>>,
  reply: FastifyReply,
  { store }: ApiDeps,
) {
  const query = decodeDecisionQuery(parameters);
  if (!query.ok) return sendFieldProblem(reply, query.error);
  const { items, next } = await fromStore(store.decisions(query.value));
  return sendJson(reply, 200, { items: items.map(encodeRecord), next });
}

const ASK = routeSchema({
  operationId: 'askDecision',
  tag: 'decisions',
  summary: 'Ask for a decision now',
  description:
    'An event of a type that has a checkpoint. The answer comes within 800 ms: the decision, or ' +
    'the default of the checkpoint. The header `Davylamp-Answer` says which: `decided`, ' +
    '`replayed` (the same `(source, id)` and body were decided before) or `default`.',
  scope: 'decide',
  body: Type.Ref('Event#'),
  consumes: eventContentTypes,
  answers: { 200: { description: 'The answer', schema: Type.Ref('Decision#') } },
  errors: ['conflict', 'unavailable'],
});

const SHOW = routeSchema({
  operationId: 'showDecision',
  tag: 'decisions',
  summary: 'A decision with all that it rests on',
  scope: 'read',
  params: Type.Object({ id: Type.String({ description: '`dec_` and 32 hex digits' }) }),
  answers: { 200: { description: 'The record', schema: Type.Ref('DecisionRecord#') } },
  errors: ['not-found', 'unavailable'],
});

const LIST = routeSchema({
  operationId: 'listDecisions',
  tag: 'decisions',
  summary: 'Decisions, newest first',
  scope: 'read',
  querystring: DecisionQuerySchema,
  answers: {
    200: {
      description: 'A page; `next` is null on the last one',
      schema: Type.Object({
        items: Type.Array(Type.Ref('DecisionRecord#')),
        next: Type.Union([Type.String(), Type.Null()]),
      }),
    },
  },
  errors: ['bad-request', 'unavailable'],
});
