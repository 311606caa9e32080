/**
 * The queue of one pool: start-time fair queueing (Goyal, Vin and Cheng 1996) over parties. A party
 * has one place, however many accounts and jobs it has; its own jobs run in the order they came.
 *
 * Tags. Virtual time is the start tag of the job that started last. A party that begins to wait
 * gets the larger of virtual time and its finish tag as the start tag of its next job; a job that
 * starts makes the party's next start tag (its finish tag) larger by cost / weight. The smallest
 * start tag is next. So within a lane, on one slot, a party waits for its ideal share and at most
 * one job of each rival more (`fair-share.test.ts`). Cost is what a job may use; when it ends, what
 * it did not use is taken off again. Who could not start has no claim on the time that went by: no
 * tag is written that is behind virtual time.
 *
 * Lanes. Jobs are not interrupted, so whoever takes every idle slot for an hour is in everybody's
 * way for an hour: an order alone keeps no queue short. So there are three lanes. In a day a party
 * may use what is assured to its tier in the trusted lane, or in the fresh one while it is new, and
 * the rest in the spare one. A lane's job starts only when the lanes before it have none that
 * could, and while the jobs of this lane and those after it leave the slots free which the lanes
 * before it needed at their peaks of this day and the day before, and `MARGIN_PERCENT` more; a few
 * slots are everybody's (`REST_PERCENT` for fresh and spare together, 1 for spare). What is
 * assured is assured to a party, so a gang has it once.
 *
 * Ageing. A party whose next job has been the next for `queueAgedMs` may start it out of turn, on
 * any free slot. What starts so is at most 1 vCPU-second in `queueAgedShare`, plus one job: the
 * flood that makes people wait ages too. With n such parties before it, a job starts at the latest
 * after 100 × what their n jobs cost; after `queueWaitMsMax` it is given up. Nothing waits for
 * ever.
 *
 * A job and its lease (as `provider/account/job`, with the times it has started):
 *
 *   enqueue ─► waiting ──lease, begin──► leased ──release──► gone: done
 *                │  ▲                      │ ▲└─heartbeat─┘
 *                │  └────── expired ───────┤   back to its old place, `leaseAttemptsMax` times
 *                │                         └──► dropped: its runners were lost, or it was begun
 *                ├── withdraw ──► gone          by another scheduler and its end was not heard
 *                └── waited too long ──► dropped
 *
 * A waiting job of a party with as many running as its tier allows is not looked at. A lease id
 * names one start of one job; who comes with the id of an earlier start is told that it is lost.
 *
 * Protocol. A pool is decided by one server at a time. Commands change the rows in memory and
 * their `changes()` go into the transaction of the batch: `commit()` when it is recorded,
 * `rollback()` when it is not, a new `PoolQueue` from the stored rows after a crash. Every command
 * takes O(log n) steps, besides sweeping what is due. Commands are idempotent by the job's key.
 */
import { assert } from '../base/assert.ts';
import {
  leaseAttemptsMax,
  leaseMsMax,
  nameLengthMax,
  queueAgedMs,
  queueAgedShare,
  queueCostVcpuSecondsMax,
  queuePartiesMax,
  queueSlotsMax,
  queueWaitingMax,
  queueWaitingPerPartyMax,
  queueWaitMsMax,
} from '../base/limits.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { DAY_MS, type EpochMs } from '../base/time.ts';
import type { Lease, LeaseId, PoolName, QueuedJobKey } from '../model/lease.ts';
import type { AccountRef, PartyId } from '../model/party.ts';
import type {
  JobLease,
  JobRow,
  Lane,
  PartyRow,
  Peak,
  PoolChanges,
  PoolRow,
  PoolRows,
} from '../model/queue-rows.ts';
import { type Tier, tierProblem } from '../model/tier.ts';
import { emptyPool, isReady, laneOf, newParty, PoolState, tagLength } from './pool-state.ts';

/** Slots, in percent, beyond the peak of two days: today may be a little busier. */
const MARGIN_PERCENT = 5;
/** Slots, in percent, that fresh and spare jobs may have at least. */
const REST_PERCENT = 5;
/** Virtual time is brought back to 0 from here, and no tag is further ahead: sums stay exact. */
const TAG_MAX = 2 ** 51;

const LANES: readonly Lane[] = [0, 1, 2];

export interface NewJob {
  readonly key: QueuedJobKey;
  readonly party: PartyId;
  readonly account: AccountRef;
  readonly tier: Tier;
  readonly costVcpuSeconds: number;
}

