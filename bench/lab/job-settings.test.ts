import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { TestCgroup, writableLayout } from '../../src/sensor/cgroup/test-cgroup.ts';
import { setCaps } from './capped-job.ts';
import { JobSettings } from './job-settings.ts';

const layout = writableLayout();
const skip = layout === null ? 'it takes cgroups that may be written' : false;

function jobOf(name: string): TestCgroup {
  if (layout === null) throw new Error('there are no cgroups');
  return new TestCgroup(layout, `/davylamp-test-${name}-${process.pid}`);
}

test('a job that is left alone, while it runs and ends', { skip }, async () => {
  const job = jobOf('alone');
  const settings = new JobSettings(job);
  assert.ok(settings.size > 10, `${settings.size} files`);
  const child = job.spawn(['sh', '-c', 'i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done']);
  settings.look();
  await once(child, 'exit');
  assert.deepEqual(settings.changes(), []);
  await job.remove();
});

test('every mild measure is seen, and stays told after it is undone', { skip }, async () => {
  const job = jobOf('capped');
  const settings = new JobSettings(job);
  const undo = setCaps(job, { cpuWeight: 10, cpuShare: 0.01, memoryMaxBytes: 2 ** 31 });
  settings.look();
  const child = job.spawn(['sh', '-c', 'i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done']);
  await once(child, 'exit');
  undo();
  const names = settings.changes().map((change) => change.split(' ')[0]);
  const [weight, quota, memory] =
    layout?.version === 2
      ? ['cpu.weight', 'cpu.max', 'memory.max']
      : ['cpu.shares', 'cpu.cfs_quota_us', 'memory.limit_in_bytes'];
  for (const name of [weight, quota, memory, 'throttled']) {
    assert.ok(names.includes(name), `${name} in ${names.join(' ')}`);
  }
  await job.remove();
});

test('a job that stands still is seen to', { skip }, async () => {
  const job = jobOf('frozen');
  const settings = new JobSettings(job);
  const two = layout?.version === 2;
  job.write('freezer', two ? 'cgroup.freeze' : 'freezer.state', two ? '1' : 'FROZEN');
  assert.equal(settings.changes().length, 1);
  await job.remove();
});
