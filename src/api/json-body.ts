import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Json, type JsonProblem, parseJson } from '../base/json.ts';
import { fail, type Result } from '../base/result.ts';
import { sendProblem } from './problem.ts';

export const eventContentTypes = ['application/json', 'application/cloudevents+json'] as const;
export const batchContentType = 'application/cloudevents-batch+json';

type JsonBody = Result<Json, JsonProblem>;

/**
 * JSON is read by `parseJson`, bounded in depth and strict about keys and UTF-8. A problem is
 * handed on as the body: an error here would make Fastify close the connection.
 */
export function addJsonParser(app: FastifyInstance, bytesMax: number): void {
  app.removeAllContentTypeParsers();
  const types = [...eventContentTypes, batchContentType];
  const options = { parseAs: 'buffer', bodyLimit: bytesMax } as const;
  app.addContentTypeParser(types, options, (_request, body: Buffer, done) =>
    done(null, parseJson(body, bytesMax)),
  );
}

/** The body as JSON. Without a content type and a body, Fastify parses nothing. */
export function jsonBody(request: FastifyRequest): JsonBody {
  // Only the parser above sets a body.
  const body = request.body as JsonBody | undefined;
  return body ?? fail({ code: 'not-json', message: 'the body is empty' });
}

export function sendJsonProblem(reply: FastifyReply, problem: JsonProblem): FastifyReply {
  const code = problem.code === 'too-large' ? 'too-large' : 'bad-request';
  return sendProblem(reply, { code, detail: problem.message });
}

export function sendJson(reply: FastifyReply, status: number, body: unknown): FastifyReply {
  return reply.code(status).header('content-type', 'application/json').send(JSON.stringify(body));
}
