import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DAY_MS, HOUR_MS } from '../base/time.ts';
import type { Observation } from '../model/link.ts';
import type { AccountRef } from '../model/party.ts';
import { patternValue, startPatterns, withStart } from './identifiers/start-pattern.ts';
import { createLinker } from './linker.ts';
import { MemoryLinkState } from './memory-state.ts';
import { ref, shown, started } from './test-evidence.ts';
import { WEIGHTS } from './weights.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 100);

/** A job that many accounts start at once, in few hours of four weeks: patterns come and go. */
const anyJob = fc
  .tuple(fc.nat(3), fc.nat(4), fc.constantFrom(0, 0, 0, 31, 70), fc.nat(45), fc.nat(45))
  .map(([week, hour, second, first, count]) => {
    const at = week * 7 * DAY_MS + hour * HOUR_MS + second * 1_000;
    const length = Math.min(46 - first, 1 + count);
    return Array.from({ length }, (_, i) => started(`a${first + i}`, at + i * 500));
  });

function startsOf(all: readonly Observation[]): ReadonlyMap<AccountRef, readonly number[]> {
  const starts = new Map<AccountRef, readonly number[]>();
  for (const one of all) {
    if (one.kind !== 'started') continue;
    starts.set(one.account, withStart(starts.get(one.account) ?? [], one.at));
  }
  return starts;
}

/** Word for word: patterns that two and more share, and not too many. */
function sharedByDefinition(all: readonly Observation[]): readonly string[] {
  const having = new Map<number, AccountRef[]>();
  for (const [account, kept] of startsOf(all)) {
    for (const pattern of startPatterns(kept)) {
      having.set(pattern, [...(having.get(pattern) ?? []), account]);
    }
  }
  const { accountsMax } = WEIGHTS['start-pattern'];
  return [...having]
    .filter(([, accounts]) => accounts.length > 1 && accounts.length <= accountsMax)
    .flatMap(([pattern, own]) => own.map((account) => `${account} ${patternValue(pattern).key}`))
    .sort();
}

function sharedIn(state: MemoryLinkState): readonly string[] {
  const all: string[] = [];
  for (let i = 0; i < 46; i++) {
    const account = state.findAccount(ref(`a${i}`));
    if (account === null) continue;
    for (const { identifier, firstSeenAt, lastSeenAt } of state.showings(account)) {
      all.push(`${state.ref(account)} ${state.key(identifier)}`);
      assert.equal(firstSeenAt, lastSeenAt);
    }
  }
  return all.sort();
}

test('whatever the order, accounts show the patterns that some share and not everybody', () => {
  let most = 0;
  fc.assert(
    fc.property(fc.array(anyJob, { minLength: 1, maxLength: 30 }), fc.nat(), (jobs, lot) => {
      const all = jobs.flat();
      const state = new MemoryLinkState();
      const linker = createLinker(state);
      const turned = [...all.slice(lot % all.length), ...all.slice(0, lot % all.length)];
      for (const one of [...turned.toReversed(), ...all]) linker.observe([one]);
      linker.settle();
      assert.deepEqual(sharedIn(state), sharedByDefinition(all));
      most = Math.max(most, sharedIn(state).length);
    }),
    { numRuns },
  );
  assert.ok(most > 20, `at most ${most} were shared`);
});

/** Three nights at the same hour. */
function nights(name: string, seconds: number): readonly Observation[] {
  return [3, 4, 5].map((day) => started(name, day * DAY_MS + seconds * 1_000));
}

test('jobs at midnight, which everybody has, tie nobody, and again do when most have left', () => {
  const state = new MemoryLinkState();
  const linker = createLinker(state);
  const names = Array.from({ length: 40 }, (_, i) => `a${i}`);
  const seen = () => sharedIn(state).length;
  for (const name of names.slice(0, 32)) linker.observe(nights(name, 90));
  assert.equal(seen(), 2 * 32);
  for (const name of names.slice(32)) linker.observe(nights(name, 90));
  assert.equal(seen(), 0);
  // Of all but five it turns out that they started a minute before.
  for (const name of names.slice(5)) linker.observe([started(name, 3 * DAY_MS + 1_000)]);
  assert.equal(seen(), 2 * 5);
});

test('starting together makes accounts suspect that something else ties as well, and joins none', () => {
  const linker = createLinker(new MemoryLinkState());
  const both = ['a0', 'a1'];
  linker.observe(both.map((name) => shown(name, 'worker', 'w')));
  linker.settle();
  assert.deepEqual(linker.suspicions(ref('a0')), []);
  linker.observe([...nights('a0', 2), ...nights('a1', 9), ...nights('a2', 9)]);
  linker.settle();
  assert.equal(linker.suspicions(ref('a0'))[0]?.bits, 15);
  assert.equal(linker.accountsWith(ref('a0')), 1);
  assert.deepEqual(linker.suspicions(ref('a2')), []);
});
