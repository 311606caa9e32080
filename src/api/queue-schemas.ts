/** Bodies and answers of `/v1/queue/{pool}`, for the check and for the OpenAPI document. */
import Type from 'typebox';
import { nameLengthMax, queueCostVcpuSecondsMax, queueSlotsMax } from '../base/limits.ts';
import { routeSchema } from './route-schema.ts';

const strict = { additionalProperties: false } as const;
const amount = Type.Integer({ minimum: 0, maximum: queueCostVcpuSecondsMax });
const leaseId = Type.String({ minLength: 1, maxLength: nameLengthMax + 32 });

export const ResizeBody = Type.Object(
  { slots: Type.Integer({ minimum: 1, maximum: queueSlotsMax }) },
  strict,
);
export const EnqueueBody = Type.Object(
  { decision: Type.String({ maxLength: nameLengthMax }), vcpuSeconds: Type.Optional(amount) },
  strict,
);
export const LeaseBody = Type.Object(
  { runner: Type.String({ minLength: 1, maxLength: nameLengthMax }) },
  strict,
);
export const HeartbeatBody = Type.Object({ lease: leaseId }, strict);
export const ReleaseBody = Type.Object(
  { lease: leaseId, vcpuSeconds: Type.Optional(amount) },
  strict,
);
export const WithdrawBody = Type.Object(
  { job: Type.String({ minLength: 1, maxLength: nameLengthMax }) },
  strict,
);

const Pool = Type.Object({
  pool: Type.String(),
  slots: Type.Integer(),
  waiting: Type.Integer(),
  running: Type.Integer(),
});
const job = {
  job: Type.String({ description: '`{provider}/{account}/{job}`' }),
  party: Type.String(),
  costVcpuSeconds: Type.Integer(),
  enqueuedAt: Type.String({ format: 'date-time' }),
};
const Job = Type.Object(job);
const QueuedJob = Type.Object({
  ...job,
  priority: Type.Integer({ description: '100 for a party within its share' }),
  notBeforeSeconds: Type.Integer(),
  concurrency: Type.Integer(),
  position: Type.Integer({ description: 'Parties whose turn comes first' }),
});
const Lease = Type.Object({
  id: Type.String(),
  job: Type.String(),
  party: Type.String(),
  account: Type.String(),
  runner: Type.String(),
  expiresAt: Type.String({ format: 'date-time' }),
});
const GivenUp = Type.Object({
  job: Type.String(),
  why: Type.Enum(['waited-too-long', 'runners-lost', 'end-not-heard']),
});

const shared = {
  tag: 'queue',
  params: Type.Object({ pool: Type.String() }),
  consumes: ['application/json'],
} as const;

export const LOOK = routeSchema({
  operationId: 'lookAtPool',
  tag: 'queue',
  params: shared.params,
  summary: 'How many jobs wait and run',
  scope: 'read',
  answers: { 200: { description: 'The pool', schema: Pool } },
  errors: ['not-found', 'unavailable'],
});

export const RESIZE = routeSchema({
  ...shared,
  operationId: 'resizePool',
  summary: 'Make a pool, or say how many jobs it runs at once',
  scope: 'admin',
  body: ResizeBody,
  answers: { 200: { description: 'The pool', schema: Pool } },
  errors: ['queue-full', 'unavailable'],
});

export const ENQUEUE = routeSchema({
  ...shared,
  operationId: 'enqueueJob',
  summary: 'Put an admitted job into the queue',
  description:
    'By the decision that allowed it; once, however often it is asked. `vcpuSeconds` is what the ' +
    'job may use: what was reserved, if not said.',
  scope: 'decide',
  body: EnqueueBody,
  answers: { 200: { description: 'The job waits', schema: QueuedJob } },
  errors: ['not-found', 'not-admitted', 'conflict', 'queue-full', 'unavailable'],
});

export const LEASE = routeSchema({
  ...shared,
  operationId: 'leaseJob',
  summary: 'The job whose turn it is, for an idle runner',
  description:
    '`lease` is null when no job may start now. It lasts 60 seconds from each heartbeat. ' +
    '`dropped` are jobs that were given up.',
  scope: 'decide',
  body: LeaseBody,
  answers: {
    200: {
      description: 'The lease',
      schema: Type.Object({
        lease: Type.Union([Lease, Type.Null()]),
        dropped: Type.Array(GivenUp),
      }),
    },
  },
  errors: ['not-found', 'unavailable'],
});

export const HEARTBEAT = routeSchema({
  ...shared,
  operationId: 'keepLease',
  summary: 'The job still runs',
  scope: 'decide',
  body: HeartbeatBody,
  answers: { 200: { description: 'The lease', schema: Type.Object({ lease: Lease }) } },
  errors: ['not-found', 'lease-lost', 'unavailable'],
});

export const RELEASE = routeSchema({
  ...shared,
  operationId: 'releaseJob',
  summary: 'The job is over',
  description: '`vcpuSeconds` is what it used; what it was expected to use, if not said.',
  scope: 'decide',
  body: ReleaseBody,
  answers: { 200: { description: 'The job that was released', schema: Job } },
  errors: ['not-found', 'lease-lost', 'unavailable'],
});

export const WITHDRAW = routeSchema({
  ...shared,
  operationId: 'withdrawJob',
  summary: 'The job will not run',
  scope: 'decide',
  body: WithdrawBody,
  answers: { 200: { description: 'The job that was taken out', schema: Job } },
  errors: ['not-found', 'unavailable'],
});
