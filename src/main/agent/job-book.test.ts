import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agentJobsMax } from '../../base/sensor-limits.ts';
import type { CpuSignal, JobRef, Signal } from '../../model/signal.ts';
import type { Clock } from '../../ports/clock.ts';
import { createJobBook, secondsAt } from './job-book.ts';

const T0 = Date.UTC(2026, 0, 1);

function world() {
  const time = { ms: 0 };
  const clock: Clock = {
    now: () => T0 + time.ms,
    elapsedMs: () => time.ms,
    after: () => () => {},
  };
  return { time, book: createJobBook(clock) };
}

function owner(name: string) {
  return { ref: `lab/local/${name}` as JobRef, cgroup: `/lab/${name}`, isOwnCgroup: true };
}

function cpu(at: number): CpuSignal {
  const seen = { kind: 'cpu', at, job: null, source: 'cgroup' } as const;
  const load = { busyThreads: 2, cores: 2, share: 1, flatness: 1, ioBytesPerSecond: 0 };
  return { ...seen, ...load, lastedSeconds: 40 };
}

test('a job becomes a suspect, stays one while it goes on, and is one no more after', () => {
  const { time, book } = world();
  const first = book.note(owner('a'), cpu(T0));
  assert.equal(first.page.verdict.level, 'suspected');
  assert.ok(first.changed);
  time.ms += 30_000;
  assert.ok(!book.note(owner('a'), cpu(T0 + time.ms)).changed);
  assert.equal(secondsAt(first.page, time.ms).suspected, 30);
  time.ms += 300_000;
  assert.equal(book.review()[0], first.page);
  assert.equal(first.page.verdict.level, 'none');
  assert.equal(secondsAt(first.page, time.ms).suspected, 0);
});

test('a step of the clock takes nothing back', () => {
  const { time, book } = world();
  const { page } = book.note(owner('a'), cpu(T0));
  time.ms += 10 * 3_600_000;
  book.shift(10 * 3_600_000);
  assert.deepEqual(book.review(), []);
  assert.equal(page.verdict.level, 'suspected');
});

test('who shows least gives way', () => {
  const { book } = world();
  const renamed: Signal = {
    kind: 'binary',
    at: T0,
    job: null,
    source: 'procfs',
    trait: 'renamed',
    name: 'x',
    path: '/x',
  };
  book.note(owner('first'), renamed);
  for (let i = 0; i < agentJobsMax + 10; i++) {
    book.note(owner(`${i}`), { ...renamed, trait: 'temporary' });
  }
  assert.equal(book.size, agentJobsMax);
  assert.equal(book.lost, 11);
  assert.notEqual(book.pageOf(owner('first').ref), null);
});
