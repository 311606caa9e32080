/**
 * When is what was written on stable storage? For a database that one thread opens for itself: a
 * batch is committed without waiting for the disk, and libuv syncs the write-ahead log while the
 * next batch is read, decided and written. Nobody hears of what was written before the sync that
 * covers it. (The threads of a server: `sync-cells.ts`.)
 *
 *   written ──► syncing ──► settled          one sync at a time; what is written meanwhile
 *                  └─ fails: the thread ends  goes with the next
 *
 * After a failed sync nobody knows what the disk has, and a second try may say yes for nothing: the
 * process ends, and its next start reads what is there. Waiting in the commit instead held up the
 * thread for 1.1 ms a batch, half of its time.
 */
import { closeSync, fdatasync, openSync } from 'node:fs';
import type { CommitSync } from './commit-sync.ts';

/** Syncs what was written before the call, and tells. */
export type Sync = (done: (error: Error | null) => void) => void;

export class WalSync implements CommitSync {
  readonly #sync: Sync;
  #isDirty = false;
  #isSyncing = false;
  /** Those whom the sync under way covers, and those who wait for the next. */
  #covered: (() => void)[] = [];
  #waiting: (() => void)[] = [];

  constructor(sync: Sync) {
    this.#sync = sync;
  }

  /** Something was committed without a sync. */
  written(): void {
    this.#isDirty = true;
    if (!this.#isSyncing) this.#start();
  }

  /** Resolves once all that was written so far is on stable storage. */
  settled(): Promise<void> {
    if (!this.#isSyncing) return Promise.resolve();
    return new Promise((resolve) => {
      (this.#isDirty ? this.#waiting : this.#covered).push(resolve);
    });
  }

  #start(): void {
    this.#isDirty = false;
    this.#isSyncing = true;
    this.#covered = this.#waiting;
    this.#waiting = [];
    this.#sync((error) => {
      if (error !== null) throw error;
      this.#isSyncing = false;
      const settled = this.#covered;
      this.#covered = [];
      if (this.#isDirty) this.#start();
      for (const resolve of settled) resolve();
    });
  }
}

/** A file that SQLite writes, opened when there is first something to sync. */
export class SyncedFile {
  readonly #path: string;
  #descriptor: number | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  readonly sync: Sync = (done) => {
    this.#descriptor ??= openSync(this.#path, 'r+');
    // On macOS it empties the drive's cache too, as SQLite's `fullfsync` does.
    fdatasync(this.#descriptor, done);
  };

  /** When nothing is being synced. */
  close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
  }
}
