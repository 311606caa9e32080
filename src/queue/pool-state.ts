/**
 * What is known of one pool: three kinds of rows, which a store keeps, and the orders in which the
 * queue looks at them, which follow from the rows and are never stored.
 */
import { assert } from '../base/assert.ts';
import type { PoolName, QueuedJobKey } from '../model/lease.ts';
import type { PartyId } from '../model/party.ts';
import type {
  JobRow,
  Lane,
  PartyRow,
  Peak,
  PoolChanges,
  PoolRow,
  PoolRows,
} from '../model/queue-rows.ts';
import type { Tier } from '../model/tier.ts';
import { OrderedTree, type OrderKey } from './ordered-tree.ts';
import { Table } from './table.ts';
import { WaitingJobs } from './waiting-jobs.ts';

/**
 * A job's cost counts this many tag units a vCPU-second at weight 1. All weights from 1 to 10 divide
 * it, so that tags are whole numbers and sums exact.
 */
export const TAG_UNITS = 2_520;

export function tagLength(costVcpuSeconds: number, { weight }: Tier): number {
  return costVcpuSeconds * (TAG_UNITS / weight);
}

export const NO_JOBS = { waiting: 0, running: 0, head: null } as const;

export function isReady({ head, running, tier }: PartyRow): boolean {
  return head !== null && running < tier.concurrencyMax;
}

export class PoolState {
  readonly parties = new Table<PartyId, PartyRow>((before, after) => {
    this.#indexParty(before, after);
  });
  readonly jobs = new Table<QueuedJobKey, JobRow>((before, after) => {
    this.#indexJob(before, after);
  });
  /** Parties whose next job could start, by lane, the one that had least of its share first. */
  readonly ready: Readonly<Record<Lane, OrderedTree<PartyId>>> = {
    0: new OrderedTree(),
    1: new OrderedTree(),
    2: new OrderedTree(),
  };
  /** Jobs that run, by the lane that they started in. */
  readonly running: Record<Lane, number> = { 0: 0, 1: 0, 2: 0 };
  /** The same parties, the one whose next job is the next for longest first. */
  readonly longestNext = new OrderedTree<PartyId>();
  /** Parties without a job, the one whose day ends first. */
  readonly idle = new OrderedTree<PartyId>();
  readonly longestWaiting = new OrderedTree<QueuedJobKey>();
  readonly leased = new OrderedTree<QueuedJobKey>();
  readonly waiting = new WaitingJobs();
  /** Of the parties that wait or run. */
  activeWeight = 0;
  row: PoolRow;
  #rowBefore: PoolRow;
  readonly #runningOf = new Map<PartyId, Set<QueuedJobKey>>();

  constructor({ pool, parties, jobs }: PoolRows) {
    this.row = pool;
    for (const party of parties) this.parties.put(party.party, party);
    for (const job of jobs) this.jobs.put(job.key, job);
    this.#rowBefore = pool;
    this.commit();
  }

  firstParty(order: OrderedTree<PartyId>): PartyRow | null {
    const party = order.first();
    return party === null ? null : this.parties.get(party);
  }

  firstJob(order: OrderedTree<QueuedJobKey>): JobRow | null {
    const key = order.first();
    return key === null ? null : this.jobs.get(key);
  }

  runningCountOf(party: PartyId): number {
    return this.#runningOf.get(party)?.size ?? 0;
  }

