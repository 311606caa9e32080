/**
 * What the thread of the database and the thread that syncs share: how many commits there are, how
 * many of them are on stable storage, and whether the database is closed. A sync covers the commits
 * that were counted before it began.
 *
 *   commit ──┬─ more waits behind it, or ──► the other thread syncs ──► told to the event loop
 *            │  there is time to spare
 *            └─ nothing waits ─────────────► synced at once, before anything else is done
 *
 * The syncing thread does nothing else, so that a sync begins when the one before has ended and
 * there is something to sync. With the syncs among libuv's threads, begun and heard of between two
 * batches, 7,630 decisions a second; with a thread of their own 8,390 (medians of six runs in
 * turns, 64 callers, both cores shared with them). But to wake it takes 0.1 to 0.7 milliseconds
 * where a sync takes 0.25, so that a database without other work syncs by itself: 20,600 decisions
 * a second, and 17,700 without (medians of three in turns, on another day, 64 callers). Where a
 * sync takes 2 milliseconds more it is the other way round, 9,500 and 12,500: it is left to the
 * thread, but for one in a while that tells whether the disk has become faster.
 *
 * A disk that is fast may still hold up one sync for 50 to 100 milliseconds, every 20 seconds on a
 * shared machine. That is not a slow one: at a steady 12,700 decisions a second, held up for 80 ms
 * every 4 seconds, 2 in 100 took longer than 50 ms, and 6 to 10 in 100 where each such sync was
 * followed by thousands that were left to the thread.
 *
 * Held up in its own sync the thread of the database does nothing, and what arrives meanwhile is
 * decided afterwards. So it leaves syncs to the other while it works less than half its time: at a
 * steady 12,400 decisions a second, a disk that holds up all for 100 ms every 5 seconds made what
 * arrived in 88 ms wait longer than 50, and 142 ms without (1,500 callers, two runs of each in
 * turns). At full load, where it works three quarters, the rate is the same, 26,300 and 25,900.
 */
import {
  storeSpareEveryMs,
  storeSpareWorkShareMax,
  storeSyncHereMsMax,
  storeSyncThereCommits,
} from '../../base/limits.ts';

const COMMITS = 0;
const IS_CLOSED = 1;
const SYNCED = 2;

/** The three above. 64 bits: at 1,000 commits a second 31 would end after 24 days. */
export type SyncCells = BigInt64Array<SharedArrayBuffer>;

export function createSyncCells(): SyncCells {
  return new BigInt64Array(new SharedArrayBuffer(3 * BigInt64Array.BYTES_PER_ELEMENT));
}

/**
 * For the thread of the database. Within it nothing waits for the disk: what leaves it says how
 * many commits it may rest on, and waits at the gate.
 */
export class CommitCounter {
  readonly #cells: SyncCells;
  readonly #sync: () => void;
  readonly #elapsedMs: () => number;
  readonly #workedMs: () => number;
  #commits = 0;
  /** What a sync here takes, the last ones counting most, and none more than twice the bound. */
  #hereMs = 0;
  /** So many commits are left to the other thread before one is synced here again. */
  #there = 0;
  /** What the two clocks said when the thread's work was last looked at, and what came of it. */
  #work = { atMs: 0, workedMs: 0, hasTime: false };

  /** `sync` makes stable what is committed; `workedMs` is the processor time of this thread. */
  constructor(
    cells: SyncCells,
    sync: () => void,
    elapsedMs: () => number = () => 0,
    workedMs: () => number = elapsedMs,
  ) {
    this.#cells = cells;
    this.#sync = sync;
    this.#elapsedMs = elapsedMs;
    this.#workedMs = workedMs;
  }

  get commits(): number {
    return this.#commits;
  }

  /** Something was committed without a sync. `isLast`: nothing waits for this thread. */
  add(isLast = false): void {
    this.#commits++;
    Atomics.add(this.#cells, COMMITS, 1n);
    if (isLast && this.#there === 0 && !this.#hasTime()) this.#syncHere();
    else {
      if (this.#there > 0) this.#there--;
      Atomics.notify(this.#cells, COMMITS);
    }
  }

  #hasTime(): boolean {
    const atMs = this.#elapsedMs();
    const passedMs = atMs - this.#work.atMs;
    if (passedMs >= storeSpareEveryMs) {
      const workedMs = this.#workedMs();
      const share = (workedMs - this.#work.workedMs) / passedMs;
      this.#work = { atMs, workedMs, hasTime: share < storeSpareWorkShareMax };
    }
    return this.#work.hasTime;
  }

  #syncHere(): void {
    const started = this.#elapsedMs();
    this.#sync();
    noteSynced(this.#cells, BigInt(this.#commits));
    const tookMs = Math.min(this.#elapsedMs() - started, 2 * storeSyncHereMsMax);
    this.#hereMs += (tookMs - this.#hereMs) / 8;
    if (this.#hereMs > storeSyncHereMsMax) this.#there = storeSyncThereCommits;
  }
}

/** Two threads sync: the one that began later may end first. */
export function noteSynced(cells: SyncCells, commits: bigint): void {
  for (let before = Atomics.load(cells, SYNCED); before < commits; ) {
    before = Atomics.compareExchange(cells, SYNCED, before, commits);
  }
}

/** Commits that are on stable storage. */
export function syncedCommits(cells: SyncCells): number {
  return Number(Atomics.load(cells, SYNCED));
}

/** No commit follows: `syncCommits` returns when all are synced. */
export function endCommits(cells: SyncCells): void {
  Atomics.store(cells, IS_CLOSED, 1n);
  // A wait that began meanwhile ends by a change of the count alone.
  Atomics.add(cells, COMMITS, 1n);
  Atomics.notify(cells, COMMITS);
}

/** Syncs what is committed, and tells that it has, until `endCommits`. Blocks. */
export function syncCommits(cells: SyncCells, sync: () => void, tell: () => void): void {
  for (;;) {
    const isClosed = Atomics.load(cells, IS_CLOSED) === 1n;
    const commits = Atomics.load(cells, COMMITS);
    if (commits > Atomics.load(cells, SYNCED)) {
      sync();
      noteSynced(cells, commits);
      tell();
    } else if (isClosed) return;
    else Atomics.wait(cells, COMMITS, commits);
  }
}
