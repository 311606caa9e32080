/**
 * Which cgroups are worth a closer look: those that use CPU. A cgroup becomes hot at a tenth of a
 * core and stays so until it hardly uses any: a job that was capped must not get out of sight. One
 * that is met for the first time is hot if it has used that much in a round, since it may be new.
 */
const HOT_CORES_MIN = 0.1;
const WARM_CORES_MIN = 0.01;
const ROUND_MS = 5_000;

interface Reading {
  readonly cpuNs: number;
  readonly atMs: number;
  readonly isHot: boolean;
}

export interface CgroupLoad {
  /** A reading of a cgroup's CPU time; whether the cgroup is hot. */
  isHot(cgroup: string, cpuNs: number, nowMs: number): boolean;
  keepOnly(cgroups: ReadonlySet<string>): void;
}

export function createCgroupLoad(): CgroupLoad {
  const readings = new Map<string, Reading>();
  return {
    isHot(cgroup, cpuNs, nowMs) {
      const before = readings.get(cgroup);
      const first = { cpuNs: 0, atMs: nowMs - ROUND_MS, isHot: false };
      const cores = coresUsed(before ?? first, cpuNs, nowMs);
      const isHot = cores >= (before?.isHot === true ? WARM_CORES_MIN : HOT_CORES_MIN);
      readings.set(cgroup, { cpuNs, atMs: nowMs, isHot });
      return isHot;
    },
    keepOnly(cgroups) {
      for (const cgroup of readings.keys()) if (!cgroups.has(cgroup)) readings.delete(cgroup);
    },
  };
}

function coresUsed(before: Reading, cpuNs: number, nowMs: number): number {
  const elapsedMs = nowMs - before.atMs;
  return elapsedMs <= 0 ? 0 : (cpuNs - before.cpuNs) / 1e6 / elapsedMs;
}
