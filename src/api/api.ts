/**
 * The HTTP interface. One listener carries three audiences, each with its own credential and its
 * own way to fail: `/v1` for scripts and the console (bearer keys, problems), `/providers` for
 * providers (their shared secret, their own contract), and the rest for machines that watch.
 */
import fastify, { type FastifyInstance } from 'fastify';
import * as defaults from '../base/limits.ts';
import { requestMsMax } from '../base/limits.ts';
import { Access } from './access.ts';
import { addAllowances } from './allowances.ts';
import type { ApiDeps, ApiLimits } from './api-deps.ts';
import { noteArrivals } from './arrival.ts';
import { Connections } from './connections.ts';
import { correlationIdOf } from './correlation.ts';
import { addDecisions } from './decisions.ts';
import { addEvents } from './events.ts';
import { addFailureHandlers, answerFrameworkError, clientErrorHandler } from './failures.ts';
import { addHealth } from './health.ts';
import { addJsonParser } from './json-body.ts';
import { addKeys } from './key-routes.ts';
import { LongBodies } from './long-bodies.ts';
import { collectMethods, refuseOtherMethods } from './methods.ts';
import { addOpenApi, addSharedSchemas, collectRoutes } from './openapi.ts';
import { addParties } from './party-routes.ts';
import { addProviderHooks } from './provider-hooks.ts';
import { addQueue } from './queue-routes.ts';
import { Refusals } from './refusals.ts';

export type { ApiDeps } from './api-deps.ts';
export type Api = FastifyInstance;

export function createApi(deps: ApiDeps): Api {
  const limits: ApiLimits = { ...limitsOf(defaults), ...deps.limits };
  const connections = new Connections();
  const app = fastify({
    logger: false,
    bodyLimit: limits.bodyBytesMax,
    requestTimeout: requestMsMax,
    // A provider that gets 503 while we drain would admit the job: what has arrived is answered.
    return503OnClosing: false,
    genReqId: ({ headers }) => correlationIdOf(headers, deps.random),
    frameworkErrors: answerFrameworkError,
    clientErrorHandler: clientErrorHandler(deps.random, connections),
  });
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => JSON.stringify);
  noteArrivals(app, deps.clock);
  const longBodies = new LongBodies(deps.clock, limits.longBodiesBytesMax);
  addJsonParser(app, limits.bodyBytesMax, { clock: deps.clock, longBodies });
  const refusals = new Refusals(limits.wrongCredentialsPerMinuteMax);
  addFailureHandlers(app, deps, refusals);
  addSharedSchemas(app);
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-correlation-id', request.id);
    done();
  });
  app.addHook('preClose', (done) => {
    connections.drain(app.server, deps.clock);
    done();
  });
  const methods = collectMethods(app);
  app.register(async (root) => {
    await collectRoutes(root, deps.version);
    await addRoutes(root, deps, limits, { refusals, longBodies });
    refuseOtherMethods(root, methods);
    connections.watch(root.server);
  });
  return app;
}

/** What several routes take part in. */
interface Shared {
  readonly refusals: Refusals;
  readonly longBodies: LongBodies;
}

async function addRoutes(
  app: Api,
  deps: ApiDeps,
  limits: ApiLimits,
  { refusals, longBodies }: Shared,
): Promise<void> {
  const access = new Access(deps, limits, refusals);
  addEvents(app, deps, limits, access);
  addDecisions(app, deps, access);
  addAllowances(app, deps, access);
  addParties(app, deps, access);
  addQueue(app, deps, access);
  addKeys(app, deps, access);
  addHealth(app, deps);
  addOpenApi(app);
  addProviderHooks(app, deps, refusals, longBodies);
}

function limitsOf(limits: ApiLimits): ApiLimits {
  const { bodyBytesMax, longBodiesBytesMax, eventsPerRequestMax } = limits;
  const { keyRequestsPerSecondMax, wrongCredentialsPerMinuteMax } = limits;
  return {
    bodyBytesMax,
    longBodiesBytesMax,
    eventsPerRequestMax,
    keyRequestsPerSecondMax,
    wrongCredentialsPerMinuteMax,
  };
}