/**
 * bad-job      a name or a number is out of its bounds
 * conflict     the job waits or runs already, with other values
 * queue-full   as many jobs wait here as may
 * party-full   as many jobs of the party wait here as may
 * lease-lost   the lease has ended, or was never given
 */
export type QueueErrorCode = 'bad-job' | 'conflict' | 'queue-full' | 'party-full' | 'lease-lost';

export interface QueueError {
  readonly code: QueueErrorCode;
  readonly message: string;
}

/** A job that is given up, and why. */
export interface DroppedJob {
  readonly job: JobRow;
  readonly why: 'waited-too-long' | 'runners-lost' | 'end-not-heard';
}

export interface Leased {
  /** Null: no job may start now. */
  readonly lease: Lease | null;
  readonly dropped: readonly DroppedJob[];
}

/** What a pool holds at most; smaller in tests. */
export interface PoolBounds {
  readonly waitingMax: number;
  readonly partiesMax: number;
}

const BOUNDS: PoolBounds = { waitingMax: queueWaitingMax, partiesMax: queuePartiesMax };

export class PoolQueue {
  readonly #state: PoolState;
  readonly #bounds: PoolBounds;

  constructor(rows: PoolRows, bounds: PoolBounds = BOUNDS) {
    this.#bounds = bounds;
    assert(rows.pool.slots >= 1 && rows.pool.slots <= queueSlotsMax, 'a pool has slots');
    this.#state = new PoolState(rows);
  }

  static empty(pool: PoolName, slots: number, bounds: PoolBounds = BOUNDS): PoolQueue {
    return new PoolQueue({ pool: emptyPool(pool, slots), parties: [], jobs: [] }, bounds);
  }

  get state(): PoolState {
    return this.#state;
  }

  /** Since the last commit. */
  get hasChanged(): boolean {
    return this.#state.hasChanged;
  }

  changes(): PoolChanges {
    return this.#state.changes();
  }

  commit(): void {
    this.#state.commit();
  }

  rollback(): void {
    this.#state.rollback();
  }

  /** Pools grow and shrink. What runs goes on. */
  resize(slots: number): void {
    assert(Number.isSafeInteger(slots) && slots >= 1 && slots <= queueSlotsMax, 'a pool has slots');
    this.#change({ slots });
  }

