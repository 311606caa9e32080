import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DAY_MS, HOUR_MS } from '../../base/time.ts';
import { patternValue, startPatterns, withStart } from './start-pattern.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 100);
/** A week begins here: they are counted from a Thursday. */
const WEEK = Date.UTC(2026, 0, 8);

function keptOf(starts: readonly number[]): readonly number[] {
  return starts.reduce(withStart, [] as readonly number[]);
}

function patternsOf(starts: readonly number[]): readonly number[] {
  return startPatterns(keptOf(starts.map((at) => WEEK + at)));
}

function common(a: readonly number[], b: readonly number[]): number {
  return a.filter((pattern) => b.includes(pattern)).length;
}

const THREE = [0, 5, 30].map((hour) => hour * HOUR_MS + 7_000);

test('starts that agree in three hours, to some seconds, share a pattern', () => {
  const own = patternsOf(THREE);
  assert.equal(own.length, 2);
  assert.ok(common(own, patternsOf(THREE.map((at) => at + 20_000))) > 0);
  assert.ok(common(own, patternsOf(THREE.map((at) => at + 25_000).toReversed())) > 0);
  assert.equal(common(own, patternsOf(THREE.map((at) => at + 90_000))), 0);
});

test('what starts in one go, or twice only, has no pattern', () => {
  assert.deepEqual(patternsOf(THREE.slice(1)), []);
  assert.deepEqual(patternsOf([0, 1_000, 600_000, 1_200_000]), []);
  assert.deepEqual(patternsOf([0, HOUR_MS, 8 * DAY_MS]), []);
});

test('accounts that start dozens of jobs together keep the same, though each has one of its own', () => {
  const jobs = Array.from({ length: 60 }, (_, i) => i * 2 * HOUR_MS + (i % 7) * 300_000);
  const with_ = (hour: number) => patternsOf([...jobs, hour * HOUR_MS + 1_800_000]);
  const sharing = Array.from({ length: 60 }, (_, i) => common(patternsOf(jobs), with_(2 * i + 1)));
  assert.ok(sharing.filter((patterns) => patterns > 0).length >= 54);
});

const anyStart = fc
  .tuple(fc.nat(4), fc.nat(167), fc.nat(3_599))
  .map(([week, hour, s]) => WEEK + week * 7 * DAY_MS + hour * HOUR_MS + s * 1_000);

test('what is kept follows from the set of starts, and is six at most', () => {
  fc.assert(
    fc.property(fc.array(anyStart, { maxLength: 60 }), fc.infiniteStream(fc.nat()), (all, lots) => {
      const kept = keptOf(all);
      const shuffled = all
        .map((at) => ({ at, lot: lots.next().value ?? 0 }))
        .sort((a, b) => a.lot - b.lot)
        .map(({ at }) => at);
      assert.deepEqual(keptOf(shuffled), kept);
      assert.deepEqual(keptOf([...all, ...shuffled, ...all]), kept);
      assert.ok(kept.length <= 6);
      assert.ok(startPatterns(kept).length <= 4);
    }),
    { numRuns },
  );
});

test('a pattern tells its week and its last minute', () => {
  const [one = 0, other = 0] = patternsOf(THREE.map((at) => at + 7 * DAY_MS));
  assert.equal(patternValue(one).display, '3 times in the week from 2026-01-15');
  assert.equal(patternValue(one).at, WEEK + 7 * DAY_MS + 30 * HOUR_MS);
  assert.equal(patternValue(other).at, WEEK + 7 * DAY_MS + 30 * HOUR_MS);
  assert.notEqual(patternValue(one).key, patternValue(other).key);
});
