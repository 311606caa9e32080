/**
 * What the agent costs on a host with 100 jobs and 500 processes, at default settings, from its
 * start on: the CPU time and the memory of it and of all programs that it starts. Most jobs wait for
 * something, as most jobs do; three compute, at a third of a core each, so that the closer look has
 * its cost too. `AGENT_COST_SECONDS` is 600 unless said otherwise.
 *
 * CPU is what the kernel adds up of the agent and its children, those that are gone included. Memory
 * is what is resident of all of them together, so that a file that two of them use counts twice. It
 * is looked at without pause while the agent starts its programs, some of which live for 20 ms, and a
 * hundred times a second after. Both limits are of issue 5.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { constants, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { TestCgroup, writableLayout } from '../../src/sensor/cgroup/test-cgroup.ts';
import type { Measurement } from '../measure.ts';
import { AgentProcess } from './agent-process.ts';
import { LAB_POLICY } from './lab-policy.ts';
import { type Member, memberOf, membersBelow, proportionalBytes } from './process-family.ts';

const CPU_PERCENT_MAX = 1;
const MEMORY_MB_MAX = 80;
const JOBS = 100;
const PROCESSES_PER_JOB = 5;
const BUSY_JOBS = 3;
const TICKS_PER_SECOND = 100;
const START_MS = 5_000;
const EVERY_MS = 10;
/** Shared pages are told apart at a cost, and how the memory moves is no matter of milliseconds. */
const SLOW_EVERY = 100;

/** Of all processes of one name, one after the other. */
interface Cost {
  cpuTicks: number;
  residentBytesMax: number;
  anonymousBytesMax: number;
  /** That one was there. */
  ms: number;
}

interface Watched {
  readonly seconds: number;
  readonly cpuTicks: number;
  readonly costs: ReadonlyMap<string, Cost>;
  /** All together: the most at once, who that was, and the mean. */
  readonly bytesMax: number;
  readonly atMost: string;
  readonly bytesMean: number;
  /** Between two looks, while the agent starts its programs: who lived shorter may be missed. */
  readonly gapMsMax: number;
  /** The same with shared pages counted once, once a second. */
  readonly proportionalBytesMax: number;
}

export async function agentCost(): Promise<Measurement> {
  const seconds = Number(process.env['AGENT_COST_SECONDS'] ?? 600);
  const folder = mkdtempSync(join(tmpdir(), 'davylamp-cost-'));
  writeFileSync(join(folder, 'policy.yaml'), LAB_POLICY);
  const jobs = Array.from({ length: JOBS }, (_, i) => startJob(i));
  const words = ['--policy', join(folder, 'policy.yaml'), '--state', join(folder, 'state')];
  const agent = new AgentProcess(folder, [...words, '--dry-run']);
  // Whoever looks late does not see who lived short.
  setPriority(constants.priority.PRIORITY_HIGHEST);
  const watched = await watch(agent.child.pid ?? 0, seconds);
  setPriority(constants.priority.PRIORITY_NORMAL);
  await agent.end();
  const last = agent.lines.findLast(({ msg }) => msg === 'health');
  for (const job of jobs) await job.remove();
  rmSync(folder, { recursive: true });
  return {
    name: 'agent-cost',
    settings: { seconds, jobs: JOBS, processes: JOBS * PROCESSES_PER_JOB, busyJobs: BUSY_JOBS },
    columns: ['process', '% of one core', 'resident MB, most', 'of it its own', 'of the time, %'],
    rows: rowsOf(watched),
    notes: [
      ...verdictsOf(watched),
      `At its most: ${watched.atMost}. Shared pages once: ${mb(watched.proportionalBytesMax)} MB.`,
      `At most ${watched.gapMsMax.toFixed(0)} ms between two looks while it started its programs.`,
      `Rounding modes by ${last?.['fpu.way']}, ${last?.['fpu.events']} samples, ${last?.['fpu.problem'] || 'no problem'}.`,
    ],
  };
}

