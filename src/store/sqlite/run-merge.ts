/** Writing runs: page by page from entries in the order of their keys, and several into one. */
import { assert } from '../../base/assert.ts';
import { Entries, entryBytesOf, KeyFilter, PAGE_BYTES, type Run } from './key-run.ts';
import { DIRECTORY_NUMBERS, type RunTables } from './run-tables.ts';

/** A run as it is written. Nobody finds it before its end. */
export class RunWriter {
  readonly #tables: RunTables;
  readonly #level: number;
  readonly #filter: KeyFilter;
  readonly #directory: Entries;
  readonly #page: Entries;
  #count = 0;
  #pageCount = 0;
  /** Entries of `#page`. */
  #onPage = 0;

  /** At most `countMax` entries. */
  constructor(tables: RunTables, level: number, countMax: number) {
    this.#tables = tables;
    this.#level = level;
    this.#filter = KeyFilter.forKeys(countMax);
    const pagesMax = Math.ceil(countMax / tables.pageEntries);
    const bytes = new Uint8Array(pagesMax * entryBytesOf(DIRECTORY_NUMBERS));
    this.#directory = new Entries(bytes, DIRECTORY_NUMBERS);
    this.#page = new Entries(new Uint8Array(PAGE_BYTES), tables.numbers);
  }

  add(from: Entries, at: number): void {
    if (this.#onPage === this.#tables.pageEntries) this.#writePage();
    this.#page.copy(this.#onPage++, from, at);
    this.#filter.add(from.words(at));
    this.#count++;
  }

  #writePage(): void {
    const page = this.#tables.writePage(this.#page.bytes);
    this.#directory.put(this.#pageCount++, this.#page.words(0), [page]);
    this.#onPage = 0;
  }

  end(): Run {
    if (this.#onPage > 0) {
      this.#page.bytes.fill(0, this.#onPage * entryBytesOf(this.#tables.numbers));
      this.#writePage();
    }
    const length = this.#pageCount * entryBytesOf(DIRECTORY_NUMBERS);
    return this.#tables.add({
      level: this.#level,
      count: this.#count,
      pageCount: this.#pageCount,
      directory: new Entries(this.#directory.bytes.slice(0, length), DIRECTORY_NUMBERS),
      filter: this.#filter,
    });
  }
}

/** Several runs of one level, a few entries at a time, into one of the next. */
export class RunMerge {
  /** The newest first: of entries of one key the first counts. */
  readonly runs: readonly Run[];
  readonly #cursors: RunCursor[];
  readonly #writer: RunWriter;

  constructor(tables: RunTables, runs: readonly Run[]) {
    this.runs = runs;
    const [first] = runs;
    assert(first !== undefined, 'there is something to merge');
    this.#cursors = runs.map((run) => new RunCursor(tables, run));
    const count = runs.reduce((sum, run) => sum + run.count, 0);
    this.#writer = new RunWriter(tables, first.level + 1, count);
  }

  get isDone(): boolean {
    return this.#cursors.length === 0;
  }

  /** Takes about so many entries. How many it took. */
  step(entriesMax: number): number {
    let taken = 0;
    while (taken < entriesMax && this.#cursors.length > 0) taken += this.#take();
    return taken;
  }

  /** Takes the lowest key from all that have it. */
  #take(): number {
    let lowest = this.#cursors[0];
    assert(lowest !== undefined, 'a cursor is left');
    for (let i = 1; i < this.#cursors.length; i++) {
      const cursor = this.#cursors[i];
      if (cursor !== undefined && cursor.compare(lowest) < 0) lowest = cursor;
    }
    this.#writer.add(lowest.entries, lowest.at);
    let taken = 0;
    for (let i = this.#cursors.length - 1; i >= 0; i--) {
      const cursor = this.#cursors[i];
      if (cursor === undefined || cursor.compare(lowest) !== 0) continue;
      if (cursor !== lowest) taken += this.#advance(cursor, i);
    }
    return taken + this.#advance(lowest, this.#cursors.indexOf(lowest));
  }

  #advance(cursor: RunCursor, i: number): number {
    if (!cursor.next()) this.#cursors.splice(i, 1);
    return 1;
  }

  end(): Run {
    return this.#writer.end();
  }
}

/** Where a run is read. */
class RunCursor {
  readonly #tables: RunTables;
  readonly #run: Run;
  #page = 0;
  entries: Entries;
  /** In `entries`. */
  at = 0;
  /** Of the entry there, which tells nearly all of them apart. */
  #word: number;

  constructor(tables: RunTables, run: Run) {
    this.#tables = tables;
    this.#run = run;
    this.entries = tables.page(run.directory.number(0));
    this.#word = this.entries.word(0, 0);
  }

  compare(other: RunCursor): number {
    return this.#word - other.#word || this.entries.compare(this.at, other.entries.words(other.at));
  }

  /** False behind the last. */
  next(): boolean {
    this.at++;
    const before = this.#page * this.#tables.pageEntries;
    if (before + this.at === this.#run.count) return false;
    if (this.at === this.#tables.pageEntries) {
      this.at = 0;
      this.entries = this.#tables.page(this.#run.directory.number(++this.#page));
    }
    this.#word = this.entries.word(this.at, 0);
    return true;
  }
}
