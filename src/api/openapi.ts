/** `/openapi.json`: OpenAPI 3.1, made from the schemas that the codecs check. */
import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { DecisionRecordSchema, DecisionSchema } from '../wire/decision-schema.ts';
import { EventSchema } from '../wire/event-schema.ts';
import { ProblemSchema } from './problem.ts';
import { routeSchema } from './route-schema.ts';

/** Must be registered before the routes: it collects them as they are added. */
export async function collectRoutes(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Davylamp',
        version,
        description: 'Decides at sign-up, admission, run and spend, so that mining does not pay.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      components: {
        securitySchemes: {
          key: { type: 'http', scheme: 'bearer', description: 'A key with the scope of the call' },
        },
      },
    },
    convertConstToEnum: false,
    refResolver: { buildLocalReference: (schema) => String(schema['$id']) },
  });
}

export function addSharedSchemas(app: FastifyInstance): void {
  for (const schema of [EventSchema, DecisionSchema, DecisionRecordSchema, ProblemSchema]) {
    app.addSchema(schema);
  }
}

export function addOpenApi(app: FastifyInstance): void {
  let text: string | null = null;
  app.get('/openapi.json', {
    schema: OPENAPI,
    handler: (_request, reply) => {
      text ??= JSON.stringify(app.swagger());
      return reply.header('content-type', 'application/json').send(text);
    },
  });
}

const OPENAPI = routeSchema({
  operationId: 'openapi',
  tag: 'health',
  summary: 'This document',
  answers: { 200: { description: 'OpenAPI 3.1', schema: Type.Object({}) } },
});
