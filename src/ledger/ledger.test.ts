import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DAY_MS, HOUR_MS } from '../base/time.ts';
import { DEFAULT_TIERS, type Tier } from '../model/tier.ts';
import { LedgerBatch } from './ledger.ts';
import { MemoryLedger } from './memory-ledger.ts';
import type { Operation } from './operation.ts';
import { type Answer, account, LedgerWorld, operationKey, party, START } from './test-world.ts';

const ADA = account('ada');
const BOB = account('bob');
const EVE = account('eve');
const TIER: Tier = { ...DEFAULT_TIERS.new, concurrencyMax: 100 };

/** Reserved or posted, or why not. */
function amountOf(answer: Answer): number | string {
  return typeof answer === 'string' ? answer : answer.vcpuSeconds;
}

/** A world whose accounts are past their first day. */
function settledWorld(...names: readonly (typeof ADA)[]): LedgerWorld {
  const world = new LedgerWorld();
  for (const name of names) {
    const { key } = world.reserve(name, 1, { since: START - 2 * DAY_MS });
    world.settle('void', name, key);
  }
  return world;
}

function link(world: LedgerWorld, from: typeof ADA, into: typeof ADA): Answer {
  const [source, target] = [world.partyOf(from), world.partyOf(into)];
  const answer = world.apply({ kind: 'merge', key: world.newKey(), from: source, into: target });
  if (typeof answer === 'string') return answer;
  world.parties.set(from, target);
  for (const [name, id] of world.parties) if (id === source) world.parties.set(name, target);
  return answer;
}

function unlink(world: LedgerWorld, name: typeof ADA): Answer {
  const [from, into] = [world.partyOf(name), party(name)];
  const answer = world.apply({ kind: 'move', key: world.newKey(), accounts: [name], from, into });
  world.parties.delete(name);
  return answer;
}

describe('a job', () => {
  test('reserves vCPU × time × copies, capped by its tier, and returns what it did not use', () => {
    const world = settledWorld(ADA);
    const { key, answer } = world.reserve(ADA, 600, { vcpu: 0.5, fanOut: 1_000 });
    assert.ok(typeof answer !== 'string');
    assert.equal(answer.fanOut, DEFAULT_TIERS.new.fanOutMax);
    assert.equal(answer.vcpuSeconds, 1_200);
    assert.equal(world.allowance(party(ADA)).reservedVcpuSeconds, 1_200);
    assert.equal(amountOf(world.post(ADA, key, 100)), 100);
    assert.deepEqual(world.allowance(party(ADA)), {
      grantedVcpuSeconds: 24_000,
      reservedVcpuSeconds: 0,
      usedVcpuSeconds: 100,
      remainingVcpuSeconds: 23_900,
      jobsUnderWay: 0,
    });
    assert.deepEqual(world.problems(), []);
  });

  test('rounds up once, and exactly', () => {
    const world = settledWorld(ADA);
    assert.equal(amountOf(world.reserve(ADA, 30, { vcpu: 0.1 }).answer), 3);
    assert.equal(amountOf(world.reserve(ADA, 1, { vcpu: 0.001 }).answer), 1);
  });

  test('gets what is left, and the next one nothing', () => {
    const world = settledWorld(ADA);
    assert.equal(amountOf(world.reserve(ADA, 20_000).answer), 20_000);
    assert.equal(amountOf(world.reserve(ADA, 20_000).answer), 4_000);
    assert.equal(world.reserve(ADA, 1, { tier: TIER }).answer, 'allowance-spent');
  });

  test('waits for another one of its party at the cap of its tier', () => {
    const world = settledWorld(ADA);
    const { key } = world.reserve(ADA, 10);
    world.reserve(ADA, 10);
    assert.equal(world.reserve(ADA, 10).answer, 'too-many-jobs');
    world.settle('void', ADA, key);
    assert.equal(amountOf(world.reserve(ADA, 10).answer), 10);
  });

  test('that uses more than was reserved is charged for it', () => {
    const world = settledWorld(ADA);
    world.reserve(ADA, 20_000);
    const { key } = world.reserve(ADA, 20_000);
    world.post(ADA, key, 20_000);
    assert.equal(world.allowance(party(ADA)).remainingVcpuSeconds, 0);
    assert.equal(world.allowance(party(ADA)).usedVcpuSeconds, 20_000);
    assert.equal(world.reserve(ADA, 1).answer, 'allowance-spent');
    assert.deepEqual(world.problems(), []);
  });

  test('whose runner is lost gives back what it held, and pays when it reports after all', () => {
    const world = settledWorld(ADA);
    const { key } = world.reserve(ADA, 3_600);
    assert.equal(world.settle('expire', ADA, key), 'not-due');
    assert.ok(typeof world.settle('start', ADA, key) !== 'string');
    world.now += 2 * HOUR_MS;
    assert.ok(typeof world.settle('expire', ADA, key) !== 'string');
    assert.equal(world.allowance(party(ADA)).remainingVcpuSeconds, 24_000);
    assert.equal(amountOf(world.post(ADA, key, 3_000)), 3_000);
    assert.equal(world.allowance(party(ADA)).remainingVcpuSeconds, 21_000);
    assert.equal(world.post(ADA, key, 3_000), 'already-settled');
    assert.deepEqual(world.problems(), []);
  });

  test('that waits for its runner keeps what it holds for a day', () => {
    const world = settledWorld(ADA);
    const { key } = world.reserve(ADA, 3_600);
    world.now += DAY_MS;
    assert.equal(world.settle('expire', ADA, key), 'not-due');
    world.now += 2 * HOUR_MS;
    assert.ok(typeof world.settle('expire', ADA, key) !== 'string');
  });

  test('that ran while nobody asked is charged, and cannot be admitted afterwards', () => {
    const world = settledWorld(ADA);
    const key = operationKey('unasked');
    assert.equal(amountOf(world.post(ADA, key, 500)), 500);
    assert.equal(world.allowance(party(ADA)).usedVcpuSeconds, 500);
    assert.equal(world.reserve(ADA, 10, { key }).answer, 'already-settled');
    assert.deepEqual(world.problems(), []);
  });

  test('is settled for its own account only', () => {
    const world = settledWorld(ADA, EVE);
    const { key } = world.reserve(ADA, 100);
    assert.equal(world.post(EVE, key, 1), 'conflict');
    assert.equal(world.settle('void', EVE, key), 'conflict');
    assert.equal(world.settle('void', ADA, operationKey('none')), 'unknown-reservation');
    assert.equal(world.settle('start', ADA, operationKey('none')), 'unknown-reservation');
  });
});

