/** `/v1/keys`: make, list and remove API keys. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { Compile } from 'typebox/compile';
import { apiKeysMax, nameLengthMax } from '../base/limits.ts';
import { formatTime } from '../base/time.ts';
import { type ApiKey, SCOPES } from '../ports/store.ts';
import { checkShape } from '../wire/check-shape.ts';
import type { Access } from './access.ts';
import type { ApiDeps } from './api-deps.ts';
import { jsonBody, sendJson, sendJsonProblem } from './json-body.ts';
import { newKey } from './keys.ts';
import { fromStore } from './outside.ts';
import { sendFieldProblem, sendProblem } from './problem.ts';
import { routeSchema } from './route-schema.ts';

const Wanted = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: nameLengthMax }),
    scopes: Type.Array(Type.Enum([...SCOPES]), { minItems: 1, maxItems: SCOPES.length }),
  },
  { additionalProperties: false },
);
const wantedShape = Compile(Wanted);

export function addKeys(app: FastifyInstance, deps: ApiDeps, access: Access): void {
  const onRequest = access.require('admin');
  app.post('/v1/keys', {
    schema: MAKE,
    onRequest,
    handler: (request, reply) => make(request, reply, deps),
  });
  app.get('/v1/keys', {
    schema: LIST,
    onRequest,
    handler: async (_request, reply) => {
      const keys = await fromStore(deps.keys.list());
      return sendJson(reply, 200, { items: keys.map(encodeKey), next: null });
    },
  });
  app.delete<{ Params: { id: string } }>('/v1/keys/:id', {
    schema: REMOVE,
    onRequest,
    handler: async (request, reply) => {
      const removed = await fromStore(deps.keys.remove(request.params.id));
      if (removed) return reply.code(204).send();
      return sendProblem(reply, { code: 'not-found', detail: 'there is no key with this id' });
    },
  });
}

async function make(request: FastifyRequest, reply: FastifyReply, deps: ApiDeps) {
  const body = jsonBody(request);
  if (!body.ok) return sendJsonProblem(reply, body.error);
  const wanted = checkShape(wantedShape, body.value);
  if (!wanted.ok) return sendFieldProblem(reply, wanted.error);
  const { name } = wanted.value;
  const scopes = SCOPES.filter((scope) => wanted.value.scopes.includes(scope));
  const { key, secret } = newKey(deps.random, { name, scopes, at: deps.clock.now() });
  if (!(await fromStore(deps.keys.add(key)))) {
    return sendFieldProblem(reply, { field: '', message: `there are ${apiKeysMax} keys already` });
  }
  deps.log.info('a key was made', { correlationId: request.id, key: key.id, scopes: `${scopes}` });
  reply.header('cache-control', 'no-store');
  return sendJson(reply, 201, { ...encodeKey(key), key: secret });
}

/** Never the hash: it is of no use to anyone who may see this. */
function encodeKey({ id, name, scopes, createdAt }: ApiKey) {
  return { id, name, scopes, createdAt: formatTime(createdAt) };
}

const key = {
  id: Type.String(),
  name: Type.String(),
  scopes: Type.Array(Type.Enum([...SCOPES])),
  createdAt: Type.String({ format: 'date-time' }),
};

const MAKE = routeSchema({
  operationId: 'makeKey',
  tag: 'keys',
  summary: 'Make a key',
  description: 'The key itself is in this answer and nowhere else.',
  scope: 'admin',
  body: Wanted,
  consumes: ['application/json'],
  answers: {
    201: { description: 'The key', schema: Type.Object({ ...key, key: Type.String() }) },
  },
  errors: ['unavailable'],
});

const LIST = routeSchema({
  operationId: 'listKeys',
  tag: 'keys',
  summary: 'All keys, without their secrets',
  scope: 'admin',
  answers: {
    200: {
      description: 'All on one page',
      schema: Type.Object({ items: Type.Array(Type.Object(key)), next: Type.Null() }),
    },
  },
  errors: ['unavailable'],
});

const REMOVE = routeSchema({
  operationId: 'removeKey',
  tag: 'keys',
  summary: 'Remove a key',
  description:
    'Other servers on the same store notice within 5 seconds, or once it answers them again.',
  scope: 'admin',
  params: Type.Object({ id: Type.String() }),
  answers: { 204: { description: 'Removed' } },
  errors: ['not-found', 'unavailable'],
});
