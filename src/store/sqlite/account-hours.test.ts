import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { activityHoursKept } from '../../base/limits.ts';
import { type AccountHours, addToHour, sumOfDay } from './account-hours.ts';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 100);

function hoursIn(hours: AccountHours): number[] {
  return hours.filter((_value, i) => i % 3 === 0);
}

test('hours stand in order, each once, whatever the order in which they came', () => {
  const hours = [3, 1, 2, 3, 1].reduce<AccountHours>((all, hour) => addToHour(all, hour, 1, 0), []);
  assert.deepEqual(hours, [1, 2, 0, 2, 1, 0, 3, 2, 0]);
  assert.deepEqual(addToHour(hours, 2, 1, 1), [1, 2, 0, 2, 2, 1, 3, 2, 0]);
  assert.equal(addToHour(hours, 9, 0, 0), hours, 'nothing was added');
});

test('no more hours are kept than may be asked for', () => {
  let hours: AccountHours = [];
  for (let hour = 0; hour < 3 * activityHoursKept; hour++) hours = addToHour(hours, hour, 1, 1);
  const first = 2 * activityHoursKept;
  assert.deepEqual(
    hoursIn(hours),
    Array.from({ length: activityHoursKept }, (_, i) => first + i),
  );
});

test('a clock that was ahead neither grows the hours nor hides those of now', () => {
  let hours: AccountHours = [];
  for (let hour = 900; hour < 900 + activityHoursKept; hour++) hours = addToHour(hours, hour, 1, 0);
  for (let hour = 0; hour < activityHoursKept; hour++) {
    hours = addToHour(hours, hour, 1, 0);
    assert.equal(hoursIn(hours).length, activityHoursKept);
    assert.deepEqual(sumOfDay(hours, hour), [1, Math.min(hour + 1, 24), 0]);
  }
});

test('sums equal a count over what was added', () => {
  const one = fc.tuple(
    fc.integer({ min: 0, max: activityHoursKept - 1 }),
    fc.integer({ min: 0, max: 2 }),
    fc.integer({ min: 0, max: 2 }),
  );
  const property = fc.property(fc.array(one), fc.nat({ max: 60 }), (added, now) => {
    const hours = added.reduce<AccountHours>((all, entry) => addToHour(all, ...entry), []);
    const day = added.filter(([hour]) => hour <= now && hour > now - 24);
    const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
    assert.deepEqual(sumOfDay(hours, now), [
      sum(day.filter(([hour]) => hour === now).map(([, jobs]) => jobs)),
      sum(day.map(([, jobs]) => jobs)),
      sum(day.map(([, , refused]) => refused)),
    ]);
  });
  fc.assert(property, { numRuns: RUNS });
});
