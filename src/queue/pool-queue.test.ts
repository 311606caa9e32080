import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  leaseAttemptsMax,
  leaseMsMax,
  nameLengthMax,
  notBeforeSecondsMax,
  queueAgedMs,
  queueAgedShare,
  queueCostVcpuSecondsMax,
  queuePoolsMax,
  queueSlotsMax,
  queueWaitingPerPartyMax,
  queueWaitMsMax,
} from '../base/limits.ts';
import { DAY_MS, SECOND_MS } from '../base/time.ts';
import type { LeaseId, PoolName, QueuedJobKey } from '../model/lease.ts';
import type { AccountRef, PartyId } from '../model/party.ts';
import type { PoolRows } from '../model/queue-rows.ts';
import { DEFAULT_TIERS, type Tier } from '../model/tier.ts';
import { adviceFor } from './advice.ts';
import { PoolQueue } from './pool-queue.ts';
import { Queue } from './queue.ts';

const POOL = 'linux' as PoolName;
const START = Date.UTC(2026, 0, 10);
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 100);
const { new: NEW, known: KNOWN, paying: PAYING } = DEFAULT_TIERS;

function key(name: string): QueuedJobKey {
  return name as QueuedJobKey;
}

function party(name: string): PartyId {
  return `pty_${name}` as PartyId;
}

/** A job of an account that is its own party, unless told otherwise. */
function put(
  queue: PoolQueue,
  name: string,
  { of = name, account = of, tier = KNOWN, cost = 100, at = START }: PutOptions = {},
): string {
  const names = { party: party(of), account: `generic/${account}` as AccountRef };
  const job = { key: key(name), tier, costVcpuSeconds: cost, ...names };
  const result = queue.enqueue(job, at);
  return result.ok ? 'ok' : result.error.code;
}

interface PutOptions {
  readonly of?: string;
  readonly account?: string;
  readonly tier?: Tier;
  readonly cost?: number;
  readonly at?: number;
}

/** The jobs that start now, in their order. */
function startAll(queue: PoolQueue, at = START, most = 1_000): string[] {
  const started: string[] = [];
  while (started.length < most) {
    const { lease } = queue.lease('runner', at);
    if (lease === null) break;
    started.push(lease.job);
  }
  return started;
}

function release(queue: PoolQueue, name: string, at = START, used: number | null = null): void {
  const released = queue.release(`${name}#1` as LeaseId, used, at);
  assert.ok(released.ok, 'the lease is held');
}

describe('a job', () => {
  test('waits once, whatever it is asked again', () => {
    const queue = PoolQueue.empty(POOL, 1);
    assert.equal(put(queue, 'a'), 'ok');
    assert.equal(put(queue, 'a'), 'ok');
    assert.equal(put(queue, 'a', { cost: 101 }), 'conflict');
    assert.equal(put(queue, 'a', { account: 'other' }), 'conflict');
    assert.deepEqual(startAll(queue), ['a']);
    assert.equal(put(queue, 'a'), 'ok');
    assert.deepEqual(startAll(queue), []);
  });

  test('may be withdrawn while it waits and while it runs', () => {
    const queue = PoolQueue.empty(POOL, 2);
    for (const name of ['a', 'b', 'c']) put(queue, name);
    assert.equal(queue.withdraw(key('b'), START)?.key, 'b');
    assert.deepEqual(startAll(queue), ['a', 'c']);
    assert.equal(queue.withdraw(key('a'), START)?.key, 'a');
    assert.equal(queue.withdraw(key('a'), START), null);
    assert.equal(queue.state.leased.size, 1);
  });

  test('is given up when it has waited for too long', () => {
    const queue = PoolQueue.empty(POOL, 1);
    put(queue, 'a', { of: 'x' });
    put(queue, 'b', { of: 'x' });
    queue.begin(key('a'), 'r', START + 9 * DAY_MS, START);
    assert.deepEqual(queue.sweep(START + queueWaitMsMax - 1), []);
    const dropped = queue.sweep(START + queueWaitMsMax);
    assert.deepEqual(
      dropped.map(({ job, why }) => [job.key, why]),
      [['b', 'waited-too-long']],
    );
  });
});