  runningOf(party: PartyId): readonly JobRow[] {
    return [...(this.#runningOf.get(party) ?? [])].flatMap((key) => this.jobs.get(key) ?? []);
  }

  get hasChanged(): boolean {
    return this.row !== this.#rowBefore || this.parties.hasChanged || this.jobs.hasChanged;
  }

  changes(): PoolChanges {
    return { pool: this.row, parties: this.parties.changes(), jobs: this.jobs.changes() };
  }

  commit(): void {
    this.parties.commit();
    this.jobs.commit();
    this.#rowBefore = this.row;
  }

  rollback(): void {
    this.parties.rollback();
    this.jobs.rollback();
    this.row = this.#rowBefore;
  }

  #indexParty(before: PartyRow | null, after: PartyRow | null): void {
    const party = (after ?? before)?.party;
    assert(party !== undefined, 'a change has a row before or after it');
    reorder(party, this.#placesOf(before), this.#placesOf(after));
    this.activeWeight += activeWeightOf(after) - activeWeightOf(before);
  }

  #placesOf(row: PartyRow | null): readonly Place<PartyId>[] {
    if (row === null) return [];
    if (activeWeightOf(row) === 0) return [{ order: this.idle, key: byDay(row) }];
    if (!isReady(row)) return [];
    return [
      { order: this.ready[row.lane], key: turnOf(row) },
      { order: this.longestNext, key: byHeadSince(row) },
    ];
  }

  #indexJob(before: JobRow | null, after: JobRow | null): void {
    const key = (after ?? before)?.key;
    assert(key !== undefined, 'a change has a row before or after it');
    reorder(key, this.#jobPlacesOf(before), this.#jobPlacesOf(after));
    if (before?.lease != null) this.#ended(before.party, key, before.lease.lane);
    if (after?.lease != null) this.#started(after.party, key, after.lease.lane);
    if (before !== null && before.lease === null) this.waiting.remove(before);
    if (after !== null && after.lease === null) this.waiting.add(after);
  }

  #started(party: PartyId, key: QueuedJobKey, lane: Lane): void {
    this.running[lane]++;
    const own = this.#runningOf.get(party);
    if (own === undefined) this.#runningOf.set(party, new Set([key]));
    else own.add(key);
  }

  #ended(party: PartyId, key: QueuedJobKey, lane: Lane): void {
    this.running[lane]--;
    const own = this.#runningOf.get(party);
    own?.delete(key);
    if (own?.size === 0) this.#runningOf.delete(party);
  }

  #jobPlacesOf(row: JobRow | null): readonly Place<QueuedJobKey>[] {
    if (row === null) return [];
    const { sequence, enqueuedAt, lease } = row;
    if (lease !== null) return [{ order: this.leased, key: [lease.expiresAt, sequence, 0] }];
    return [{ order: this.longestWaiting, key: [enqueuedAt, sequence, 0] }];
  }
}

interface Place<T> {
  readonly order: OrderedTree<T>;
  readonly key: OrderKey;
}

/** Touches only what changes: a party that gets one more job keeps all its places. */
function reorder<T>(value: T, before: readonly Place<T>[], after: readonly Place<T>[]): void {
  for (const place of before) {
    if (!after.some((other) => isSame(place, other))) place.order.remove(place.key);
  }
  for (const place of after) {
    if (!before.some((other) => isSame(place, other))) place.order.insert(place.key, value);
  }
}

function isSame<T>(a: Place<T>, b: Place<T>): boolean {
  return a.order === b.order && a.key.every((part, i) => part === b.key[i]);
}

function activeWeightOf(row: PartyRow | null): number {
  return row === null || row.waiting + row.running === 0 ? 0 : row.tier.weight;
}

/**
 * Start tag first. Among equals, such as all that are new here, the one that would finish first:
 * short jobs and trusted tiers; then the one that came first.
 */
export function turnOf({ startTag, head, tier }: PartyRow): OrderKey {
  const finishTag = startTag + tagLength(head?.costVcpuSeconds ?? 0, tier);
  return [startTag, finishTag, head?.sequence ?? 0];
}

function byHeadSince({ head }: PartyRow): OrderKey {
  return [head?.since ?? 0, head?.sequence ?? 0, 0];
}

function byDay({ usedSince, sequence }: PartyRow): OrderKey {
  return [usedSince, sequence, 0];
}

export function newParty(party: PartyId, tier: Tier, sequence: number): PartyRow {
  const unused = { usedVcpuSeconds: 0, usedSince: 0, lane: 2 } as const;
  return { party, sequence, tier, startTag: 0, ...NO_JOBS, ...unused };
}

/** Until a day has been seen, half of the slots are taken to be needed. */
export function emptyPool(pool: PoolName, slots: number): PoolRow {
  const tags = { virtualTime: 0, tagMax: 0, nextSequence: 0, agedCredit: 0 };
  const half: Peak = [slots >> 1, 0];
  return { pool, slots, ...tags, peak: half, peakBefore: half, peakSince: 0 };
}

export function laneOf({
  tier,
  usedVcpuSeconds,
}: Pick<PartyRow, 'tier' | 'usedVcpuSeconds'>): Lane {
  if (usedVcpuSeconds >= tier.assuredVcpuSecondsPerDay) return 2;
  return tier.name === 'new' ? 1 : 0;
}
