import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { linkValuesPerKindMax } from '../base/limits.ts';
import { DAY_MS, HOUR_MS } from '../base/time.ts';
import { SHARED_KINDS, type SharedKind } from '../model/identifier.ts';
import type { Observation } from '../model/link.ts';
import { LINK_TABLES, type LinkChanges, type LinkValue } from '../model/link-rows.ts';
import { createLinker } from './linker.ts';
import { partiesOf, ref, shown, signedUp, started, withdrawn } from './test-evidence.ts';
import { TrackedLinkState } from './tracked-state.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 100);
const NAMES = Array.from({ length: 40 }, (_, i) => `a${i}`);

/** The tables of a store, as the rows that were written last. */
class Tables {
  readonly accounts = new Map<string, LinkValue[]>();
  readonly identifiers = new Map<string, LinkValue[]>();
  readonly showings = new Map<string, LinkValue[]>();

  write({ accounts, identifiers, showings, unshown }: LinkChanges): void {
    for (const row of rows(6, accounts)) this.accounts.set(`${row[0]}`, row);
    for (const row of rows(5, identifiers)) this.identifiers.set(`${row[0]}`, row);
    for (const row of rows(4, showings)) this.showings.set(`${row[0]} ${row[1]}`, row);
    for (const row of rows(2, unshown)) this.showings.delete(row.join(' '));
  }

  load(): TrackedLinkState {
    const byNumber = (a: LinkValue[], b: LinkValue[]): number => Number(a[0]) - Number(b[0]);
    const state = new TrackedLinkState();
    for (const table of LINK_TABLES) {
      state.load(table, [...this[table].values()].sort(byNumber).flat());
    }
    state.derive();
    return state;
  }
}

function* rows(width: number, values: readonly LinkValue[]): Iterable<LinkValue[]> {
  for (let at = 0; at < values.length; at += width) yield values.slice(at, at + width);
}

const anyName = fc.constantFrom(...NAMES);
const anyKind = fc.constantFrom(
  ...SHARED_KINDS.filter((kind) => kind !== 'cadence' && kind !== 'start-pattern'),
);
const anyValue = fc.integer({ min: 0, max: 9 }).map(String);
const anyObservation: fc.Arbitrary<Observation> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.tuple(anyName, anyKind, anyValue, fc.nat(3_000)).map((it) => shown(...it)),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(anyName, fc.nat(40)).map(([name, i]) => signedUp(name, i * 24_000)),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(anyName, fc.nat(2), fc.nat(3), fc.constantFrom(0, 25_000))
      .map(([name, week, hour, ms]) => started(name, week * 7 * DAY_MS + hour * HOUR_MS + ms)),
  },
  // Few names and kinds, so that most values leave nobody who shows them.
  {
    weight: 8,
    arbitrary: fc
      .tuple(fc.constantFrom('a0', 'a1'), fc.constantFrom<SharedKind>('ip', 'payout'), anyValue)
      .map((it) => withdrawn(...it)),
  },
  {
    weight: 8,
    arbitrary: fc
      .tuple(fc.constantFrom('a0', 'a1'), fc.constantFrom<SharedKind>('ip', 'payout'), anyValue)
      .map((it) => shown(...it)),
  },
  { weight: 2, arbitrary: fc.tuple(anyName, anyKind, anyValue).map((it) => withdrawn(...it)) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(anyName, fc.boolean())
      .map(([name, vouched]) => ({ kind: 'vouched', account: ref(name), vouched }) as const),
  },
);
/** Batches, and whether each could be written. */
const anyBatches = fc.array(fc.tuple(fc.array(anyObservation, { maxLength: 30 }), fc.boolean()), {
  maxLength: 12,
});

/** All that can be asked. */
function answers(state: TrackedLinkState): unknown {
  const linker = createLinker(state);
  return [
    partiesOf(linker, NAMES),
    NAMES.map((name) => linker.partyOf(ref(name))),
    NAMES.map((name) => linker.suspicions(ref(name))),
    NAMES.map((name) => linker.explain(ref('a0'), ref(name))),
  ];
}

test('what is written and read again gives the same parties, whatever failed between', () => {
  fc.assert(
    fc.property(anyBatches, (batches) => {
      const tables = new Tables();
      const state = new TrackedLinkState();
      const linker = createLinker(state);
      for (const [observations, isWritten] of batches) {
        const before = answers(state);
        linker.observe(observations);
        linker.settle();
        if (isWritten) {
          tables.write(state.changes());
          state.commit();
        } else {
          state.rollback();
          assert.deepEqual(answers(state), before);
        }
      }
      assert.deepEqual(answers(tables.load()), answers(state));
    }),
    { numRuns },
  );
});

