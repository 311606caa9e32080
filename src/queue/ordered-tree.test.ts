import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { OrderedTree } from './ordered-tree.ts';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 100);

function numbers(): OrderedTree<number> {
  return new OrderedTree<number>((a, b) => a - b);
}

test('is an ordered list that is slow to spell out', () => {
  const acts = fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 300 });
  const runs = fc.property(acts, (values) => {
    const tree = numbers();
    const members = new Set<number>();
    for (const value of values) {
      // Every second mention of a number takes it out again.
      if (members.delete(value)) tree.remove(value);
      else {
        tree.insert(value);
        members.add(value);
      }
      const sorted = [...members].sort((a, b) => a - b);
      assert.deepEqual([...tree], sorted);
      assert.equal(tree.first(), sorted[0] ?? null);
      assert.equal(tree.size, sorted.length);
      assert.equal(tree.rank(value), sorted.filter((other) => other < value).length);
    }
  });
  fc.assert(runs, { numRuns: RUNS });
});

test('stays flat whatever the order: comparisons grow with the logarithm', () => {
  let compared = 0;
  const tree = new OrderedTree<number>((a, b) => {
    compared++;
    return a - b;
  });
  const count = 1 << 15;
  for (let i = 0; i < count; i++) tree.insert(i);
  for (let i = 0; i < count - 64; i++) tree.remove(i % 2 === 0 ? i : count - i);
  compared = 0;
  for (let i = 0; i < 64; i++) tree.rank(count / 2);
  assert.ok(compared <= 64 * 2.41 * Math.log2(65), `${compared} comparisons`);
  compared = 0;
  for (let i = count; i < 2 * count; i++) tree.insert(i);
  assert.ok(compared <= count * 2.41 * 15, `${compared} comparisons`);
});

test('takes a member once, and gives back only what it has', () => {
  const tree = numbers();
  tree.insert(1);
  assert.throws(() => tree.insert(1), /once/);
  assert.throws(() => tree.remove(2), /only a member/);
});
