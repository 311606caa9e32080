import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { OrderedTree, type OrderKey } from './ordered-tree.ts';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 100);

/** A number as three that are compared one after the other. */
function keyOf(n: number): OrderKey {
  return [n >> 4, (n >> 2) & 3, n & 3];
}

test('is an ordered list that is slow to spell out', () => {
  const acts = fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 300 });
  const runs = fc.property(acts, (values) => {
    const tree = new OrderedTree<number>();
    const members = new Set<number>();
    for (const value of values) {
      // Every second mention of a number takes it out again.
      if (members.delete(value)) tree.remove(keyOf(value));
      else {
        tree.insert(keyOf(value), value);
        members.add(value);
      }
      const sorted = [...members].sort((a, b) => a - b);
      assert.deepEqual([...tree], sorted);
      assert.equal(tree.first(), sorted[0] ?? null);
      assert.equal(tree.size, sorted.length);
      assert.equal(tree.rank(keyOf(value)), sorted.filter((other) => other < value).length);
    }
  });
  fc.assert(runs, { numRuns: RUNS });
});

test('stays flat whatever the order: no member is deeper than the logarithm', () => {
  const tree = new OrderedTree<number>();
  const count = 1 << 15;
  for (let i = 0; i < count; i++) tree.insert(keyOf(i), i);
  assert.ok(tree.depth() <= 2.41 * Math.log2(count + 1), `${tree.depth()}`);
  for (let i = 0; i < count - 64; i++)
    tree.remove(keyOf(i % 2 === 0 ? i >> 1 : count - 1 - (i >> 1)));
  assert.equal(tree.size, 64);
  assert.ok(tree.depth() <= 2.41 * Math.log2(65), `${tree.depth()}`);
});

test('takes a member once, and gives back only what it has', () => {
  const tree = new OrderedTree<number>();
  tree.insert(keyOf(1), 1);
  assert.throws(() => tree.insert(keyOf(1), 1), /once/);
  assert.throws(() => tree.remove(keyOf(2)), /only a member/);
});
