/** Jobs that do not say how long they may run: what they hold, and what their ends add. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { HOUR_MS } from '../base/time.ts';
import type { OperationKey } from '../model/allowance.ts';
import { DEFAULT_TIERS } from '../model/tier.ts';
import { accountHolder } from './books.ts';
import { account, LedgerWorld, operationKey, party } from './test-world.ts';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 100);
const ADA = account('ada');
const BOB = account('bob');
const FIRST_DAY = DEFAULT_TIERS.new.firstDayVcpuSeconds;
const USED = 60;

function run(world: LedgerWorld, fanOut: number, job = 'pipeline', name = ADA): OperationKey {
  const reservation = operationKey(job);
  const untold = { reservation, usedSeconds: USED, shareMax: 0.25 };
  const { answer } = world.reserve(name, 3_600, { fanOut, untold });
  assert.ok(typeof answer !== 'string', `refused: ${answer}`);
  return reservation;
}

function standing(world: LedgerWorld) {
  const { reservedVcpuSeconds, usedVcpuSeconds, jobsUnderWay } = world.allowance(party('ada'));
  assert.deepEqual(world.problems(), []);
  return { reserved: reservedVcpuSeconds, used: usedVcpuSeconds, jobsUnderWay };
}

test('each holds what its copies usually take, and is not under way', () => {
  const world = new LedgerWorld();
  run(world, 3);
  assert.deepEqual(standing(world), { reserved: 3 * USED, used: 0, jobsUnderWay: 0 });
  run(world, 2, 'another');
  assert.deepEqual(standing(world), { reserved: 5 * USED, used: 0, jobsUnderWay: 0 });
});

test('one of sixty copies takes a share of the first day, not all of it', () => {
  const world = new LedgerWorld();
  run(world, 60);
  assert.equal(standing(world).reserved, FIRST_DAY / 4);
  for (const job of ['b', 'c', 'd']) run(world, 60, job);
  assert.equal(world.reserve(ADA, 1).answer, 'allowance-spent');
});

test('one of more copies than a first day has room for takes a share of what they would take', () => {
  const world = new LedgerWorld();
  run(world, 200);
  assert.equal(standing(world).reserved, (200 * USED) / 4);
  run(world, 200, 'another');
  assert.equal(standing(world).reserved, FIRST_DAY);
});

test('it may use what is left, and is told so', () => {
  const world = new LedgerWorld();
  const untold = { reservation: operationKey('p'), usedSeconds: USED, shareMax: 0.25 };
  const { answer } = world.reserve(ADA, 3_600, { fanOut: 2, untold });
  assert.equal(typeof answer !== 'string' && answer.vcpuSeconds, FIRST_DAY);
});

test('an end that is told counts as it is, and each further one too', () => {
  const world = new LedgerWorld();
  const job = run(world, 4);
  world.post(ADA, job, 20);
  assert.deepEqual(standing(world), { reserved: 0, used: 20, jobsUnderWay: 0 });
  world.post(ADA, job, 700);
  assert.deepEqual(standing(world), { reserved: 0, used: 720, jobsUnderWay: 0 });
});

test('one of which nobody hears has used what it held once it expires', () => {
  const world = new LedgerWorld();
  const job = run(world, 4);
  assert.equal(world.settle('expire', ADA, job), 'not-due');
  world.now += 2 * HOUR_MS;
  assert.ok(typeof world.settle('expire', ADA, job) !== 'string');
  assert.deepEqual(standing(world), { reserved: 0, used: 4 * USED, jobsUnderWay: 0 });
  world.post(ADA, job, 200);
  assert.equal(standing(world).used, 4 * USED, 'its ends are not counted twice');
  world.post(ADA, job, 100);
  assert.equal(standing(world).used, 300);
});

test('the same job may run again, while it runs and after', () => {
  const world = new LedgerWorld();
  const job = run(world, 4);
  run(world, 2);
  assert.equal(standing(world).reserved, 6 * USED);
  world.post(ADA, job, 100);
  run(world, 1);
  assert.deepEqual(standing(world), { reserved: USED, used: 100, jobsUnderWay: 0 });
  world.post(ADA, job, 40);
  assert.deepEqual(standing(world), { reserved: 0, used: 140, jobsUnderWay: 0 });
});

test('one that comes with a timeout in between keeps what it has', () => {
  const world = new LedgerWorld();
  const told = world.reserve(ADA, 600, { key: operationKey('pipeline') });
  assert.ok(typeof told.answer !== 'string');
  run(world, 4);
  assert.deepEqual(standing(world), { reserved: 600, used: 0, jobsUnderWay: 1 });
  world.post(ADA, told.key, 5);
  assert.deepEqual(standing(world), { reserved: 0, used: 5, jobsUnderWay: 0 });
});

test('all that is told is used, and beside it no more than what expired unheard', () => {
  const act = fc.record({
    name: fc.constantFrom(ADA, BOB),
    kind: fc.constantFrom('run', 'end', 'expire'),
    amount: fc.integer({ min: 1, max: 90 }),
  });
  const runs = fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
    const world = new LedgerWorld();
    const sums = new Map([ADA, BOB].map((name) => [name, { told: 0, unheard: 0 }]));
    for (const name of sums.keys()) run(world, 1, name, name);
    for (const { name, kind, amount } of acts) {
      const sum = sums.get(name);
      assert.ok(sum);
      const reservation = operationKey(name);
      const untold = { reservation, usedSeconds: USED, shareMax: 0.25 };
      const held = world.ledger.books(accountHolder(name))?.reserved ?? 0;
      if (kind === 'run') world.reserve(name, 3_600, { fanOut: 1 + (amount % 9), untold });
      if (kind === 'expire') {
        world.now += 2 * HOUR_MS;
        if (typeof world.settle('expire', name, reservation) !== 'string') sum.unheard += held;
      }
      if (kind === 'end') {
        assert.ok(typeof world.post(name, reservation, amount) !== 'string');
        sum.told += amount;
      }
      assert.deepEqual(world.problems(), []);
      const used = world.ledger.books(accountHolder(name))?.used ?? 0;
      assert.ok(used >= sum.told && used <= sum.told + sum.unheard, `${used} used`);
    }
  });
  fc.assert(runs, { numRuns: RUNS });
});