describe('a lease', () => {
  test('lasts as long as its runner tells of itself', () => {
    const queue = PoolQueue.empty(POOL, 1);
    put(queue, 'a');
    const { lease } = queue.lease('r1', START);
    assert.equal(lease?.expiresAt, START + leaseMsMax);
    assert.equal(lease?.runner, 'r1');
    const id = 'a#1' as LeaseId;
    for (let at = START; at < START + 10 * leaseMsMax; at += leaseMsMax - 1) {
      assert.ok(queue.heartbeat(id, at).ok);
    }
    release(queue, 'a', START + 11 * leaseMsMax);
    assert.ok(!queue.heartbeat(id, START + 11 * leaseMsMax).ok);
    assert.ok(!queue.release(id, null, START).ok);
  });

  test('that ran out puts the job back at its place, and its holder is told', () => {
    const queue = PoolQueue.empty(POOL, 1);
    for (const name of ['a', 'b']) put(queue, name, { of: 'x' });
    queue.lease('r1', START);
    const late = START + leaseMsMax;
    const again = queue.lease('r2', late);
    assert.equal(again.lease?.id, 'a#2');
    const old = queue.heartbeat('a#1' as LeaseId, late);
    assert.ok(!old.ok);
    assert.equal(old.error.code, 'lease-lost');
    assert.ok(!queue.release('a#1' as LeaseId, null, late).ok);
    assert.ok(queue.heartbeat('a#2' as LeaseId, late).ok);
  });

  test('that ran out too often takes the job along', () => {
    const queue = PoolQueue.empty(POOL, 1);
    put(queue, 'a');
    for (let i = 0; i < leaseAttemptsMax; i++) {
      assert.equal(queue.lease('r', START + i * leaseMsMax).lease?.id, `a#${i + 1}`);
    }
    const { lease, dropped } = queue.lease('r', START + leaseAttemptsMax * leaseMsMax);
    assert.equal(lease, null);
    assert.deepEqual(
      dropped.map(({ job, why }) => [job.key, why]),
      [['a', 'runners-lost']],
    );
  });

  test('of another scheduler is not started again', () => {
    const queue = PoolQueue.empty(POOL, 1);
    put(queue, 'a');
    assert.equal(queue.begin(key('a'), 'theirs', START + 500, START)?.id, 'a#1');
    assert.equal(queue.begin(key('a'), 'theirs', START + 500, START), null);
    assert.equal(queue.begin(key('none'), 'theirs', START + 500, START), null);
    assert.deepEqual(
      queue.sweep(START + 500).map(({ why }) => why),
      ['end-not-heard'],
    );
  });
});

