/**
 * Who may call `/v1`: a bearer key with the scope of the route, within its rate. Checked before a
 * byte of the body is read, so that strangers cannot make us read 4 MiB.
 */
import type { FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import { assert } from '../base/assert.ts';
import { apiKeysMax } from '../base/limits.ts';
import type { Scope } from '../ports/store.ts';
import type { ApiDeps, ApiLimits } from './api-deps.ts';
import type { KeyHolder } from './keys.ts';
import { fromStore } from './outside.ts';
import { sendProblem } from './problem.ts';
import type { Refusals } from './refusals.ts';
import { TokenBuckets } from './token-bucket.ts';

const BEARER = 'bearer ';

export class Access {
  readonly #deps: ApiDeps;
  readonly #refusals: Refusals;
  readonly #buckets: TokenBuckets;
  readonly #holders = new WeakMap<FastifyRequest, KeyHolder>();

  constructor(deps: ApiDeps, limits: ApiLimits, refusals: Refusals) {
    this.#deps = deps;
    this.#refusals = refusals;
    this.#buckets = new TokenBuckets(limits.keyRequestsPerSecondMax, apiKeysMax);
  }

  /** A hook that lets only holders of `scope` pass. */
  require(scope: Scope): onRequestAsyncHookHandler {
    return async (request, reply) => {
      const holder = await this.#holderOf(request);
      if (holder === null) return this.#refuse(request, reply);
      if (!holder.may(scope)) {
        return sendProblem(reply, { code: 'forbidden', detail: `this needs the scope ${scope}` });
      }
      this.#holders.set(request, holder);
      const waitSeconds = this.#buckets.take(holder.id, this.#deps.clock.elapsedMs());
      if (waitSeconds === 0) return undefined;
      reply.header('retry-after', String(Math.max(1, Math.ceil(waitSeconds))));
      const detail = 'this key sends more requests in a second than it may';
      return sendProblem(reply, { code: 'too-many-requests', detail });
    };
  }

  /** Id of the key that a request came with, once its hook has let it pass. */
  holderOf(request: FastifyRequest): string {
    const holder = this.#holders.get(request);
    assert(holder !== undefined, 'the route asks for a scope');
    return holder.id;
  }

  async #holderOf(request: FastifyRequest): Promise<KeyHolder | null> {
    const header = request.headers.authorization ?? '';
    if (header.slice(0, BEARER.length).toLowerCase() !== BEARER) return null;
    const { keys, clock } = this.#deps;
    return fromStore(keys.authenticate(header.slice(BEARER.length).trim(), clock.elapsedMs()));
  }

  #refuse(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const { counters, log, clock } = this.#deps;
    counters.wrongCredential('v1');
    if (this.#refusals.isTooMany(request.ip, clock.now())) reply.header('connection', 'close');
    else log.warn('wrong key', { correlationId: request.id, address: request.ip });
    reply.header('www-authenticate', 'Bearer');
    return sendProblem(reply, { code: 'unauthorized', detail: 'send a key as a bearer token' });
  }
}
