/** A pool of machines in virtual time: jobs in, waits out. */
import { assert } from '../base/assert.ts';
import { SECOND_MS } from '../base/time.ts';
import type { Lease, PoolName, QueuedJobKey } from '../model/lease.ts';
import type { AccountRef, PartyId } from '../model/party.ts';
import type { Tier } from '../model/tier.ts';
import { OrderedTree } from './ordered-tree.ts';
import { PoolQueue } from './pool-queue.ts';

export interface SimulatedJob {
  readonly at: number;
  readonly party: string;
  readonly tier: Tier;
  readonly isGang: boolean;
  /** What it may use, which is all the queue knows, and what it does use, on one vCPU. */
  readonly timeoutSeconds: number;
  readonly seconds: number;
}

export interface SimulatedWait {
  readonly job: SimulatedJob;
  /** Null: it never started. */
  readonly waitMs: number | null;
}

interface Step {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** Time that an idle machine takes to ask again and to fetch its job, as on a quiet day. */
const FETCH_MS = 3 * SECOND_MS;
const HEARTBEAT_MS = 55 * SECOND_MS;

export class SimulatedPool {
  readonly #queue: PoolQueue;
  readonly #jobs: readonly SimulatedJob[];
  readonly #startedAt: (number | null)[];
  readonly #endsAt = new Map<string, number>();
  readonly #steps = new OrderedTree<Step>();
  #orders = 0;

  readonly #fetchMs: number;

  constructor(
    slots: number,
    jobs: readonly SimulatedJob[],
    { fetchMs = FETCH_MS }: { readonly fetchMs?: number } = {},
  ) {
    this.#fetchMs = fetchMs;
    this.#queue = PoolQueue.empty('machines' as PoolName, slots);
    this.#jobs = jobs;
    this.#startedAt = jobs.map(() => null);
  }

  /** Runs until `endMs`; what waits then has never started. */
  run(endMs: number): readonly SimulatedWait[] {
    for (const [i, { at }] of this.#jobs.entries()) this.#plan(at, () => this.#arrive(i));
    for (let step = this.#steps.first(); step !== null; step = this.#steps.first()) {
      if (step.at > endMs) break;
      this.#steps.remove([step.at, step.order, 0]);
      step.run();
      this.#startAll(step.at);
      this.#queue.commit();
    }
    return this.#jobs.map((job, i) => {
      const at = this.#startedAt[i] ?? null;
      return { job, waitMs: at === null ? null : at + this.#fetchMs - job.at };
    });
  }

  #plan(at: number, run: () => void): void {
    const order = this.#orders++;
    this.#steps.insert([at, order, 0], { at, order, run });
  }

  #arrive(i: number): void {
    const { party, tier, timeoutSeconds, at } = this.#job(i);
    const names = { party: party as PartyId, account: party as AccountRef };
    const job = { key: String(i) as QueuedJobKey, tier, costVcpuSeconds: timeoutSeconds, ...names };
    // A party that floods its own place is refused there; that is its own loss.
    this.#queue.enqueue(job, at);
  }

  #startAll(at: number): void {
    for (;;) {
      const { lease } = this.#queue.lease('machine', at);
      if (lease === null) return;
      this.#startedAt[Number(lease.job)] = at;
      this.#endsAt.set(
        lease.id,
        at + this.#fetchMs + this.#job(Number(lease.job)).seconds * SECOND_MS,
      );
      this.#goOn(lease, at);
    }
  }

  /** The machine tells of itself until its job ends. */
  #goOn(lease: Lease, at: number): void {
    const endsAt = this.#endsAt.get(lease.id) ?? at;
    const next = Math.min(endsAt, at + HEARTBEAT_MS);
    this.#plan(next, () => {
      const { seconds } = this.#job(Number(lease.job));
      const held =
        next < endsAt
          ? this.#queue.heartbeat(lease.id, next)
          : this.#queue.release(lease.id, seconds, next);
      assert(held.ok, 'a machine that tells of itself keeps its lease');
      if (next < endsAt) this.#goOn(lease, next);
    });
  }

  #job(i: number): SimulatedJob {
    const job = this.#jobs[i];
    assert(job !== undefined, 'the job is one of those that came');
    return job;
  }
}