describe('a first day', () => {
  test('has its own budget, also in an old party', () => {
    const world = settledWorld(ADA);
    link(world, EVE, ADA);
    assert.equal(amountOf(world.reserve(EVE, 9_000).answer), 3_600);
    assert.equal(world.reserve(EVE, 1).answer, 'account-spent');
    assert.equal(amountOf(world.reserve(ADA, 9_000).answer), 9_000);
  });

  test('ends after 24 hours', () => {
    const world = new LedgerWorld();
    const { key } = world.reserve(ADA, 9_000);
    world.post(ADA, key, 3_600);
    world.now += DAY_MS - 1;
    assert.equal(world.reserve(ADA, 1).answer, 'allowance-spent');
    world.now += 1;
    assert.equal(amountOf(world.reserve(ADA, 90_000).answer), 24_000 - 3_600);
  });

  test('has one budget when a month ends in it', () => {
    const world = new LedgerWorld();
    world.now = Date.UTC(2026, 0, 31, 20);
    const { key } = world.reserve(ADA, 3_000);
    world.post(ADA, key, 3_000);
    world.now = Date.UTC(2026, 1, 1, 4);
    const { key: short, answer } = world.reserve(ADA, 3_000);
    assert.equal(amountOf(answer), 600);
    world.now = Date.UTC(2026, 1, 1, 21);
    assert.equal(world.reserve(ADA, 90_000).answer, 'allowance-spent', 'one short job at a time');
    world.post(ADA, short, 600);
    assert.equal(amountOf(world.reserve(ADA, 90_000).answer), 24_000 - 600);
    assert.deepEqual(world.problems(), []);
  });

  test('does not begin anew for an account known for long, nor end by a time of the future', () => {
    const world = new LedgerWorld();
    assert.equal(amountOf(world.reserve(ADA, 9_000, { since: 0 }).answer), 9_000);
    const since = START + 9 * DAY_MS;
    assert.equal(amountOf(world.reserve(EVE, 9_000, { since }).answer), 3_600);
  });
});

describe('a month', () => {
  test('that ends resets what was used and carries over what is reserved', () => {
    const world = settledWorld(ADA);
    world.post(ADA, world.reserve(ADA, 10_000).key, 10_000);
    const { key } = world.reserve(ADA, 5_000);
    world.now = Date.UTC(2026, 1, 1);
    assert.equal(world.allowance(party(ADA)).remainingVcpuSeconds, 19_000);
    world.post(ADA, key, 4_000);
    assert.equal(world.allowance(party(ADA)).remainingVcpuSeconds, 20_000);
    assert.equal(world.allowance(party(ADA)).usedVcpuSeconds, 4_000);
    assert.deepEqual(world.problems(), []);
  });

  test('is not opened again by a clock that is put back', () => {
    const world = settledWorld(ADA);
    world.now = Date.UTC(2026, 1, 1);
    world.post(ADA, world.reserve(ADA, 20_000).key, 20_000);
    world.now = Date.UTC(2026, 0, 31, 23);
    assert.equal(amountOf(world.reserve(ADA, 20_000).answer), 4_000);
    world.now = Date.UTC(2026, 1, 1, 1);
    assert.equal(world.reserve(ADA, 1).answer, 'allowance-spent');
    assert.deepEqual(world.problems(), []);
  });
});

