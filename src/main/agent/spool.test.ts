import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { Spool } from './spool.ts';

const path = () => join(mkdtempSync(join(tmpdir(), 'spool-')), 'spool.ndjson');
const event = (id: string) => ({ id, data: { signals: [] } });
const ids = (spool: Spool): readonly string[] => {
  return spool.oldest(10_000).map((one) => String(one.event['id']));
};

test('what was added and not done is there again, in order', () => {
  const file = path();
  const spool = new Spool(file);
  for (const id of ['a', 'b', 'c']) spool.add(event(id), {});
  spool.done([spool.oldest(1)[0]?.seq ?? 0]);
  // Killed here: nothing is closed.
  const next = new Spool(file);
  assert.deepEqual(ids(next), ['b', 'c']);
  next.add(event('d'), {});
  assert.deepEqual(ids(new Spool(file)), ['b', 'c', 'd']);
});

test('a torn last line is dropped, whatever is left of it', () => {
  const file = path();
  const spool = new Spool(file);
  for (const id of ['a', 'b']) spool.add(event(id), {});
  truncateSync(file, statSync(file).size - 3);
  assert.deepEqual(ids(new Spool(file)), ['a']);
  appendFileSync(file, '\0\0{"seq":9,"event":7}\n[]\n');
  assert.deepEqual(ids(new Spool(file)), ['a']);
});

test('the oldest give way past the bound, are counted, and stay counted', () => {
  const file = path();
  const spool = new Spool(file, 4_000);
  for (let i = 0; i < 1_000; i++) spool.add(event(`${i}`), {});
  assert.equal(spool.size + spool.lost, 1_000);
  assert.equal(ids(spool).at(-1), '999');
  assert.ok(readFileSync(file).length < 10_000);
  const next = new Spool(file, 4_000);
  assert.equal(next.lost, spool.lost);
  assert.deepEqual(ids(next), ids(spool));
});

test('the file does not grow with what has come and gone', () => {
  const file = path();
  const spool = new Spool(file);
  for (let i = 0; i < 4_000; i++) {
    spool.add({ id: `${i}`, text: 'x'.repeat(500) }, {});
    spool.done(spool.oldest(1).map(({ seq }) => seq));
  }
  assert.ok(statSync(file).size < 600_000, `${statSync(file).size}`);
});

test('any order of adding, doing and dying: nothing twice, nothing lost', () => {
  const step = fc.constantFrom('add', 'done', 'die');
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const file = path();
      let spool = new Spool(file);
      const expected: string[] = [];
      for (const [i, what] of steps.entries()) {
        if (what === 'add') {
          spool.add(event(`${i}`), {});
          expected.push(`${i}`);
        } else if (what === 'done') {
          spool.done(spool.oldest(1).map(({ seq }) => seq));
          expected.shift();
        } else spool = new Spool(file);
      }
      assert.deepEqual(ids(spool), expected);
    }),
    { numRuns: 50 },
  );
});

test('what was told of a subject is remembered after it was sent, and after a death', () => {
  const file = path();
  const spool = new Spool(file);
  spool.add({ id: '1', subject: 'a/b/c' }, { level: 'suspected' });
  spool.add({ id: '2', subject: 'a/b/c' }, { level: 'mining' });
  spool.done(spool.oldest(2).map(({ seq }) => seq));
  for (const _ of [1, 2]) {
    const next = new Spool(file);
    assert.equal(next.size, 0);
    assert.deepEqual(next.toldOf('a/b/c'), { level: 'mining' });
    assert.equal(next.toldOf('a/b/d'), null);
  }
});
