import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  balanceVcpuSecondsMax,
  fanOutMax,
  jobSecondsMax,
  jobVcpuMax,
  ledgerMovedAccountsMax,
  nameLengthMax,
  reasonLengthMax,
  reservationLateMsMax,
  reservationWaitMsMax,
  tierConcurrencyMax,
  vcpuSecondsMax,
} from '../base/limits.ts';
import { DAY_MS } from '../base/time.ts';
import { DEFAULT_TIERS, type Tier, tierProblem } from '../model/tier.ts';
import type { Operation, Reserve } from './operation.ts';
import { account, LedgerWorld, operationKey, party, START } from './test-world.ts';

const ADA = account('ada');
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 100);
const VAST: Tier = {
  name: 'paying',
  monthlyVcpuSeconds: vcpuSecondsMax,
  firstDayVcpuSeconds: vcpuSecondsMax,
  concurrencyMax: tierConcurrencyMax,
  fanOutMax: tierConcurrencyMax,
  weight: 1,
  assuredVcpuSecondsPerDay: 0,
};

test('numbers that are absurd, negative or broken are refused', () => {
  const world = new LedgerWorld();
  const absurd: readonly Partial<Reserve>[] = [
    { vcpu: 0 },
    { vcpu: -1 },
    { vcpu: Number.NaN },
    { vcpu: Number.POSITIVE_INFINITY },
    { vcpu: jobVcpuMax + 1 },
    { timeoutSeconds: 0 },
    { timeoutSeconds: 1.5 },
    { timeoutSeconds: jobSecondsMax + 1 },
    { fanOut: 0 },
    { fanOut: -3 },
    { fanOut: fanOutMax + 1 },
    { since: Number.NaN },
    { poolMonthlyVcpuSeconds: -1 },
    { poolMonthlyVcpuSeconds: balanceVcpuSecondsMax },
    { key: operationKey('') },
    { key: operationKey('k'.repeat(nameLengthMax + 1)) },
    { tier: { ...VAST, monthlyVcpuSeconds: vcpuSecondsMax + 1 } },
    { tier: { ...VAST, fanOutMax: 0 } },
    // Each alone is fine, together they are 350 years of a thousand machines.
    { tier: VAST, vcpu: jobVcpuMax, timeoutSeconds: jobSecondsMax, fanOut: fanOutMax },
  ];
  for (const changes of absurd) {
    const { answer } = world.reserve(ADA, 10, changes);
    assert.equal(answer, 'bad-operation', JSON.stringify(changes));
  }
  const { key } = world.reserve(ADA, 10, { tier: VAST });
  for (const used of [-1, 0.5, Number.NaN, vcpuSecondsMax + 1]) {
    assert.equal(world.post(ADA, key, used), 'bad-operation');
  }
  assert.equal(world.post(ADA, operationKey(''), 1), 'bad-operation');
  assert.deepEqual(world.problems(), []);
});

test('adjustments are bounded, and say who and why', () => {
  const world = new LedgerWorld();
  const good = {
    kind: 'adjust',
    account: ADA,
    party: party('ada'),
    vcpuSeconds: 10,
    by: 'a reviewer',
    reason: 'because',
  } as const;
  const bad = [
    { vcpuSeconds: 0 },
    { vcpuSeconds: 1.5 },
    { vcpuSeconds: -vcpuSecondsMax - 1 },
    { by: '' },
    { reason: '' },
    { reason: 'r'.repeat(reasonLengthMax + 1) },
  ];
  for (const changes of bad) {
    const answer = world.apply({ ...good, ...changes, key: world.newKey() });
    assert.equal(answer, 'bad-operation', JSON.stringify(changes).slice(0, 80));
  }
  assert.ok(typeof world.apply({ ...good, key: world.newKey() }) !== 'string');
});

