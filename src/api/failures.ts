/** Errors that no route has answered itself, each turned into a problem. */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { bodyBytesMax, nameLengthMax } from '../base/limits.ts';
import type { Random } from '../ports/random.ts';
import type { ApiDeps } from './api-deps.ts';
import type { Connections } from './connections.ts';
import { correlationIdOf } from './correlation.ts';
import { eventContentTypes } from './json-body.ts';
import { Unavailable } from './outside.ts';
import { type Problem, problemContentType, problemText, sendProblem } from './problem.ts';
import type { Refusals } from './refusals.ts';

const PROVIDERS = '/providers/';
const NOTHING_HERE = 'there is nothing under this address';

/** What the framework itself refuses. Anything else with a status below 500 is a bad request. */
const FRAMEWORK_PROBLEMS: Readonly<Record<string, Problem>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: {
    code: 'too-large',
    detail: `a body may have ${bodyBytesMax} bytes`,
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: 'unsupported-media-type',
    detail: `send ${eventContentTypes.join(' or ')}`,
  },
  FST_ERR_MAX_PARAM_LENGTH: { code: 'not-found', detail: NOTHING_HERE },
};

export function addFailureHandlers(
  app: FastifyInstance,
  { log, clock }: Pick<ApiDeps, 'log' | 'clock'>,
  refusals: Refusals,
): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const problem = problemOf(error);
    if (problem.code === 'internal' || problem.code === 'unavailable') {
      const { message, stack } = error.cause instanceof Error ? error.cause : error;
      const { id: correlationId, method, url } = request;
      log.error('a request failed', { correlationId, method, url, message, stack });
      reply.header('retry-after', '1');
    }
    return sendProblem(reply, problem);
  });
  app.setNotFoundHandler((request, reply) => {
    const { id: correlationId, method, url, ip: address } = request;
    // Somebody has set up a provider with another address than ours: it may admit every job.
    if (url.startsWith(PROVIDERS) && !refusals.isTooMany(address, clock.now())) {
      // Behind a question mark a token may stand.
      const [path = ''] = url.split('?', 1);
      const about = { correlationId, method, url: path.slice(0, nameLengthMax), address };
      log.warn('a provider asks where nobody answers', about);
    }
    return sendProblem(reply, { code: 'not-found', detail: NOTHING_HERE });
  });
}

/** Errors before a route is found, such as an address that cannot be decoded. */
export function answerFrameworkError(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  reply.header('x-correlation-id', request.id);
  sendProblem(reply, problemOf(error));
}

/**
 * What Node could not read as HTTP, or not in time. When it is the body of a request that breaks,
 * whoever reads it is told and answers in the words of its route; else there is only a socket.
 */
export function clientErrorHandler(
  random: Random,
  connections: Connections,
): (error: Error, socket: Socket) => void {
  return (error, socket) => {
    const code = 'code' in error ? error.code : '';
    if (code === 'ECONNRESET' || socket.destroyed || !socket.writable) return;
    const answer = connections.answerOn(socket);
    if (answer !== null && breakOff(answer, socket, error)) return;
    const correlationId = correlationIdOf({}, random);
    const detail =
      code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? 'the request did not arrive in time'
        : 'the request is not valid HTTP, or its headers are too large';
    const body = problemText({ code: 'bad-request', detail }, correlationId);
    socket.end(
      `HTTP/1.1 400 Bad Request\r\nContent-Type: ${problemContentType}\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\nX-Correlation-Id: ${correlationId}\r\n` +
        `Connection: close\r\n\r\n${body}`,
    );
  };
}

/** False when nobody is left who answers: not the reader of a body that broke, nor one before. */
function breakOff(answer: ServerResponse, socket: Socket, error: Error): boolean {
  const { req: request, headersSent } = answer;
  const isWhole = request.complete;
  if (!isWhole && !headersSent && request.listenerCount('error') === 0) return false;
  // What was asked before leaves first; nothing more is read. A second answer would belong to a
  // request that nobody has made.
  answer.shouldKeepAlive = false;
  if (answer.writableFinished) socket.destroySoon();
  else answer.once('finish', () => socket.destroySoon());
  if (!isWhole && !headersSent) request.emit('error', error);
  return true;
}

function problemOf(error: FastifyError): Problem {
  if (error instanceof Unavailable) {
    return { code: 'unavailable', detail: 'the server cannot reach its store; try again' };
  }
  const known = FRAMEWORK_PROBLEMS[error.code ?? ''];
  if (known !== undefined) return known;
  const status = error.statusCode ?? 500;
  if (status >= 400 && status < 500) return { code: 'bad-request', detail: error.message };
  return { code: 'internal', detail: 'the error is logged under the correlation id' };
}
