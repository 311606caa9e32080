/**
 * When a request arrived, from which its deadline counts. It is taken before anything is waited
 * for: who asks has to be found out first, which may need the store.
 */
import type { FastifyInstance } from 'fastify';
import type { Clock } from '../ports/clock.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** On the clock of `elapsedMs`. */
    arrivedMs: number;
  }
}

/** Must be added before all other hooks. */
export function noteArrivals(app: FastifyInstance, clock: Clock): void {
  app.decorateRequest('arrivedMs', 0);
  app.addHook('onRequest', (request, _reply, done) => {
    request.arrivedMs = clock.elapsedMs();
    done();
  });
}