describe('a party', () => {
  test('has one place, however many accounts and jobs it has', () => {
    const queue = PoolQueue.empty(POOL, 1);
    const order: string[] = [];
    for (let i = 0; i < 50; i++) put(queue, `gang${i}`, { of: 'gang', account: `g${i}` });
    for (const name of ['ada', 'bob'])
      for (let i = 0; i < 3; i++) {
        put(queue, `${name}${i}`, { of: name });
      }
    for (let i = 0; i < 9; i++) {
      const [name = ''] = startAll(queue);
      order.push(name.replace(/\d+/, ''));
      release(queue, name);
    }
    assert.deepEqual(order.toSorted(), [
      ...['ada', 'ada', 'ada', 'bob', 'bob', 'bob'],
      ...['gang', 'gang', 'gang'],
    ]);
  });

  test('runs as many jobs at once as its tier allows', () => {
    const queue = PoolQueue.empty(POOL, 10);
    for (let i = 0; i < 9; i++) put(queue, `j${i}`, { of: 'x', tier: KNOWN });
    assert.equal(startAll(queue).length, KNOWN.concurrencyMax);
    release(queue, 'j0');
    assert.deepEqual(startAll(queue), ['j4']);
  });

  test('pays for what it used, not for what it might have', () => {
    const queue = PoolQueue.empty(POOL, 1);
    for (const name of ['a0', 'a1', 'a2']) put(queue, name, { of: 'a', cost: 3_600 });
    for (const name of ['b0', 'b1', 'b2']) put(queue, name, { of: 'b', cost: 3_600 });
    const order: string[] = [];
    for (let i = 0; i < 6; i++) {
      const [name = ''] = startAll(queue);
      order.push(name);
      release(queue, name, START, name.startsWith('a') ? 60 : 3_600);
    }
    assert.deepEqual(order, ['a0', 'b0', 'a1', 'a2', 'b1', 'b2']);
  });

  test('that merges brings along what it had more than its share', () => {
    const queue = PoolQueue.empty(POOL, 1);
    put(queue, 'a0', { of: 'a', cost: 1_000 });
    put(queue, 'b0', { of: 'b', cost: 10 });
    put(queue, 'b1', { of: 'b', cost: 10 });
    put(queue, 'c0', { of: 'c', cost: 900 });
    put(queue, 'a1', { of: 'a', cost: 1_000 });
    assert.deepEqual(startAll(queue), ['b0']);
    queue.merge(party('b'), party('a'), START);
    release(queue, 'b0');
    const order = [0, 1, 2, 3].map(() => {
      const [name = ''] = startAll(queue);
      release(queue, name);
      return name;
    });
    // `a` has c's turn after its own first job: it comes first by tag, and once only.
    assert.equal(queue.state.parties.get(party('b')), null);
    assert.deepEqual(order, ['c0', 'a0', 'b1', 'a1']);
  });

  test('that merges counts all that runs against its tier', () => {
    const queue = PoolQueue.empty(POOL, 20);
    for (let i = 0; i < 8; i++) put(queue, `a${i}`, { of: 'a' });
    for (let i = 0; i < 8; i++) put(queue, `b${i}`, { of: 'b' });
    assert.equal(startAll(queue).length, 2 * KNOWN.concurrencyMax);
    queue.merge(party('b'), party('a'), START);
    for (const name of ['a0', 'a1', 'b0', 'b1']) release(queue, name);
    assert.deepEqual(startAll(queue), []);
    release(queue, 'b2');
    assert.deepEqual(startAll(queue), ['a4']);
  });

  test('that loses accounts loses their jobs, and what runs of them', () => {
    const queue = PoolQueue.empty(POOL, 20);
    for (let i = 0; i < 4; i++) put(queue, `a${i}`, { of: 'gang', account: 'a' });
    for (let i = 0; i < 2; i++) put(queue, `b${i}`, { of: 'gang', account: 'b' });
    assert.deepEqual(startAll(queue), ['a0', 'a1', 'a2', 'a3']);
    const left = new Set(['generic/b' as AccountRef]);
    queue.move(left, party('gang'), party('b'), START);
    assert.deepEqual(startAll(queue), ['b0', 'b1']);
    queue.move(new Set(['generic/a' as AccountRef]), party('gang'), party('b'), START);
    assert.equal(queue.state.parties.get(party('b'))?.running, 6);
    assert.equal(queue.state.parties.get(party('gang'))?.running ?? 0, 0);
  });
});

describe('lanes', () => {
  test('keep for trusted parties what they needed at their peak', () => {
    const queue = PoolQueue.empty(POOL, 100);
    for (let i = 0; i < 90; i++) put(queue, `k${i}`, { tier: KNOWN });
    startAll(queue);
    for (let i = 0; i < 90; i++) release(queue, `k${i}`);
    for (let i = 0; i < 90; i++) put(queue, `n${i}`, { tier: NEW });
    assert.equal(startAll(queue).length, 5, '100 less 90, less a margin of 5');
    for (let i = 0; i < 100; i++) put(queue, `l${i}`, { tier: KNOWN });
    assert.equal(startAll(queue).length, 95);
  });

  test('let new parties have the rest once trusted ones have needed less for two days', () => {
    const queue = PoolQueue.empty(POOL, 100);
    for (const day of [0, 1, 2]) {
      const at = START + day * DAY_MS;
      for (let i = 0; i < 10; i++) put(queue, `k${day} ${i}`, { tier: KNOWN, at });
      for (const name of startAll(queue, at)) release(queue, name, at);
    }
    const at = START + 2 * DAY_MS;
    for (let i = 0; i < 100; i++) put(queue, `n${i}`, { tier: NEW, at });
    assert.equal(startAll(queue, at).length, 85);
  });

  test('put who had what is assured behind the others, until his day is over', () => {
    const queue = PoolQueue.empty(POOL, 1);
    const cost = KNOWN.assuredVcpuSecondsPerDay;
    put(queue, 'a', { of: 'a', cost });
    startAll(queue);
    release(queue, 'a');
    put(queue, 'b', { of: 'a', cost: 1 });
    put(queue, 'c', { of: 'c', cost });
    assert.deepEqual(startAll(queue), ['c']);
    release(queue, 'c');
    put(queue, 'd', { of: 'a', cost, at: START + DAY_MS });
    put(queue, 'e', { of: 'new', tier: NEW, cost: 1, at: START + DAY_MS });
    assert.equal(queue.state.parties.get(party('a'))?.lane, 0);
  });
});

