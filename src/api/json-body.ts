import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Json, type JsonProblem, parseJson } from '../base/json.ts';
import { decideMsMax, longBodyBytesMin } from '../base/limits.ts';
import { fail, type Result } from '../base/result.ts';
import type { ErrorCode } from '../model/error-codes.ts';
import type { Clock } from '../ports/clock.ts';
import type { LongBodies } from './long-bodies.ts';
import { sendProblem } from './problem.ts';

export const eventContentTypes = ['application/json', 'application/cloudevents+json'] as const;
export const batchContentType = 'application/cloudevents-batch+json';

type BodyProblem = JsonProblem | { readonly code: 'overload'; readonly message: string };
type JsonBody = Result<Json, BodyProblem>;

const OVERLOAD: JsonBody = fail({
  code: 'overload',
  message: 'too many long bodies wait; try again',
});

/**
 * JSON is read by `parseJson`, bounded in depth and strict about keys and UTF-8. A problem is
 * handed on as the body: an error here would make Fastify close the connection. A long one waits
 * for its turn.
 */
export function addJsonParser(
  app: FastifyInstance,
  bytesMax: number,
  { clock, longBodies }: { readonly clock: Clock; readonly longBodies: LongBodies },
): void {
  app.removeAllContentTypeParsers();
  const types = [...eventContentTypes, batchContentType];
  const options = { parseAs: 'buffer', bodyLimit: bytesMax } as const;
  app.addContentTypeParser(types, options, (request, body: Buffer, done) => {
    const parse = (): JsonBody => parseJson(body, bytesMax);
    if (body.length < longBodyBytesMin) done(null, parse());
    else inTurn(parse, body.length, request.arrivedMs, (read) => done(null, read));
  });

  /** Calls `done` once: with the body in its turn, or without it when the turn comes too late. */
  function inTurn(
    parse: () => JsonBody,
    length: number,
    arrivedMs: number,
    done: (body: JsonBody) => void,
  ): void {
    let isLate = false;
    const cancel = clock.after(Math.max(0, decideMsMax - (clock.elapsedMs() - arrivedMs)), () => {
      isLate = true;
      done(OVERLOAD);
    });
    const isTaken = longBodies.take(length, () => {
      if (isLate) return;
      cancel();
      done(parse());
    });
    if (isTaken) return;
    cancel();
    done(OVERLOAD);
  }
}

/** The body as JSON. Without a content type and a body, Fastify parses nothing. */
export function jsonBody(request: FastifyRequest): JsonBody {
  // Only the parser above sets a body.
  const body = request.body as JsonBody | undefined;
  return body ?? fail({ code: 'not-json', message: 'the body is empty' });
}

export function sendJsonProblem(reply: FastifyReply, problem: BodyProblem): FastifyReply {
  return sendProblem(reply, {
    code: CODES[problem.code] ?? 'bad-request',
    detail: problem.message,
  });
}

const CODES: Readonly<Partial<Record<BodyProblem['code'], ErrorCode>>> = {
  'too-large': 'too-large',
  overload: 'unavailable',
};

export function sendJson(reply: FastifyReply, status: number, body: unknown): FastifyReply {
  return reply.code(status).header('content-type', 'application/json').send(JSON.stringify(body));
}
