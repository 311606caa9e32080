import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TokenBuckets } from './token-bucket.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 100);

test('a second of requests may be saved up, and then they pass at the rate', () => {
  const buckets = new TokenBuckets(10, 5);
  for (let i = 0; i < 10; i++) assert.equal(buckets.take('a', 0), 0);
  assert.ok(Math.abs(buckets.take('a', 0) - 0.1) < 1e-9);
  assert.ok(buckets.take('a', 99) > 0);
  assert.equal(buckets.take('a', 101), 0);
  assert.ok(buckets.take('a', 102) > 0);
  assert.equal(buckets.take('b', 102), 0, 'each name has its own');
  for (let i = 0; i < 10; i++) assert.equal(buckets.take('a', 60_000), 0);
  assert.ok(buckets.take('a', 60_000) > 0, 'a minute saves up no more than a second');
});

test('the number of names is bounded', () => {
  const buckets = new TokenBuckets(1, 3);
  for (const name of ['a', 'b', 'c']) assert.equal(buckets.take(name, 0), 0);
  assert.ok(buckets.take('a', 0) > 0);
  assert.equal(buckets.take('d', 0), 0);
  assert.equal(buckets.take('a', 0), 0, 'forgotten with the others to make room');
});

test('in no stretch of time do more pass than were saved up and came in', () => {
  const property = fc.property(
    fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 200 }),
    fc.integer({ min: 1, max: 50 }),
    (gapsMs, rate) => {
      const buckets = new TokenBuckets(rate, 1);
      let nowMs = 0;
      let passed = 0;
      for (const gapMs of gapsMs) {
        nowMs += gapMs;
        if (buckets.take('a', nowMs) === 0) passed++;
      }
      assert.ok(passed <= rate + (nowMs / 1_000) * rate + 1e-6);
    },
  );
  fc.assert(property, { numRuns });
});
