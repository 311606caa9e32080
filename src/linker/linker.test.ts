import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { linkValuesPerKindMax } from '../base/limits.ts';
import { DAY_MS, HOUR_MS } from '../base/time.ts';
import type { SharedKind } from '../model/identifier.ts';
import type { Observation } from '../model/link.ts';
import { type PartyChange, type PartyId, partyIdOf } from '../model/party.ts';
import { createLinker, type Linker } from './linker.ts';
import { MemoryLinkState } from './memory-state.ts';
import { componentsByDefinition } from './test-definition.ts';
import {
  linkerWith,
  newLinker,
  partiesOf,
  ref,
  shown,
  signedUp,
  started,
  withdrawn,
} from './test-evidence.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 100);

const KINDS: readonly SharedKind[] = [
  'payout',
  'worker',
  'worker-grammar',
  'mining-template',
  'suspect-template',
  'cadence',
  'job-template',
  'card',
  'device',
  'phone',
  'ip',
  'verified-email',
  'email-domain',
  'name-grammar',
];
const NAMES = Array.from({ length: 14 }, (_, i) => `a${i}`);

/** Few values, so that much is shared; years, so that ties age. */
const anyShown = fc
  .record({
    account: fc.constantFrom(...NAMES),
    kind: fc.constantFrom(...KINDS),
    value: fc.integer({ min: 0, max: 4 }),
    hour: fc.oneof(fc.integer({ min: 0, max: 48 }), fc.integer({ min: 0, max: 4 * 365 * 24 })),
  })
  .map(({ account, kind, value, hour }) => shown(account, kind, `v${value}`, hour));

const anySignUp = fc
  .tuple(fc.integer({ min: 0, max: 13 }), fc.integer({ min: 0, max: 20 }))
  .map(([i, late]) => signedUp(`a${i}`, i * 30_000 + late * 500));

/** Few hours of five weeks, so that patterns come, change and go. */
const anyStart = fc
  .record({
    i: fc.integer({ min: 0, max: 13 }),
    week: fc.integer({ min: 0, max: 4 }),
    hour: fc.integer({ min: 0, max: 4 }),
    second: fc.constantFrom(0, 20, 40, 100),
  })
  .map(({ i, week, hour, second }) =>
    started(`a${i}`, week * 7 * DAY_MS + hour * HOUR_MS + second * 1_000),
  );

const anyObservation = fc.oneof(
  { arbitrary: anyShown, weight: 9 },
  { arbitrary: anyStart, weight: 6 },
  anySignUp,
);

test('any order, any batches and repetition end in the same parties', () => {
  fc.assert(
    fc.property(
      fc
        .array(anyObservation, { maxLength: 120 })
        .chain((all) =>
          fc.tuple(
            fc.constant(all),
            fc.shuffledSubarray([...all.keys()], { minLength: all.length, maxLength: all.length }),
            fc.array(fc.integer({ min: 0, max: Math.max(0, all.length - 1) }), { maxLength: 10 }),
            fc.integer({ min: 1, max: 5 }),
          ),
        ),
      ([all, order, again, due]) => {
        const atOnce = linkerWith(all);
        const oneByOne = newLinker();
        for (const i of [...order, ...(all.length > 0 ? again : [])]) {
          oneByOne.observe([all[i] as Observation]);
          oneByOne.settle(due);
        }
        oneByOne.settle();
        for (const name of NAMES) {
          assert.equal(oneByOne.partyOf(ref(name)), atOnce.partyOf(ref(name)), name);
          assert.equal(oneByOne.accountsWith(ref(name)), atOnce.accountsWith(ref(name)));
          assert.deepEqual(oneByOne.suspicions(ref(name)), atOnce.suspicions(ref(name)));
        }
      },
    ),
    { numRuns },
  );
});

test('parties are what the definition says', () => {
  fc.assert(
    fc.property(fc.array(anyShown, { maxLength: 90 }), (all) => {
      const expected = componentsByDefinition(all).map((party) =>
        party.map((name) => name.slice(7)),
      );
      assert.deepEqual(partiesOf(linkerWith(all), NAMES), expected);
    }),
    { numRuns },
  );
});

test('withdrawing takes back what showing did', () => {
  fc.assert(
    fc.property(
      fc.array(anyShown, { maxLength: 80 }),
      fc.array(fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom(...KINDS)), { maxLength: 20 }),
      (all, mistakes) => {
        const linker = linkerWith(all);
        for (const [name, kind] of mistakes) linker.observe([shown(name, kind, 'mistake')]);
        linker.settle(3);
        for (const [name, kind] of mistakes) linker.observe([withdrawn(name, kind, 'mistake')]);
        linker.settle();
        const clean = linkerWith(all);
        assert.deepEqual(partiesOf(linker, NAMES), partiesOf(clean, NAMES));
      },
    ),
    { numRuns },
  );
});

