import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Json, type JsonProblem, parseJson } from '../base/json.ts';
import { fail, type Result } from '../base/result.ts';
import type { ErrorCode } from '../model/error-codes.ts';
import type { Clock } from '../ports/clock.ts';
import { decisionMsLeft } from './arrival.ts';
import type { LongBodies } from './long-bodies.ts';
import { sendProblem } from './problem.ts';

export const eventContentTypes = ['application/json', 'application/cloudevents+json'] as const;
export const batchContentType = 'application/cloudevents-batch+json';

type BodyProblem = JsonProblem | { readonly code: 'unavailable'; readonly message: string };
type JsonBody = Result<Json, BodyProblem>;

const FULL = unavailable('too many long bodies wait; try again');
const LATE = unavailable('other long bodies took too long; try again');

function unavailable(message: string): JsonBody {
  return fail({ code: 'unavailable', message });
}

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
    const isTaken = longBodies.take({
      bytes: body.length,
      leftMs: leftMs(request),
      onTurn: (isLate) => {
        if (!isLate) done(null, parseJson(body, bytesMax));
      },
      onLate: () => done(null, LATE),
    });
    if (!isTaken) done(null, FULL);
  });

  /** Only who asks has a deadline. What has arrived behind it has the default at once. */
  function leftMs({ routeOptions, arrivedMs }: FastifyRequest): number | null {
    if (routeOptions.url !== ASKING) return null;
    const left = decisionMsLeft(clock, arrivedMs);
    return left > 0 ? left : null;
  }
}

/** `POST` to it asks for a decision. */
const ASKING = '/v1/decisions';

/** The body as JSON. Without a content type and a body, Fastify parses nothing. */
export function jsonBody(request: FastifyRequest): JsonBody {
  // Only the parser above sets a body.
  const body = request.body as JsonBody | undefined;
  return body ?? fail({ code: 'not-json', message: 'the body is empty' });
}

export function sendJsonProblem(reply: FastifyReply, problem: BodyProblem): FastifyReply {
  const { code, message: detail } = problem;
  if (code === 'unavailable') reply.header('retry-after', '1');
  return sendProblem(reply, { code: CODES[code] ?? 'bad-request', detail });
}

const CODES: Readonly<Partial<Record<BodyProblem['code'], ErrorCode>>> = {
  'too-large': 'too-large',
  unavailable: 'unavailable',
};

export function sendJson(reply: FastifyReply, status: number, body: unknown): FastifyReply {
  return reply.code(status).header('content-type', 'application/json').send(JSON.stringify(body));
}
