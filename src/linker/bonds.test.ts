import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  linkBondsPerAccountMax,
  linkCohesionAccountsMax,
  linkExplainVisitsMax,
  linkOptionsPerGroupMax,
  linkSearchStepsMax,
  linkSuspectsMax,
  linkSuspicionsPerAccountMax,
} from '../base/limits.ts';
import { type IdentifierKey, SHARED_KINDS, type SharedKind } from '../model/identifier.ts';
import { bondSetsOf, joins, type WeighedValue, weightOf } from './bonds.ts';
import type { IdentifierNumber } from './link-state.ts';
import { linkerWith, ref, shown } from './test-evidence.ts';
import { WEIGHTS } from './weights.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 100);

function weighed(kind: SharedKind, number: number, bits: number): WeighedValue {
  const key = `${String(number).padStart(6, '0')}` as IdentifierKey;
  return { identifier: number as IdentifierNumber, kind, key, bits };
}

const anyValues = fc
  .array(fc.tuple(fc.constantFrom(...SHARED_KINDS), fc.integer({ min: 1, max: 60 })), {
    maxLength: 14,
  })
  .map((all) => all.map(([kind, quarters], i) => weighed(kind, i, quarters / 4)));

test('each set joins, none can do without one of its values, and no group stands twice', () => {
  fc.assert(
    fc.property(anyValues, (values) => {
      for (const set of bondSetsOf(values).joining) {
        const own = set.map((number) => values[number] as WeighedValue);
        assert.ok(joins(weightOf(own)));
        for (const left of own) {
          assert.ok(!joins(weightOf(own.filter((value) => value !== left))));
        }
        assert.equal(new Set(own.map(({ kind }) => WEIGHTS[kind].group)).size, own.length);
      }
    }),
    { numRuns: numRuns * 3 },
  );
});

test('the order of the values does not count', () => {
  fc.assert(
    fc.property(anyValues, (values) => {
      assert.deepEqual(bondSetsOf(values.toReversed()), bondSetsOf(values));
    }),
    { numRuns },
  );
});

test('of one group only the heaviest values are weighed', () => {
  const count = linkOptionsPerGroupMax + 10;
  const payouts = Array.from({ length: count }, (_, i) => weighed('payout', i, 20 + i / 4));
  const { joining } = bondSetsOf(payouts);
  assert.equal(joining.length, linkOptionsPerGroupMax);
  assert.ok(!joining.some((set) => set.includes(0 as IdentifierNumber)));
});

test('an account whose values fit together in a million ways has few bonds, soon found', () => {
  const values = SHARED_KINDS.flatMap((kind, k) =>
    Array.from({ length: 40 }, (_, i) => weighed(kind, 100 * k + i, 3.25)),
  );
  const started = performance.now();
  const { joining, suspect } = bondSetsOf(values);
  assert.ok(joining.length <= linkBondsPerAccountMax);
  assert.equal(suspect.length, linkSuspicionsPerAccountMax);
  // A step is under a microsecond; without the limit this would take hours.
  assert.ok(performance.now() - started < linkSearchStepsMax, 'more than a millisecond a step');
  const pairs = Array.from({ length: 40 }, (_, i) => [
    weighed('card', i, 12),
    weighed('verified-email', 100 + i, 12),
  ]).flat();
  assert.equal(bondSetsOf(pairs).joining.length, linkBondsPerAccountMax);
});

test('of many that share what makes suspect a few are named', () => {
  const names = Array.from({ length: 30 }, (_, i) => `a${i}`);
  const linker = linkerWith(names.map((name) => shown(name, 'mining-template', 'x')));
  assert.ok(linker.suspicions(ref('a0')).length >= linkSuspectsMax - 1);
  assert.ok(linker.suspicions(ref('a0')).length <= linkSuspectsMax);
});

test('of a huge party it is neither asked what holds it together nor shown how', () => {
  const wallets = 5;
  const each = Math.ceil(linkCohesionAccountsMax / (wallets - 1)) + 100;
  assert.ok((wallets - 1) * each > linkExplainVisitsMax);
  const names = Array.from({ length: wallets * each }, (_, i) => `a${i}`);
  const all = names.map((name, i) => shown(name, 'payout', `${Math.floor(i / each)}`));
  const bridges = Array.from({ length: wallets - 1 }, (_, i) =>
    shown(`a${i * each}`, 'payout', `${i + 1}`),
  );
  const linker = linkerWith([...all, ...bridges]);
  assert.equal(linker.accountsWith(ref('a0')), names.length);
  const far = linker.explain(ref('a1'), ref(`a${names.length - 1}`));
  assert.equal(far.verdict, 'linked');
  assert.deepEqual(far.steps, []);
  assert.match(far.sentences[1] ?? '', /goes through more than 50000 others/);
});
