/**
 * Errors as callers see them: RFC 9457, whatever went wrong and wherever. `type` is stable and
 * `docs/reference/errors.md` explains each; `detail` is for people. Nothing of the inside leaks.
 */
import type { FastifyReply } from 'fastify';
import Type from 'typebox';
import { ERROR_CODES, type ErrorCode } from '../model/error-codes.ts';

export const problemContentType = 'application/problem+json';

export interface FieldError {
  /** JSON pointer into the body, or the name of a query parameter. */
  readonly field: string;
  readonly message: string;
}

export interface Problem {
  readonly code: ErrorCode;
  readonly detail: string;
  readonly errors?: readonly FieldError[];
}

export const ProblemSchema = Type.Object(
  {
    type: Type.String({ description: '`urn:davylamp:error:` and the code' }),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.Enum(Object.keys(ERROR_CODES)),
    detail: Type.String(),
    errors: Type.Optional(
      Type.Array(Type.Object({ field: Type.String(), message: Type.String() })),
    ),
    correlationId: Type.String(),
  },
  { $id: 'Problem', additionalProperties: false },
);

export function problemText({ code, detail, errors }: Problem, correlationId: string): string {
  const { title, status } = ERROR_CODES[code];
  const type = `urn:davylamp:error:${code}`;
  return JSON.stringify({ type, title, status, code, detail, errors, correlationId });
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply
    .code(ERROR_CODES[problem.code].status)
    .header('content-type', problemContentType)
    .send(problemText(problem, reply.request.id));
}

/** A refused field, or the body as a whole when `field` is empty. */
export function sendFieldProblem(
  reply: FastifyReply,
  { field, message }: FieldError,
): FastifyReply {
  return sendProblem(reply, { code: 'bad-request', detail: message, errors: [{ field, message }] });
}
