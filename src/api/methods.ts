import type { FastifyInstance, RouteOptions } from 'fastify';
import { sendProblem } from './problem.ts';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'] as const;
type Method = (typeof METHODS)[number];

/** Methods by address, of the routes that are added after it. */
export function collectMethods(app: FastifyInstance): ReadonlyMap<string, ReadonlySet<string>> {
  const methods = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }: RouteOptions) => {
    const known = methods.get(url) ?? new Set();
    for (const one of [method].flat()) known.add(one);
    methods.set(url, known);
  });
  return methods;
}

/** Answers 405 where Fastify would say 404: the address is right and the method is not. */
export function refuseOtherMethods(
  app: FastifyInstance,
  methods: ReadonlyMap<string, ReadonlySet<string>>,
): void {
  for (const [url, known] of [...methods]) {
    const others = METHODS.filter((method) => !known.has(method));
    const allow = [...known].join(', ');
    addRefusal(app, url, others, allow);
  }
}

function addRefusal(app: FastifyInstance, url: string, methods: Method[], allow: string): void {
  app.route({
    method: methods,
    url,
    schema: { hide: true },
    exposeHeadRoute: false,
    // Before the body is looked at, which may be of any type.
    onRequest: (_request, reply, _done) => {
      reply.header('allow', allow);
      sendProblem(reply, { code: 'method-not-allowed', detail: `use ${allow}` });
    },
    handler: (_request, reply) => reply,
  });
}
