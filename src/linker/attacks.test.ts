/**
 * What an attacker may try on honest accounts. `v` is always the victim, `g…` the attacker's gang.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SHARED_KINDS, type SharedKind } from '../model/identifier.ts';
import type { Observation } from '../model/link.ts';
import { observedAt } from './evidence.ts';
import { linkerWith, newLinker, ref, START, shown, signedUp, withdrawn } from './test-evidence.ts';
import { WEIGHTS } from './weights.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 100);
const GANG = Array.from({ length: 60 }, (_, i) => `g${i}`);
const gang = GANG.flatMap((name) => [
  shown(name, 'payout', 'theirs'),
  shown(name, 'mining-template', 'theirs'),
]);

function assertAlone(observations: readonly Observation[], names: readonly string[] = ['v']): void {
  const linker = linkerWith(observations);
  for (const name of names) assert.equal(linker.accountsWith(ref(name)), 1, name);
  assert.equal(linker.accountsWith(ref('g0')), GANG.length);
}

const SELDOM = SHARED_KINDS.filter((kind) => WEIGHTS[kind].plantable === 'seldom');

for (const seldom of SELDOM) testPlanting(seldom);

/** The victim steps into the gang's rhythm, or is one of the few whose jobs look like mining. */
function testPlanting(seldom: SharedKind): void {
  test(`sharing all that can be planted, and a ${seldom}, joins no victim`, () => plant(seldom));
}

function plant(seldom: SharedKind): void {
  const plantable = SHARED_KINDS.filter((kind) => WEIGHTS[kind].plantable === 'yes');
  const anyCopy = fc.array(
    fc.tuple(
      fc.constantFrom(...plantable, seldom),
      fc.integer({ min: 0, max: 2 }),
      fc.integer({ min: 1, max: 60 }),
    ),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(anyCopy, (copies) => {
      const planted = copies.flatMap(([kind, value, copiers]) => [
        shown('v', kind, `${value}`),
        ...GANG.slice(0, copiers).map((name) => shown(name, kind, `${value}`, 1)),
      ]);
      assertAlone([...gang, ...planted]);
    }),
    { numRuns },
  );
}

test('coming from the victim’s address does not join it', () => {
  const home = [shown('v', 'ip', 'home'), shown('v', 'ip-prefix', 'street')];
  const guests = ['g0', 'g1'].flatMap((name) => [
    shown(name, 'ip', 'home'),
    shown(name, 'ip-prefix', 'street'),
  ]);
  assertAlone([...gang, ...home, ...guests]);
});

test('a mailbox of the victim’s shape, or with its name behind a plus, does not join it', () => {
  const mail = (name: string) => [
    shown(name, 'email', 'ada'),
    shown(name, 'email-shape', 'a.a9{2}@mail.example'),
    shown(name, 'email-domain', 'mail.example'),
    shown(name, 'name-grammar', 'a.a9{2}'),
  ];
  assertAlone([...gang, ...mail('v'), ...mail('g0')]);
});

test('forking the victim’s job file and project does not join it', () => {
  const work = (name: string) => [
    shown(name, 'job-template', 'band 1'),
    shown(name, 'job-template', 'band 2'),
    shown(name, 'repository-content', 'tree'),
    shown(name, 'start-pattern', '04:00'),
    shown(name, 'user-agent', 'a browser'),
    shown(name, 'key', 'copied from the profile page'),
  ];
  assertAlone([...gang, ...work('v'), ...work('g0')]);
});

test('signing up behind the victim, in step and alike, does not join it', () => {
  const alike = (name: string) => [
    shown(name, 'email-shape', 'a9{4}@mail.example'),
    shown(name, 'email-domain', 'mail.example'),
    shown(name, 'ip', 'home'),
    shown(name, 'job-template', 'forked'),
  ];
  const late = GANG.flatMap((name, i) => [...alike(name), signedUp(name, (i + 1) * 24_000)]);
  assertAlone([...gang, ...alike('v'), signedUp('v', 0), ...late]);
});

test('somebody who steps into the rhythm of a flood of popular sign-ups is not joined by it', () => {
  const popular = (name: string, i: number) => [
    shown(name, 'email-shape', 'a9{4}@mail.example'),
    shown(name, 'name-grammar', 'a9{4}'),
    shown(name, 'user-agent', 'the usual browser'),
    signedUp(name, i * 24_000),
  ];
  const crowd = Array.from({ length: 1_000 }, (_, i) => [
    shown(`h${i}`, 'email-shape', 'a9{4}@mail.example'),
    shown(`h${i}`, 'name-grammar', 'a9{4}'),
    shown(`h${i}`, 'user-agent', 'the usual browser'),
  ]).flat();
  const flood = GANG.flatMap((name, i) => popular(name, i < 30 ? i : i + 1));
  const copied = ['v', 'g31'].flatMap((name) => [
    shown(name, 'job-template', 'forked'),
    shown(name, 'start-pattern', 'together'),
    shown(name, 'email-domain', 'rare.example'),
    shown(name, 'ip', 'the same'),
    shown(name, 'key', 'copied'),
  ]);
  assertAlone([...gang, ...crowd, ...flood, ...popular('v', 30), ...copied]);
});

