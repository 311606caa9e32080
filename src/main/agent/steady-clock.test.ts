import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSteadyClock } from './steady-clock.ts';

test('a step of the wall moves nothing until it is followed', () => {
  const wall = { wallMs: 1_000_000, monotonicMs: 50 };
  const clock = createSteadyClock({
    now: () => wall.wallMs,
    elapsedMs: () => wall.monotonicMs,
    after: () => () => {},
  });
  const pass = (ms: number, step = 0): void => {
    wall.wallMs += ms + step;
    wall.monotonicMs += ms;
  };
  pass(5_000);
  assert.equal(clock.now(), 1_005_000);
  assert.equal(clock.step(), 0);
  pass(1_000, -3_600_000);
  assert.equal(clock.now(), 1_006_000);
  assert.equal(clock.step(), -3_600_000);
  assert.equal(clock.now(), wall.wallMs);
  pass(1_000, 500);
  assert.equal(clock.step(), 0);
});