/** Everything is counted from the moment in which the agent is started. */
async function watch(agent: number, seconds: number): Promise<Watched> {
  const costs = new Map<string, Cost>();
  const ticks = new Map<number, number>();
  let [looks, bytesMax, byteMs, proportionalBytesMax, cpuTicks, atMost] = [0, 0, 0, 0, 0, ''];
  const startedMs = performance.now();
  let [passedMs, gapMsMax] = [0, 0];
  while (passedMs < seconds * 1_000) {
    const members = familyOf(agent);
    for (const one of members) note(costs, ticks, one);
    const bytes = sum(members.map((one) => one.residentBytes));
    if (bytes > bytesMax) atMost = members.map(describe).join(' + ');
    bytesMax = Math.max(bytesMax, bytes);
    if (looks++ % SLOW_EVERY === 0 && passedMs > START_MS) {
      const proportional = sum(members.map(({ pid }) => proportionalBytes(pid)));
      proportionalBytesMax = Math.max(proportionalBytesMax, proportional);
    }
    // Never less than before: who ends now counts for its parent a moment later.
    cpuTicks = Math.max(cpuTicks, sum(members.map((one) => one.cpuTicks + one.childTicks)));
    const isStart = passedMs < START_MS;
    await (isStart ? setImmediate() : sleep(EVERY_MS));
    const gapMs = performance.now() - startedMs - passedMs;
    if (isStart) gapMsMax = Math.max(gapMsMax, gapMs);
    passedMs += gapMs;
    byteMs += bytes * gapMs;
    for (const { name } of members) addTime(costs, name, gapMs);
  }
  const totals = { cpuTicks, bytesMax, atMost, bytesMean: byteMs / passedMs };
  return { ...totals, seconds: passedMs / 1_000, costs, proportionalBytesMax, gapMsMax };
}

function familyOf(agent: number): readonly Member[] {
  const self = memberOf(agent);
  if (self === null) throw new Error('the agent is gone');
  return [{ ...self, name: 'agent' }, ...membersBelow(agent)];
}

function note(costs: Map<string, Cost>, ticks: Map<number, number>, one: Member): void {
  const none = { cpuTicks: 0, residentBytesMax: 0, anonymousBytesMax: 0, ms: 0 };
  const cost = costs.get(one.name) ?? none;
  costs.set(one.name, cost);
  cost.residentBytesMax = Math.max(cost.residentBytesMax, one.residentBytes);
  cost.anonymousBytesMax = Math.max(cost.anonymousBytesMax, one.residentBytes - one.fileBytes);
  cost.cpuTicks += one.cpuTicks - (ticks.get(one.pid) ?? 0);
  ticks.set(one.pid, one.cpuTicks);
}

function addTime(costs: Map<string, Cost>, name: string, ms: number): void {
  const cost = costs.get(name);
  if (cost !== undefined) cost.ms += ms;
}

function rowsOf(watched: Watched): (string | number)[][] {
  const { seconds, costs, bytesMax, bytesMean } = watched;
  const percent = (cpuTicks: number): number => (cpuTicks / TICKS_PER_SECOND / seconds) * 100;
  const rows = [...costs].map(([name, cost]) => [
    name,
    percent(cost.cpuTicks),
    cost.residentBytesMax / 1e6,
    cost.anonymousBytesMax / 1e6,
    cost.ms / seconds / 10,
  ]);
  return [
    ...rows,
    ['all', percent(watched.cpuTicks), bytesMax / 1e6, '', 100],
    ['all, mean', '', bytesMean / 1e6, '', 100],
  ];
}

function verdictsOf({ cpuTicks, seconds, bytesMax }: Watched): readonly string[] {
  const percent = (cpuTicks / TICKS_PER_SECOND / seconds) * 100;
  const says = (isBelow: boolean): string => (isBelow ? 'holds' : 'DOES NOT HOLD');
  return [
    `Under ${CPU_PERCENT_MAX} % of one core: ${says(percent < CPU_PERCENT_MAX)}, ${percent.toFixed(3)} %.`,
    `Under ${MEMORY_MB_MAX} MB: ${says(bytesMax < MEMORY_MB_MAX * 1e6)}, ${mb(bytesMax)} MB.`,
  ];
}

function describe({ name, residentBytes }: Member): string {
  return `${name} ${mb(residentBytes)} MB`;
}

function mb(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
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
