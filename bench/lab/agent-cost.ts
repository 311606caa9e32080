/**
 * What the agent costs on a host with 100 jobs and 500 processes, at default settings: its own CPU
 * time and memory, and that of the programs that it starts. Most jobs wait for something, as most
 * jobs do; three compute, at a third of a core each, so that the closer look has its cost too.
 * `AGENT_COST_SECONDS` is 600 unless said otherwise.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { TestCgroup, writableLayout } from '../../src/sensor/cgroup/test-cgroup.ts';
import { parseProcessStat } from '../../src/sensor/procfs/process-stat.ts';
import type { Measurement } from '../measure.ts';
import { AgentProcess } from './agent-process.ts';
import { LAB_POLICY } from './lab-policy.ts';

const JOBS = 100;
const PROCESSES_PER_JOB = 5;
const BUSY_JOBS = 3;
const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4_096;
const SETTLE_MS = 10_000;
/** What a process used in its last second is not seen. */
const EVERY_MS = 1_000;

/** Of all processes of one name, one after the other. */
interface Cost {
  cpuTicks: number;
  residentBytesMax: number;
  anonymousBytesMax: number;
  seenSeconds: number;
}

const NO_COST: Cost = {
  cpuTicks: 0,
  residentBytesMax: 0,
  anonymousBytesMax: 0,
  seenSeconds: 0,
};

export async function agentCost(): Promise<Measurement> {
  const seconds = Number(process.env['AGENT_COST_SECONDS'] ?? 600);
  const folder = mkdtempSync(join(tmpdir(), 'davylamp-cost-'));
  writeFileSync(join(folder, 'policy.yaml'), LAB_POLICY);
  const jobs = Array.from({ length: JOBS }, (_, i) => startJob(i));
  const words = ['--policy', join(folder, 'policy.yaml'), '--state', join(folder, 'state')];
  const agent = new AgentProcess(folder, [...words, '--dry-run']);
  await agent.watches();
  await sleep(SETTLE_MS);
  const watched = await watchFamily(agent.child.pid ?? 0, seconds);
  await agent.end();
  for (const job of jobs) await job.remove();
  rmSync(folder, { recursive: true });
  return {
    name: 'agent-cost',
    settings: { seconds, jobs: JOBS, processes: JOBS * PROCESSES_PER_JOB, busyJobs: BUSY_JOBS },
    columns: ['process', '% of one core', 'resident MB, most', 'of it its own', 'of the time, %'],
    rows: rowsOf(watched),
    notes: [
      'CPU time by /proc, so that others on the machine do not count.',
      'Resident counts the files of programs too; its own is what goes with the process.',
      'bpftrace only runs for nine seconds at a time, and only when a job computes without pause.',
    ],
  };
}

interface Watched {
  readonly seconds: number;
  readonly costs: ReadonlyMap<string, Cost>;
  /** Resident bytes of all together, a sample a second. */
  readonly sums: readonly { readonly bytes: number; readonly hasBpftrace: boolean }[];
}

async function watchFamily(agent: number, seconds: number): Promise<Watched> {
  const costs = new Map<string, Cost>();
  const ticks = new Map(familyOf(agent).map((one) => [one.pid, one.ticks]));
  const sums: { bytes: number; hasBpftrace: boolean }[] = [];
  const startedMs = performance.now();
  while (performance.now() - startedMs < seconds * 1_000) {
    await sleep(EVERY_MS);
    const family = familyOf(agent);
    for (const one of family) {
      const cost = costs.get(one.name) ?? { ...NO_COST };
      costs.set(one.name, cost);
      cost.anonymousBytesMax = Math.max(cost.anonymousBytesMax, anonymousBytes(one.pid));
      cost.residentBytesMax = Math.max(cost.residentBytesMax, one.bytes);
      cost.seenSeconds += EVERY_MS / 1_000;
      cost.cpuTicks += one.ticks - (ticks.get(one.pid) ?? 0);
      ticks.set(one.pid, one.ticks);
    }
    const bytes = family.reduce((sum, one) => sum + one.bytes, 0);
    sums.push({ bytes, hasBpftrace: family.some(({ name }) => name === 'bpftrace') });
  }
  return { seconds: (performance.now() - startedMs) / 1_000, costs, sums };
}

function rowsOf({ seconds, costs, sums }: Watched): (string | number)[][] {
  const percent = (cpuTicks: number): number => (cpuTicks / TICKS_PER_SECOND / seconds) * 100;
  const rows = [...costs].map(([name, cost]) => [
    name,
    percent(cost.cpuTicks),
    cost.residentBytesMax / 1e6,
    cost.anonymousBytesMax / 1e6,
    Math.min(100, (cost.seenSeconds / seconds) * 100),
  ]);
  const all = [...costs.values()].reduce((sum, { cpuTicks }) => sum + cpuTicks, 0);
  const most = (of: Watched['sums']): number => Math.max(0, ...of.map(({ bytes }) => bytes)) / 1e6;
  const without = sums.filter(({ hasBpftrace }) => !hasBpftrace);
  const mean = sums.reduce((sum, { bytes }) => sum + bytes, 0) / sums.length / 1e6;
  const share = (of: Watched['sums']): number => (of.length / sums.length) * 100;
  return [
    ...rows,
    ['all, without bpftrace', '', most(without), '', share(without)],
    ['all', percent(all), most(sums), '', 100],
    ['all, mean', '', mean, '', 100],
  ];
}

function startJob(number: number): TestCgroup {
  const layout = writableLayout();
  if (layout === null) throw new Error('the bench needs root and cgroups that may be written');
  const job = new TestCgroup(layout, `/davylamp-lab/cost-${number}`);
  const isBusy = number < BUSY_JOBS;
  if (isBusy) limit(job, 0.33);
  for (let i = 0; i < PROCESSES_PER_JOB; i++) {
    const spins = isBusy && i === 0;
    const words = spins ? ['sh', '-c', 'while :; do :; done'] : ['sleep', '100000'];
    job.spawn(words, { stdio: 'ignore' });
  }
  return job;
}

function limit(job: TestCgroup, cores: number): void {
  if (job.layout.version === 2) job.write('cpu', 'cpu.max', `${cores * 100_000} 100000`);
  else job.write('cpu', 'cpu.cfs_quota_us', `${cores * 100_000}`);
}

function statOf(pid: number) {
  try {
    return parseProcessStat(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return null;
  }
}

/** The agent and the programs that it runs. */
function familyOf(
  agent: number,
): readonly { pid: number; name: string; bytes: number; ticks: number }[] {
  return readdirSync('/proc').flatMap((entry) => {
    const pid = Number(entry);
    const stat = pid > 0 ? statOf(pid) : null;
    if (stat === null || (pid !== agent && stat.parent !== agent)) return [];
    const name = pid === agent ? 'agent' : stat.name;
    return [{ pid, name, bytes: stat.residentPages * PAGE_BYTES, ticks: stat.cpuTicks }];
  });
}

/** What no file stands behind. */
function anonymousBytes(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    return Number(/RssAnon:\s{1,9}(\d{1,15}) kB/.exec(status)?.[1] ?? 0) * 1_024;
  } catch {
    return 0;
  }
}
