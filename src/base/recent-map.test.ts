import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RecentMap } from './recent-map.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 200);

test('it never holds more than it may, nor gives what was not put', () => {
  const step = fc.record({ key: fc.nat(30), length: fc.nat(12) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const [entriesMax, lengthMax] = [8, 20];
      const map = new RecentMap<string, { readonly key: number; readonly length: number }>(
        entriesMax,
        lengthMax,
      );
      const lengths = new Map<number, number>();
      for (const { key, length } of steps) {
        const found = map.get(`${key}`);
        if (found !== undefined) assert.equal(found.key, key);
        else {
          map.put(`${key}`, { key, length }, length);
          lengths.set(key, length);
        }
        const held = [...lengths].filter(([own]) => map.holds(`${own}`));
        assert.equal(held.length, map.size);
        assert.ok(map.size <= entriesMax);
        assert.ok(held.reduce((sum, [, own]) => sum + own, 0) <= lengthMax);
      }
    }),
    { numRuns },
  );
});

test('what is asked for stays, what is not goes', () => {
  const map = new RecentMap<string, number>(8, 1_000);
  map.put('asked', 1, 1);
  map.put('left', 2, 1);
  for (let i = 0; i < 100; i++) {
    map.put(`${i}`, i, 1);
    assert.equal(map.get('asked'), 1);
  }
  assert.equal(map.get('left'), undefined);
  assert.equal(map.get('99'), 99);
});

test('a value of more than half the length is not kept, and drives nothing out', () => {
  const map = new RecentMap<string, number>(8, 10);
  map.put('a', 1, 5);
  map.put('long', 2, 6);
  assert.equal(map.get('long'), undefined);
  assert.equal(map.get('a'), 1);
});
