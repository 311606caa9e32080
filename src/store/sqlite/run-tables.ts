/**
 * Runs of keys in the database: `<name>_runs` has a row for each, `<name>_pages` their pages. All
 * pages have one size, so that one that is written over stays where it is.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { assert } from '../../base/assert.ts';
import { Entries, entryBytesOf, KeyFilter, PAGE_BYTES, type Run, type Words } from './key-run.ts';
import { prepareBytes, prepareRows } from './prepare-rows.ts';

/** What a run is made of before it has a number. */
export type NewRun = Pick<Run, 'level' | 'count' | 'directory' | 'pageCount' | 'filter'>;

/** A directory is entries of a page's first key and its number. */
export const DIRECTORY_NUMBERS = 1;

export class RunTables {
  /** That stand with each key. */
  readonly numbers: number;
  readonly pageEntries: number;
  readonly #readPage: (page: number) => Uint8Array;
  readonly #writePage: StatementSync;
  readonly #addRun: StatementSync;
  readonly #removeRun: StatementSync;
  readonly #loadRuns: ReturnType<typeof prepareRows>;
  readonly #loadDirectory: (run: number) => Uint8Array;
  readonly #loadPages: ReturnType<typeof prepareRows>;
  /** Pages that are there and that no run names. */
  #free: number[] = [];
  #lastPage = 0;
  #lastRun = 0;

  constructor(database: DatabaseSync, name: string, numbers: number) {
    this.numbers = numbers;
    this.pageEntries = Math.floor(PAGE_BYTES / entryBytesOf(numbers));
    this.#readPage = prepareBytes(database, `SELECT bytes FROM ${name}_pages WHERE page = ?`);
    this.#writePage = database.prepare(`
      INSERT INTO ${name}_pages (page, bytes) VALUES (?, ?)
      ON CONFLICT (page) DO UPDATE SET bytes = excluded.bytes`);
    this.#addRun = database.prepare(`
      INSERT INTO ${name}_runs (run, level, entries, directory, filter) VALUES (?, ?, ?, ?, ?)`);
    this.#removeRun = database.prepare(`DELETE FROM ${name}_runs WHERE run = ?`);
    this.#loadRuns = prepareRows(
      database,
      `SELECT run, level, entries, filter FROM ${name}_runs ORDER BY level, run DESC`,
    );
    this.#loadDirectory = prepareBytes(
      database,
      `SELECT directory FROM ${name}_runs WHERE run = ?`,
    );
    this.#loadPages = prepareRows(database, `SELECT page FROM ${name}_pages`);
  }

  /** All runs as they stand in the database, the newest first. */
  load(): readonly Run[] {
    const runs = this.#loadRuns().map(([number, level, count, filter]) =>
      this.#loadRun(Number(number), Number(level), Number(count), String(filter)),
    );
    const used = new Set(runs.flatMap(pagesOf));
    const pages = this.#loadPages().map(([page]) => Number(page));
    this.#free = pages.filter((page) => !used.has(page));
    this.#lastPage = pages.at(-1) ?? 0;
    this.#lastRun = Math.max(0, ...runs.map(({ number }) => number));
    return runs;
  }

  #loadRun(number: number, level: number, count: number, filter: string): Run {
    // Written by `add` alone.
    const filterPages = JSON.parse(filter) as readonly number[];
    const bytes = filterPages.map((page) => this.#readPage(page));
    return {
      number,
      level,
      count,
      pageCount: Math.ceil(count / this.pageEntries),
      directory: new Entries(this.#loadDirectory(number), DIRECTORY_NUMBERS),
      filterPages,
      filter: KeyFilter.of(Buffer.concat(bytes)),
    };
  }

  page(page: number): Entries {
    const bytes = this.#readPage(page);
    assert(bytes.length === PAGE_BYTES, 'all pages have one size');
    return new Entries(bytes, this.numbers);
  }

  /** Of `PAGE_BYTES`. Where it has gone. Inside a transaction, like all below. */
  writePage(bytes: Uint8Array): number {
    const page = this.#free.pop() ?? ++this.#lastPage;
    this.#writePage.run(page, bytes);
    return page;
  }

  add(run: NewRun): Run {
    const number = ++this.#lastRun;
    const filterPages = this.#writeFilter(run.filter.bytes);
    const { level, count, directory } = run;
    this.#addRun.run(number, level, count, directory.bytes, JSON.stringify(filterPages));
    return { ...run, number, filterPages };
  }

  #writeFilter(bytes: Uint8Array): readonly number[] {
    const pages: number[] = [];
    const page = new Uint8Array(PAGE_BYTES);
    for (let start = 0; start < bytes.length; start += PAGE_BYTES) {
      page.fill(0);
      page.set(bytes.subarray(start, start + PAGE_BYTES));
      pages.push(this.writePage(page));
    }
    return pages;
  }

  /** Its pages are free. */
  remove(run: Run): void {
    this.#removeRun.run(run.number);
    for (const page of pagesOf(run)) this.#free.push(page);
  }

  /** What stands with a key in this run. */
  find({ filter, directory, pageCount, count }: Run, key: Words): readonly number[] | null {
    if (!filter.mayHave(key)) return null;
    const at = directory.lastUpTo(key, pageCount);
    if (at < 0) return null;
    const before = at * this.pageEntries;
    const page = this.page(directory.number(at));
    return page.find(key, Math.min(this.pageEntries, count - before));
  }
}

function pagesOf({ directory, pageCount, filterPages }: Run): readonly number[] {
  const pages = Array.from({ length: pageCount }, (_, at) => directory.number(at));
  return [...pages, ...filterPages];
}
