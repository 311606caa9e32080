import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cadenceSignUpsPerDayMax } from '../base/limits.ts';
import { Prng } from '../base/prng.ts';
import { SECOND_MS } from '../base/time.ts';
import type { Observation } from '../model/link.ts';
import { CADENCE_GAPS_MIN, CADENCE_RATIO_MAX, steadyRuns } from './cadence.ts';
import { newLinker, ref, shown, signedUp } from './test-evidence.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 100);

/** a · B(a, k) with a = k / (r - 1), by the product form of the beta function for whole k. */
function falseAlarmRate(gaps: number, ratio: number): number {
  const a = gaps / (ratio - 1);
  let rate = 1;
  for (let i = 1; i < gaps; i++) rate *= i / (a + i);
  return rate;
}

function exponential(prng: Prng): number {
  return -Math.log((prng.uint32() + 1) / 2 ** 32);
}

test('the stated false-alarm rate is that of the formula', () => {
  assert.ok(Math.abs(falseAlarmRate(CADENCE_GAPS_MIN, CADENCE_RATIO_MAX) / 3.6e-7 - 1) < 0.02);
  assert.ok(Math.abs(falseAlarmRate(20, CADENCE_RATIO_MAX) / 2.9e-13 - 1) < 0.02);
});

test('the formula is right where chance can be counted', () => {
  const prng = new Prng(11);
  const rounds = 200_000;
  let steady = 0;
  for (let i = 0; i < rounds; i++) {
    const gaps = Array.from({ length: 4 }, () => exponential(prng));
    if (Math.max(...gaps) <= CADENCE_RATIO_MAX * Math.min(...gaps)) steady++;
  }
  const expected = falseAlarmRate(4, CADENCE_RATIO_MAX) * rounds;
  assert.ok(Math.abs(steady - expected) < 5 * Math.sqrt(expected), `${steady}, not ${expected}`);
});

test('a hundred thousand sign-ups of people have no rhythm', () => {
  const prng = new Prng(5);
  let at = 0;
  const times = Array.from({ length: 100_000 }, () => {
    at += exponential(prng) * 60 * SECOND_MS;
    return at;
  });
  assert.deepEqual(steadyRuns(times), []);
});

test('a program that sleeps about 24 seconds has', () => {
  const prng = new Prng(6);
  let at = 0;
  const times = Array.from({ length: 200 }, () => {
    at += (18 + prng.below(12)) * SECOND_MS;
    return at;
  });
  assert.deepEqual(steadyRuns(times), [{ first: 0, last: 199 }]);
});

test('ten gaps are too few, and gaps of less than five seconds too short', () => {
  const steps = (count: number, ms: number) => Array.from({ length: count + 1 }, (_, i) => i * ms);
  assert.deepEqual(steadyRuns(steps(CADENCE_GAPS_MIN - 1, 24 * SECOND_MS)), []);
  assert.equal(steadyRuns(steps(CADENCE_GAPS_MIN, 24 * SECOND_MS)).length, 1);
  assert.deepEqual(steadyRuns(steps(100, 4 * SECOND_MS)), []);
});

/** Sign-ups that are alike, `stepMs` apart, from one address. */
function machine(count: number, stepMs: number, offsetMs = 0) {
  return Array.from({ length: count }, (_, i) => [
    shown(`m${i}`, 'email-domain', 'mail.example'),
    shown(`m${i}`, 'worker-grammar', `gh-${i % 2}-<n>`),
    signedUp(`m${i}`, offsetMs + i * stepMs),
  ]).flat();
}

test('the rhythm makes suspect, and joins those who share a card too', () => {
  const linker = newLinker();
  const isWorker = (one: Observation) =>
    one.kind === 'shown' && one.identifier.kind === 'worker-grammar';
  linker.observe(machine(24, 24_000).filter((one) => !isWorker(one)));
  linker.settle();
  assert.equal(linker.accountsWith(ref('m1')), 1);
  assert.deepEqual(linker.suspicions(ref('m1'))[0]?.kinds, ['cadence']);
  linker.observe(['m0', 'm7', 'm9'].map((name) => shown(name, 'card', 'one')));
  linker.settle();
  assert.equal(linker.accountsWith(ref('m7')), 3);
});

test('sign-ups in any order have one rhythm', () => {
  const all = machine(30, 24_000);
  const stray = [shown('s', 'email-domain', 'mail.example'), signedUp('s', 5.5 * 24_000)];
  const whole = newLinker();
  whole.observe([...all, ...stray]);
  whole.settle();
  const names = ['s', ...Array.from({ length: 30 }, (_, i) => `m${i}`)];
  const order = fc.shuffledSubarray([...all, ...stray], { minLength: all.length + stray.length });
  fc.assert(
    fc.property(order, fc.integer({ min: 1, max: 40 }), (observations, step) => {
      const grown = newLinker();
      for (let i = 0; i < observations.length; i += step) {
        grown.observe(observations.slice(i, i + step));
        grown.settle();
      }
      for (const name of names) {
        assert.equal(grown.partyOf(ref(name)), whole.partyOf(ref(name)), name);
      }
    }),
    { numRuns: Math.ceil(numRuns / 4) },
  );
  // The stray one breaks the run of 30: five gaps before it are too few, 24 after it are not.
  assert.deepEqual(
    [5, 6, 29].map((i) => whole.accountsWith(ref(`m${i}`))),
    [1, 12, 12],
  );
  assert.equal(whole.accountsWith(ref('s')), 1);
});

test('where more sign up alike in a day than can be told apart, none has a rhythm', () => {
  const linker = newLinker();
  const count = cadenceSignUpsPerDayMax + 1;
  const all = Array.from({ length: count }, (_, i) => [
    shown(`m${i}`, 'name-grammar', 'w9{4}'),
    shown(`m${i}`, 'verified-email', `${i % 3}`),
  ]).flat();
  linker.observe(all);
  for (let i = 0; i < count; i++) linker.observe([signedUp(`m${i}`, i * 20_000)]);
  linker.settle();
  assert.deepEqual(linker.suspicions(ref('m40')), []);
  assert.equal(linker.accountsWith(ref('m40')), 1);
});
