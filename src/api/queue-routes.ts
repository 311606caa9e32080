/**
 * `/v1/queue/{pool}`: for schedulers that ask which job is next. A job is queued by the decision
 * that admitted it, so that nothing runs that was not admitted.
 */
import type { FastifyInstance, FastifyReply, FastifySchema } from 'fastify';
import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { queueCostUsual, queueCostVcpuSecondsMax } from '../base/limits.ts';
import { formatTime } from '../base/time.ts';
import { compareActions } from '../model/action.ts';
import type { DecisionRecord } from '../model/decision.ts';
import type { ErrorCode } from '../model/error-codes.ts';
import { formatSubject, parseDecisionId } from '../model/ids.ts';
import type { Lease, LeaseId, PoolName, QueuedJobKey } from '../model/lease.ts';
import { accountRef } from '../model/party.ts';
import type { AdmittedJob, QueuedJob, QueueReply, QueueRequest } from '../model/queue-request.ts';
import type { Scope } from '../ports/store.ts';
import { checkShape } from '../wire/check-shape.ts';
import type { Access } from './access.ts';
import type { ApiDeps } from './api-deps.ts';
import { jsonBody, sendJson, sendJsonProblem } from './json-body.ts';
import { fromStore } from './outside.ts';
import { sendFieldProblem, sendProblem } from './problem.ts';
import {
  ENQUEUE,
  EnqueueBody,
  HEARTBEAT,
  HeartbeatBody,
  LEASE,
  LeaseBody,
  LOOK,
  RELEASE,
  RESIZE,
  ReleaseBody,
  ResizeBody,
  WITHDRAW,
  WithdrawBody,
} from './queue-schemas.ts';

/** As operators name pools. */
const POOL = /^[a-z0-9][a-z0-9._-]{0,63}$/;

type Answer = FastifyReply | Promise<FastifyReply>;

interface Call<Body> {
  readonly pool: PoolName;
  readonly body: Body;
  readonly reply: FastifyReply;
}

export function addQueue(app: FastifyInstance, deps: ApiDeps, access: Access): void {
  const ask = (reply: FastifyReply, request: QueueRequest): Answer => answer(reply, request, deps);
  app.get<{ Params: { pool: string } }>('/v1/queue/:pool', {
    schema: LOOK,
    onRequest: access.require('read'),
    handler: (request, reply) => {
      const pool = poolOf(request.params.pool);
      return pool === null ? noPool(reply) : ask(reply, { kind: 'look', pool });
    },
  });
  const add = adder(app, access);
  add(
    { method: 'PUT', path: '', schema: RESIZE, scope: 'admin', of: ResizeBody },
    ({ pool, body, reply }) => ask(reply, { kind: 'resize', pool, slots: body.slots }),
  );
  add(post('jobs', ENQUEUE, EnqueueBody), (call) => enqueue(call, deps));
  add(post('lease', LEASE, LeaseBody), ({ pool, body, reply }) =>
    ask(reply, { kind: 'lease', pool, runner: body.runner }),
  );
  add(post('heartbeat', HEARTBEAT, HeartbeatBody), ({ pool, body, reply }) =>
    ask(reply, { kind: 'heartbeat', pool, lease: body.lease as LeaseId }),
  );
  add(post('release', RELEASE, ReleaseBody), ({ pool, body, reply }) => {
    const { lease, vcpuSeconds = null } = body;
    return ask(reply, { kind: 'release', pool, lease: lease as LeaseId, vcpuSeconds });
  });
  add(post('withdraw', WITHDRAW, WithdrawBody), ({ pool, body, reply }) =>
    ask(reply, { kind: 'withdraw', pool, job: body.job as QueuedJobKey }),
  );
}

interface BodyRoute<Schema extends TSchema> {
  readonly method: 'PUT' | 'POST';
  readonly path: string;
  readonly schema: FastifySchema;
  readonly scope: Scope;
  /** What the body is checked by. */
  readonly of: Schema;
}

function post<Schema extends TSchema>(
  name: string,
  schema: FastifySchema,
  of: Schema,
): BodyRoute<Schema> {
  return { method: 'POST', path: `/${name}`, schema, scope: 'decide', of };
}

