/**
 * An index from keys in no order to a few numbers, written behind a log (`generations.ts`). An
 * entry costs some 300 bytes of writing however many there are, where a table of SQLite's writes a
 * page for each once there are a million.
 *
 *   put ──commit──► fresh ──turn──► folding ──at once, into pages of its own──► a run of level 0
 *
 *   runs of level 0 ──merge, 4 into 1──► level 1 ──merge, 4 into 1──► level 2 …
 *
 * A run never changes. A key that is put again stands in a newer run too, and a merge keeps the
 * newest. It is looked for among what is fresh and folding (`key-table.ts`), then in the newest run
 * first; of nearly every run that has not got it a filter in memory says so (`key-run.ts`).
 *
 * Merging goes on with each slice that is due, one merge a level, each fast enough to end before
 * the level is full again. A page that no run names is free, whoever wrote it: a run that was
 * merged, or a merge that did not come to its end. What died with the process follows from the log.
 *
 * After a rollback that took back pages, all runs are read from the database again. Until that has
 * succeeded the index is good for nothing (`roll-back.ts`).
 */
import type { DatabaseSync } from 'node:sqlite';
import { storeRunsMerged } from '../../base/limits.ts';
import type { Behind } from './generations.ts';
import { KEY_BYTES, type Run, type Words, wordsOf } from './key-run.ts';
import { KeyTable } from './key-table.ts';
import { RunMerge, RunWriter } from './run-merge.ts';
import { RunTables } from './run-tables.ts';

interface Undo {
  readonly at: number;
  readonly numbers: readonly number[];
}

export class KeyIndex implements Behind {
  readonly #numbers: number;
  readonly #tables: RunTables;
  /** The newest first. */
  #runs: readonly Run[];
  /** By the level of what they merge. */
  readonly #merges = new Map<number, RunMerge>();
  #fresh: KeyTable;
  #folding: KeyTable | null = null;
  /** Of `#fresh`, what was there at the last commit, and what it was where it was put again. */
  #kept = 0;
  #undo: Undo[] = [];
  #puts = 0;
  #lastKey = '0'.repeat(2 * KEY_BYTES);
  #lastWords: Words = [0, 0, 0, 0];
  /** Whether the transaction under way has written what is folding, and anything at all. */
  #isWritten = false;
  #isChanged = false;

  /** Its tables are `<name>_runs` and `<name>_pages`; so many numbers stand with each key. */
  constructor(database: DatabaseSync, name: string, numbers: number) {
    this.#numbers = numbers;
    this.#tables = new RunTables(database, name, numbers);
    this.#runs = this.#tables.load();
    this.#fresh = new KeyTable(numbers);
  }

  /** What stands with a key, which is 32 hexadecimal digits. */
  find(key: string): readonly number[] | null {
    const words = this.#wordsOf(key);
    const found = findIn(this.#fresh, words) ?? findIn(this.#folding, words);
    if (found !== null) return found;
    for (const run of this.#runs) {
      const numbers = this.#tables.find(run, words);
      if (numbers !== null) return numbers;
    }
    return null;
  }

  put(key: string, numbers: readonly number[]): void {
    const words = this.#wordsOf(key);
    const at = this.#fresh.find(words);
    if (at < 0 || at < this.#kept) this.#puts++;
    if (at < 0) this.#fresh.add(words, numbers);
    else this.#change(at, words, numbers);
  }

  #change(at: number, words: Words, numbers: readonly number[]): void {
    const { entries } = this.#fresh;
    if (at < this.#kept) this.#undo.push({ at, numbers: entries.numbers(at) });
    entries.put(at, words, numbers);
  }

  /** A key is nearly always put right after it was looked for. */
  #wordsOf(key: string): Words {
    if (key !== this.#lastKey) {
      this.#lastWords = wordsOf(key);
      this.#lastKey = key;
    }
    return this.#lastWords;
  }

  get isFolded(): boolean {
    return this.#folding === null || this.#isWritten;
  }

  get putCount(): number {
    return this.#puts;
  }

  get freshCount(): number {
    return this.#kept;
  }

  turn(): void {
    this.#folding = this.#fresh;
    this.#isWritten = false;
    this.#fresh = new KeyTable(this.#numbers);
    this.#kept = 0;
  }

  fold(entriesMax: number): void {
    if (this.#folding !== null && !this.#isWritten) this.#writeRun(this.#folding);
    this.#startMerges();
    for (const [level, merge] of this.#merges) {
      this.#isChanged = true;
      merge.step(entriesMax);
      if (merge.isDone) this.#endMerge(level, merge);
    }
  }

  commit(): void {
    if (this.#isWritten) this.#folding = null;
    this.#isWritten = false;
    this.#isChanged = false;
    this.#kept = this.#fresh.count;
    this.#undo = [];
    this.#puts = 0;
  }

  rollback(): void {
    const { entries } = this.#fresh;
    for (const { at, numbers } of this.#undo.reverse()) entries.put(at, entries.words(at), numbers);
    this.#undo = [];
    this.#puts = 0;
    this.#fresh.truncate(this.#kept);
    this.#isWritten = false;
    if (!this.#isChanged) return;
    // Once it has succeeded: runs and free pages of the transaction must not outlive a failure.
    this.#runs = this.#tables.load();
    this.#merges.clear();
    this.#isChanged = false;
  }

  /** It remembers nothing that was only read. */
  forget(): void {}

  #writeRun(table: KeyTable): void {
    this.#isWritten = true;
    if (table.count === 0) return;
    this.#isChanged = true;
    const writer = new RunWriter(this.#tables, 0, table.count);
    for (const at of table.sorted()) writer.add(table.entries, at);
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

function findIn(table: KeyTable | null, key: Words): readonly number[] | null {
  if (table === null) return null;
  const at = table.find(key);
  return at < 0 ? null : table.entries.numbers(at);
}