describe('parties that merge', () => {
  test('add what they used, never what they may use', () => {
    const world = settledWorld(ADA, BOB);
    world.post(ADA, world.reserve(ADA, 10_000).key, 10_000);
    world.post(BOB, world.reserve(BOB, 9_000).key, 8_000);
    world.reserve(BOB, 1_000);
    link(world, BOB, ADA);
    const { grantedVcpuSeconds, remainingVcpuSeconds } = world.allowance(party(ADA));
    assert.equal(grantedVcpuSeconds, 24_000);
    assert.equal(remainingVcpuSeconds, 5_000);
    assert.deepEqual(world.problems(), []);
  });

  test('may be overdrawn, and have nothing until the month ends', () => {
    const world = settledWorld(ADA, BOB);
    for (const name of [ADA, BOB]) world.post(name, world.reserve(name, 20_000).key, 20_000);
    link(world, BOB, ADA);
    for (const name of [ADA, BOB]) {
      assert.equal(world.reserve(name, 1).answer, 'allowance-spent');
    }
    world.now = Date.UTC(2026, 1, 1);
    assert.equal(amountOf(world.reserve(BOB, 30_000).answer), 24_000);
    assert.equal(world.reserve(ADA, 30_000).answer, 'allowance-spent');
  });

  test('do not come back under the id that is no more', () => {
    const world = settledWorld(ADA, BOB);
    link(world, BOB, ADA);
    world.parties.delete(BOB);
    assert.equal(world.reserve(BOB, 1).answer, 'party-merged');
    assert.equal(link(world, BOB, EVE), 'party-merged');
  });

  test('keep what a person took, and the larger of what persons gave', () => {
    const world = settledWorld(ADA, BOB);
    adjust(world, ADA, -5_000);
    adjust(world, ADA, 1_000);
    adjust(world, BOB, 3_000);
    link(world, BOB, ADA);
    assert.equal(world.allowance(party(ADA)).grantedVcpuSeconds, 24_000 + 3_000 - 5_000);
    assert.deepEqual(world.problems(), []);
  });

  test('are the same whatever the order', () => {
    const granted = [
      [ADA, BOB, EVE],
      [EVE, ADA, BOB],
    ].map(([a = ADA, b = ADA, c = ADA]) => {
      const world = settledWorld(ADA, BOB, EVE);
      adjust(world, ADA, 5);
      adjust(world, BOB, 5);
      adjust(world, EVE, -3);
      link(world, b, a);
      link(world, c, a);
      return world.allowance(party(a));
    });
    assert.deepEqual(granted[0], granted[1]);
  });
});

describe('accounts that leave a party', () => {
  test('take along what they used and hold themselves, and nothing of the others', () => {
    const world = settledWorld(ADA, BOB);
    link(world, BOB, ADA);
    world.post(ADA, world.reserve(ADA, 10_000).key, 10_000);
    world.post(BOB, world.reserve(BOB, 2_000).key, 2_000);
    const { key } = world.reserve(BOB, 3_000);
    assert.equal(world.allowance(party(ADA)).remainingVcpuSeconds, 9_000);
    unlink(world, BOB);
    assert.equal(world.allowance(party(ADA)).remainingVcpuSeconds, 14_000);
    assert.equal(world.allowance(party(BOB)).remainingVcpuSeconds, 19_000);
    world.post(BOB, key, 1_000);
    assert.equal(world.allowance(party(BOB)).remainingVcpuSeconds, 21_000);
    assert.deepEqual(world.problems(), []);
  });

  test('cannot take more out of a party than it has', () => {
    const world = settledWorld(ADA, BOB);
    world.post(BOB, world.reserve(BOB, 2_000).key, 2_000);
    const move: Operation = {
      kind: 'move',
      key: world.newKey(),
      accounts: [BOB],
      from: party(ADA),
      into: party(EVE),
    };
    assert.equal(world.apply(move), 'not-a-member');
    assert.deepEqual(world.problems(), []);
  });
});

describe('a person', () => {
  test('gives and takes until the month ends', () => {
    const world = settledWorld(ADA);
    adjust(world, ADA, 6_000);
    assert.equal(amountOf(world.reserve(ADA, 90_000).answer), 30_000);
    adjust(world, ADA, -7_000);
    assert.equal(world.allowance(party(ADA)).grantedVcpuSeconds, 23_000);
    assert.equal(world.reserve(ADA, 1).answer, 'allowance-spent');
    world.now = Date.UTC(2026, 1, 1);
    assert.equal(world.allowance(party(ADA)).grantedVcpuSeconds, 24_000);
    assert.deepEqual(world.problems(), []);
  });
});

