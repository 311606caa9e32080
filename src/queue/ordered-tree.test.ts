import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Prng } from '../base/prng.ts';
import { OrderedTree, type OrderKey } from './ordered-tree.ts';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 100);

/** A number as three that are compared one after the other. */
function keyOf(n: number): OrderKey {
  return [n >> 4, (n >> 2) & 3, n & 3];
}

test('is an ordered list that is slow to spell out', () => {
  const acts = fc.array(fc.integer({ min: 0, max: 150 }), { maxLength: 400 });
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

/** Of any two neighbours the average is at least eight wide. */
function depthMax(members: number): number {
  return 2 + Math.log(members) / Math.log(8);
}

function cutOf(shrinking: string, any: number): readonly [from: number, count: number] {
  if (shrinking === 'from the front') return [0, 700];
  if (shrinking === 'from the end') return [-700, 700];
  return shrinking === 'anywhere' ? [any, 90] : [0, 0];
}

test('grows to many levels and shrinks again like a list that is sorted', () => {
  const prng = new Prng(7);
  for (const shrinking of ['from the front', 'from the end', 'anywhere', 'by every fourth']) {
    const tree = new OrderedTree<number>();
    let members = Array.from({ length: 5_000 }, (_, i) => i);
    for (const i of members.toSorted(() => prng.below(3) - 1)) tree.insert(keyOf(i), i);
    while (members.length > 0) {
      const [from, count] = cutOf(shrinking, prng.below(members.length));
      const gone = members.splice(from, count);
      if (gone.length === 0) gone.push(...members.filter((_, i) => i % 4 === 0));
      const rest = new Set(gone);
      members = members.filter((i) => !rest.has(i));
      for (const i of gone) tree.remove(keyOf(i));
      assert.deepEqual([...tree], members);
      assert.equal(tree.size, members.length);
      for (const i of [0, 17, 2_500, 4_999]) {
        assert.equal(tree.rank(keyOf(i)), members.filter((other) => other < i).length);
      }
      if (members.length > 0) assert.ok(tree.depth() <= depthMax(members.length));
    }
    assert.equal(tree.first(), null);
  }
});

test('stays flat whatever the order: no member is deeper than the logarithm', () => {
  const tree = new OrderedTree<number>();
  const count = 1 << 15;
  for (let i = 0; i < count; i++) tree.insert(keyOf(i), i);
  assert.ok(tree.depth() <= depthMax(count), `${tree.depth()}`);
  for (let i = 0; i < count - 64; i++)
    tree.remove(keyOf(i % 2 === 0 ? i >> 1 : count - 1 - (i >> 1)));
  assert.equal(tree.size, 64);
  assert.ok(tree.depth() <= depthMax(64), `${tree.depth()}`);
});

test('takes a member once, and gives back only what it has', () => {
  const tree = new OrderedTree<number>();
  tree.insert(keyOf(1), 1);
  assert.throws(() => tree.insert(keyOf(1), 1), /once/);
  assert.throws(() => tree.remove(keyOf(2)), /only a member/);
});
