/** Caps of a job, set by what the agent itself does that with. */
import { availableParallelism } from 'node:os';
import type { Caps } from '../../src/enforce/measure.ts';
import { perform, readSetting } from '../../src/enforce/perform.ts';
import { type Operation, planOf } from '../../src/enforce/plan.ts';
import { TestCgroup, writableLayout } from '../../src/sensor/cgroup/test-cgroup.ts';

/** A job whose caps are set before anything runs in it. */
export function cappedJob(path: string, caps: Caps): TestCgroup {
  const layout = writableLayout();
  if (layout === null) throw new Error('the bench needs root and cgroups that may be written');
  const job = new TestCgroup(layout, path);
  setCaps(job, caps);
  return job;
}

/** Sets them; what is returned takes them back. */
export function setCaps({ layout, path }: TestCgroup, caps: Caps): () => void {
  const measure = { kind: 'cap', cgroup: path, caps } as const;
  const cores = availableParallelism();
  const plan = planOf(measure, { layout, read: readSetting, cores, ttlSeconds: 1 });
  const all = (operations: readonly Operation[]): void => {
    for (const operation of operations) {
      const done = perform(operation, layout);
      if (!done.ok) throw new Error(done.error.message);
    }
  };
  if (!plan.ok) return () => {};
  all(plan.value.apply);
  return () => all(plan.value.undo);
}