describe('ageing', () => {
  test('starts what would wait for ever, for a hundredth of the machine', () => {
    const queue = PoolQueue.empty(POOL, 1);
    put(queue, 'poor', { tier: NEW, cost: 50 });
    const order: string[] = [];
    let at = START;
    for (let i = 0; i < 200 && !order.includes('poor'); i++) {
      put(queue, `k${i}`, { tier: PAYING, cost: 50, at });
      const [name = ''] = startAll(queue, at);
      order.push(name);
      at += 50 * SECOND_MS;
      release(queue, name, at);
    }
    const waitedMs = order.length * 50 * SECOND_MS;
    assert.equal(order.at(-1), 'poor');
    assert.ok(waitedMs >= queueAgedMs && waitedMs <= queueAgedMs + 100 * SECOND_MS, `${waitedMs}`);
    const { agedCredit } = queue.state.row;
    assert.ok(agedCredit <= 0, 'one job may start before its share has come together');
    assert.ok(agedCredit >= -queueAgedShare * 50);
  });
});

describe('advice', () => {
  test('is to go on where there is room, and to wait for the share where there is none', () => {
    const queue = PoolQueue.empty(POOL, 2);
    const ask = (of: string, tier: Tier = KNOWN) =>
      adviceFor(queue, { party: party(of), tier, costVcpuSeconds: 3_600 });
    assert.deepEqual(ask('a'), { priority: 100, notBeforeSeconds: 0, concurrency: 4, position: 0 });
    for (let i = 0; i < 4; i++) put(queue, `a${i}`, { of: 'a', cost: 3_600 });
    startAll(queue);
    put(queue, 'b', { of: 'b' });
    const greedy = ask('a');
    assert.equal(greedy.concurrency, 1);
    assert.equal(greedy.position, 1);
    assert.ok(greedy.priority < 100);
    assert.ok(greedy.notBeforeSeconds > 0 && greedy.notBeforeSeconds <= notBeforeSecondsMax);
    const newcomer = ask('c');
    assert.equal(newcomer.priority, 100);
    assert.equal(newcomer.notBeforeSeconds, 0);
  });

  test('never says more than an hour', () => {
    const queue = PoolQueue.empty(POOL, 1);
    put(queue, 'a', { cost: queueCostVcpuSecondsMax, tier: PAYING });
    startAll(queue);
    const { notBeforeSeconds, priority } = adviceFor(queue, {
      party: party('a'),
      tier: PAYING,
      costVcpuSeconds: 1,
    });
    assert.equal(notBeforeSeconds, notBeforeSecondsMax);
    assert.ok(priority >= 0 && priority < 30);
  });
});

describe('the queue of all pools', () => {
  test('has its parties merge and part in every pool, and is recorded as one', () => {
    const queue = new Queue([]);
    const pools = ['linux', 'windows'].map((name) => {
      const pool = queue.pool(name as PoolName, 4);
      assert.ok(pool.ok);
      put(pool.value, `${name}-a`, { of: 'a' });
      put(pool.value, `${name}-b`, { of: 'b' });
      return pool.value;
    });
    assert.equal(queue.changes().length, 2);
    queue.commit();
    assert.deepEqual(queue.changes(), []);
    queue.merge(party('b'), party('a'), START);
    for (const { state } of pools) assert.equal(state.parties.get(party('a'))?.waiting, 2);
    queue.move(new Set(['generic/b' as AccountRef]), party('a'), party('c'), START);
    for (const { state } of pools) assert.equal(state.parties.get(party('c'))?.waiting, 1);
    queue.rollback();
    for (const { state } of pools) assert.equal(state.parties.get(party('b'))?.waiting, 1);
    const stored = new Queue(pools.map(rowsOf));
    const linux = stored.pool(POOL, 4);
    assert.ok(linux.ok);
    assert.deepEqual(startAll(linux.value), ['linux-a', 'linux-b']);
  });
});

