import type { FastifySchema } from 'fastify';
import Type from 'typebox';
import { ERROR_CODES, type ErrorCode } from '../model/error-codes.ts';
import type { Scope } from '../ports/store.ts';
import { problemContentType } from './problem.ts';

export interface RouteAnswer {
  readonly description: string;
  /** Absent for an answer without a body. */
  readonly schema?: Type.TSchema;
  readonly contentType?: string;
}

export interface RouteDescription {
  readonly operationId: string;
  readonly tag:
    | 'events'
    | 'decisions'
    | 'allowances'
    | 'parties'
    | 'queue'
    | 'keys'
    | 'providers'
    | 'health';
  readonly summary: string;
  readonly description?: string;
  /** Absent when the route needs no key. */
  readonly scope?: Scope;
  readonly params?: Type.TSchema;
  readonly querystring?: Type.TSchema;
  readonly body?: Type.TSchema;
  readonly consumes?: readonly string[];
  readonly answers: Readonly<Record<number, RouteAnswer>>;
  readonly errors?: readonly ErrorCode[];
}

/** Any call to `/v1` may end like this. */
const KEY_ERRORS: readonly ErrorCode[] = ['unauthorized', 'forbidden', 'too-many-requests'];
const BODY_ERRORS: readonly ErrorCode[] = ['bad-request', 'too-large', 'unsupported-media-type'];

/**
 * A route for the OpenAPI document, which is all that schemas are for here: bodies and queries are
 * checked by the codecs of `wire/`, whose messages name the field.
 */
export function routeSchema(route: RouteDescription): FastifySchema {
  const { scope, answers, tag, params, querystring, body, consumes } = route;
  const errors: readonly ErrorCode[] = [
    ...(scope === undefined ? [] : KEY_ERRORS),
    ...(body === undefined ? [] : BODY_ERRORS),
    // What cannot be decoded, such as `%ff`.
    ...(params === undefined ? [] : (['bad-request'] as const)),
    ...(route.errors ?? []),
    'internal',
  ];
  return {
    operationId: route.operationId,
    summary: route.summary,
    description: [route.description, scope && `Needs the scope \`${scope}\`.`].join(' ').trim(),
    tags: [tag],
    security: scope === undefined ? [] : [{ key: [] }],
    ...(params === undefined ? {} : { params }),
    ...(querystring === undefined ? {} : { querystring }),
    ...(body === undefined ? {} : { body }),
    ...(consumes === undefined ? {} : { consumes }),
    response: { ...responses(answers), ...problems(errors) },
  };
}

function responses(answers: RouteDescription['answers']): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(answers).map(([status, { description, schema, contentType }]) => {
      if (schema === undefined) return [status, { description, type: 'null' }];
      const type = contentType ?? 'application/json';
      return [status, { description, content: { [type]: { schema } } }];
    }),
  );
}

function problems(codes: readonly ErrorCode[]): Record<string, unknown> {
  const content = { [problemContentType]: { schema: Type.Ref('Problem#') } };
  return Object.fromEntries(
    codes.map((code) => {
      const { status, title } = ERROR_CODES[code];
      return [status, { description: `${title} (\`${code}\`)`, content }];
    }),
  );
}
