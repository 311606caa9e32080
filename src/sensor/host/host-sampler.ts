/**
 * The three sources that look at the host itself: `cgroup`, `procfs` and `sockets`. One round every
 * five seconds serves all of them, cheapest first:
 *
 *   1. which cgroups there are, 15 µs each
 *   2. each cgroup: CPU time, which makes some of them hot, and its processes
 *   3. each new process: its program, twice
 *   4. hot cgroups only: CPU and threads of each process; of busy ones also memory and files
 *   5. hot cgroups, once a minute: whom they are connected to
 *
 * A quiet host costs two small files a cgroup and round. What a round cannot hold is counted lost.
 */
import { availableParallelism } from 'node:os';
import { ok, type Result } from '../../base/result.ts';
import { newProcessesPerRoundMax } from '../../base/sensor-limits.ts';
import type { CgroupLayout } from '../../model/cgroup-layout.ts';
import type { SensorName, Signal } from '../../model/signal.ts';
import type { Clock } from '../../ports/clock.ts';
import type { KnownNames } from '../../ports/known-names.ts';
import type { SensorProblem, SensorSource, Sighting } from '../../ports/sensor-source.ts';
import { cpuNanosecondsOf, processesOf } from '../cgroup/cgroup-files.ts';
import { walkCgroups } from '../cgroup/cgroup-tree.ts';
import type { JobMap } from '../jobs/job-map.ts';
import type { SocketOwners } from '../sockets/socket-owners.ts';
import { createCgroupLoad } from './cgroup-load.ts';
import { createForkCount } from './fork-count.ts';
import { HotGroups } from './hot-groups.ts';
import { lookAtProgram } from './look-at-program.ts';
import { createProcessTable, LOOKS } from './process-table.ts';
import { type HealthCounts, newHealth } from './source-health.ts';

export const HOST_SOURCES = ['cgroup', 'procfs', 'sockets'] as const satisfies SensorName[];
export type HostSource = (typeof HOST_SOURCES)[number];

export interface HostSamplerOptions {
  readonly layout: CgroupLayout;
  readonly proc: string;
  readonly jobs: JobMap;
  readonly owners: SocketOwners;
  readonly known: KnownNames;
  readonly clock: Clock;
  readonly roundMs?: number;
  readonly hostCores?: number;
}

const ROUND_MS = 5_000;

export function createHostSampler(options: HostSamplerOptions): readonly SensorSource[] {
  const health: Record<HostSource, HealthCounts> = {
    cgroup: newHealth(),
    procfs: newHealth(),
    sockets: newHealth(),
  };
  const sinks = new Map<HostSource, (sighting: Sighting) => void>();
  const emit: EmitSignal = (source, signal, cgroup, pid) => {
    sinks.get(source)?.({ signal, actor: pid === undefined ? { cgroup } : { cgroup, pid } });
  };
  const round = createRound(options, health, emit);
  let cancel: (() => void) | null = null;
  const tick = (): void => {
    cancel = options.clock.after(options.roundMs ?? ROUND_MS, tick);
    round();
  };
  return HOST_SOURCES.map((name) => ({
    name,
    start(onSignal): Promise<Result<void, SensorProblem>> {
      sinks.set(name, onSignal);
      health[name].state = 'running';
      cancel ??= options.clock.after(0, tick);
      return Promise.resolve(ok(undefined));
    },
    stop() {
      sinks.delete(name);
      health[name].state = 'stopped';
      if (sinks.size === 0) cancel?.();
      if (sinks.size === 0) cancel = null;
      return Promise.resolve();
    },
    health: () => ({ ...health[name] }),
  }));
}

export type EmitSignal = (source: HostSource, signal: Signal, cgroup: string, pid?: number) => void;

/** One round after the other, over the same tables. */
function createRound(
  options: HostSamplerOptions,
  health: Record<HostSource, HealthCounts>,
  emit: EmitSignal,
): () => void {
  const { layout, proc, jobs, owners, known, clock } = options;
  const load = createCgroupLoad();
  const forks = createForkCount();
  const table = createProcessTable();
  const hostCores = options.hostCores ?? availableParallelism();
  const hot = new HotGroups({ ...options, hostCores, health, emit, table });
  let cgroups: readonly string[] = [];
  let number = 0;

  const walk = (): void => {
    const tree = walkCgroups(layout.root);
    cgroups = tree.paths;
    health.cgroup.lost += tree.lost;
    jobs.setCgroups(cgroups);
    load.keepOnly(new Set(cgroups));
  };
  const lookAtNew = (cgroup: string, pids: readonly number[], room: number): number => {
    let looked = 0;
    for (const pid of pids) {
      const process = table.meet(pid, number);
      if (process !== null && process.looks >= LOOKS) continue;
      if (process === null || looked >= room) {
        health.procfs.lost++;
        continue;
      }
      looked++;
      process.looks++;
      const signals = lookAtProgram(proc, pid, known, clock.now());
      health.procfs.events++;
      for (const signal of signals ?? []) emit('procfs', signal, cgroup, pid);
    }
    return looked;
  };
  return () => {
    walk();
    number++;
    let room = newProcessesPerRoundMax;
    for (const cgroup of cgroups) {
      const cpuNs = cpuNanosecondsOf(layout, cgroup);
      if (cpuNs === null) continue;
      health.cgroup.events++;
      const pids = processesOf(layout, cgroup);
      room -= lookAtNew(cgroup, pids, room);
      const isHot = load.isHot(cgroup, cpuNs, clock.elapsedMs());
      if (isHot && pids.length > 0) hot.sample(cgroup, pids, number);
    }
    health.procfs.lost += forks.unseen(proc, table.takeMet());
    hot.finish(number);
    health.sockets.lost += owners.takeLost();
    table.sweep(number);
    for (const name of HOST_SOURCES) health[name].lastSeenAt = clock.now();
  };
}
