/** Puts an agent together from its options: the one place where its parts meet the host. */
import { mkdirSync, readFileSync } from 'node:fs';
import { availableParallelism, uptime } from 'node:os';
import { knownNames } from '../../cli/known-names.ts';
import { Enforcer } from '../../enforce/enforcer.ts';
import { openJournal } from '../../enforce/journal.ts';
import type { CgroupLayout } from '../../model/cgroup-layout.ts';
import type { Clock } from '../../ports/clock.ts';
import type { KnownNames } from '../../ports/known-names.ts';
import type { Log } from '../../ports/log.ts';
import type { SensorSource } from '../../ports/sensor-source.ts';
import { Indicators } from '../../scanner/indicators/indicators.ts';
import { coresOf } from '../../sensor/cgroup/cgroup-files.ts';
import { readLayout } from '../../sensor/cgroup/read-layout.ts';
import { FpuSource } from '../../sensor/fpu/fpu-source.ts';
import { createHostSampler } from '../../sensor/host/host-sampler.ts';
import { createJobMap } from '../../sensor/jobs/job-map.ts';
import { readKernelFile } from '../../sensor/kernel-file.ts';
import { packetSource } from '../../sensor/packets/packet-source.ts';
import { createRecordInbox } from '../../sensor/records/record-inbox.ts';
import type { RecordSensor } from '../../sensor/records/record-readers.ts';
import { recordSource } from '../../sensor/records/record-source.ts';
import { createSocketOwners } from '../../sensor/sockets/socket-owners.ts';
import { realClock } from '../real-clock.ts';
import { type RunningAgent, startAgent } from './agent.ts';
import type { AgentOptions } from './agent-options.ts';
import { createJobBook, type Page } from './job-book.ts';
import { clusterOf, createPodWatch, type PodWatch } from './pod-watch.ts';
import { startServerSide } from './server-side.ts';
import { createSteadyClock } from './steady-clock.ts';

const PROC = '/proc';

export interface AgentRun {
  readonly agent: RunningAgent;
  readonly enforcer: Enforcer;
  stop(): Promise<void>;
}

/** The layout of this host's cgroups, or a sentence on what is missing. */
export function layoutOfHost(prefix: string): CgroupLayout | string {
  const layout = readLayout(
    readKernelFile(`${PROC}/1/mountinfo`) ?? readKernelFile(`${PROC}/self/mountinfo`) ?? '',
    (folder) =>
      (readKernelFile(`${folder}/cgroup.controllers`) ?? '').trim().split(' ').includes('cpu'),
    prefix,
  );
  return layout ?? 'there are no cgroups with CPU accounting here';
}

/** Undoes what an agent before left behind; how many measures that were. */
export function undoAll(options: AgentOptions, layout: CgroupLayout, log: Log): number {
  const { enforcer, close } = openEnforcer(options, layout, log);
  const count = enforcer.undo(null, 'asked for');
  close();
  return count;
}

export async function runAgent(
  options: AgentOptions,
  layout: CgroupLayout,
  log: Log,
): Promise<AgentRun> {
  const { policy, indicators } = options;
  const clock = createSteadyClock(realClock);
  const known = knownNames(new Indicators(indicators));
  const { elapsedMs } = clock;
  const book = createJobBook(clock);
  const owners = createSocketOwners(PROC, elapsedMs);
  const pods = await startPodWatch(clock, log);
  const jobs = createJobMap({
    layout,
    rules: policy.jobs,
    proc: PROC,
    containers: options.containers,
    pods: () => pods?.pods ?? new Map(),
    elapsedMs,
  });
  const { enforcer, close } = openEnforcer(options, layout, log);
  const fpu = new FpuSource({
    clock,
    // Long before it is a suspect: a thread that computes without pause is worth that look.
    wanted: () => [...book.pages].filter(isOdd).map(({ ref, cgroup }) => ref ?? `${cgroup}`),
    folder: options.state,
    programPath: process.env['PATH'] ?? '',
  });
  const host = createHostSampler({ layout, proc: PROC, jobs, owners, known, clock });
  const packets = packetSource({ known, clock });
  const all: readonly SensorSource[] = [...host, fpu, packets];
  const own = all.filter(({ name }) => policy.sensors.includes(name));
  const sources = [...own, ...recordSources(options, known, clock)];
  const { rules, outsideJobs } = policy;
  const side =
    options.server === null
      ? null
      : startServerSide(options.server, {
          options,
          clock,
          log,
          enforcer,
          pageOf: book.pageOf,
          coresOf: (cgroup) => coresOf(layout, cgroup, availableParallelism()),
        });
  const agent = await startAgent({
    clock,
    book,
    log,
    jobs,
    owners,
    enforcer,
    sources,
    rules,
    outsideJobs,
    ...(side === null ? {} : { report: side.report, counts: () => side.counts }),
  });
  return {
    agent,
    enforcer,
    async stop() {
      pods?.stop();
      await agent.stop();
      await side?.stop();
      // Nobody would be there to end them.
      enforcer.undo(null, 'the agent ends');
      close();
    },
  };
}

/** What other sensors see. */
function recordSources(
  { policy: { records, listen }, inboxToken }: AgentOptions,
  known: KnownNames,
  clock: Clock,
): readonly SensorSource[] {
  const inbox = createRecordInbox({ listen: listen ?? '', token: inboxToken });
  return Object.entries(records).map(([name, where]) => {
    const from = where === 'http' ? inbox : where === 'stdin' ? process.stdin : where;
    return recordSource({ sensor: name as RecordSensor, known, clock, from });
  });
}

const ODD_BITS_MIN = 2;

function isOdd({ verdict, signals }: Page): boolean {
  return verdict.bits >= ODD_BITS_MIN || signals.some(({ kind }) => kind === 'cpu');
}

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** In a pod that knows its node; what the first answer says is there before the first sighting. */
async function startPodWatch(clock: Clock, log: Log): Promise<PodWatch | null> {
  const cluster = clusterOf(process.env);
  if (cluster === null) return null;
  const watch = createPodWatch({ ...cluster, account: SERVICE_ACCOUNT, clock, log });
  await watch.ask();
  return watch;
}

function openEnforcer({ state, policy }: AgentOptions, layout: CgroupLayout, log: Log) {
  mkdirSync(state, { recursive: true, mode: 0o700 });
  const boot = readFileSync(`${PROC}/sys/kernel/random/boot_id`, 'utf8').trim();
  const journal = openJournal(`${state}/measures.ndjson`, boot);
  if (journal.open.length > 0)
    log.warn('an agent before left measures', { count: journal.open.length });
  const enforcer = new Enforcer({
    layout,
    journal,
    log,
    dryRun: policy.dryRun,
    uptimeMs: () => Math.round(uptime() * 1_000),
    coresOf: (cgroup) => coresOf(layout, cgroup, availableParallelism()),
  });
  return { enforcer, close: () => journal.close() };
}
