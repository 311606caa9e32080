/** Runs of keys against a map: generations, merges, failures, deaths at any step. */
import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import fc from 'fast-check';
import { Prng } from '../../base/prng.ts';
import { KeyRuns } from './key-runs.ts';
import { migrate, readMigrations } from './migrate.ts';
import { transaction } from './transaction.ts';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 100);

function emptyDatabase(): DatabaseSync {
  const database = new DatabaseSync(':memory:');
  assert(migrate(database, readMigrations()).ok);
  return database;
}

function open(database: DatabaseSync): KeyRuns {
  return new KeyRuns(database, 'event_key', 2);
}

/** Keys that differ in one of their four words, so that each of them must be looked at. */
const KEYS = Array.from({ length: 40 }, (_, n) => {
  const words = [7, 7, 7, 7];
  words[n % 4] = 0xfffffff0 + (n >> 2);
  return words.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}).sort();

interface Slice {
  readonly keys: readonly number[];
  readonly isLast: boolean;
  readonly end: 'commit' | 'fail' | 'die';
}

const slices = fc.array(
  fc.record<Slice>({
    keys: fc.uniqueArray(fc.nat({ max: KEYS.length - 1 }), { maxLength: 5 }),
    isLast: fc.boolean(),
    end: fc.constantFrom('commit', 'commit', 'commit', 'commit', 'commit', 'fail', 'die'),
  }),
  { maxLength: 60 },
);

/** What was written and committed, and what of it is in runs and so outlives the process. */
class Model {
  found = new Map<string, number>();
  stored = new Map<string, number>();
  /** The run that is being built ends here. */
  last = '';

  check(runs: KeyRuns): void {
    for (const key of KEYS) {
      const number = this.found.get(key);
      assert.deepEqual(runs.find(key), number === undefined ? null : [number, -number], key);
    }
  }
}

function write(runs: KeyRuns, keys: readonly string[], number: number, isLast: boolean): void {
  for (const key of keys) runs.write(key, [number, -number]);
  runs.wrote(keys.length, isLast);
}

test('what was written last is found, with failures and deaths at any step', () => {
  const property = fc.property(slices, (taken) => {
    const database = emptyDatabase();
    const model = new Model();
    let runs = open(database);
    for (const [number, { keys: wanted, isLast, end }] of taken.entries()) {
      const keys = wanted.map((n) => KEYS[n] ?? '').filter((key) => key > model.last);
      keys.sort();
      const work = () => write(runs, keys, number, isLast);
      transaction(database, work, () => end !== 'fail');
      if (end === 'fail') runs.rollback();
      else {
        runs.commit();
        for (const key of keys) model.found.set(key, number);
        model.last = isLast ? '' : (keys.at(-1) ?? model.last);
        if (isLast) model.stored = new Map(model.found);
      }
      if (end === 'die') {
        runs = open(database);
        model.found = new Map(model.stored);
        model.last = '';
      }
      model.check(runs);
    }
    database.close();
  });
  fc.assert(property, { numRuns: RUNS });
});

const MANY = 60_000;

test('many keys in many runs are found, over pages and levels, and others are not', () => {
  const database = emptyDatabase();
  const prng = new Prng(7);
  const keyOf = () => Array.from({ length: 4 }, () => prng.uint32().toString(16).padStart(8, '0'));
  const keys = Array.from({ length: MANY }, () => keyOf().join(''));
  let runs = open(database);
  for (let first = 0; first < MANY; first += 1_000) {
    transaction(database, () => {
      const generation = keys.slice(first, first + 1_000).sort();
      for (const key of generation) runs.write(key, [first + 1, 0]);
      runs.wrote(generation.length, true);
    });
    runs.commit();
  }
  const levels = database.prepare('SELECT level, count(*) AS runs FROM event_key_runs GROUP BY 1');
  const counts = levels.all().map(({ runs: count }) => Number(count));
  assert(counts.length >= 3 && Math.max(...counts) < 8, `${counts}`);
  for (let opened = 0; opened < 2; opened++, runs = open(database)) {
    for (const [i, key] of keys.entries()) {
      if (i % 7 === 0) assert.deepEqual(runs.find(key), [i - (i % 1_000) + 1, 0]);
    }
    for (let i = 0; i < 5_000; i++) assert.equal(runs.find(keyOf().join('')), null);
  }
});

test('pages of runs that were merged, and of merges that were not finished, are used again', () => {
  const database = emptyDatabase();
  const pages = database.prepare('SELECT count(*) AS pages FROM event_key_pages');
  let runs = open(database);
  let most = 0;
  for (let generation = 0; generation < 400; generation++) {
    if (generation % 10 === 0) runs = open(database);
    // The same keys again and again, so that merging leaves no more of them.
    transaction(database, () => {
      for (const key of KEYS) runs.write(key, [generation, 0]);
      runs.wrote(KEYS.length, true);
    });
    runs.commit();
    if (generation === 100) most = Number(pages.get()?.['pages']);
  }
  const left = Number(pages.get()?.['pages']);
  assert(left <= 2 * most, `${most} pages, then ${left}`);
  assert.deepEqual(runs.find(KEYS[3] ?? ''), [399, 0]);
});
