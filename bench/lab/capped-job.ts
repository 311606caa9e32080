/** A job whose caps are set before anything runs in it, by what the agent itself does that with. */
import { availableParallelism } from 'node:os';
import type { Caps } from '../../src/enforce/measure.ts';
import { perform, readSetting } from '../../src/enforce/perform.ts';
import { planOf } from '../../src/enforce/plan.ts';
import { TestCgroup, writableLayout } from '../../src/sensor/cgroup/test-cgroup.ts';

export function cappedJob(path: string, caps: Caps): TestCgroup {
  const layout = writableLayout();
  if (layout === null) throw new Error('the bench needs root and cgroups that may be written');
  const job = new TestCgroup(layout, path);
  const measure = { kind: 'cap', cgroup: job.path, caps } as const;
  const cores = availableParallelism();
  const plan = planOf(measure, { layout, read: readSetting, cores, ttlSeconds: 1 });
  for (const operation of plan.ok ? plan.value.apply : []) {
    const done = perform(operation, layout);
    if (!done.ok) throw new Error(done.error.message);
  }
  return job;
}
