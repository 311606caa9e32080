/**
 * When a request arrived, from which its deadline counts. It is taken before anything is waited
 * for: who asks has to be found out first, which may need the store.
 */
import type { FastifyInstance } from 'fastify';
import { decideMsMax } from '../base/limits.ts';
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

/** Until the answer to a request that arrived then has to be decided. Below 0 when it is late. */
export function decisionMsLeft(clock: Pick<Clock, 'elapsedMs'>, arrivedMs: number): number {
  return decideMsMax - (clock.elapsedMs() - arrivedMs);
}
