/**
 * The desk at which schedulers ask the queue. It has the queues of all pools in memory, read from
 * the store once, and is the only one that changes them:
 *
 *   ask ──► waiting ──► applied ──► recorded ──► answered     all that waits goes together
 *                          └─ the store fails: rolled back, and refused
 *
 * So no answer says what a loss of power could take back, and one sync serves all who asked while
 * the one before was under way.
 */
import { queueAskedMax } from '../base/limits.ts';
import type { Result } from '../base/result.ts';
import type { EpochMs } from '../base/time.ts';
import type { PoolName } from '../model/lease.ts';
import type { PartyMove } from '../model/party.ts';
import type { AdmittedJob, QueuedJob, QueueReply, QueueRequest } from '../model/queue-request.ts';
import type { JobRow } from '../model/queue-rows.ts';
import { DEFAULT_TIERS } from '../model/tier.ts';
import { adviceFor } from '../queue/advice.ts';
import type { PoolQueue, QueueError } from '../queue/pool-queue.ts';
import { Queue } from '../queue/queue.ts';
import type { CorePorts } from './ports.ts';

export type DeskPorts = Pick<CorePorts, 'store' | 'links' | 'policy' | 'clock'>;

interface Asked {
  readonly kind: 'asked';
  readonly request: QueueRequest;
  readonly resolve: (reply: QueueReply) => void;
  readonly reject: (error: unknown) => void;
}

/** Accounts that have gone to other parties. */
interface Followed {
  readonly kind: 'followed';
  readonly moves: readonly PartyMove[];
}

export class QueueDesk {
  readonly #ports: DeskPorts;
  #queue: Queue | null = null;
  #waiting: (Asked | Followed)[] = [];
  #isBusy = false;

  constructor(ports: DeskPorts) {
    this.#ports = ports;
  }

  /** Rejects when the store fails; nothing of the request is kept then. */
  ask(request: QueueRequest): Promise<QueueReply> {
    return new Promise((resolve, reject) => {
      this.#add({ kind: 'asked', request, resolve, reject });
    });
  }

  /** Their jobs share one place from now on. A queue that is not read yet follows when it is. */
  follow(moves: readonly PartyMove[]): void {
    if (moves.length > 0 && this.#queue !== null) this.#add({ kind: 'followed', moves });
  }

  #add(one: Asked | Followed): void {
    this.#waiting.push(one);
    if (!this.#isBusy) void this.#work();
  }

  async #work(): Promise<void> {
    this.#isBusy = true;
    while (this.#waiting.length > 0) await this.#answer(this.#waiting.splice(0, queueAskedMax));
    this.#isBusy = false;
  }

  async #answer(batch: readonly (Asked | Followed)[]): Promise<void> {
    const { store, clock } = this.#ports;
    const asked = batch.filter((one) => one.kind === 'asked');
    try {
      const queue = await this.#open();
      const replies: QueueReply[] = [];
      for (const one of batch) {
        if (one.kind === 'followed') queue.follow(one.moves, clock.now());
        else replies.push(this.#reply(queue, one.request, clock.now()));
      }
      const changes = queue.changes();
      if (changes.length > 0) await store.keepQueue(changes);
      queue.commit();
      for (const [i, { resolve }] of asked.entries()) resolve(replies[i] as QueueReply);
    } catch (error) {
      this.#queue?.rollback();
      // What was to be followed is found again from what is stored.
      if (asked.length < batch.length) this.#queue = null;
      for (const { reject } of asked) reject(error);
    }
  }

  /** Accounts may have been linked since their jobs were stored. */
  async #open(): Promise<Queue> {
    if (this.#queue !== null) return this.#queue;
    const { store, links, clock } = this.#ports;
    const queue = new Queue(await store.queue());
    queue.follow(
      queue.strayed((account) => links.partyOf(account)),
      clock.now(),
    );
    this.#queue = queue;
    return queue;
  }

  #reply(queue: Queue, request: QueueRequest, at: EpochMs): QueueReply {
    if (request.kind === 'resize') return resize(queue, request);
    const pool = queue.known(request.pool);
    if (pool === null) return refusal('no-pool', 'there is no pool of this name');
    switch (request.kind) {
      case 'look':
        return viewOf(pool, request.pool);
      case 'enqueue':
        return enqueue(pool, request.job, this.#ports, at);
      case 'lease': {
        const { lease, dropped } = pool.lease(request.runner, at);
        const given = dropped.map(({ job, why }) => ({ job: job.key, why }));
        return { kind: 'leased', lease, dropped: given };
      }
      case 'heartbeat': {
        const kept = pool.heartbeat(request.lease, at);
        return kept.ok ? { kind: 'kept', lease: kept.value } : { kind: 'refused', ...kept.error };
      }
      case 'release':
        return jobReply(pool.release(request.lease, request.vcpuSeconds, at));
      case 'withdraw': {
        const job = pool.withdraw(request.job, at);
        return job === null ? refusal('no-job', 'the job is not here') : replyOf(job);
      }
    }
  }
}

function enqueue(
  pool: PoolQueue,
  { facts, ...admitted }: AdmittedJob,
  { policy, links }: DeskPorts,
  at: EpochMs,
): QueueReply {
  const tier = policy().tierOf(facts) ?? DEFAULT_TIERS.new;
  // It may have been linked since it was admitted.
  const job = { ...admitted, party: links.partyOf(admitted.account) };
  // Where it stands is asked first: behind it, its own job would be counted.
  const advice = adviceFor(pool, { ...job, tier });
  const queued = pool.enqueue({ ...job, tier }, at);
  if (!queued.ok) return { kind: 'refused', ...queued.error };
  return { kind: 'queued', job: queuedJob(queued.value), advice };
}

function resize(
  queue: Queue,
  { pool: name, slots }: QueueRequest & { kind: 'resize' },
): QueueReply {
  const pool = queue.pool(name, slots);
  if (!pool.ok) return refusal('too-many-pools', 'there are as many pools as may be');
  pool.value.resize(slots);
  return viewOf(pool.value, name);
}

function viewOf({ state }: PoolQueue, pool: PoolName): QueueReply {
  const { row, longestWaiting, leased } = state;
  const view = { pool, slots: row.slots, waiting: longestWaiting.size, running: leased.size };
  return { kind: 'pool', view };
}

function jobReply(result: Result<JobRow, QueueError>): QueueReply {
  return result.ok ? replyOf(result.value) : { kind: 'refused', ...result.error };
}

function replyOf(job: JobRow): QueueReply {
  return { kind: 'job', job: queuedJob(job) };
}

function queuedJob({ key, party, costVcpuSeconds, enqueuedAt }: JobRow): QueuedJob {
  return { job: key, party, costVcpuSeconds, enqueuedAt };
}

function refusal(
  code: Extract<QueueReply, { kind: 'refused' }>['code'],
  message: string,
): QueueReply {
  return { kind: 'refused', code, message };
}
