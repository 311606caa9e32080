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
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { decideMsMax } from '../base/limits.ts';
import type { DecisionRequest } from '../pipeline/pipeline.ts';
import type { DefaultCause } from '../ports/metrics.ts';
import { type Hook, type Provider, secretVariable } from '../ports/provider.ts';
import { answerTo, defaultAnswer, errorFields, logAnswer } from './answer.ts';
import type { ApiDeps } from './api-deps.ts';
import { sendProblem } from './problem.ts';
import { readBody } from './read-body.ts';
import type { Refusals } from './refusals.ts';
import { routeSchema } from './route-schema.ts';

interface HookCall {
  readonly hook: Hook;
  readonly request: FastifyRequest;
  readonly deps: ApiDeps;
  readonly startedMs: number;
}

export function addProviderHooks(app: FastifyInstance, deps: ApiDeps, refusals: Refusals): void {
  app.removeAllContentTypeParsers();
  // The handler reads the body itself: it must come to an answer however the reading ends.
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  for (const provider of deps.providers) {
    for (const [name, hook] of Object.entries(provider.hooks)) {
      app.post(`/providers/${provider.name}/${name}`, {
        schema: hookSchema(provider, name),
        onRequest: authenticate(provider, hook, deps, refusals),
        handler: (request, reply) => {
          const startedMs = deps.clock.elapsedMs();
          return answerHook({ hook, request, deps, startedMs }, reply);
        },
      });
    }
  }
}

function authenticate(provider: Provider, hook: Hook, deps: ApiDeps, refusals: Refusals) {
  const { counters, log, clock, secrets } = deps;
  const secret = secrets[provider.name] ?? '';
  const variable = secretVariable(provider.name);
  return (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    const headers = plainHeaders(request);
    if (secret !== '' && hook.authentic({ headers, body: null }, secret)) {
      // Fastify refuses a malformed content type before any handler runs; ours has no meaning.
      delete request.raw.headers['content-type'];
      done();
      return;
    }
    counters.wrongCredential(provider.name);
    const about = { correlationId: request.id, provider: provider.name, address: request.ip };
    if (refusals.isTooMany(request.ip, clock.now())) reply.header('connection', 'close');
    else if (secret === '') log.warn('refused: there is no secret', { ...about, variable });
    else log.warn('refused: wrong credential', { ...about, effect: hook.whenRefused });
    sendProblem(reply, { code: 'unauthorized', detail: 'the credential is missing or wrong' });
  };
}

async function answerHook(call: HookCall, reply: FastifyReply): Promise<FastifyReply> {
  const { hook, request, deps, startedMs } = call;
  const { clock } = deps;
  const body = await readBody(request.raw, hook.bodyBytesMax, (task) =>
    clock.after(Math.max(0, decideMsMax - (clock.elapsedMs() - startedMs)), task),
  );
  if (body.kind === 'late') return sendDefault(call, reply, 'deadline', 'the body came too late');
  if (body.kind === 'broken') return sendDefault(call, reply, 'failure', 'the body broke off');
  let admitted: DecisionRequest;
  try {
    admitted = admit(call, body.kind === 'whole' ? body.bytes : null);
  } catch (error) {
    deps.log.error('a hook failed', { correlationId: request.id, ...errorFields(error) });
    return sendDefault(call, reply, 'failure', 'the request could not be admitted');
  }
  return decide(call, admitted, reply);
}

function admit({ hook, request, deps, startedMs }: HookCall, body: Uint8Array | null) {
  const receivedAt = deps.clock.now();
  const headers = plainHeaders(request);
  const { event, definition, problem } = hook.admit({
    headers,
    body,
    correlationId: request.id,
    receivedAt,
  });
  const { checkpoint } = hook;
  const bodyBytes = body?.length ?? 0;
  return { event, definition, problem, checkpoint, bodyBytes, receivedAt, startedMs };
}

async function decide(
  { hook, request, deps }: HookCall,
  admitted: DecisionRequest,
  reply: FastifyReply,
) {
  const answer = await answerTo(admitted, request.id, deps);
  logAnswer(answer, admitted, request.id, deps);
  if (answer.kind === 'decided') {
    const { action, id } = answer.record.decision;
    return send(reply, hook, action, id);
  }
  // Two bodies under one id: there is a decision, but on something else.
  const given = answer.kind === 'default' ? answer : defaultAnswer(admitted, 'failure', deps);
  return send(reply, hook, given.action, given.id);
}

/** The default of a call that named no event, and so has no decision. */
function sendDefault(
  { hook, request, deps }: HookCall,
  reply: FastifyReply,
  cause: DefaultCause,
  why: string,
): FastifyReply {
  const { checkpoint } = hook;
  const action = deps.defaultAction(checkpoint);
  deps.counters.defaulted(checkpoint, cause);
  deps.log.warn('answered by the default', { correlationId: request.id, checkpoint, action, why });
  return send(reply, hook, action, '');
}

function send(
  reply: FastifyReply,
  hook: Hook,
  ...[action, decisionId]: Parameters<Hook['answer']>
): FastifyReply {
  const { status, headers, body } = hook.answer(action, decisionId);
  return reply.code(status).headers(headers).send(body);
}

/** Node joins a repeated header into one text, but for `set-cookie`, which no request has. */
function plainHeaders(request: FastifyRequest): Record<string, string | undefined> {
  return request.raw.headers as Record<string, string | undefined>;
}

function hookSchema(provider: Provider, name: string) {
  return routeSchema({
    operationId: `${provider.name}-${name}`,
    tag: 'providers',
    summary: `${provider.title}: ${name}`,
    description:
      `The contract of ${provider.title}, authenticated by its own shared secret. ` +
      `Silence or an error means that it ${provider.whenSilent} the job.`,
    answers: {
      200: { description: 'Accepted' },
      406: { description: 'Refused' },
    },
    errors: ['unauthorized'],
  });
}
