import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostThreadsMax } from '../../base/sensor-limits.ts';
import { createThreadLoad } from './thread-load.ts';

const PIDS = new Set([1]);

/** Samples a thread every 5 s with these shares of run time and of waiting. */
function follow(samples: readonly (readonly [run: number, wait: number])[]) {
  const load = createThreadLoad();
  let [run, wait] = [0, 0];
  load.sample(1, 1, '0 0 0', 0);
  for (const [i, [ran, waited]] of samples.entries()) {
    run += ran * 5e9;
    wait += waited * 5e9;
    load.sample(1, 1, `${Math.round(run)} ${Math.round(wait)} 7\n`, (i + 1) * 5_000);
  }
  return load.busyOf(PIDS, samples.length * 5_000)[0] ?? null;
}

test('a thread that runs all the time is busy all the time', () => {
  const busy = follow([
    [1, 0],
    [0.99, 0],
    [1, 0],
  ]);
  assert.equal(busy?.busyMs, 15_000);
  assert.ok((busy?.demandMin ?? 0) >= 0.98);
});

test('waiting for a CPU is wanting one: a cap hides nothing', () => {
  assert.equal(
    follow([
      [1, 0],
      [0.2, 0.8],
      [0.2, 0.79],
    ])?.busyMs,
    15_000,
  );
});

test('one slip is forgiven, two are an end', () => {
  assert.equal(
    follow([
      [1, 0],
      [0.3, 0],
      [1, 0],
    ])?.busyMs,
    15_000,
  );
  assert.equal(
    follow([
      [1, 0],
      [0.3, 0],
      [0.3, 0],
    ]),
    null,
  );
  assert.equal(
    follow([
      [1, 0],
      [0.3, 0],
      [0.3, 0],
      [1, 0],
    ])?.busyMs,
    5_000,
  );
});

test('a thread that waits for its disk is not busy', () => {
  assert.equal(
    follow([
      [0.5, 0],
      [0.6, 0.05],
    ]),
    null,
  );
});

test('a number that is used again is another thread', () => {
  const load = createThreadLoad();
  load.sample(1, 9, '9000000000 0 1', 0);
  load.sample(1, 9, '14000000000 0 1', 5_000);
  load.sample(1, 9, '1000 0 1', 10_000);
  assert.deepEqual(load.busyOf(PIDS, 10_000), []);
});

test('threads beyond the room are counted', () => {
  const load = createThreadLoad();
  for (let tid = 1; tid <= hostThreadsMax + 5; tid++) load.sample(1, tid, '0 0 0', 0);
  assert.equal(load.size, hostThreadsMax);
  assert.equal(load.takeLost(), 5);
  assert.equal(load.takeLost(), 0);
  load.forgetBefore(1);
  assert.equal(load.size, 0);
});

test('what is no schedstat is no sample', () => {
  const load = createThreadLoad();
  for (const text of ['', 'x y z', 'NaN']) load.sample(1, 1, text, 0);
  assert.equal(load.size, 0);
});
