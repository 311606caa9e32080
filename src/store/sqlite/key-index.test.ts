/** An index of keys against a map: generations, merges, failures, deaths at any step. */
import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import fc from 'fast-check';
import { Prng } from '../../base/prng.ts';
import { KeyIndex } from './key-index.ts';
import { migrate, readMigrations } from './migrate.ts';
import { isSqliteError } from './sqlite-error.ts';
import { transaction } from './transaction.ts';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 100);

function emptyDatabase(): DatabaseSync {
  const database = new DatabaseSync(':memory:');
  assert(migrate(database, readMigrations()).ok);
  return database;
}

function open(database: DatabaseSync): KeyIndex {
  return new KeyIndex(database, 'event_key', 2);
}

/** Keys that differ in one of their four words, so that each of them must be looked at. */
const KEYS = Array.from({ length: 40 }, (_, n) => {
  const words = [7, 7, 7, 7];
  words[n % 4] = 0xfffffff0 + (n >> 2);
  return words.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}).sort();

interface Step {
  readonly keys: readonly number[];
  /** Of a generation: it is written, or the next one is begun. */
  readonly turns: boolean;
  readonly folds: number;
  readonly end: 'commit' | 'fail' | 'die';
}

const steps = fc.array(
  fc.record<Step>({
    keys: fc.array(fc.nat({ max: KEYS.length - 1 }), { maxLength: 5 }),
    turns: fc.boolean(),
    folds: fc.nat({ max: 9 }),
    end: fc.constantFrom('commit', 'commit', 'commit', 'commit', 'commit', 'fail', 'die'),
  }),
  { maxLength: 60 },
);

/** What was put and committed, and what of it is in runs and so outlives the process. */
class Model {
  found = new Map<string, number>();
  folding = new Map<string, number>();
  stored = new Map<string, number>();

  check(index: KeyIndex): void {
    for (const key of KEYS) {
      const number = this.found.get(key);
      assert.deepEqual(index.find(key), number === undefined ? null : [number, -number], key);
    }
  }
}

test('what was put last is found, with failures and deaths at any step', () => {
  const property = fc.property(steps, (taken) => {
    const database = emptyDatabase();
    const model = new Model();
    let index = open(database);
    for (const [number, { keys, turns, folds, end }] of taken.entries()) {
      const work = (): void => {
        for (const [i, n] of keys.entries()) {
          index.put(KEYS[n] ?? '', [number * 10 + i, -number * 10 - i]);
          assert.deepEqual(index.find(KEYS[n] ?? ''), [number * 10 + i, -number * 10 - i]);
        }
        if (folds > 0) index.fold(folds);
      };
      transaction(database, work, () => end !== 'fail');
      if (end === 'fail') index.rollback();
      else {
        index.commit();
        for (const [i, n] of keys.entries()) model.found.set(KEYS[n] ?? '', number * 10 + i);
        if (folds > 0) model.stored = new Map([...model.stored, ...model.folding]);
      }
      if (turns && index.isFolded) {
        index.turn();
        model.folding = new Map(model.found);
      }
      if (end === 'die') {
        index = open(database);
        model.found = new Map(model.stored);
        model.folding = new Map();
      }
      model.check(index);
    }
    database.close();
  });
  fc.assert(property, { numRuns: RUNS });
});

/** One generation. */
function write(database: DatabaseSync, index: KeyIndex, keys: readonly string[], number: number) {
  transaction(database, () => {
    for (const key of keys) index.put(key, [number, 0]);
  });
  index.commit();
  index.turn();
  transaction(database, () => index.fold(2 * keys.length));
  index.commit();
}

const MANY = 60_000;

test('many keys in many runs are found, over pages and levels, and others are not', () => {
  const database = emptyDatabase();
  const prng = new Prng(7);
  const keyOf = () => Array.from({ length: 4 }, () => prng.uint32().toString(16).padStart(8, '0'));
  const keys = Array.from({ length: MANY }, () => keyOf().join(''));
  let index = open(database);
  for (let first = 0; first < MANY; first += 1_000) {
    write(database, index, keys.slice(first, first + 1_000), first + 1);
  }
  const levels = database.prepare('SELECT level, count(*) AS runs FROM event_key_runs GROUP BY 1');
  const counts = levels.all().map(({ runs: count }) => Number(count));
  assert(counts.length >= 3 && Math.max(...counts) < 8, `${counts}`);
  for (let opened = 0; opened < 2; opened++, index = open(database)) {
    for (const [i, key] of keys.entries()) {
      if (i % 7 === 0) assert.deepEqual(index.find(key), [i - (i % 1_000) + 1, 0]);
    }
    for (let i = 0; i < 5_000; i++) assert.equal(index.find(keyOf().join('')), null);
  }
});

test('a key that is none is refused', () => {
  const index = open(emptyDatabase());
  const good = 'a0'.repeat(16);
  for (const key of ['', good.slice(1), good.toUpperCase(), `${good.slice(1)}g`, `${good}0`]) {
    assert.throws(() => index.find(key), /a key/, key);
  }
  for (const strange of ['/', ':', '`', 'g', '\u0130', ' ']) {
    assert.throws(() => index.put(`${strange}${good.slice(1)}`, [1, 1]), /a key/, strange);
  }
});

test('pages of runs that were merged, and of merges that were not finished, are used again', () => {
  const database = emptyDatabase();
  const pages = database.prepare('SELECT count(*) AS pages FROM event_key_pages');
  let index = open(database);
  let most = 0;
  for (let generation = 0; generation < 400; generation++) {
    if (generation % 10 === 0) index = open(database);
    // The same keys again and again, so that merging leaves no more of them.
    write(database, index, KEYS, generation);
    if (generation === 100) most = Number(pages.get()?.['pages']);
  }
  const left = Number(pages.get()?.['pages']);
  assert(left <= 2 * most, `${most} pages, then ${left}`);
  assert.deepEqual(index.find(KEYS[3] ?? ''), [399, 0]);
});

test('a rollback that could not read is made up for by the next one', () => {
  const database = emptyDatabase();
  const index = open(database);
  const last = 2 * KEYS.length;
  for (let n = 0; n < last; n++) write(database, index, [KEYS[n % KEYS.length] ?? ''], n);
  index.turn();
  // It has merged runs, whose pages are taken for free ones.
  transaction(
    database,
    () => index.fold(9),
    () => false,
  );
  database.exec('ALTER TABLE event_key_pages RENAME TO hidden');
  assert.throws(() => index.rollback(), isSqliteError);
  database.exec('ALTER TABLE hidden RENAME TO event_key_pages');
  index.rollback();
  for (let n = last; n < last + 9; n++) write(database, index, [KEYS[0] ?? ''], n);
  for (const opened of [index, open(database)]) {
    for (const [i, key] of KEYS.entries()) {
      assert.equal(opened.find(key)?.[0], i === 0 ? last + 8 : i + KEYS.length);
    }
  }
});
