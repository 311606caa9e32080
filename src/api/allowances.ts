/** `/v1/parties/{id}/allowance` and `/v1/accounts/…`: what is left, and what a person changed. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { Compile } from 'typebox/compile';
import { sha256Hex } from '../base/hash.ts';
import { nameLengthMax, reasonLengthMax, vcpuSecondsMax } from '../base/limits.ts';
import { adjustmentEvent } from '../model/adjustment.ts';
import { formatSubject, parseSubject, type Subject } from '../model/ids.ts';
import { accountRef, type PartyId, partyIdOf } from '../model/party.ts';
import { readAllowance } from '../pipeline/read-allowance.ts';
import { checkShape } from '../wire/check-shape.ts';
import type { Access } from './access.ts';
import type { ApiDeps } from './api-deps.ts';
import { jsonBody, sendJson, sendJsonProblem } from './json-body.ts';
import { fromStore } from './outside.ts';
import { sendFieldProblem, sendProblem } from './problem.ts';
import { routeSchema } from './route-schema.ts';

const Wanted = Type.Object(
  {
    id: Type.String({ minLength: 1, maxLength: nameLengthMax }),
    vcpuSeconds: Type.Integer({ minimum: -vcpuSecondsMax, maximum: vcpuSecondsMax }),
    reason: Type.String({ minLength: 1, maxLength: reasonLengthMax }),
  },
  { additionalProperties: false },
);
const wantedShape = Compile(Wanted);

interface OfAccount {
  readonly Params: { readonly provider: string; readonly account: string };
}

export function addAllowances(app: FastifyInstance, deps: ApiDeps, access: Access): void {
  app.get<{ Params: { id: string } }>('/v1/parties/:id/allowance', {
    schema: OF_PARTY,
    onRequest: access.require('read'),
    // What is no party's id has no books.
    handler: ({ params }, reply) => show(params.id as PartyId, reply, deps),
  });
  app.get<OfAccount>('/v1/accounts/:provider/:account/allowance', {
    schema: OF_ACCOUNT,
    onRequest: access.require('read'),
    handler: async ({ params }, reply) => {
      const subject = subjectOf(params);
      return subject === null ? noAccount(reply) : showOf(subject, reply, deps);
    },
  });
  app.post<OfAccount>('/v1/accounts/:provider/:account/adjustments', {
    schema: ADJUST,
    onRequest: access.require('review'),
    handler: (request, reply) =>
      adjust(request, reply, deps, access.holderOf(request), subjectOf(request.params)),
  });
}

/** Of an account that nothing was seen of, it is its own. */
async function showOf({ provider, account }: Subject, reply: FastifyReply, deps: ApiDeps) {
  const ref = accountRef(provider, account);
  const told = await fromStore(deps.pipeline.links({ kind: 'account', account: ref }));
  return show(told.kind === 'account' ? told.party : partyIdOf(ref), reply, deps);
}

async function show(party: PartyId, reply: FastifyReply, { store, clock }: ApiDeps) {
  const allowance = await fromStore(readAllowance(store, party, clock.now()));
  if (allowance === null) {
    const detail = 'the ledger knows nothing of it: no job of it was counted';
    return sendProblem(reply, { code: 'not-found', detail });
  }
  return sendJson(reply, 200, {
    party: allowance.party,
    granted: allowance.grantedVcpuSeconds,
    reserved: allowance.reservedVcpuSeconds,
    used: allowance.usedVcpuSeconds,
    remaining: allowance.remainingVcpuSeconds,
    jobsInFlight: allowance.jobsUnderWay,
    noticedPercent: allowance.noticedPercent,
  });
}

/** An event in the log says who, how much and why; the ledger carries it out with it. */
async function adjust(
  request: FastifyRequest,
  reply: FastifyReply,
  deps: ApiDeps,
  by: string,
  subject: Subject | null,
) {
  const body = jsonBody(request);
  if (!body.ok) return sendJsonProblem(reply, body.error);
  if (subject === null) return noAccount(reply);
  const wanted = checkShape(wantedShape, body.value);
  if (!wanted.ok) return sendFieldProblem(reply, wanted.error);
  const { id, vcpuSeconds, reason } = wanted.value;
  if (vcpuSeconds === 0) {
    return sendFieldProblem(reply, {
      field: '/vcpuSeconds',
      message: '/vcpuSeconds must not be 0',
    });
  }
  const now = deps.clock.now();
  const hash = sha256Hex(JSON.stringify([formatSubject(subject), vcpuSeconds, reason]));
  const event = adjustmentEvent({ id, subject, time: now }, { vcpuSeconds, by, reason }, hash);
  const ingested = await fromStore(deps.pipeline.ingest([event], now));
  if (ingested.kind === 'conflict') {
    const detail = 'this id was used for another adjustment; nothing was changed';
    return sendProblem(reply, { code: 'conflict', detail });
  }
  deps.log.info('an allowance was adjusted', {
    correlationId: request.id,
    by,
    vcpuSeconds,
    reason,
  });
  return showOf(subject, reply, deps);
}

function subjectOf({ provider, account }: OfAccount['Params']): Subject | null {
  const subject = parseSubject(`${provider}/${account}`);
  return subject === null || subject.job !== null ? null : subject;
}

function noAccount(reply: FastifyReply) {
  const detail = 'this names no account: {provider}/{account}';
  return sendProblem(reply, { code: 'not-found', detail });
}

const ALLOWANCE = Type.Object({
  party: Type.String({ description: 'The one asked for, or the one that it is part of now' }),
  granted: Type.Integer({ description: 'All that it may use this month, in vCPU-seconds' }),
  reserved: Type.Integer({ description: 'Set aside for jobs under way' }),
  used: Type.Integer({ description: 'Used this month' }),
  remaining: Type.Integer({ description: 'What new jobs may have' }),
  jobsInFlight: Type.Integer(),
  noticedPercent: Type.Integer({ description: '0, 75, 90 or 100: the share it was told of' }),
});

const ACCOUNT_PARAMS = Type.Object({
  provider: Type.String(),
  account: Type.String({ description: 'As the provider writes it, percent-encoded' }),
});

const ANSWERS = { 200: { description: 'The allowance', schema: ALLOWANCE } };

const OF_PARTY = routeSchema({
  operationId: 'showAllowance',
  tag: 'allowances',
  summary: 'What a party may still use',
  scope: 'read',
  params: Type.Object({ id: Type.String({ description: '`pty_` and 32 hex digits' }) }),
  answers: ANSWERS,
  errors: ['not-found', 'unavailable'],
});

const OF_ACCOUNT = routeSchema({
  operationId: 'showAccountAllowance',
  tag: 'allowances',
  summary: "What an account's party may still use",
  scope: 'read',
  params: ACCOUNT_PARAMS,
  answers: ANSWERS,
  errors: ['not-found', 'unavailable'],
});

const ADJUST = routeSchema({
  operationId: 'adjustAllowance',
  tag: 'allowances',
  summary: 'Give to or take from an allowance, and say why',
  description:
    'Holds until the month ends. `vcpuSeconds` below 0 takes away. The same `id` with the same ' +
    'values has no effect. Who did it and why stays in the log of events.',
  scope: 'review',
  params: ACCOUNT_PARAMS,
  body: Wanted,
  consumes: ['application/json'],
  answers: ANSWERS,
  errors: ['not-found', 'conflict', 'unavailable'],
});