describe('limits', () => {
  test('of one job', () => {
    const queue = PoolQueue.empty(POOL, 1);
    assert.equal(put(queue, ''), 'bad-job');
    assert.equal(put(queue, 'k'.repeat(nameLengthMax + 1)), 'bad-job');
    for (const cost of [0, -1, 0.5, Number.NaN, Infinity]) {
      assert.equal(put(queue, 'a', { cost }), 'bad-job');
    }
    assert.equal(put(queue, 'a', { tier: { ...KNOWN, weight: 0 } }), 'bad-job');
    assert.equal(put(queue, 'a', { cost: 2 ** 50 }), 'ok');
    assert.equal(queue.state.jobs.get(key('a'))?.costVcpuSeconds, queueCostVcpuSecondsMax);
    startAll(queue);
    assert.ok(!queue.release('a#1' as LeaseId, -1, START).ok);
    assert.ok(!queue.release('a#1' as LeaseId, Number.NaN, START).ok);
  });

  test('of one party', () => {
    const queue = PoolQueue.empty(POOL, 1);
    for (let i = 0; i < queueWaitingPerPartyMax; i++) put(queue, `j${i}`, { of: 'x' });
    assert.equal(put(queue, 'more', { of: 'x' }), 'party-full');
    assert.equal(put(queue, 'other'), 'ok');
  });

  test('of one pool', () => {
    const queue = PoolQueue.empty(POOL, 9, { waitingMax: 5, partiesMax: 3 });
    for (let i = 0; i < 5; i++) assert.equal(put(queue, `j${i}`, { at: START + i }), 'ok');
    assert.equal(put(queue, 'more'), 'queue-full');
    for (const name of startAll(queue)) release(queue, name);
    const known = [...queue.state.parties].map(([name]) => name);
    assert.deepEqual(known, [party('j2'), party('j3'), party('j4')], 'the oldest are forgotten');
  });

  test('of pools', () => {
    assert.throws(() => PoolQueue.empty(POOL, 0));
    assert.throws(() => PoolQueue.empty(POOL, queueSlotsMax + 1));
    assert.throws(() => PoolQueue.empty(POOL, 2).resize(0));
    const queue = new Queue([]);
    for (let i = 0; i < queuePoolsMax; i++) assert.ok(queue.pool(`p${i}` as PoolName, 1).ok);
    assert.ok(!queue.pool('more' as PoolName, 1).ok);
    assert.ok(queue.pool('p0' as PoolName, 1).ok);
  });

  test('of tags: they start again from 0 long before sums are inexact', () => {
    const queue = PoolQueue.empty(POOL, 1);
    let rebased = 0;
    put(queue, 'other', { of: 'other', tier: PAYING, cost: queueCostVcpuSecondsMax });
    for (let i = 0; i < 9_000; i++) {
      const before = queue.state.row.virtualTime;
      put(queue, `j${i}`, { of: `p${i % 2}`, tier: { ...PAYING, weight: 1 }, cost: 2 ** 28 });
      const [name = ''] = startAll(queue);
      release(queue, name);
      if (queue.state.row.virtualTime < before) rebased++;
      assert.ok(queue.state.row.tagMax <= 2 ** 53);
    }
    assert.ok(rebased > 0);
  });
});

/** Any command, with times that also go backwards. */
const someCommands = fc.array(
  fc.record({
    act: fc.constantFrom('put', 'put', 'put', 'lease', 'lease', 'end', 'beat', 'drop', 'link'),
    n: fc.nat(30),
    of: fc.nat(5),
    seconds: fc.integer({ min: -10, max: 90 }),
    cost: fc.integer({ min: 1, max: 9_000 }),
  }),
  { maxLength: 120, size: 'max' },
);
type Command = typeof someCommands extends fc.Arbitrary<readonly (infer C)[]> ? C : never;

