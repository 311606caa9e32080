/**
 * An index from keys in no order to a few numbers. An entry costs some 300 bytes of writing however
 * many there are, where a table of SQLite's writes a page for each once there are a million.
 *
 *   write, in the order of keys ──► a run that is built in memory
 *                                     │ close: at once, into pages of its own
 *                                     ▼
 *                                   runs of level 0 ──merge, 4 into 1──► level 1 ──4 into 1──► …
 *
 * A run never changes. An entry that is written again stands in a newer run too, and a merge keeps
 * the newest. A key is looked for in the newest run first; of nearly every run that has not got it
 * a filter in memory says so (`key-run.ts`).
 *
 * Merging goes on with each slice that is written, one merge a level, each fast enough to end
 * before the level is full again. A page that no run names is free, whoever wrote it: a run that
 * was merged, or a merge that did not come to its end. What died with the process follows from a
 * log, as with every index that is written behind one (`generations.ts`).
 *
 * After a rollback that took back pages, all is read from the database again.
 */
import type { DatabaseSync } from 'node:sqlite';
import { storeRunsMerged } from '../../base/limits.ts';
import { Entries, entryBytesOf, type Run, type Words, wordsOf } from './key-run.ts';
import { RunMerge, RunWriter } from './run-merge.ts';
import { RunTables } from './run-tables.ts';

/**
 * Entries that a merge takes for each that is written. A level gets as many as are written, in its
 * own size, so that 2 leaves at most half as many runs waiting as are merged.
 */
const MERGE_SPEED = 2;

export class KeyRuns {
  readonly #tables: RunTables;
  readonly #built: Built;
  /** The newest first. */
  #runs: readonly Run[];
  /** By the level of what they merge. */
  readonly #merges = new Map<number, RunMerge>();
  /** Whether the transaction under way has changed the database. */
  #isChanged = false;

  /** Its tables are `<name>_runs` and `<name>_pages`; so many numbers stand with each key. */
  constructor(database: DatabaseSync, name: string, numbers: number) {
    this.#tables = new RunTables(database, name, numbers);
    this.#built = new Built(numbers);
    this.#runs = this.#tables.load();
  }

  /** What stands with a key, which is 32 hexadecimal digits. */
  find(key: string): readonly number[] | null {
    const words = wordsOf(key);
    const built = this.#built.find(words);
    if (built !== null) return built;
    for (const run of this.#runs) {
      const found = this.#tables.find(run, words);
      if (found !== null) return found;
    }
    return null;
  }

  /** Up to `wrote` with the last of them, keys come in their order. */
  write(key: string, numbers: readonly number[]): void {
    this.#built.add(wordsOf(key), numbers);
  }

  /** So many were written, and whether that was the last. Inside a transaction. */
  wrote(count: number, isLast: boolean): void {
    if (isLast) this.#close();
    this.#startMerges();
    for (const [level, merge] of this.#merges) {
      this.#isChanged = true;
      merge.step(MERGE_SPEED * count);
      if (merge.isDone) this.#endMerge(level, merge);
    }
  }

  commit(): void {
    this.#isChanged = false;
    this.#built.commit();
  }

  rollback(): void {
    this.#built.rollback();
    if (!this.#isChanged) return;
    this.#isChanged = false;
    this.#merges.clear();
    this.#runs = this.#tables.load();
  }

  #close(): void {
    const { entries, count } = this.#built.close();
    if (count === 0) return;
    this.#isChanged = true;
    const writer = new RunWriter(this.#tables, 0, count);
    for (let at = 0; at < count; at++) writer.add(entries, at);
    this.#runs = [writer.end(), ...this.#runs];
  }

  /** Of each level that is full and is not being merged, its oldest runs. */
  #startMerges(): void {
    const levels = this.#runs.at(-1)?.level ?? -1;
    for (let level = 0; level <= levels; level++) {
      if (this.#merges.has(level)) continue;
      const runs = this.#runs.filter((run) => run.level === level);
      if (runs.length < storeRunsMerged) continue;
      this.#merges.set(level, new RunMerge(this.#tables, runs.slice(-storeRunsMerged)));
    }
  }

  #endMerge(level: number, merge: RunMerge): void {
    this.#merges.delete(level);
    const merged = merge.end();
    for (const run of merge.runs) this.#tables.remove(run);
    const left = this.#runs.filter((run) => !merge.runs.includes(run));
    const newer = left.filter((run) => run.level <= level);
    this.#runs = [...newer, merged, ...left.slice(newer.length)];
  }
}

const BUILT_ENTRIES = 1_024;

/** The run that is being built. */
class Built {
  readonly #numbers: number;
  #entries: Entries;
  #count = 0;
  /** At the last commit. */
  #kept: { readonly entries: Entries; readonly count: number };

  constructor(numbers: number) {
    this.#numbers = numbers;
    this.#entries = this.#room(BUILT_ENTRIES);
    this.#kept = { entries: this.#entries, count: 0 };
  }

  #room(entries: number): Entries {
    return new Entries(new Uint8Array(entries * entryBytesOf(this.#numbers)), this.#numbers);
  }

  add(key: Words, numbers: readonly number[]): void {
    if (this.#count === this.#entries.length) {
      const room = this.#room(2 * this.#count);
      room.bytes.set(this.#entries.bytes);
      this.#entries = room;
    }
    this.#entries.put(this.#count++, key, numbers);
  }

  find(key: Words): readonly number[] | null {
    return this.#entries.find(key, this.#count);
  }

  close(): { readonly entries: Entries; readonly count: number } {
    const closed = { entries: this.#entries, count: this.#count };
    this.#entries = this.#room(Math.max(BUILT_ENTRIES, this.#count));
    this.#count = 0;
    return closed;
  }

  commit(): void {
    this.#kept = { entries: this.#entries, count: this.#count };
  }

  rollback(): void {
    this.#entries = this.#kept.entries;
    this.#count = this.#kept.count;
  }
}
