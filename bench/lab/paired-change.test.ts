import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PAIRS_AT_LOOK, type Pair, pairedChange } from './paired-change.ts';
import { seededRandom } from './seeded-random.ts';

const random = seededRandom(5);

/** One run in eight is spoiled by a neighbour, by up to a half; all have 2 % of jitter. */
function took(seconds: number): number {
  const jitter = 1 + 0.02 * (random() + random() - 1);
  return seconds * jitter * (random() < 0.125 ? 1 + random() / 2 : 1);
}

function pairsOf(count: number, percent: number): readonly Pair[] {
  return Array.from({ length: count }, () => {
    return { without: took(1), with: took(1 + percent / 100) };
  });
}

test('of two things that differ by nothing but luck', () => {
  const { percent, low, high } = pairedChange(pairsOf(64, 0));
  assert.ok(low < 0 && high > 0 && high < 2, `${low} ${percent} ${high}`);
});

test('3 % more are seen as such', () => {
  const { low, high } = pairedChange(pairsOf(128, 3));
  assert.ok(low > 2 && low < 3 && high > 3, `${low} ${high}`);
});

test('all looks of a run together miss the truth in one run of twenty at most', () => {
  let missed = 0;
  const runs = 400;
  for (let run = 0; run < runs; run++) {
    const pairs = pairsOf(40, 2);
    const looks = PAIRS_AT_LOOK.filter((count) => count <= 40);
    const changes = looks.map((count) => pairedChange(pairs.slice(0, count)));
    if (changes.some(({ low, high }) => low > 2 || high < 2)) missed++;
  }
  // 3 looks of 5 are taken: 3 % are expected, and 5 % would be 20.
  assert.ok(missed <= 20, `${missed} of ${runs}`);
  assert.ok(missed > 0, 'an interval that never misses is wider than it says');
});

test('fewer pairs than can tell say that they do not', () => {
  const { low, high } = pairedChange(pairsOf(7, 0));
  assert.deepEqual([low, high], [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
});
