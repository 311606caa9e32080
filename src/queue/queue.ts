import { queuePoolsMax } from '../base/limits.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { EpochMs } from '../base/time.ts';
import type { PoolName } from '../model/lease.ts';
import type { AccountRef, PartyId } from '../model/party.ts';
import type { PoolChanges, PoolRows } from '../model/queue-rows.ts';
import { PoolQueue } from './pool-queue.ts';

/**
 * The queues of all pools; `pool-queue.ts` says how each works. They share nothing but who is a
 * party: what changes there changes in every pool.
 */
export class Queue {
  readonly #pools = new Map<PoolName, PoolQueue>();

  /** From what the store has. */
  constructor(pools: Iterable<PoolRows>) {
    for (const rows of pools) this.#pools.set(rows.pool.pool, new PoolQueue(rows));
  }

  /** The pool of this name, which is made when it is first spoken of. */
  pool(name: PoolName, slots: number): Result<PoolQueue, { readonly code: 'too-many-pools' }> {
    const known = this.#pools.get(name);
    if (known !== undefined) return ok(known);
    if (this.#pools.size >= queuePoolsMax) return fail({ code: 'too-many-pools' });
    const pool = PoolQueue.empty(name, slots);
    this.#pools.set(name, pool);
    return ok(pool);
  }

  known(name: PoolName): PoolQueue | null {
    return this.#pools.get(name) ?? null;
  }

  merge(from: PartyId, into: PartyId, at: EpochMs): void {
    for (const pool of this.#pools.values()) pool.merge(from, into, at);
  }

  move(accounts: ReadonlySet<AccountRef>, from: PartyId, into: PartyId, at: EpochMs): void {
    for (const pool of this.#pools.values()) pool.move(accounts, from, into, at);
  }

  /** Of the pools in which anything changed since the last commit. */
  changes(): readonly PoolChanges[] {
    return [...this.#pools.values()]
      .filter((pool) => pool.hasChanged)
      .map((pool) => pool.changes());
  }

  commit(): void {
    for (const pool of this.#pools.values()) pool.commit();
  }

  rollback(): void {
    for (const pool of this.#pools.values()) pool.rollback();
  }
}
