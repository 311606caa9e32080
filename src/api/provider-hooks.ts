/**
 * `POST /providers/{provider}/{hook}`: the provider's own contract. A call goes
 *
 *   credential wrong ──► 401, an alarm: some providers admit the job then
 *   credential right ──► read ──► admit ──► decide ──► the hook's own answer
 *                          └────────┴──────────┴─ whatever fails: the checkpoint's default,
 *                                                 in the hook's own words as well
 *
 * An authentic call is never limited, never refused and never answered by anything else. Its
 * content type is ignored: GitLab sends JSON as `application/x-www-form-urlencoded`.
 *
 * This is the busiest way into the server, so it goes past the framework: the server hands the
 * exact address to the hook before it is routed (`takeFastLane`). What is written otherwise, such
 * as an address with a query, comes by its route and is answered by the same code.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { FastifyInstance, FastifySchema } from 'fastify';
import Type from 'typebox';
import { ACTIONS, type Action } from '../model/action.ts';
import { ERROR_CODES } from '../model/error-codes.ts';
import type { Answer, DecisionRequest } from '../pipeline/request.ts';
import type { Clock } from '../ports/clock.ts';
import type { DefaultCause } from '../ports/metrics.ts';
import { type Hook, type Provider, secretVariable } from '../ports/provider.ts';
import { type Asked, answerTo, askedOf, defaultAnswer, errorFields, logAnswer } from './answer.ts';
import type { ApiDeps } from './api-deps.ts';
import { decisionMsLeft } from './arrival.ts';
import { correlationIdOf } from './correlation.ts';
import type { LongBodies } from './long-bodies.ts';
import { problemContentType, problemText } from './problem.ts';
import { type ReadBody, readBody } from './read-body.ts';
import type { Refusals } from './refusals.ts';
import { routeSchema } from './route-schema.ts';

type Listener = (request: IncomingMessage, response: ServerResponse, arrivedMs: number) => void;

export function addProviderHooks(
  app: FastifyInstance,
  deps: ApiDeps,
  refusals: Refusals,
  longBodies: LongBodies,
): void {
  const hooks = new Map<string, Listener>();
  let closing = false;
  app.addHook('preClose', (done) => {
    closing = true;
    done();
  });
  for (const provider of deps.providers) {
    for (const [name, hook] of Object.entries(provider.hooks)) {
      const listener = listenerOf({
        ...{ provider, hook, deps, refusals, longBodies },
        closing: () => closing,
      });
      const url = `/providers/${provider.name}/${name}`;
      const schema = hookSchema(provider, name);
      addHook(app, url, schema, listener);
      // GitLab would take the 404 of an address that somebody ended with a slash for a yes.
      addHook(app, `${url}/`, { ...schema, hide: true }, listener);
      hooks.set(url, listener).set(`${url}/`, listener);
    }
  }
  takeFastLane(app, hooks, deps.clock);
}

function addHook(
  app: FastifyInstance,
  url: string,
  schema: FastifySchema,
  listener: Listener,
): void {
  app.post(url, {
    schema,
    // Before the framework looks at the body, whose content type has no meaning.
    onRequest: (request, reply) => {
      reply.hijack();
      listener(request.raw, reply.raw, request.arrivedMs);
    },
    handler: (_request, reply) => reply,
  });
}

/** Routing, two hooks and a reply of the framework cost a quarter of a call's time. */
function takeFastLane(
  { server }: FastifyInstance,
  hooks: ReadonlyMap<string, Listener>,
  clock: Clock,
): void {
  const others = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    const hook = request.method === 'POST' ? hooks.get(request.url ?? '') : undefined;
    if (hook !== undefined) hook(request, response, clock.elapsedMs());
    else for (const other of others) other(request, response);
  });
  // Node would answer 417, on which GitLab admits the job.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
}

interface HookRoute {
  readonly provider: Provider;
  readonly hook: Hook;
  readonly deps: ApiDeps;
  readonly refusals: Refusals;
  readonly longBodies: LongBodies;
  readonly closing: () => boolean;
}

function listenerOf(route: HookRoute): Listener {
  const { provider, hook, deps, closing } = route;
  const secret = deps.secrets[provider.name] ?? '';
  return (request, response, arrivedMs) => {
    const correlationId = correlationIdOf(request.headers, deps.random);
    // A kept connection would hold up a server that is about to stop.
    if (closing()) response.setHeader('connection', 'close');
    const call = new HookCall(route, request, response, correlationId, arrivedMs);
    if (secret !== '' && hook.authentic({ headers: call.headers, body: null }, secret)) call.read();
    else refuse(route, call, secret);
  };
}

function refuse({ provider, hook, deps, refusals }: HookRoute, call: HookCall, secret: string) {
  const { counters, log, clock } = deps;
  const { request, response, correlationId } = call;
  const address = request.socket.remoteAddress ?? '';
  counters.wrongCredential(provider.name);
  const about = { correlationId, provider: provider.name, address };
  if (refusals.isTooMany(address, clock.now())) response.setHeader('connection', 'close');
  else if (secret === '') {
    log.warn('refused: there is no secret', { ...about, variable: secretVariable(provider.name) });
  } else log.warn('refused: wrong credential', { ...about, effect: hook.whenRefused });
  const problem = { code: 'unauthorized', detail: 'the credential is missing or wrong' } as const;
  const text = problemText(problem, correlationId);
  call.send(ERROR_CODES[problem.code].status, { 'content-type': problemContentType }, text);
  // What else the caller writes is read and thrown away, so that it gets to read the answer.
  request.resume();
}

