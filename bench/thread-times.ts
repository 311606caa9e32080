/** Processor time of a process by thread, from `/proc`; empty where there is none. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second. */
const TICK_US = 10_000;

export type ThreadTimes = ReadonlyMap<string, { readonly name: string; readonly us: number }>;

export function threadTimes(pid: number): ThreadTimes {
  const tasks = `/proc/${pid}/task`;
  if (!existsSync(tasks)) return new Map();
  return new Map(
    readdirSync(tasks).map((task) => {
      const stat = readFileSync(`${tasks}/${task}/stat`, 'utf8');
      const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
      // The fields behind the name, from the third on; user and system time are 14 and 15.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const us = (Number(fields[11]) + Number(fields[12])) * TICK_US;
      return [task, { name: task === String(pid) ? 'event loop' : name, us }];
    }),
  );
}

/** Microseconds by the name of the thread, most first. */
export function spentBetween(before: ThreadTimes, after: ThreadTimes): readonly [string, number][] {
  const spent = new Map<string, number>();
  for (const [task, { name, us }] of after) {
    spent.set(name, (spent.get(name) ?? 0) + us - (before.get(task)?.us ?? 0));
  }
  return [...spent].sort((a, b) => b[1] - a[1]);
}