test('flooding one identifier takes its links away and makes none', () => {
  for (const kind of SHARED_KINDS.filter((kind) => WEIGHTS[kind].accountsMax < 1_000)) {
    const { accountsMax } = WEIGHTS[kind];
    const crowd = Array.from({ length: accountsMax }, (_, i) => shown(`h${i}`, kind, 'flooded'));
    const linker = linkerWith(crowd);
    assert.equal(linker.accountsWith(ref('h0')), 1, kind);
    assert.deepEqual(linker.suspicions(ref('h0')), [], kind);
  }
});

test('a value stops to link when it becomes common, and links again when it is no more', () => {
  const { accountsMax } = WEIGHTS['verified-email'];
  const names = Array.from({ length: accountsMax }, (_, i) => `h${i}`);
  const linker = linkerWith(names.slice(0, 2).map((name) => shown(name, 'verified-email', 'x')));
  assert.equal(linker.accountsWith(ref('h0')), 2);
  for (const name of names.slice(2)) {
    linker.observe([shown(name, 'verified-email', 'x')]);
    linker.settle();
  }
  assert.equal(linker.accountsWith(ref('h0')), 1);
  for (const name of names.slice(2)) linker.observe([withdrawn(name, 'verified-email', 'x')]);
  linker.settle();
  assert.equal(linker.accountsWith(ref('h0')), 2);
});

test('replaying what a victim showed changes nothing', () => {
  const life = [
    shown('v', 'ip', 'home', 1),
    shown('v', 'card', 'own', 2),
    shown('w', 'ip', 'home', 3),
    shown('v', 'ip', 'home', 50),
  ];
  const linker = linkerWith([...gang, ...life]);
  const before = linker.explain(ref('v'), ref('w'));
  for (let i = 0; i < 20; i++) linker.observe([...life.toReversed(), ...gang]);
  assert.deepEqual(linker.settle(), []);
  assert.deepEqual(linker.explain(ref('v'), ref('w')), before);
});

test('a clock from the future ages nobody’s ties', () => {
  const now = START + 3_600_000;
  assert.equal(observedAt(START + 10 ** 12, now), now);
  assert.equal(observedAt(START, now), START);
  const linker = linkerWith([...gang]);
  const at = observedAt(START + 10 ** 12, now);
  const forged = shown('x', 'payout', 'theirs');
  linker.observe([forged.kind === 'shown' ? { ...forged, at } : forged]);
  linker.settle();
  assert.equal(linker.accountsWith(ref('g0')), GANG.length + 1);
});

test('cycling identifiers pushes out neither the first nor the last that gave an account away', () => {
  const cycled = Array.from({ length: 500 }, (_, i) => shown('g0', 'payout', `fake ${i}`, i + 1));
  assertAlone([...gang, ...cycled]);
  assertAlone([...cycled.toReversed(), ...gang]);
});

test('a gang that shows a new value each time is found by what it cannot change', () => {
  const linker = newLinker();
  for (const [i, name] of GANG.entries()) {
    linker.observe([
      shown(name, 'ip', `proxy ${i}`),
      shown(name, 'payout', `wallet ${i % 4}`),
      shown(name, 'worker-grammar', 'gh-a-<n>'),
      shown(name, 'mining-template', 'band'),
    ]);
    linker.settle();
  }
  assert.equal(linker.accountsWith(ref('g0')), GANG.length);
});

test('a gang that pays itself through the victim’s donation address joins itself, not the victim', () => {
  // The address stands in the victim's README; only what a job of its own mines for is a payout.
  assertAlone([
    ...gang,
    shown('v', 'repository-content', 'readme'),
    shown('g0', 'payout', 'donation'),
  ]);
});

test('an account that shares a card and a flat with one of a gang is suspected, not joined', () => {
  const flat = ['v', 'g0'].flatMap((name) => [shown(name, 'card', 'k'), shown(name, 'ip', 'home')]);
  assertAlone([...gang, ...flat]);
  const suspicion = linkerWith([...gang, ...flat]).suspicions(ref('v'))[0];
  assert.equal(suspicion?.bits, 18);
});
