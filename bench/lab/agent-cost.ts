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
const EVERY_MS = 5_000;

interface Cost {
  cpuTicks: number;
  residentBytesMax: number;
}

export async function agentCost(): Promise<Measurement> {
  const seconds = Number(process.env['AGENT_COST_SECONDS'] ?? 600);
  const folder = mkdtempSync(join(tmpdir(), 'davylamp-cost-'));
  writeFileSync(join(folder, 'policy.yaml'), LAB_POLICY);
  const jobs = Array.from({ length: JOBS }, (_, i) => startJob(i));
  const words = ['--policy', join(folder, 'policy.yaml'), '--state', join(folder, 'state')];
  const agent = new AgentProcess([...words, '--dry-run'], {}, process.env['AGENT_FILE']);
  await agent.watches();
  await sleep(2 * EVERY_MS);
  const pid = agent.child.pid ?? 0;
  const costs = new Map<string, Cost>();
  const before = ticksByName(pid);
  const startedMs = performance.now();
  while (performance.now() - startedMs < seconds * 1_000) {
    await sleep(EVERY_MS);
    for (const { name, bytes } of familyOf(pid)) {
      const cost = costs.get(name) ?? { cpuTicks: 0, residentBytesMax: 0 };
      costs.set(name, cost);
      cost.residentBytesMax = Math.max(cost.residentBytesMax, bytes);
    }
    for (const [name, ticks] of ticksByName(pid)) {
      const cost = costs.get(name);
      if (cost !== undefined) cost.cpuTicks = ticks - (before.get(name) ?? 0);
    }
  }
  const elapsedSeconds = (performance.now() - startedMs) / 1_000;
  await agent.end();
  for (const job of jobs) await job.remove();
  rmSync(folder, { recursive: true });
  return {
    name: 'agent-cost',
    settings: { seconds, jobs: JOBS, processes: JOBS * PROCESSES_PER_JOB, busyJobs: BUSY_JOBS },
    columns: ['process', '% of one core', 'resident MB, most'],
    rows: [...costs].map(([name, { cpuTicks, residentBytesMax }]) => [
      name,
      (cpuTicks / TICKS_PER_SECOND / elapsedSeconds) * 100,
      residentBytesMax / 1e6,
    ]),
    notes: [
      'CPU time by /proc, so that others on the machine do not count.',
      'bpftrace only runs while a job computes without pause: its row is its last run.',
    ],
  };
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
function familyOf(agent: number): readonly { name: string; bytes: number; ticks: number }[] {
  return readdirSync('/proc').flatMap((entry) => {
    const pid = Number(entry);
    const stat = pid > 0 ? statOf(pid) : null;
    if (stat === null || (pid !== agent && stat.parent !== agent)) return [];
    const name = pid === agent ? 'agent' : stat.name;
    return [{ name, bytes: stat.residentPages * PAGE_BYTES, ticks: stat.cpuTicks }];
  });
}

function ticksByName(agent: number): ReadonlyMap<string, number> {
  return new Map(familyOf(agent).map(({ name, ticks }) => [name, ticks]));
}