  enqueue(job: NewJob, at: EpochMs): Result<JobRow, QueueError> {
    const problem = jobProblem(job);
    if (problem !== null) return refuse('bad-job', problem);
    const { parties, jobs, longestWaiting } = this.#state;
    const known = jobs.get(job.key);
    const costVcpuSeconds = Math.min(job.costVcpuSeconds, queueCostVcpuSecondsMax);
    if (known !== null) {
      // Its party may have changed since; that is ours to know, not the caller's.
      const isSame = known.account === job.account && known.costVcpuSeconds === costVcpuSeconds;
      return isSame ? ok(known) : refuse('conflict', `${job.key} is here with other values`);
    }
    if (longestWaiting.size >= this.#bounds.waitingMax)
      return refuse('queue-full', 'the pool is full');
    const party = parties.get(job.party);
    if ((party?.waiting ?? 0) >= queueWaitingPerPartyMax) {
      return refuse('party-full', `${queueWaitingPerPartyMax} jobs of the party wait`);
    }
    const { key, account } = job;
    const sequence = this.#nextSequence();
    const shared = { key, party: job.party, account, costVcpuSeconds, sequence };
    const row: JobRow = { ...shared, enqueuedAt: at, attempts: 0, lease: null };
    jobs.put(key, row);
    const owner = party ?? newParty(job.party, job.tier, sequence);
    this.#putParty({ ...owner, tier: job.tier }, at);
    return ok(row);
  }

  /** The job whose turn it is, for a runner that is idle now. */
  lease(runner: string, at: EpochMs): Leased {
    assert(runner.length > 0 && runner.length <= nameLengthMax, 'a runner has a name');
    const dropped = this.sweep(at);
    const party = this.#next(at);
    if (party === null) return { lease: null, dropped };
    const job = this.#state.waiting.next(party.party);
    assert(job !== null, 'a party that is ready has a next job');
    const expiresAt = at + leaseMsMax;
    return { lease: this.#start(job, { runner, expiresAt, isObserved: false }, at), dropped };
  }

  /** Another scheduler has started the job; null when it is not waiting here. */
  begin(key: QueuedJobKey, runner: string, expiresAt: EpochMs, at: EpochMs): Lease | null {
    const job = this.#state.jobs.get(key);
    if (job === null || job.lease !== null) return null;
    return this.#start(job, { runner, expiresAt, isObserved: true }, at);
  }

  heartbeat(id: LeaseId, at: EpochMs): Result<Lease, QueueError> {
    const job = this.#leased(id);
    if (job?.lease == null || job.lease.expiresAt <= at) return lost(id);
    const lease = { ...job.lease, expiresAt: Math.max(job.lease.expiresAt, at + leaseMsMax) };
    this.#state.jobs.put(job.key, { ...job, lease });
    return ok(leaseOf(job, lease));
  }

  /** The job is over. `vcpuSeconds` replaces what it was expected to use. */
  release(id: LeaseId, vcpuSeconds: number | null, at: EpochMs): Result<JobRow, QueueError> {
    const job = this.#leased(id);
    if (job === null) return lost(id);
    const used = Math.min(vcpuSeconds ?? job.costVcpuSeconds, queueCostVcpuSecondsMax);
    if (!Number.isSafeInteger(used) || used < 0) return refuse('bad-job', 'no such use');
    this.#state.jobs.put(job.key, null);
    const party = this.#partyOf(job);
    this.#putParty(withRunning(party, -1, used - job.costVcpuSeconds), at);
    const credit = this.#state.row.agedCredit + used;
    const agedCredit = Math.min(credit, queueAgedShare * queueCostVcpuSecondsMax);
    this.#change({ agedCredit });
    return ok(job);
  }

  /** The job will not run, or is to be ended by whoever asks. Null when it is not here. */
  withdraw(key: QueuedJobKey, at: EpochMs): JobRow | null {
    const job = this.#state.jobs.get(key);
    if (job === null) return null;
    this.#drop(job, at);
    return job;
  }

  /**
   * Ends what is due: leases without a heartbeat, and jobs that waited for too long; at most so
   * many of each, the rest the next time.
   */
  sweep(at: EpochMs, jobsMax = Number.POSITIVE_INFINITY): readonly DroppedJob[] {
    const dropped: DroppedJob[] = [];
    const { leased, longestWaiting } = this.#state;
    const firstJob = (order: typeof leased): JobRow | null => this.#state.firstJob(order);
    let left = jobsMax;
    for (let job = firstJob(leased); job?.lease && left > 0; job = firstJob(leased)) {
      if (job.lease.expiresAt > at) break;
      left--;
      const isLast = job.attempts >= leaseAttemptsMax;
      if (!isLast && !job.lease.isObserved) {
        this.#putBack(job, at);
        continue;
      }
      dropped.push({ job, why: job.lease.isObserved ? 'end-not-heard' : 'runners-lost' });
      this.#drop(job, at);
    }
    left = jobsMax;
    for (let job = firstJob(longestWaiting); job && left > 0; job = firstJob(longestWaiting)) {
      if (job.enqueuedAt + queueWaitMsMax > at) break;
      left--;
      dropped.push({ job, why: 'waited-too-long' });
      this.#drop(job, at);
    }
    return dropped;
  }

  /** All jobs of `from` are `into`'s now, and so is what `from` had more than its share. */
  merge(from: PartyId, into: PartyId, at: EpochMs): void {
    const source = this.#state.parties.get(from);
    if (source === null || from === into) return;
    const { virtualTime } = this.#state.row;
    const target = this.#state.parties.get(into) ?? newParty(into, source.tier, source.sequence);
    this.#state.parties.put(from, null);
    this.#moveJobs(this.#state.waiting.of(from), into);
    this.#moveJobs(this.#state.runningOf(from), into);
    const ahead = [source, target].map(({ startTag }) => Math.max(0, startTag - virtualTime));
    const merged = {
      startTag: ahead.reduce((sum, length) => sum + length, virtualTime),
      running: target.running + source.running,
      usedVcpuSeconds: usedToday(target, at) + usedToday(source, at),
      usedSince: Math.max(target.usedSince, source.usedSince),
    };
    this.#putParty({ ...target, ...merged }, at);
  }

  /**
   * The jobs of these accounts are `into`'s now. What of them runs counts for `into`, and no longer
   * for `from`; what they had before that is not known and stays where it is.
   */
  move(accounts: ReadonlySet<AccountRef>, from: PartyId, into: PartyId, at: EpochMs): void {
    const source = this.#state.parties.get(from);
    if (source === null || from === into) return;
    const isMoved = ({ account }: JobRow): boolean => accounts.has(account);
    const waiting = this.#state.waiting.of(from).filter(isMoved);
    const running = this.#state.runningOf(from).filter(isMoved);
    if (waiting.length + running.length === 0) return;
    const target =
      this.#state.parties.get(into) ?? newParty(into, source.tier, this.#nextSequence());
    this.#moveJobs([...waiting, ...running], into);
    const cost = running.reduce((sum, job) => sum + job.costVcpuSeconds, 0);
    this.#putParty(withRunning(source, -running.length, -cost), at);
    this.#putParty(withRunning(target, running.length, cost), at);
  }

  #next(at: EpochMs): PartyRow | null {
    const { slots, agedCredit } = this.#state.row;
    const free = slots - this.#state.leased.size;
    if (free <= 0) return null;
    const oldest = this.#state.firstParty(this.#state.longestNext);
    if (oldest?.head != null && at - oldest.head.since >= queueAgedMs && agedCredit > 0) {
      const price = queueAgedShare * oldest.head.costVcpuSeconds;
      this.#change({ agedCredit: agedCredit - price });
      return oldest;
    }
    const { ready } = this.#state;
    const lane = LANES.find((lane) => ready[lane].size > 0 && this.hasRoom(lane));
    return lane === undefined ? null : this.#state.firstParty(ready[lane]);
  }

  /** Whether a job of the lane may start, when no other one wants to. */
  hasRoom(lane: Lane): boolean {
    const { row, running } = this.#state;
    const { slots, peak, peakBefore } = row;
    const taken = running[0] + running[1] + running[2];
    if (lane === 0 || taken >= slots) return taken < slots;
    const margin = Math.ceil((slots * MARGIN_PERCENT) / 100);
    const forTrusted = Math.max(peak[0], peakBefore[0]) + margin;
    const forFresh = lane === 2 ? Math.max(peak[1], peakBefore[1]) + margin : 0;
    const least = lane === 2 ? 1 : Math.max(1, Math.floor((slots * REST_PERCENT) / 100));
    const own = lane === 2 ? running[2] : running[1] + running[2];
    return own < Math.max(least, slots - forTrusted - forFresh);
  }

  /** Slots that a party of this tier has when all that have jobs here have theirs; at least 1. */
  shareOf({ weight }: Tier): number {
    const { row, activeWeight } = this.#state;
    return Math.max(1, Math.floor((row.slots * weight) / Math.max(weight, activeWeight)));
  }

  #start(job: JobRow, terms: Omit<JobLease, 'id' | 'lane'>, at: EpochMs): Lease {
    const attempts = job.attempts + 1;
    const party = this.#partyOf(job);
    const id = `${job.key}#${attempts}` as LeaseId;
    const lease: JobLease = { ...terms, id, lane: party.lane };
    this.#state.jobs.put(job.key, { ...job, attempts, lease });
    this.#notePeak(at);
    this.#putParty(withRunning(party, 1, job.costVcpuSeconds), at);
    this.#advance(party.startTag);
    return leaseOf(job, lease);
  }

