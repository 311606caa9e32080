import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storeKnownMax } from '../../base/limits.ts';
import { WriteBehind } from './write-behind.ts';

/** A table that says what was done to it. */
class Table {
  readonly rows = new Map<string, number>();
  readonly log: string[] = [];

  read(key: string): number | null {
    this.log.push(`read ${key}`);
    return this.rows.get(key) ?? null;
  }

  write(key: string, entry: number): void {
    this.log.push(`write ${key}`);
    this.rows.set(key, entry);
  }
}

test('entries are written in the order of their keys, so many at a time', () => {
  const table = new Table();
  const index = new WriteBehind(table);
  for (const [i, key] of ['d', 'b', 'c', 'a'].entries()) index.put(index.find(key), i);
  index.commit();
  index.turn();
  index.fold(3);
  assert(!index.isFolded);
  index.fold(3);
  assert(index.isFolded);
  const written = table.log.filter((line) => line.startsWith('write'));
  assert.deepEqual(written, ['write a', 'write b', 'write c', 'write d']);
});

test('what is put while it is folding is written in its newest form, and again', () => {
  const table = new Table();
  const index = new WriteBehind(table);
  index.put(index.find('a'), 1);
  index.commit();
  index.turn();
  index.put(index.find('a'), 2);
  index.fold(1);
  index.commit();
  assert.equal(table.rows.get('a'), 2);
  assert.equal(index.freshCount, 1);
  index.turn();
  assert.equal(index.find('a').entry, 2);
  assert(!index.isFolded);
});

test('a rollback takes back entries and slices', () => {
  const table = new Table();
  const index = new WriteBehind(table);
  index.put(index.find('a'), 1);
  index.put(index.find('b'), 1);
  index.commit();
  index.turn();
  index.put(index.find('a'), 2);
  index.put(index.find('a'), 3);
  index.put(index.find('c'), 1);
  index.fold(2);
  table.rows.clear();
  index.rollback();
  assert.deepEqual([index.find('a').entry, index.find('c').entry, index.freshCount], [1, null, 0]);
  index.fold(2);
  assert.deepEqual(
    [...table.rows],
    [
      ['a', 1],
      ['b', 1],
    ],
  );
});

test('an entry that was written, forgotten and read again is not lost', () => {
  const table = new Table();
  const index = new WriteBehind(table);
  const keys = Array.from({ length: storeKnownMax - 1 }, (_, i) => `${i}`);
  index.put(index.find('a'), 1);
  index.commit();
  for (let generation = 0; generation < 2; generation++) {
    index.turn();
    index.fold(1);
    index.commit();
  }
  for (const key of keys) index.find(key);
  index.put(index.find('a'), 2);
  index.commit();
  assert.equal(index.find('a').entry, 2);
  index.turn();
  index.fold(1);
  assert.equal(table.rows.get('a'), 2);
});

test('the table is asked once for a key, whether it has it or not', () => {
  const table = new Table();
  table.rows.set('a', 1);
  const index = new WriteBehind(table);
  for (const key of ['a', 'b', 'a', 'b']) index.find(key);
  assert.deepEqual(table.log, ['read a', 'read b']);
});

test('so many answers are remembered and no more, but all that waits to be written', () => {
  const table = new Table();
  const index = new WriteBehind(table);
  index.put(index.find('fresh'), 1);
  index.commit();
  assert.equal(index.find('0').entry, null);
  for (let i = 1; i <= storeKnownMax; i++) index.find(`${i}`);
  index.forget();
  index.find('late');
  table.rows.set('0', 5);
  table.log.length = 0;
  assert.equal(index.find('0').entry, 5);
  assert.equal(index.find('late').entry, null);
  assert.equal(index.find('fresh').entry, 1);
  assert.deepEqual(table.log, ['read 0']);
});
