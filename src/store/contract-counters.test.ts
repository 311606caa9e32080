/** The contract of a store about accounts and their counters, at the edges of hours and days. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { activityHoursKept } from '../base/limits.ts';
import { DAY_MS, HOUR_MS } from '../base/time.ts';
import { testBatch, testEvent, testStart } from './test-batch.ts';
import { activityOf, check, NOBODY } from './test-stores.ts';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 100);

check('an account is first seen when its first event is received', async ({ store }) => {
  await store.ingest([testEvent('e2', {}, testStart + 500)]);
  assert.equal((await activityOf(store)).firstSeenAt, testStart + 500);
  await store.record(testBatch([testEvent('e3', {}, testStart + 900)]));
  assert.equal((await activityOf(store)).firstSeenAt, testStart + 500);
  await store.ingest([testEvent('e1', {}, testStart)]);
  assert.equal((await activityOf(store)).firstSeenAt, testStart, 'the clock went back');
});

check('accounts of the same name at two providers are two', async ({ store }) => {
  await store.record(testBatch([testEvent('e1', { provider: 'github' })]));
  assert.deepEqual(await activityOf(store), NOBODY);
});

check('a clock hour ends with its last millisecond', async ({ store }) => {
  await store.record(testBatch([testEvent('e1', {}, testStart + HOUR_MS - 1)]));
  assert.equal((await activityOf(store, testStart)).jobsThisHour, 1);
  assert.equal((await activityOf(store, testStart + HOUR_MS - 1)).jobsThisHour, 1);
  assert.equal((await activityOf(store, testStart + HOUR_MS)).jobsThisHour, 0);
  assert.equal((await activityOf(store, testStart + HOUR_MS)).jobsLastDay, 1);
  assert.equal((await activityOf(store, testStart - 1)).jobsLastDay, 0, 'it lies ahead');
});

check('a day is this clock hour and the 23 before it', async ({ store }) => {
  await store.record(testBatch([testEvent('e1', {}, testStart)], { action: 'deny' }));
  const last = await activityOf(store, testStart + DAY_MS - 1);
  assert.deepEqual([last.jobsLastDay, last.refusedLastDay], [1, 1]);
  const after = await activityOf(store, testStart + DAY_MS);
  assert.deepEqual([after.jobsLastDay, after.refusedLastDay], [0, 0]);
  assert.equal(after.firstSeenAt, testStart);
});

check('jobs and refusals add up over batches and within one', async ({ store }) => {
  const at = (hours: number) => testStart + hours * HOUR_MS;
  await store.record(testBatch([testEvent('e1', {}, at(0)), testEvent('e2', {}, at(0))]));
  await store.record(testBatch([testEvent('e3', {}, at(0))], { action: 'deny' }));
  await store.record(testBatch([testEvent('e4', {}, at(5)), testEvent('e5', {}, at(5))]));
  assert.deepEqual(await activityOf(store, at(5)), {
    firstSeenAt: at(0),
    jobsThisHour: 2,
    jobsLastDay: 5,
    refusedLastDay: 1,
  });
});

check('a decision may add nothing', async ({ store }) => {
  const batch = testBatch([testEvent('e1')]);
  const activity = batch.activity.map((delta) => ({ ...delta, jobs: 0 as const }));
  await store.record({ ...batch, activity });
  assert.equal((await activityOf(store)).jobsLastDay, 0);
});

check('counters equal a count over all jobs, with a clock that jumps about', async ({ store }) => {
  const hours = fc.array(fc.integer({ min: 0, max: activityHoursKept - 1 }), { maxLength: 12 });
  let run = 0;
  const property = fc.asyncProperty(hours, async (jobs) => {
    const account = `account ${++run}`;
    for (const [i, hour] of jobs.entries()) {
      const at = testStart + hour * HOUR_MS + i;
      await store.record(testBatch([testEvent(`${run}/${i}`, { account }, at)]));
    }
    for (const now of [0, 23, 24, activityHoursKept - 1]) {
      const expected = jobs.filter((hour) => hour <= now && hour > now - 24).length;
      const { jobsLastDay } = await activityOf(store, testStart + now * HOUR_MS, account);
      assert.equal(jobsLastDay, expected);
    }
  });
  await fc.assert(property, { numRuns: Math.min(RUNS, 1_000) });
});