/** One authentic call, from its headers to its answer. */
class HookCall {
  readonly #hook: Hook;
  readonly #deps: ApiDeps;
  readonly #longBodies: LongBodies;
  readonly #startedMs: number;
  #isAnswered = false;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly correlationId: string;

  constructor(
    { hook, deps, longBodies }: HookRoute,
    request: IncomingMessage,
    response: ServerResponse,
    correlationId: string,
    startedMs: number,
  ) {
    this.#hook = hook;
    this.#deps = deps;
    this.#longBodies = longBodies;
    this.#startedMs = startedMs;
    this.request = request;
    this.response = response;
    this.correlationId = correlationId;
  }

  /** Node joins a repeated header into one text, but for `set-cookie`, which no request has. */
  get headers(): Readonly<Record<string, string | undefined>> {
    return this.request.headers as Record<string, string | undefined>;
  }

  read(): void {
    const { clock } = this.#deps;
    const deadline = (task: () => void): (() => void) =>
      clock.after(Math.max(0, decisionMsLeft(clock, this.#startedMs)), task);
    readBody(this.request, this.#hook.bodyBytesMax, deadline, (body) => this.#admit(body));
  }

  #admit(body: ReadBody): void {
    if (body.kind === 'late') this.#sendDefault('deadline', 'the body came too late');
    else if (body.kind === 'broken') this.#sendDefault('failure', 'the body broke off');
    else if (body.kind === 'too-large') this.#decide(null);
    else this.#wait(body.bytes);
  }

  /** A long body is read in its turn. When that comes too late, it is decided for the record. */
  #wait(body: Uint8Array): void {
    const { defaultAction, clock } = this.#deps;
    const isTaken = this.#longBodies.take({
      bytes: body.length,
      leftMs: Math.max(0, decisionMsLeft(clock, this.#startedMs)),
      onTurn: () => this.#decide(body),
      onLate: () => this.#sendAction(defaultAction(this.#hook.checkpoint), ''),
    });
    if (!isTaken) this.#sendDefault('overload', 'too many long bodies wait');
  }

  #decide(body: Uint8Array | null): void {
    const { correlationId } = this;
    let admitted: DecisionRequest;
    try {
      admitted = this.#requestOf(body);
    } catch (error) {
      this.#deps.log.error('a hook failed', { correlationId, ...errorFields(error) });
      this.#sendDefault('failure', 'the request could not be admitted');
      return;
    }
    const asked = askedOf(admitted, correlationId);
    this.#await(answerTo(admitted, asked, this.#deps), asked);
  }

  /** In a function of its own, so that what waits does not hold the body. */
  #await(answered: Promise<Answer>, asked: Asked): void {
    void answered.then((answer) => this.#answer(answer, asked));
  }

  #requestOf(body: Uint8Array | null): DecisionRequest {
    const receivedAt = this.#deps.clock.now();
    const { headers, correlationId } = this;
    const { checkpoint } = this.#hook;
    const admission = this.#hook.admit({ headers, body, correlationId, receivedAt });
    const { event, definition, problem } = admission;
    const bodyBytes = body?.length ?? 0;
    const startedMs = this.#startedMs;
    const arrival = { wantsRecord: false, bodyBytes, receivedAt, startedMs };
    return { event, definition, problem, checkpoint, ...arrival };
  }

  #answer(answer: Answer, asked: Asked): void {
    logAnswer(answer, asked, this.#deps);
    if (answer.kind === 'decided') {
      this.#sendAction(answer.action, answer.id);
      return;
    }
    // Two bodies under one id: there is a decision, but on something else.
    const given = answer.kind === 'default' ? answer : defaultAnswer(asked, 'failure', this.#deps);
    this.#sendAction(given.action, given.id);
  }

  /** The default of a call that named no event, and so has no decision. */
  #sendDefault(cause: DefaultCause, why: string): void {
    const { checkpoint } = this.#hook;
    const { correlationId } = this;
    const action = this.#deps.defaultAction(checkpoint);
    this.#deps.counters.defaulted(checkpoint, cause);
    const about = { correlationId, checkpoint, action, why };
    this.#deps.log.warn('answered by the default', about);
    this.#sendAction(action, '');
  }

  #sendAction(action: Action, decisionId: string): void {
    if (this.#isAnswered) return;
    this.#isAnswered = true;
    const { status, headers, body } = this.#hook.answer(action, decisionId);
    this.send(status, headers, body);
  }

  send(status: number, headers: Readonly<Record<string, string>>, body: string): void {
    const { response, correlationId } = this;
    response.writeHead(status, {
      ...headers,
      'content-length': Buffer.byteLength(body),
      'x-correlation-id': correlationId,
    });
    response.end(body);
  }
}

/** What the hooks of all providers say beside their status, which is what counts. */
const HookAnswer = Type.Object({
  decision: Type.String({ description: 'Its id; empty when there is none, as for half a body' }),
  action: Type.Enum([...ACTIONS]),
});

function hookSchema(provider: Provider, name: string) {
  return routeSchema({
    operationId: `${provider.name}-${name}`,
    tag: 'providers',
    summary: `${provider.title}: ${name}`,
    description:
      `The contract of ${provider.title}, authenticated by its own shared secret. ` +
      `Silence or an error means that it ${provider.whenSilent} the job.`,
    answers: {
      200: { description: 'Accepted', schema: HookAnswer },
      406: { description: 'Refused', schema: HookAnswer },
    },
    errors: ['unauthorized'],
  });
}