/** Routes with a body, which is checked before the handler sees it. */
function adder(app: FastifyInstance, access: Access) {
  return <Schema extends TSchema>(
    { method, path, schema, scope, of }: BodyRoute<Schema>,
    handle: (call: Call<Static<Schema>>) => Answer,
  ): void => {
    const shape = Compile(of);
    app.route<{ Params: { pool: string } }>({
      method,
      url: `/v1/queue/:pool${path}`,
      schema,
      onRequest: access.require(scope),
      handler: (request, reply) => {
        const body = jsonBody(request);
        if (!body.ok) return sendJsonProblem(reply, body.error);
        const checked = checkShape(shape, body.value);
        if (!checked.ok) return sendFieldProblem(reply, checked.error);
        const pool = poolOf(request.params.pool);
        return pool === null ? noPool(reply) : handle({ pool, body: checked.value, reply });
      },
    });
  };
}

function poolOf(text: string): PoolName | null {
  return POOL.test(text) ? (text as PoolName) : null;
}

function noPool(reply: FastifyReply): FastifyReply {
  return sendProblem(reply, { code: 'not-found', detail: 'there is no pool of this name' });
}

async function enqueue(
  { pool, body, reply }: Call<Static<typeof EnqueueBody>>,
  deps: ApiDeps,
): Promise<FastifyReply> {
  const id = parseDecisionId(body.decision);
  const record = id === null ? null : await fromStore(deps.store.decision(id));
  if (record === null) {
    return sendProblem(reply, { code: 'not-found', detail: 'there is no decision with this id' });
  }
  const job = admittedJob(record, body.vcpuSeconds);
  if (job === null) {
    const detail = 'the decision is not on a job, or did not allow it';
    return sendProblem(reply, { code: 'not-admitted', detail });
  }
  return answer(reply, { kind: 'enqueue', pool, job }, deps);
}

function admittedJob(record: DecisionRecord, vcpuSeconds: number | undefined): AdmittedJob | null {
  const { decision, subject, facts } = record;
  const isJob = decision.checkpoint === 'admission' && subject.job !== null;
  if (!isJob || compareActions(decision.action, 'slow') > 0) return null;
  const account = accountRef(subject.provider, subject.account);
  // What was reserved is what the job may use.
  const cost = vcpuSeconds ?? decision.limits.vcpuSeconds ?? queueCostUsual;
  return {
    key: formatSubject(subject) as QueuedJobKey,
    account,
    facts,
    costVcpuSeconds: Math.min(Math.max(1, cost), queueCostVcpuSecondsMax),
  };
}

async function answer(
  reply: FastifyReply,
  request: QueueRequest,
  { pipeline, log }: ApiDeps,
): Promise<FastifyReply> {
  const told = await fromStore(pipeline.queue(request));
  if (told.kind === 'refused') {
    return sendProblem(reply, { code: CODES[told.code], detail: told.message });
  }
  if (told.kind === 'leased') {
    for (const { job, why } of told.dropped) log.warn('a queued job was given up', { job, why });
  }
  return sendJson(reply, 200, encode(told));
}

const CODES: Readonly<Record<Extract<QueueReply, { kind: 'refused' }>['code'], ErrorCode>> = {
  'no-pool': 'not-found',
  'too-many-pools': 'queue-full',
  'no-job': 'not-found',
  'bad-job': 'bad-request',
  'conflict': 'conflict',
  'queue-full': 'queue-full',
  'party-full': 'queue-full',
  'lease-lost': 'lease-lost',
};

function encode(told: Exclude<QueueReply, { kind: 'refused' }>): unknown {
  switch (told.kind) {
    case 'pool':
      return told.view;
    case 'job':
      return encodeJob(told.job);
    case 'queued':
      return { ...encodeJob(told.job), ...told.advice };
    case 'kept':
      return { lease: encodeLease(told.lease) };
    case 'leased': {
      const { lease, dropped } = told;
      return { lease: lease === null ? null : encodeLease(lease), dropped };
    }
  }
}

function encodeJob(job: QueuedJob): Record<string, unknown> {
  return { ...job, enqueuedAt: formatTime(job.enqueuedAt) };
}

function encodeLease(lease: Lease): unknown {
  return { ...lease, expiresAt: formatTime(lease.expiresAt) };
}