/** Groups that few accounts hold together, from small to large enough to be parties. */
const GROUPS = [8, 13, 20, 30, 40];
const MEMBERS = GROUPS.flatMap((size, group) =>
  Array.from({ length: size }, (_, i) => ({ name: `g${group}n${i}`, group })),
);
const anyMember = fc.constantFrom(...MEMBERS.map(({ name }) => name), 'hub', 'new1', 'new2');
const anyPayout = fc.integer({ min: 0, max: GROUPS.length }).map((group) => `p${group}`);
const anyTie = fc.tuple(anyMember, anyPayout, fc.nat(99)).map((it) => {
  return shown(it[0], 'payout', it[1], it[2]);
});
const anyChange: fc.Arbitrary<Observation> = fc.oneof(
  { weight: 5, arbitrary: anyTie },
  {
    weight: 2,
    arbitrary: fc.tuple(anyMember, anyPayout).map((it) => withdrawn(it[0], 'payout', it[1])),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(anyMember, fc.boolean())
      .map(([name, vouched]) => ({ kind: 'vouched', account: ref(name), vouched }) as const),
  },
);

test('large parties that were cut and joined event by event are those of the next start', () => {
  const names = [...MEMBERS.map(({ name }) => name), 'hub', 'new1', 'new2'];
  const members = MEMBERS.map(({ name, group }, i) => shown(name, 'payout', `p${group}`, i));
  const hub = GROUPS.map((_, group) => shown('hub', 'payout', `p${group}`));
  fc.assert(
    fc.property(fc.array(anyChange, { maxLength: 40 }), (changes) => {
      const state = new TrackedLinkState();
      const linker = createLinker(state);
      const tables = new Tables();
      for (const observation of [...members, ...hub, ...changes]) {
        linker.observe([observation]);
        linker.settle();
      }
      tables.write(state.changes());
      const next = createLinker(tables.load());
      assert.deepEqual(partiesOf(linker, names), partiesOf(next, names));
    }),
    { numRuns: Math.ceil(numRuns / 2) },
  );
});

test('values that nobody shows any more take no room', () => {
  const tables = new Tables();
  const state = new TrackedLinkState();
  const linker = createLinker(state);
  for (let hour = 0; hour < 20 * linkValuesPerKindMax; hour++) {
    linker.observe([shown('a', 'ip', `address ${hour}`, hour)]);
    linker.settle();
    if (hour % 7 === 0) {
      state.rollback();
      continue;
    }
    tables.write(state.changes());
    state.commit();
  }
  // One more than is kept is there until the batch is written.
  assert.equal(state.identifiers, linkValuesPerKindMax + 1);
  assert.equal(tables.identifiers.size, linkValuesPerKindMax + 1);
  const next = tables.load();
  assert.deepEqual(answers(next), answers(state));
  createLinker(next).observe([shown('b', 'ip', 'another', 0)]);
  assert.equal(next.identifiers, linkValuesPerKindMax + 1);
});

test('what follows a commit is a change of its own', () => {
  const state = new TrackedLinkState();
  const linker = createLinker(state);
  linker.observe([shown('a', 'card', 'x'), shown('b', 'card', 'x')]);
  linker.settle();
  assert.equal(state.changes().accounts.length, 2 * 6);
  state.commit();
  linker.observe([shown('a', 'card', 'x')]);
  const { accounts, identifiers, showings, unshown } = state.changes();
  assert.deepEqual([accounts, identifiers, showings, unshown], [[], [], [], []]);
});

test('that a value was shown last by who takes it back is not forgotten by a restart', () => {
  const tables = new Tables();
  const state = new TrackedLinkState();
  const linker = createLinker(state);
  const write = (...observations: readonly Observation[]): void => {
    linker.observe(observations);
    linker.settle();
    tables.write(state.changes());
    state.commit();
  };
  const hours = 6 * 365 * 24;
  write(shown('a0', 'verified-email', 'x'), shown('a1', 'verified-email', 'x'));
  write(shown('a2', 'verified-email', 'x', hours));
  // What ties the two has aged, whoever it was that showed it six years later.
  assert.equal(linker.accountsWith(ref('a0')), 1);
  assert.deepEqual(answers(tables.load()), answers(state));
  write(withdrawn('a2', 'verified-email', 'x'));
  assert.equal(linker.accountsWith(ref('a0')), 1);
  assert.deepEqual(answers(tables.load()), answers(state));
});

test('a value that is shown again is not written again', () => {
  const state = new TrackedLinkState();
  const linker = createLinker(state);
  linker.observe([shown('a', 'user-agent', 'x')]);
  state.commit();
  linker.observe([shown('b', 'user-agent', 'x', 5)]);
  assert.deepEqual(state.changes().identifiers, []);
});
