import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Bonds, cohesionOf } from './cohesion.ts';
import { linkerWith, newLinker, partiesOf, ref, shown } from './test-evidence.ts';
import { LARGE_PARTY_ACCOUNTS } from './weights.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 100);

/** Groups of accounts on a chain: each group has a bond, and shares accounts with the next. */
const anyChain = fc
  .array(
    fc.record({
      accounts: fc.integer({ min: 1, max: 2 * LARGE_PARTY_ACCOUNTS }),
      shared: fc.integer({ min: 1, max: 3 }),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((groups) => {
    const bonds: string[][] = [];
    for (const [i, { accounts, shared }] of groups.entries()) {
      for (let n = 0; n < accounts; n++) {
        bonds.push(i > 0 && n < shared ? [`b${i - 1}`, `b${i}`] : [`b${i}`]);
      }
    }
    return bonds;
  })
  .filter((bonds) => pieces(bonds, -1).length === 1);

/** Sizes of what hangs together without one account. */
function pieces(bonds: Bonds, without: number): readonly number[] {
  const left = new Set([...bonds.keys()].filter((account) => account !== without));
  const sizes: number[] = [];
  for (const start of left) {
    left.delete(start);
    const piece = [start];
    for (const one of piece) {
      for (const other of left) {
        if (!bonds[one]?.some((bond) => bonds[other]?.includes(bond))) continue;
        left.delete(other);
        piece.push(other);
      }
    }
    sizes.push(piece.length);
  }
  return sizes;
}

test('a component is one party unless one account holds two large groups together', () => {
  fc.assert(
    fc.property(anyChain, (bonds) => {
      const large = (without: number) =>
        pieces(bonds, without).filter((size) => size >= LARGE_PARTY_ACCOUNTS).length;
      const hasBridge = [...bonds.keys()].some((account) => large(account) >= 2);
      const { parties, dangling } = cohesionOf(bonds);
      assert.equal(new Set(parties).size > 1, hasBridge);
      const lost = [...bonds.keys()].map((account) => {
        const sizes = pieces(bonds, account);
        return bonds.length - 1 - Math.max(0, ...sizes);
      });
      assert.equal(dangling, Math.max(...lost));
      const sizes = Map.groupBy(parties, (party) => party);
      for (const members of sizes.values()) {
        assert.ok(!hasBridge || members.length >= LARGE_PARTY_ACCOUNTS);
      }
    }),
    { numRuns },
  );
});

const GANG = LARGE_PARTY_ACCOUNTS + 5;
const NAMES = ['x', 'y'].flatMap((gang) => Array.from({ length: GANG }, (_, i) => `${gang}${i}`));
const GANGS = NAMES.map((name, i) => shown(name, 'payout', name[0] as string, i));

test('one account that two gangs used does not make them one party, two accounts do', () => {
  const linker = newLinker();
  linker.observe(GANGS);
  linker.settle();
  linker.observe([shown('x3', 'payout', 'y', 900)]);
  linker.settle();
  assert.deepEqual(
    partiesOf(linker, NAMES).map((party) => party.length),
    [GANG, GANG],
  );
  linker.observe([shown('x4', 'payout', 'y', 901)]);
  linker.settle();
  assert.equal(linker.accountsWith(ref('x0')), 2 * GANG);
});

test('a party that grows by ones is cut as one that comes whole', () => {
  const bridge = shown('x3', 'payout', 'y', 900);
  const grown = newLinker();
  for (const observation of [bridge, ...GANGS]) {
    grown.observe([observation]);
    grown.settle();
  }
  assert.deepEqual(
    partiesOf(grown, NAMES).map((party) => party.length),
    [GANG, GANG],
  );
});

test('any order ends in the same cut', () => {
  const all = fc
    .array(fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom('x', 'y', 'z')), { maxLength: 12 })
    .map((extra) => [
      ...GANGS,
      ...extra.map(([name, value], i) => shown(name, 'payout', value, 500 + i)),
    ]);
  const size = { minLength: GANGS.length + 12, maxLength: GANGS.length + 12 };
  const order = fc.array(fc.integer({ min: 0, max: 1_000 }), size);
  fc.assert(
    fc.property(all, order, fc.integer({ min: 1, max: 9 }), (observations, places, step) => {
      const shuffled = observations
        .map((observation, i) => ({ observation, place: places[i] ?? 0 }))
        .sort((a, b) => a.place - b.place)
        .map(({ observation }) => observation);
      const grown = newLinker();
      for (let i = 0; i < shuffled.length; i += step) {
        grown.observe(shuffled.slice(i, i + step));
        grown.settle();
      }
      const whole = newLinker();
      whole.observe(observations);
      whole.settle();
      for (const name of NAMES) {
        assert.equal(grown.partyOf(ref(name)), whole.partyOf(ref(name)), name);
        assert.equal(grown.accountsWith(ref(name)), whole.accountsWith(ref(name)), name);
      }
    }),
    { numRuns },
  );
});

const SMALL = 13;
const STAR = Array.from({ length: 6 }, (_, group) => [
  shown('hub', 'payout', `p${group}`),
  ...Array.from({ length: SMALL }, (_, i) => shown(`s${group}n${i}`, 'payout', `p${group}`, 1 + i)),
]).flat();

test('any order ends in the same cut around one account that small groups hang on', () => {
  const anyGroup = fc.integer({ min: 0, max: 6 });
  const anyTie = fc.record({ group: anyGroup, n: fc.integer({ min: 0, max: 29 }), with: anyGroup });
  fc.assert(
    fc.property(fc.array(anyTie, { maxLength: 40 }), (ties) => {
      const later = ties.map((tie, i) =>
        shown(`s${tie.group}n${tie.n}`, 'payout', `p${tie.with}`, 100 + i),
      );
      const grown = linkerWith(STAR);
      for (const observation of later) {
        grown.observe([observation]);
        grown.settle();
      }
      const whole = linkerWith([...STAR, ...later]);
      for (const { account } of [...STAR, ...later]) {
        assert.equal(grown.partyOf(account), whole.partyOf(account), account);
        assert.equal(grown.accountsWith(account), whole.accountsWith(account), account);
      }
    }),
    { numRuns },
  );
});

test('a small group that hangs on a large one by one account belongs to it', () => {
  const linker = newLinker();
  const few = Array.from({ length: 9 }, (_, i) => shown(`z${i}`, 'payout', 'z', i));
  linker.observe([...GANGS, ...few, shown('x0', 'payout', 'z')]);
  linker.settle();
  assert.equal(linker.accountsWith(ref('z3')), GANG + 9);
});

test('a chain of a hundred thousand accounts is walked without recursion', () => {
  const bonds = Array.from({ length: 100_000 }, (_, i) => [`b${i}`, `b${i + 1}`]);
  const { parties, dangling } = cohesionOf(bonds);
  assert.equal(parties.length, 100_000);
  assert.equal(dangling, 49_999);
});
