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

interface Group {
  readonly cgroup: string;
  readonly processes: KnownProcess[];
  ioBytesPerSecond: number;
}

/** Cores below which a process is not worth reading its threads. */
const PROCESS_CORES_MIN = 0.05;
const TICK_MS = 10;
/** A thread counts once it has been busy so long. */
const BUSY_MS_MIN = 10 * SECOND_MS;
const ROUNDS_PER_CONNECTIONS = 12;

export class HotGroups {
  readonly #options: HotGroupsOptions;
  readonly #threads = createThreadLoad();
  #groups = new Map<string, Group>();

  constructor(options: HotGroupsOptions) {
    this.#options = options;
  }

  sample(cgroup: string, pids: readonly number[], round: number): void {
    const { proc, table } = this.#options;
    const group = this.#groupOf(cgroup);
    for (const pid of pids) {
      const process = table.meet(pid, round);
      const cores = process === null ? null : this.#look(process, cgroup);
      if (process === null || cores === null || cores < PROCESS_CORES_MIN) continue;
      group.processes.push(process);
      group.ioBytesPerSecond += ioOf(proc, process);
    }
  }

  /** Tells what the round has shown. */
  finish(round: number): void {
    const { proc, clock, owners, health } = this.#options;
    const nowMs = clock.elapsedMs();
    const groups = [...this.#groups.values()];
    for (const { pid } of groups.flatMap(({ processes }) => processes)) {
      readThreads(proc, pid, this.#threads, nowMs);
    }
    const busy = groups.flatMap((group) => this.#tell(group, nowMs, round));
    owners.setBusy(busy);
    this.#threads.forgetBefore(nowMs - 60 * SECOND_MS);
    health.procfs.lost += this.#threads.takeLost();
    this.#groups = new Map();
  }

  #groupOf(cgroup: string): Group {
    const key = this.#options.jobs.jobOfCgroup(cgroup)?.cgroup ?? cgroup;
    const group = this.#groups.get(key) ?? { cgroup: key, processes: [], ioBytesPerSecond: 0 };
    this.#groups.set(key, group);
    return group;
  }

  /** Cores that the process used since it was last looked at; null when it is gone. */
  #look(process: KnownProcess, cgroup: string): number | null {
    const { proc, health, clock } = this.#options;
    const stat = parseProcessStat(readKernelFile(`${proc}/${process.pid}/stat`) ?? '');
    if (stat === null) return null;
    health.procfs.events++;
    const before = process.stat;
    const elapsedMs = clock.elapsedMs() - process.readAtMs;
    process.stat = stat;
    process.readAtMs += elapsedMs;
    // A process that is new may be busy: its threads are read at once, and it is known next time.
    if (before === null) return PROCESS_CORES_MIN;
    if (!isOther(before, stat)) return ((stat.cpuTicks - before.cpuTicks) * TICK_MS) / elapsedMs;
    forgetProgram(process);
    this.#lookAtProgram(process.pid, cgroup);
    return 0;
  }

  #lookAtProgram(pid: number, cgroup: string): void {
    const { proc, known, clock, emit } = this.#options;
    for (const signal of lookAtProgram(proc, pid, known, clock.now()) ?? []) {
      emit('procfs', signal, cgroup, pid);
    }
  }

  /** The processes of the group that have busy threads. */
  #tell(group: Group, nowMs: number, round: number): readonly number[] {
    const { layout, hostCores, clock, emit } = this.#options;
    const { cgroup, processes } = group;
    const pids = new Set(processes.map(({ pid }) => pid));
    const all = this.#threads.busyOf(pids, nowMs);
    const busy = all.filter(({ busyMs }) => busyMs >= BUSY_MS_MIN);
    if (busy.length === 0) return [];
    const cores = coresOf(layout, cgroup, hostCores);
    emit('cgroup', cpuSignal(busy, cores, group, clock.now()), cgroup);
    for (const process of processes) {
      const count = busy.filter(({ pid }) => pid === process.pid).length;
      if (count > 0) this.#lookClosely(process, count, cgroup, nowMs);
    }
    const busyPids = [...new Set(busy.map(({ pid }) => pid))];
    if (round % ROUNDS_PER_CONNECTIONS === 0) this.#tellPools(busyPids[0] ?? 0, cgroup);
    return busyPids;
  }

  #lookClosely(process: KnownProcess, threads: number, cgroup: string, nowMs: number): void {
    const { proc, clock, emit } = this.#options;
    const at = clock.now();
    for (const signal of lookAtMemory(proc, process, threads, nowMs, at)) {
      emit('procfs', signal, cgroup, process.pid);
    }
    const packed = process.isRead ? null : lookAtFile(proc, process.pid, at);
    process.isRead = true;
    if (packed !== null) emit('procfs', packed, cgroup, process.pid);
  }

  #tellPools(pid: number, cgroup: string): void {
    const { owners, known, clock, emit, health } = this.#options;
    health.sockets.events++;
    for (const { local, remote } of owners.connectionsOf(pid)) {
      const pool = known.poolOf(remote.slice(0, remote.lastIndexOf(':')));
      if (pool === null || owners.pidOf(local) === null) continue;
      const seen = { kind: 'pool-name', at: clock.now(), job: null, source: 'sockets' } as const;
      const via = 'address' as const;
      emit('sockets', { ...seen, via, ...pool, client: local, server: remote }, cgroup);
    }
  }
}

function forgetProgram(process: KnownProcess): void {
  const none = { isRead: false, shape: null, codeSinceMs: null };
  Object.assign(process, { ...none, mapsAtMs: Number.NEGATIVE_INFINITY });
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
