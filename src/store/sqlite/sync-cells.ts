/**
 * What the thread of the database and the thread that syncs share: a count of commits, which grows
 * by one with each, and whether the database is closed. A sync covers the commits that were counted
 * before it began.
 *
 *   commit ──► counted ──► syncing ──► told to the event loop (`sync-gate.ts`)
 *                 └─ while a sync is under way: goes with the next
 *
 * The syncing thread does nothing else, so that a sync begins when the one before has ended and
 * there is something to sync, and not when a busy loop next looks. With the syncs among libuv's
 * threads, begun and heard of between two batches, 7,630 decisions a second; with a thread of their
 * own 8,390 (medians of six runs in turns, 64 callers, both cores shared with them).
 */
const COMMITS = 0;
const IS_CLOSED = 1;

/** `COMMITS`, `IS_CLOSED`. 64 bits: at 1,000 commits a second 31 would end after 24 days. */
export type SyncCells = BigInt64Array<SharedArrayBuffer>;

export function createSyncCells(): SyncCells {
  return new BigInt64Array(new SharedArrayBuffer(2 * BigInt64Array.BYTES_PER_ELEMENT));
}

/**
 * For the thread of the database. Within it nothing waits for the disk: what leaves it says how
 * many commits it may rest on, and waits at the gate.
 */
export class CommitCounter {
  readonly #cells: SyncCells;
  #commits = 0;

  constructor(cells: SyncCells) {
    this.#cells = cells;
  }

  get commits(): number {
    return this.#commits;
  }

  /** Something was committed without a sync. */
  add(): void {
    this.#commits++;
    count(this.#cells);
  }
}

/** No commit follows: `syncCommits` returns when all are synced. */
export function endCommits(cells: SyncCells): void {
  Atomics.store(cells, IS_CLOSED, 1n);
  // A wait that began meanwhile ends by a change of the count alone.
  count(cells);
}

function count(cells: SyncCells): void {
  Atomics.add(cells, COMMITS, 1n);
  Atomics.notify(cells, COMMITS);
}

/** Syncs what is committed, and tells how many commits that covers, until `endCommits`. Blocks. */
export function syncCommits(
  cells: SyncCells,
  sync: () => void,
  tell: (commits: number) => void,
): void {
  let synced = 0n;
  for (;;) {
    const isClosed = Atomics.load(cells, IS_CLOSED) === 1n;
    const commits = Atomics.load(cells, COMMITS);
    if (commits !== synced) {
      sync();
      synced = commits;
      tell(Number(commits));
    } else if (isClosed) return;
    else Atomics.wait(cells, COMMITS, synced);
  }
}