test('whoever follows the changes knows the parties', () => {
  fc.assert(
    fc.property(fc.array(anyObservation, { maxLength: 100 }), (all) => {
      const linker = newLinker();
      const sizes = new Map<PartyId, number>();
      for (let i = 0; i < all.length; i += 7) {
        linker.observe(all.slice(i, i + 7));
        for (const change of linker.settle()) follow(sizes, change);
      }
      const expected = new Map<PartyId, number>();
      for (const name of NAMES) {
        const accounts = linker.accountsWith(ref(name));
        if (accounts > 1) expected.set(linker.partyOf(ref(name)), accounts);
      }
      const known = [...sizes].filter(([, accounts]) => accounts > 0).sort();
      assert.deepEqual(known, [...expected].sort());
    }),
    { numRuns },
  );
});

/** A reader that keeps how many accounts each party has. */
function follow(sizes: Map<PartyId, number>, change: PartyChange): void {
  const add = (party: PartyId, accounts: number): void => {
    sizes.set(party, (sizes.get(party) ?? 0) + accounts);
  };
  if (change.kind === 'joined') add(change.party, 1);
  else if (change.kind === 'left') add(change.from, -1);
  else {
    add(change.into, change.accounts);
    add(change.from, -change.accounts);
  }
}

test('an account alone is a party of one under its own name', () => {
  const linker = newLinker();
  assert.equal(linker.partyOf(ref('nobody')), partyIdOf(ref('nobody')));
  assert.equal(linker.accountsWith(ref('nobody')), 1);
});

test('accounts join, parties merge and split, and are named after their oldest account', () => {
  const linker = newLinker();
  linker.observe([shown('b', 'payout', 'x', 2), shown('c', 'payout', 'x', 3)]);
  const b = partyIdOf(ref('b'));
  assert.deepEqual(linker.settle(), [
    { kind: 'joined', party: b, account: ref('b') },
    { kind: 'joined', party: b, account: ref('c') },
  ]);
  linker.observe([shown('a', 'payout', 'y', 1), shown('d', 'payout', 'y', 4)]);
  linker.settle();
  linker.observe([shown('d', 'payout', 'x', 5)]);
  const a = partyIdOf(ref('a'));
  assert.deepEqual(linker.settle(), [{ kind: 'merged', from: b, into: a, accounts: 2 }]);
  linker.observe([withdrawn('d', 'payout', 'x')]);
  assert.deepEqual(linker.settle(), [{ kind: 'split', from: a, into: b, accounts: 2 }]);
  linker.observe([withdrawn('d', 'payout', 'y')]);
  assert.deepEqual(linker.settle(), [
    { kind: 'left', party: partyIdOf(ref('d')), account: ref('d'), from: a },
    { kind: 'left', party: a, account: ref('a'), from: a },
  ]);
});

test('a party is renamed when an older account of it comes to light', () => {
  const linker = linkerWith([shown('b', 'payout', 'x', 2), shown('c', 'payout', 'x', 3)]);
  linker.observe([shown('c', 'ip', 'somewhere', 1)]);
  assert.deepEqual(linker.settle(), [
    {
      kind: 'renamed',
      from: partyIdOf(ref('b')),
      into: partyIdOf(ref('c')),
      accounts: 2,
    },
  ]);
});

test('an account for which a person vouches is on its own, until that is taken back', () => {
  const linker = linkerWith(['a', 'b', 'c'].map((name) => shown(name, 'payout', 'x')));
  linker.observe([{ kind: 'vouched', account: ref('b'), vouched: true }]);
  linker.settle();
  assert.deepEqual(partiesOf(linker, ['a', 'b', 'c']), [['a', 'c']]);
  linker.observe([{ kind: 'vouched', account: ref('b'), vouched: false }]);
  linker.settle();
  assert.equal(linker.accountsWith(ref('a')), 3);
});

test('what a person has put together is one party', () => {
  const linker = linkerWith([shown('a', 'review', 'case 7'), shown('b', 'review', 'case 7')]);
  assert.deepEqual(partiesOf(linker, ['a', 'b']), [['a', 'b']]);
});

