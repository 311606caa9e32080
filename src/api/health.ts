/** `/healthz`, `/readyz` and `/metrics`: for the machines that watch this one. They need no key. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import Type from 'typebox';
import { readyMsMax } from '../base/limits.ts';
import type { ApiDeps } from './api-deps.ts';
import { sendJson } from './json-body.ts';
import { sendProblem } from './problem.ts';
import { routeSchema } from './route-schema.ts';
import { within } from './within.ts';

export function addHealth(app: FastifyInstance, deps: ApiDeps): void {
  let closing = false;
  const check = sharedCheck(deps);
  app.addHook('preClose', (done) => {
    closing = true;
    done();
  });
  app.get('/healthz', {
    schema: LIVE,
    handler: (_request, reply) => sendJson(reply, 200, { status: 'ok' }),
  });
  app.get('/readyz', {
    schema: READY,
    handler: (_request, reply) => {
      if (closing || deps.draining?.()) return notReady(reply, 'the server is about to stop');
      if (deps.starting?.()) return notReady(reply, 'the server has not started yet');
      return ready(reply, deps, check);
    },
  });
  app.get('/metrics', {
    schema: METRICS,
    handler: async (_request, reply) =>
      reply.header('content-type', deps.metrics.contentType).send(await deps.metrics.text()),
  });
}

type Check = (correlationId: string) => Promise<void>;

/**
 * The store's check, `readyMsMax` at most. One is under way at a time, which later probes share: a
 * store that stalls is not asked again by each of them.
 */
function sharedCheck({ store, clock, log }: ApiDeps): Check {
  let underWay: Promise<void> | null = null;
  let problem = '';
  const check: Check = async (correlationId) => {
    try {
      await store.check();
      problem = '';
    } catch (error) {
      const { message } = error as Error;
      // Once, not with each probe: anybody may send them.
      const about = { correlationId, message };
      if (message !== problem) log.error('the store does not pass its check', about);
      problem = message;
      throw error;
    } finally {
      underWay = null;
    }
  };
  return (correlationId) => {
    underWay ??= check(correlationId);
    return within(underWay, readyMsMax, clock);
  };
}

async function ready(reply: FastifyReply, { pipeline }: ApiDeps, check: Check) {
  if (!pipeline.ready()) return notReady(reply, 'decisions cannot be recorded');
  try {
    await check(reply.request.id);
  } catch {
    return notReady(reply, 'the store does not answer');
  }
  return sendJson(reply, 200, { status: 'ready' });
}

function notReady(reply: FastifyReply, detail: string): FastifyReply {
  return sendProblem(reply, { code: 'unavailable', detail });
}

const Status = Type.Object({ status: Type.String() });

const LIVE = routeSchema({
  operationId: 'live',
  tag: 'health',
  summary: 'The process answers',
  answers: { 200: { description: 'It does', schema: Status } },
});

const READY = routeSchema({
  operationId: 'ready',
  tag: 'health',
  summary: 'The server can decide and record',
  answers: { 200: { description: 'It can', schema: Status } },
  errors: ['unavailable'],
});

const METRICS = routeSchema({
  operationId: 'metrics',
  tag: 'health',
  summary: 'OpenMetrics',
  description: 'Holds nothing about accounts. Keep it inside all the same.',
  answers: {
    200: {
      description: 'The metrics',
      schema: Type.String(),
      contentType: 'application/openmetrics-text',
    },
  },
});
