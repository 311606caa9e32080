import { queuePoolsMax } from '../base/limits.ts';
import { fail, ok, type Result } from '../base/result.ts';
import type { EpochMs } from '../base/time.ts';
import type { PoolName } from '../model/lease.ts';
import { type AccountRef, type PartyId, type PartyMove, partyIdOf } from '../model/party.ts';
import type { PoolChanges, PoolRows } from '../model/queue-rows.ts';
import { type PoolBounds, PoolQueue } from './pool-queue.ts';

/**
 * The queues of all pools; `pool-queue.ts` says how each works. They share nothing but who is a
 * party: what changes there changes in every pool.
 */
export class Queue {
  readonly #pools = new Map<PoolName, PoolQueue>();
  readonly #bounds: PoolBounds | undefined;

  /** From what the store has. */
  constructor(pools: Iterable<PoolRows>, bounds?: PoolBounds) {
    this.#bounds = bounds;
    for (const rows of pools) this.#pools.set(rows.pool.pool, new PoolQueue(rows, bounds));
  }

  /** The pool of this name, which is made when it is first spoken of. */
  pool(name: PoolName, slots: number): Result<PoolQueue, { readonly code: 'too-many-pools' }> {
    const known = this.#pools.get(name);
    if (known !== undefined) return ok(known);
    if (this.#pools.size >= queuePoolsMax) return fail({ code: 'too-many-pools' });
    const pool = PoolQueue.empty(name, slots, this.#bounds);
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

  /**
   * Accounts have gone to other parties. A party that all have left takes along what it had more
   * than its share; it was named after its oldest account, so that tells.
   */
  follow(moves: readonly PartyMove[], at: EpochMs): void {
    if (this.#pools.size === 0) return;
    const ways = new Map<PartyId, number>();
    for (const { from } of moves) ways.set(from, (ways.get(from) ?? 0) + 1);
    for (const { from, into, accounts } of moves) {
      const isWhole = ways.get(from) === 1 && accounts.some((one) => partyIdOf(one) === from);
      if (isWhole) this.merge(from, into, at);
      else this.move(new Set(accounts), from, into, at);
    }
  }

  /** Accounts whose jobs are under another party than theirs. */
  strayed(partyOf: (account: AccountRef) => PartyId): readonly PartyMove[] {
    const moves = new Map<string, { from: PartyId; into: PartyId; accounts: Set<AccountRef> }>();
    for (const { state } of this.#pools.values()) {
      for (const [, { account, party: from }] of state.jobs) {
        const into = partyOf(account);
        if (from === into) continue;
        const known = moves.get(`${from} ${into}`) ?? { from, into, accounts: new Set() };
        moves.set(`${from} ${into}`, known);
        known.accounts.add(account);
      }
    }
    return [...moves.values()].map((move) => ({ ...move, accounts: [...move.accounts] }));
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