describe('notices', () => {
  test('are said once a month at 75, 90 and 100 percent', () => {
    const world = settledWorld(ADA);
    for (const used of [17_999, 1, 1, 5_999, 100]) {
      world.post(ADA, world.reserve(ADA, used, { tier: TIER }).key, used);
    }
    assert.deepEqual(
      world.notices.map(({ percent, usedVcpuSeconds }) => [percent, usedVcpuSeconds]),
      [
        [75, 18_000],
        [90, 24_000],
        [100, 24_000],
      ],
    );
    world.now = Date.UTC(2026, 1, 1);
    world.post(ADA, world.reserve(ADA, 18_000).key, 18_000);
    assert.deepEqual(
      world.notices.slice(3).map(({ percent }) => percent),
      [75],
    );
  });

  test('come of a merge, too', () => {
    const world = settledWorld(ADA, BOB);
    for (const name of [ADA, BOB]) world.post(name, world.reserve(name, 10_000).key, 10_000);
    link(world, BOB, ADA);
    assert.deepEqual(
      world.notices.map(({ percent }) => percent),
      [75],
    );
  });
});

describe('a pool', () => {
  test('is shared by all accounts of its provider', () => {
    const world = settledWorld(ADA, BOB);
    const poolMonthlyVcpuSeconds = 5_000;
    const first = world.reserve(ADA, 4_000, { poolMonthlyVcpuSeconds });
    assert.equal(amountOf(first.answer), 4_000);
    assert.equal(amountOf(world.reserve(BOB, 4_000, { poolMonthlyVcpuSeconds }).answer), 1_000);
    assert.equal(world.reserve(BOB, 1, { poolMonthlyVcpuSeconds }).answer, 'pool-spent');
    world.post(ADA, first.key, 10);
    assert.equal(amountOf(world.reserve(BOB, 1, { poolMonthlyVcpuSeconds }).answer), 1);
    assert.deepEqual(world.problems(), []);
  });
});

describe('a batch', () => {
  test('sees its own effects, and leaves none when it is not recorded', () => {
    const ledger = new MemoryLedger();
    const batch = new LedgerBatch(ledger);
    const operation = (key: string): Operation => ({
      kind: 'reserve',
      key: operationKey(key),
      account: ADA,
      party: party('ada'),
      tier: TIER,
      poolMonthlyVcpuSeconds: null,
      since: null,
      vcpu: 1,
      timeoutSeconds: 2_000,
      fanOut: 1,
      untold: null,
    });
    const amounts = ['a', 'b', 'c'].map((key) => {
      const result = batch.apply(operation(key), START);
      return result.ok ? result.value.vcpuSeconds : result.error.code;
    });
    assert.deepEqual(amounts, [2_000, 1_600, 'allowance-spent']);
    assert.deepEqual([...ledger.holders()], []);
    assert.equal(ledger.record(batch.changes()), true);
    assert.equal(ledger.record(batch.changes()), false, 'the versions have moved on');
  });

  test('answers a key that was used before, or says that it was for something else', () => {
    const world = settledWorld(ADA);
    const key = operationKey('again');
    const first = world.reserve(ADA, 500, { key });
    assert.deepEqual(first.answer, { replayed: false, vcpuSeconds: 500, fanOut: 1, notices: [] });
    const again = world.reserve(ADA, 500, { key, tier: DEFAULT_TIERS.proven });
    assert.deepEqual(again.answer, { replayed: true, vcpuSeconds: 500, fanOut: 1, notices: [] });
    assert.equal(world.reserve(ADA, 501, { key }).answer, 'conflict');
    assert.equal(world.reserve(BOB, 500, { key }).answer, 'conflict');
    assert.equal(world.allowance(party(ADA)).reservedVcpuSeconds, 500);
  });

  test('lets a refused key be tried again', () => {
    const world = settledWorld(ADA);
    const key = operationKey('later');
    const full = world.reserve(ADA, 24_000);
    assert.equal(world.reserve(ADA, 500, { key }).answer, 'allowance-spent');
    world.settle('void', ADA, full.key);
    assert.equal(amountOf(world.reserve(ADA, 500, { key }).answer), 500);
  });
});

function adjust(world: LedgerWorld, name: typeof ADA, vcpuSeconds: number): void {
  const answer = world.apply({
    kind: 'adjust',
    key: world.newKey(),
    account: name,
    party: world.partyOf(name),
    vcpuSeconds,
    by: 'a reviewer',
    reason: 'the outage of Monday',
  });
  assert.ok(typeof answer !== 'string', `the adjustment was refused: ${answer}`);
}
