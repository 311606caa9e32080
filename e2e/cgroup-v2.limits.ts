/**
 * What the measures do on cgroup version 2, by a kernel that has it: run by `cgroup-v2.check.ts`, in
 * a machine of its own where this host still has version 1.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { cappedJob } from '../bench/lab/capped-job.ts';
import type { Caps, Measure } from '../src/enforce/measure.ts';
import { perform, readSetting } from '../src/enforce/perform.ts';
import { type Operation, planOf } from '../src/enforce/plan.ts';
import { cpuNanosecondsOf } from '../src/sensor/cgroup/cgroup-files.ts';
import type { TestCgroup } from '../src/sensor/cgroup/test-cgroup.ts';

const MIB = 2 ** 20;
const SPIN = ['sh', '-c', 'while :; do :; done'];

/** Holds so many MiB, all written, and says so. */
function holds(mib: number): readonly string[] {
  const script = `b=Buffer.alloc(${mib} * ${MIB}, 1); console.log("held"); setInterval(() => b, 1e6)`;
  return [process.execPath, '-e', script];
}

async function withJob(name: string, caps: Caps, use: (job: TestCgroup) => Promise<void>) {
  const job = cappedJob(`/davylamp-v2-${name}`, caps);
  try {
    await use(job);
  } finally {
    await job.remove();
  }
}

/** CPU seconds that the job uses in `seconds`. */
async function cpuIn(job: TestCgroup, seconds: number): Promise<number> {
  const before = cpuNanosecondsOf(job.layout, job.path) ?? 0;
  await sleep(seconds * 1_000);
  return ((cpuNanosecondsOf(job.layout, job.path) ?? 0) - before) / 1e9;
}

function take(job: TestCgroup, measure: Measure): readonly Operation[] {
  const plan = planOf(measure, { layout: job.layout, read: readSetting, cores: 1, ttlSeconds: 60 });
  assert.ok(plan.ok);
  for (const operation of plan.value.apply) assert.ok(perform(operation, job.layout).ok);
  return plan.value.undo;
}

test('this is version 2', async () => {
  await withJob('version', {}, (job) => Promise.resolve(assert.equal(job.layout.version, 2)));
});

test('half the CPU by `cpuShare`, on an idle host', async () => {
  await withJob('share', { cpuShare: 0.5 }, async (job) => {
    job.spawn(SPIN);
    await sleep(500);
    const used = await cpuIn(job, 3);
    assert.ok(used > 1.2 && used < 1.8, `${used} of 3 s`);
  });
});

test('a tenth of a neighbour by `cpuWeight` 10, and everything without one', async () => {
  await withJob('suspect', { cpuWeight: 10 }, async (suspect) => {
    suspect.spawn([...SPIN]);
    await sleep(300);
    const alone = await cpuIn(suspect, 2);
    assert.ok(alone > 1.7, `${alone} of 2 s alone`);
    await withJob('neighbour', {}, async (neighbour) => {
      neighbour.spawn([...SPIN]);
      await sleep(300);
      const [mine, theirs] = await Promise.all([cpuIn(suspect, 4), cpuIn(neighbour, 4)]);
      const ratio = theirs / mine;
      assert.ok(ratio > 6 && ratio < 15, `${theirs} and ${mine}: ${ratio} to 1`);
    });
  });
});

test('no room beyond `memoryHighBytes`, and nobody is killed', async () => {
  await withJob('high', { memoryHighBytes: 96 * MIB }, async (job) => {
    const child = job.spawn(holds(400), { stdio: ['ignore', 'pipe', 'ignore'] });
    const held = once(child.stdout as NonNullable<typeof child.stdout>, 'data');
    const said = await Promise.race([held, sleep(10_000)]);
    assert.equal(said, undefined, 'it got all of its memory');
    const events = job.read('memory', 'memory.events');
    assert.ok(Number(/^high (\d+)/m.exec(events)?.[1]) > 0, events);
    assert.match(events, /^oom_kill 0/m);
    const current = Number(job.read('memory', 'memory.current'));
    assert.ok(current < 200 * MIB, `${current / MIB} MiB`);
  });
});

test('beyond `memoryMaxBytes` it is killed', async () => {
  await withJob('max', { memoryMaxBytes: 96 * MIB }, async (job) => {
    const [, signal] = await once(job.spawn(holds(400), { stdio: 'ignore' }), 'exit');
    assert.equal(signal, 'SIGKILL');
    assert.match(job.read('memory', 'memory.events'), /^oom_kill [1-9]/m);
  });
});

test('a freeze stands still and goes on, a stop ends all', async () => {
  await withJob('freeze', {}, async (job) => {
    const child = job.spawn(SPIN);
    await sleep(300);
    const undo = take(job, { kind: 'freeze', cgroup: job.path });
    await sleep(200);
    assert.ok((await cpuIn(job, 1)) < 0.01);
    for (const operation of undo) assert.ok(perform(operation, job.layout).ok);
    assert.ok((await cpuIn(job, 1)) > 0.7);
    take(job, { kind: 'freeze', cgroup: job.path });
    take(job, { kind: 'stop', cgroup: job.path });
    const [, signal] = await once(child, 'exit');
    assert.equal(signal, 'SIGKILL');
  });
});