test('below the threshold accounts are suspected, and each knows of the other', () => {
  const all = ['a', 'b'].flatMap((name) => [
    shown(name, 'device', 'laptop'),
    shown(name, 'ip', 'home'),
  ]);
  const linker = linkerWith(all);
  assert.deepEqual(partiesOf(linker, ['a', 'b']), []);
  assert.deepEqual(linker.suspicions(ref('a')), [
    { party: partyIdOf(ref('b')), account: ref('b'), bits: 18, kinds: ['device', 'ip'] },
  ]);
  assert.equal(linker.suspicions(ref('b')).length, 1);
  assert.deepEqual(linker.suspicions(ref('c')), []);
});

test('a tie ages while others go on to show the value', () => {
  const year = 365 * 24;
  const old = [shown('a', 'payout', 'x', 0), shown('b', 'payout', 'x', 1)];
  const linker = linkerWith([
    ...old,
    shown('c', 'payout', 'x', 3 * year),
    shown('d', 'payout', 'x', 3 * year),
  ]);
  assert.deepEqual(partiesOf(linker, ['a', 'b', 'c', 'd']), [['c', 'd']]);
  assert.deepEqual(partiesOf(linkerWith(old), ['a', 'b']), [['a', 'b']]);
});

/** One account shows more of one kind than is kept, at few hours, and others show some of it. */
const anyOfTooMany = fc
  .record({
    name: fc.oneof({ arbitrary: fc.constant('a0'), weight: 5 }, fc.constantFrom(...NAMES)),
    kind: fc.constantFrom<SharedKind>('ip', 'device', 'name-grammar'),
    value: fc.integer({ min: 0, max: linkValuesPerKindMax + 30 }),
    hour: fc.constantFrom(0, 1, 2, 200 * 24, 400 * 24, 600 * 24),
  })
  .map(({ name, kind, value, hour }) => shown(name, kind, `v${value}`, hour));

function valuesShown(linker: Linker, name: string): readonly string[] {
  const { values } = linker.portrait(ref(name));
  return values.map((value) => JSON.stringify(value)).sort();
}

test('what is kept of more values than are kept does not depend on their order', () => {
  // A value that was not kept and comes again at another time is new: each comes once.
  const once = fc.uniqueArray(anyOfTooMany, {
    minLength: 120,
    maxLength: 300,
    selector: (one) => (one.kind === 'shown' ? `${one.account} ${one.identifier.key}` : ''),
  });
  const anySet = fc.tuple(once, fc.array(anySignUp)).map((both) => both.flat());
  fc.assert(
    fc.property(
      anySet.chain((all) =>
        fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
      ),
      ([all, shuffled]) => {
        const [one, other] = [linkerWith(all), newLinker()];
        for (const observation of shuffled) {
          other.observe([observation]);
          other.settle();
        }
        for (const name of NAMES) {
          assert.deepEqual(valuesShown(other, name), valuesShown(one, name), name);
          assert.deepEqual(other.suspicions(ref(name)), one.suspicions(ref(name)), name);
        }
      },
    ),
    { numRuns },
  );
});

test('an account keeps its first and its last values of a kind, in any order', () => {
  const many = linkValuesPerKindMax * 2;
  const own = Array.from({ length: many }, (_, i) => shown('a', 'payout', `p${i}`, i));
  const others = Array.from({ length: many }, (_, i) => shown(`b${i}`, 'payout', `p${i}`, i));
  for (const order of [own, own.toReversed()]) {
    const linker = linkerWith([...others, ...order]);
    assert.equal(linker.accountsWith(ref('a')), 1 + linkValuesPerKindMax);
    assert.equal(linker.partyOf(ref('b0')), linker.partyOf(ref('a')));
    assert.equal(linker.partyOf(ref(`b${many - 1}`)), linker.partyOf(ref('a')));
    assert.equal(linker.accountsWith(ref(`b${many / 2}`)), 1);
  }
});

test('a value that is not kept makes nobody due', () => {
  const state = new MemoryLinkState();
  const linker = createLinker(state);
  const half = linkValuesPerKindMax / 2;
  for (let i = 0; i < linkValuesPerKindMax; i++) {
    linker.observe([shown('full', 'ip', `own${i}`, i < half ? i : 100 + i)]);
  }
  linker.observe([shown('b', 'ip', 'theirs', 60), shown('c', 'ip', 'theirs', 60)]);
  linker.settle();
  linker.observe([shown('full', 'ip', 'theirs', 50)]);
  assert.equal(state.due, 0);
  linker.observe([shown('full', 'ip', 'theirs', 200)]);
  assert.equal(state.due, 3);
});
