import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mapInSlices } from './map-in-slices.ts';

test('what is due meanwhile has its turn between slices', async () => {
  const seen: (number | string)[] = [];
  const mapping = mapInSlices([1, 2, 3, 4, 5], 2, (item) => {
    seen.push(item);
    return item * 10;
  });
  setImmediate(() => seen.push('other'));
  assert.deepEqual(await mapping, [10, 20, 30, 40, 50]);
  assert.equal(seen.length, 6);
  assert.ok(seen.indexOf('other') <= 4, seen.join());
});

test('a slice as long as all is one turn, and what throws rejects', async () => {
  const failing = mapInSlices([1, 2], 1, (item) => assert.equal(item, 1));
  await assert.rejects(failing);
  assert.deepEqual(await mapInSlices([], 2, String), []);
});
