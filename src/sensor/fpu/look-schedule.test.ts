import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLookSchedule } from './look-schedule.ts';

/** The seconds of an hour at which a look begins. */
function looks(wantedAt: (second: number) => readonly string[], foundAt = -1): readonly number[] {
  const schedule = createLookSchedule();
  return Array.from({ length: 720 }, (_, i) => i * 5).filter((second) => {
    if (foundAt >= 0 && second >= foundAt) schedule.found();
    return schedule.begins(wantedAt(second), second * 1_000);
  });
}

test('nobody odd, no look', () => {
  assert.deepEqual(
    looks(() => []),
    [],
  );
});

test('one that stays as it is is looked at less and less', () => {
  const at = looks((second) => (second < 10 ? [] : ['a']));
  assert.deepEqual(at.slice(0, 6), [10, 70, 190, 430, 730, 1_030]);
  assert.ok(at.length < 20);
});

test('where modes were found it is looked every minute', () => {
  const at = looks(() => ['a'], 0);
  assert.deepEqual(at.slice(0, 4), [0, 60, 120, 180]);
});

test('a new one is looked at soon, and many new ones not all the time', () => {
  assert.deepEqual(
    looks((second) => (second < 100 ? ['a'] : ['a', 'b'])).slice(0, 3),
    [0, 60, 100],
  );
  const at = looks((second) => [`${second}`]);
  assert.equal(at.length, 120, 'one each half minute, of nine seconds');
});