  #putBack(job: JobRow, at: EpochMs): void {
    this.#state.jobs.put(job.key, { ...job, lease: null });
    const party = this.#partyOf(job);
    this.#putParty({ ...party, running: party.running - 1 }, at);
  }

  #drop(job: JobRow, at: EpochMs): void {
    this.#state.jobs.put(job.key, null);
    const party = this.#partyOf(job);
    this.#putParty({ ...party, running: party.running - (job.lease === null ? 0 : 1) }, at);
  }

  #moveJobs(jobs: readonly JobRow[], party: PartyId): void {
    for (const job of jobs) this.#state.jobs.put(job.key, { ...job, party });
  }

  #leased(id: LeaseId): JobRow | null {
    const key = id.slice(0, id.lastIndexOf('#')) as QueuedJobKey;
    const job = this.#state.jobs.get(key);
    return job?.lease?.id === id ? job : null;
  }

  #partyOf({ party }: JobRow): PartyRow {
    const row = this.#state.parties.get(party);
    assert(row !== null, 'the party of a job is known');
    return row;
  }

  /** Writes a party whose jobs have changed: its next job, and where it now stands. */
  #putParty(row: PartyRow, at: EpochMs): void {
    const before = this.#state.parties.get(row.party);
    const next = this.#state.waiting.next(row.party);
    const waiting = this.#state.waiting.count(row.party);
    const { virtualTime } = this.#state.row;
    // Whoever did not wait, or could not start anyway, has no claim on time that went by.
    const isSame = before !== null && isReady(before) && before.head?.sequence === next?.sequence;
    const head =
      next === null
        ? null
        : {
            sequence: next.sequence,
            costVcpuSeconds: next.costVcpuSeconds,
            since: isSame ? (before?.head?.since ?? at) : at,
          };
    const startTag = Math.min(Math.max(virtualTime, row.startTag), virtualTime + TAG_MAX);
    if (startTag > this.#state.row.tagMax) this.#change({ tagMax: startTag });
    const { party, sequence, tier, running } = row;
    const usedVcpuSeconds = usedToday(row, at);
    const usedSince = at - row.usedSince < DAY_MS ? row.usedSince : at;
    const lane = laneOf({ tier, usedVcpuSeconds });
    const shared = { party, sequence, tier, startTag, waiting, running };
    this.#state.parties.put(party, { ...shared, usedVcpuSeconds, usedSince, lane, head });
    this.#tidy(at);
  }

  /** Virtual time goes on; what starts out of turn does not take it past those whose turn it is. */
  #advance(startTag: number): void {
    const turn = this.#state.firstParty(this.#state.ready[0])?.startTag ?? startTag;
    const next = Math.min(startTag, turn);
    if (next > this.#state.row.virtualTime) this.#change({ virtualTime: next });
  }

  /** Remembers the most jobs at once, of a day and of the day before it. */
  #notePeak(at: EpochMs): void {
    const { running, row } = this.#state;
    const now: Peak = [running[0], running[1]];
    const isOver = at - row.peakSince >= DAY_MS;
    if (isOver) this.#change({ peakBefore: row.peak, peak: now, peakSince: at });
    else if (now[0] > row.peak[0] || now[1] > row.peak[1]) {
      this.#change({ peak: [Math.max(now[0], row.peak[0]), Math.max(now[1], row.peak[1])] });
    }
  }

  /** Forgets parties without a job for a day, and brings tags back to 0 while they are exact. */
  #tidy(at: EpochMs): void {
    const { idle, parties, longestWaiting, leased, row } = this.#state;
    for (let id = idle.first(); id !== null; id = idle.first()) {
      const since = parties.get(id)?.usedSince ?? 0;
      if (at - since < DAY_MS && idle.size <= this.#bounds.partiesMax) break;
      parties.put(id, null);
    }
    if (longestWaiting.size + leased.size === 0 && row.tagMax > row.virtualTime) {
      this.#change({ virtualTime: row.tagMax });
    }
    if (row.virtualTime > TAG_MAX) this.#rebase();
  }

  /** Once in a hundred million jobs of an hour: all tags become smaller by virtual time. */
  #rebase(): void {
    const { virtualTime, tagMax } = this.#state.row;
    for (const [key, party] of [...this.#state.parties]) {
      const startTag = Math.max(0, party.startTag - virtualTime);
      this.#state.parties.put(key, { ...party, startTag });
    }
    this.#change({ virtualTime: 0, tagMax: Math.max(0, tagMax - virtualTime) });
  }

  #nextSequence(): number {
    const { nextSequence } = this.#state.row;
    this.#change({ nextSequence: nextSequence + 1 });
    return nextSequence;
  }

  #change(fields: Partial<PoolRow>): void {
    this.#state.row = { ...this.#state.row, ...fields };
  }
}

