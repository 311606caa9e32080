/** What a cgroup's own files say: CPU used, memory held, cores it may use, its processes. */

import type { CgroupLayout } from '../../model/cgroup-layout.ts';
import { readKernelFile } from '../kernel-file.ts';
import { enclosing } from './read-layout.ts';

/** CPU that the cgroup and those below it have used, in nanoseconds; null when it is gone. */
export function cpuNanosecondsOf(layout: CgroupLayout, cgroup: string): number | null {
  const file = layout.version === 1 ? 'cpuacct.usage' : 'cpu.stat';
  const text = readKernelFile(`${layout.root}${cgroup}/${file}`);
  if (text === null) return null;
  if (layout.version === 1) return Number(text);
  const start = text.indexOf('usage_usec ');
  return start === -1 ? null : Number.parseInt(text.slice(start + 11), 10) * 1_000;
}

/** Processes in the cgroup itself, not in those below. */
export function processesOf(layout: CgroupLayout, cgroup: string): readonly number[] {
  const text = readKernelFile(`${layout.root}${cgroup}/cgroup.procs`) ?? '';
  return text === '' ? [] : text.trimEnd().split('\n').map(Number);
}

/**
 * Cores that the cgroup may use: the least of its own and its parents' quotas and sets, and of what
 * the host has.
 */
export function coresOf(layout: CgroupLayout, cgroup: string, hostCores: number): number {
  return enclosing(cgroup).reduce((cores, path) => {
    return Math.min(cores, quotaOf(layout, path) ?? cores, setOf(layout, path) ?? cores);
  }, hostCores);
}

function quotaOf({ version, roots }: CgroupLayout, path: string): number | null {
  const folder = `${roots.cpu}${path}`;
  const words =
    version === 2
      ? (readKernelFile(`${folder}/cpu.max`) ?? '').split(' ')
      : [
          readKernelFile(`${folder}/cpu.cfs_quota_us`) ?? '',
          readKernelFile(`${folder}/cpu.cfs_period_us`) ?? '',
        ];
  const [quota = Number.NaN, period = Number.NaN] = words.map((word) => Number.parseInt(word, 10));
  return quota > 0 && period > 0 ? quota / period : null;
}

function setOf({ version, roots }: CgroupLayout, path: string): number | null {
  if (roots.cpuset === undefined) return null;
  const file = version === 2 ? 'cpuset.cpus.effective' : 'cpuset.cpus';
  return countCpus(readKernelFile(`${roots.cpuset}${path}/${file}`) ?? '');
}

/** How many CPUs `0-3,8` names; null when it names none. */
export function countCpus(list: string): number | null {
  if (list.trim() === '') return null;
  let count = 0;
  for (const range of list.trim().split(',')) {
    const [first = Number.NaN, last = first] = range.split('-').map(Number);
    if (last >= first) count += last - first + 1;
  }
  return count === 0 ? null : count;
}