test('one move takes a bounded number of accounts, each once', () => {
  const world = new LedgerWorld();
  const move = (count: number, from = 'a', into = 'b'): unknown => {
    const accounts = Array.from({ length: count }, (_, i) => account(`m${i}`));
    const parties = { from: party(from), into: party(into) };
    return world.apply({ kind: 'move', key: world.newKey(), accounts, ...parties });
  };
  assert.ok(typeof move(ledgerMovedAccountsMax) !== 'string');
  assert.equal(move(ledgerMovedAccountsMax + 1), 'bad-operation');
  assert.equal(move(0), 'bad-operation');
  assert.equal(move(1, 'a', 'a'), 'bad-operation');
  const twice: Operation = {
    kind: 'move',
    key: world.newKey(),
    accounts: [ADA, ADA],
    from: party('a'),
    into: party('b'),
  };
  assert.equal(world.apply(twice), 'bad-operation');
  const merge = { kind: 'merge', from: party('a'), into: party('a') } as const;
  assert.equal(world.apply({ ...merge, key: world.newKey() }), 'bad-operation');
});

test('a balance stays within its bounds, and what would leave them does nothing', () => {
  const world = new LedgerWorld();
  const most = balanceVcpuSecondsMax / vcpuSecondsMax;
  for (let i = 0; i < most; i++) {
    assert.ok(typeof world.post(ADA, world.newKey(), vcpuSecondsMax) !== 'string');
  }
  const before = world.allowance(party('ada'));
  assert.equal(world.post(ADA, world.newKey(), 1), 'overflow');
  assert.deepEqual(world.allowance(party('ada')), before);
  assert.deepEqual(world.problems(), []);
});

test('a reservation expires when its job can no longer report', () => {
  const world = new LedgerWorld();
  const { key } = world.reserve(ADA, 3_600);
  world.now += reservationWaitMsMax + 3_600_000 + reservationLateMsMax - 1;
  assert.equal(world.settle('expire', ADA, key), 'not-due');
  world.now += 1;
  assert.ok(typeof world.settle('expire', ADA, key) !== 'string');
});

test('a tier has bounds', () => {
  for (const tier of Object.values(DEFAULT_TIERS)) assert.equal(tierProblem(tier), null);
  assert.equal(tierProblem(VAST), null);
  const changes: readonly Partial<Tier>[] = [
    { monthlyVcpuSeconds: -1 },
    { firstDayVcpuSeconds: 0.5 },
    { concurrencyMax: 0 },
    { concurrencyMax: tierConcurrencyMax + 1 },
    { weight: 0 },
    { weight: 11 },
    { assuredVcpuSecondsPerDay: -1 },
  ];
  for (const change of changes) {
    const field = Object.keys(change)[0] ?? '';
    assert.ok(tierProblem({ ...VAST, ...change })?.startsWith(field), field);
  }
});

test('whatever is sent, in whatever order: no throw, and the books add up', () => {
  const name = fc.constantFrom('a', 'b', 'c').map(account);
  const key = fc.constantFrom(...'klmnopq').map(operationKey);
  const odd = fc.constantFrom(-1, 0, 1, 0.1, 50, 4_000, 2 ** 36, 2 ** 53, Number.NaN, Infinity);
  const operation = fc.record({
    kind: fc.constantFrom('reserve', 'post', 'start', 'void', 'expire', 'postpone', 'adjust'),
    key,
    account: name,
    reservation: key,
    vcpu: odd,
    timeoutSeconds: odd,
    fanOut: odd,
    vcpuSeconds: odd,
    untold: fc.option(fc.record({ reservation: key, usedSeconds: odd, shareMax: odd })),
    hours: fc.integer({ min: -900, max: 900 }),
  });
  const runs = fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
    const world = new LedgerWorld();
    for (const { hours, ...rest } of operations) {
      world.now = Math.max(START, world.now + hours * 3_600_000);
      const party = world.partyOf(rest.account);
      const shared = { tier: VAST, poolMonthlyVcpuSeconds: null, since: START - DAY_MS };
      // The kinds take what they need of all these fields.
      world.apply({ ...rest, ...shared, party, by: 'x', reason: 'y' } as Operation);
      assert.deepEqual(world.problems(), []);
    }
  });
  fc.assert(runs, { numRuns: RUNS });
});