function usedToday({ usedVcpuSeconds, usedSince }: PartyRow, at: EpochMs): number {
  return at - usedSince < DAY_MS ? usedVcpuSeconds : 0;
}

/** The party with so many jobs more or fewer under way, which may use so much together. */
function withRunning(party: PartyRow, jobs: number, costVcpuSeconds: number): PartyRow {
  return {
    ...party,
    running: party.running + jobs,
    startTag: Math.max(0, party.startTag + tagLength(costVcpuSeconds, party.tier)),
    usedVcpuSeconds: Math.max(0, party.usedVcpuSeconds + costVcpuSeconds),
  };
}

function jobProblem({ key, costVcpuSeconds, tier }: NewJob): string | null {
  if (key.length === 0 || key.length > nameLengthMax) return 'the key is empty or too long';
  if (!Number.isSafeInteger(costVcpuSeconds) || costVcpuSeconds < 1) return 'the cost is no amount';
  return tierProblem(tier);
}

function leaseOf({ key, party, account }: JobRow, { id, runner, expiresAt }: JobLease): Lease {
  return { id, job: key, party, account, runner, expiresAt };
}

function refuse(code: QueueErrorCode, message: string): Result<never, QueueError> {
  return fail({ code, message });
}

function lost(id: LeaseId): Result<never, QueueError> {
  return refuse('lease-lost', `the lease ${id} has ended`);
}