function obey(queue: PoolQueue, { act, n, of, cost }: Command, at: number): unknown {
  const id = [1, 2, 3].map((i) => `j${n}#${i}` as LeaseId);
  const tier = [NEW, KNOWN, PAYING][of % 3] ?? NEW;
  if (act === 'put')
    return put(queue, `j${n}`, { of: `p${of}`, account: `a${n % 4}`, tier, cost, at });
  if (act === 'lease') return queue.lease('r', at);
  if (act === 'end') return id.map((one) => queue.release(one, cost, at));
  if (act === 'beat') return id.map((one) => queue.heartbeat(one, at));
  if (act === 'drop') return queue.withdraw(key(`j${n}`), at);
  if (n % 2 === 0) return queue.merge(party(`p${of}`), party(`p${(of + 1) % 6}`), at);
  const accounts = new Set([`generic/a${n % 4}` as AccountRef]);
  return queue.move(accounts, party(`p${of}`), party(`p${(of + 2) % 6}`), at);
}

function rowsOf({ state }: PoolQueue): PoolRows {
  const jobs = [...state.jobs].map(([, row]) => row).toSorted((a, b) => a.sequence - b.sequence);
  const parties = [...state.parties].map(([, row]) => row);
  return {
    pool: state.row,
    jobs,
    parties: parties.toSorted((a, b) => (a.party < b.party ? -1 : 1)),
  };
}

test('a queue made anew from its rows goes on as if nothing had been', () => {
  const runs = fc.property(someCommands, fc.nat(100), (commands, crashAt) => {
    let queue = PoolQueue.empty(POOL, 3);
    const other = PoolQueue.empty(POOL, 3);
    let at = START;
    for (const [i, command] of commands.entries()) {
      at += command.seconds * SECOND_MS;
      if (i === crashAt) queue = new PoolQueue(rowsOf(queue));
      assert.deepEqual(obey(queue, command, at), obey(other, command, at));
    }
    assert.deepEqual(rowsOf(queue), rowsOf(other));
  });
  fc.assert(runs, { numRuns: RUNS });
});

test('what is not recorded has not happened', () => {
  const runs = fc.property(someCommands, someCommands, (first, second) => {
    const queue = PoolQueue.empty(POOL, 3);
    for (const command of first) obey(queue, command, START);
    queue.commit();
    assert.equal(queue.hasChanged, false);
    const before = rowsOf(queue);
    for (const command of second) obey(queue, command, START + 5 * SECOND_MS);
    queue.rollback();
    assert.deepEqual(rowsOf(queue), before);
    assert.deepEqual(rowsOf(new PoolQueue(before)), before);
  });
  fc.assert(runs, { numRuns: RUNS });
});

test('the rows add up, and what is stored by changes alone is the whole', () => {
  const runs = fc.property(someCommands, (commands) => {
    const queue = PoolQueue.empty(POOL, 3);
    const stored = { parties: new Map<string, unknown>(), jobs: new Map<string, unknown>() };
    let at = START;
    for (const command of commands) {
      at += command.seconds * SECOND_MS;
      obey(queue, command, at);
      for (const table of ['parties', 'jobs'] as const) {
        for (const [name, row] of queue.changes()[table]) {
          if (row === null) stored[table].delete(name);
          else stored[table].set(name, row);
        }
      }
      queue.commit();
      for (const [, row] of queue.state.parties) {
        const own = [...queue.state.jobs].filter(([, job]) => job.party === row.party);
        assert.equal(own.filter(([, job]) => job.lease === null).length, row.waiting);
        assert.equal(own.filter(([, job]) => job.lease !== null).length, row.running);
        assert.ok(row.startTag >= 0 && Number.isSafeInteger(row.startTag));
      }
      const parties = new Set([...queue.state.parties].map(([name]) => name));
      assert.ok([...queue.state.jobs].every(([, job]) => parties.has(job.party)));
    }
    assert.deepEqual(new Map(queue.state.parties), stored.parties);
    assert.deepEqual(new Map(queue.state.jobs), stored.jobs);
  });
  fc.assert(runs, { numRuns: RUNS });
});
