/**
 * The closer look at cgroups that use CPU: whose threads are busy without a pause, what they read
 * and write meanwhile, what their memory looks like, whom they are connected to. Told by job: a
 * job's containers are one.
 */
import { SECOND_MS } from '../../base/time.ts';
import type { CpuSignal } from '../../model/signal.ts';
import { coresOf } from '../cgroup/cgroup-files.ts';
import { readKernelFile } from '../kernel-file.ts';
import { parseProcessStat } from '../procfs/process-stat.ts';
import { type BusyThread, createThreadLoad } from '../procfs/thread-load.ts';
import type { EmitSignal, HostSamplerOptions, HostSource } from './host-sampler.ts';
import { lookAtMemory } from './look-at-memory.ts';
import { lookAtFile, lookAtProgram } from './look-at-program.ts';
import { isOther, type KnownProcess, type ProcessTable } from './process-table.ts';
import { readThreads } from './read-threads.ts';
import type { HealthCounts } from './source-health.ts';

export interface HotGroupsOptions extends HostSamplerOptions {
  readonly hostCores: number;
  readonly health: Record<HostSource, HealthCounts>;
  readonly emit: EmitSignal;
  readonly table: ProcessTable;
}

export interface HotGroups {
  sample(cgroup: string, pids: readonly number[], round: number): void;
  /** Tells what the round has shown. */
  finish(round: number): void;
}

interface Group {
  readonly cgroup: string;
  readonly processes: KnownProcess[];
  ioBytesPerSecond: number;
}

/** Cores below which a process is not worth reading its threads. */
const PROCESS_CORES_MIN = 0.05;
const TICK_MS = 10;
/** A thread counts once it has been busy so long; what a signal weighs it has to last for anyway. */
const BUSY_MS_MIN = 10 * SECOND_MS;
const ROUNDS_PER_CONNECTIONS = 12;

export function createHotGroups(options: HotGroupsOptions): HotGroups {
  const { layout, proc, jobs, owners, known, clock, hostCores, health, emit, table } = options;
  const threads = createThreadLoad();
  let groups = new Map<string, Group>();

  const look = (process: KnownProcess, cgroup: string): number | null => {
    const stat = parseProcessStat(readKernelFile(`${proc}/${process.pid}/stat`) ?? '');
    if (stat === null) return null;
    health.procfs.events++;
    const before = process.stat;
    const isNew = isOther(before, stat);
    if (isNew) {
      for (const signal of lookAtProgram(proc, process.pid, known, clock.now()) ?? []) {
        emit('procfs', signal, cgroup, process.pid);
      }
      Object.assign(process, { isRead: false, shape: null, codeSinceMs: null, mapsAtMs: -1e9 });
    }
    const nowMs = clock.elapsedMs();
    const elapsedMs = nowMs - process.readAtMs;
    process.stat = stat;
    process.readAtMs = nowMs;
    if (before === null || isNew) return 0;
    return ((stat.cpuTicks - before.cpuTicks) * TICK_MS) / elapsedMs;
  };
  const groupOf = (cgroup: string): Group => {
    const key = jobs.jobOfCgroup(cgroup)?.cgroup ?? cgroup;
    const group = groups.get(key) ?? { cgroup: key, processes: [], ioBytesPerSecond: 0 };
    groups.set(key, group);
    return group;
  };
  const finishGroup = (group: Group, nowMs: number, round: number): readonly number[] => {
    const pids = new Set(group.processes.map(({ pid }) => pid));
    const busy = threads.busyOf(pids, nowMs).filter(({ busyMs }) => busyMs >= BUSY_MS_MIN);
    if (busy.length === 0) return [];
    const cores = coresOf(layout, group.cgroup, hostCores);
    emit('cgroup', cpuSignal(busy, cores, group, clock.now()), group.cgroup);
    const busyPids = [...new Set(busy.map(({ pid }) => pid))];
    for (const process of group.processes.filter(({ pid }) => busyPids.includes(pid))) {
      const count = busy.filter(({ pid }) => pid === process.pid).length;
      for (const signal of lookAtMemory(proc, process, count, nowMs, clock.now())) {
        emit('procfs', signal, group.cgroup, process.pid);
      }
      const packed = process.isRead ? null : lookAtFile(proc, process.pid, clock.now());
      process.isRead = true;
      if (packed !== null) emit('procfs', packed, group.cgroup, process.pid);
    }
    if (round % ROUNDS_PER_CONNECTIONS === 0) tellPools(busyPids[0] ?? 0, group.cgroup);
    return busyPids;
  };
  const tellPools = (pid: number, cgroup: string): void => {
    health.sockets.events++;
    for (const { local, remote } of owners.connectionsOf(pid)) {
      const pool = known.poolOf(remote.slice(0, remote.lastIndexOf(':')));
      if (pool === null || owners.pidOf(local) === null) continue;
      const at = clock.now();
      const seen = { kind: 'pool-name', at, job: null, source: 'sockets' } as const;
      const via = 'address' as const;
      emit('sockets', { ...seen, via, ...pool, client: local, server: remote }, cgroup);
    }
  };
  return {
    sample(cgroup, pids, round) {
      const group = groupOf(cgroup);
      for (const pid of pids) {
        const process = table.meet(pid, round);
        const cores = process === null ? null : look(process, cgroup);
        if (process === null || cores === null || cores < PROCESS_CORES_MIN) continue;
        group.processes.push(process);
        group.ioBytesPerSecond += ioOf(proc, process);
      }
    },
    finish(round) {
      const nowMs = clock.elapsedMs();
      for (const { processes } of groups.values()) {
        for (const { pid } of processes) readThreads(proc, pid, threads, nowMs);
      }
      const busy = [...groups.values()].flatMap((group) => finishGroup(group, nowMs, round));
      owners.setBusy(busy);
      threads.forgetBefore(nowMs - 60 * SECOND_MS);
      health.procfs.lost += threads.takeLost();
      groups = new Map();
    },
  };
}

function cpuSignal(
  busy: readonly BusyThread[],
  cores: number,
  { ioBytesPerSecond }: Group,
  at: number,
): CpuSignal {
  // A thread that joined late must not make those that have long been busy look young.
  const longest = Math.max(...busy.map(({ busyMs }) => busyMs));
  const steady = busy.filter(({ busyMs }) => busyMs >= longest / 2);
  const sum = (of: (thread: BusyThread) => number): number => {
    return steady.reduce((total, thread) => total + of(thread), 0);
  };
  return {
    kind: 'cpu',
    at,
    job: null,
    source: 'cgroup',
    busyThreads: steady.length,
    cores,
    share: Math.min(1, sum(({ demandMean }) => demandMean) / cores),
    flatness: sum(({ demandMin }) => demandMin) / steady.length,
    ioBytesPerSecond: Math.round(ioBytesPerSecond),
    lastedSeconds: Math.floor(Math.min(...steady.map(({ busyMs }) => busyMs)) / SECOND_MS),
  };
}

/** Bytes a second that the process has read and written since it was last asked, files and all. */
function ioOf(proc: string, process: KnownProcess): number {
  const text = readKernelFile(`${proc}/${process.pid}/io`) ?? '';
  const [rchar = 0, wchar = 0] = text.split('\n', 2).map((line) => Number(line.split(': ')[1]));
  const bytes = rchar + wchar || 0;
  const before = process.io;
  process.io = { bytes, atMs: process.readAtMs };
  const elapsedMs = process.readAtMs - before.atMs;
  return before.atMs === 0 || elapsedMs <= 0 ? 0 : ((bytes - before.bytes) * SECOND_MS) / elapsedMs;
}
