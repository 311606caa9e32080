/**
 * The workload lab: real programs of a CI host, and loops that are shaped like proofs of work, each
 * as a job under a running agent. All of one kind run at once, on however few cores: the agent must
 * tell them apart by more than by who gets the CPU. Needs root, cgroups, tcpdump, and for the
 * programs gcc, ffmpeg, xz, zstd and minisat.
 */
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { TestCgroup, writableLayout } from '../../src/sensor/cgroup/test-cgroup.ts';
import type { Measurement } from '../measure.ts';
import { type AgentLine, AgentProcess } from './agent-process.ts';
import { LAB_POLICY } from './lab-policy.ts';
import { type Program, prepare, programs, slug } from './programs.ts';
import { StratumServer } from './stratum-server.ts';

interface Job {
  readonly program: Program;
  readonly cgroup: TestCgroup;
  readonly child: ChildProcess;
  readonly startedMs: number;
}

export async function lab(): Promise<Measurement> {
  const seconds = Number(process.env['LAB_SECONDS'] ?? 90);
  const folder = mkdtempSync(join(tmpdir(), 'davylamp-lab-'));
  prepare(folder);
  writeFileSync(join(folder, 'policy.yaml'), LAB_POLICY);
  const pool = new StratumServer();
  const port = await pool.listen();
  const words = ['--policy', join(folder, 'policy.yaml'), '--state', join(folder, 'state')];
  const agent = new AgentProcess(folder, words);
  await agent.watches();
  const all = programs(folder, 4 * seconds);
  const rows: (string | number)[][] = [];
  const phases = [
    { of: (one: Program) => one.stratum, seconds: Math.min(seconds, 40) },
    { of: (one: Program) => one.kind === 'proof-of-work' && !one.stratum, seconds },
    { of: (one: Program) => one.kind === 'ordinary', seconds },
  ];
  for (const phase of phases) {
    const jobs = all.filter(phase.of).map((program) => start(program, port));
    await sleep(phase.seconds * 1_000);
    rows.push(...jobs.map((job) => rowOf(job, agent, pool)));
    for (const { cgroup } of jobs) await cgroup.remove();
  }
  await agent.end();
  pool.close();
  rmSync(folder, { recursive: true });
  const wronged = rows.filter(([name, , , , measures]) => {
    const isOrdinary = all.some((one) => one.name === name && one.kind === 'ordinary');
    return isOrdinary && /freeze|stop|cut/.test(String(measures));
  });
  // The table is printed all the same.
  if (wronged.length > 0) process.exitCode = 1;
  return {
    name: 'lab',
    settings: { seconds },
    columns: ['program', 'level', 'bits', 'signals', 'measures', 'suspected s', 'mining s'],
    rows,
    notes: [
      'Seconds from the first share where there is a pool, else from the start of the program.',
      'Programs of one kind run at once. No ordinary program may have `stop` or `freeze`.',
    ],
  };
}

function start(program: Program, port: number): Job {
  const layout = writableLayout();
  if (layout === null) throw new Error('the lab needs root and cgroups that may be written');
  const cgroup = new TestCgroup(layout, `/davylamp-lab/${slug(program.name)}`);
  const child = cgroup.spawn(program.words(port), { stdio: ['ignore', 'ignore', 'inherit'] });
  return { program, cgroup, child, startedMs: performance.now() };
}

function rowOf({ program, startedMs }: Job, agent: AgentProcess, pool: StratumServer) {
  const lines = agent.linesOf(`lab/local/${slug(program.name)}`);
  const verdicts = lines.filter(({ msg }) => msg === 'verdict');
  const from = pool.firstShare.get(slug(program.name)) ?? startedMs;
  const seconds = (levels: readonly string[]): number | string => {
    const first = verdicts.find(({ verdict }) => levels.includes(String(verdict)));
    return first === undefined ? '–' : Math.round((first.atMs - from) / 100) / 10;
  };
  const worst = verdicts.toSorted((a, b) => Number(b['bits']) - Number(a['bits']))[0];
  return [
    program.name,
    String(worst?.['verdict'] ?? 'none'),
    Number(worst?.['bits'] ?? 0),
    String(worst?.['reasons'] ?? '–'),
    measuresOf(lines),
    seconds(['suspected', 'mining']),
    seconds(['mining']),
  ];
}

function measuresOf(lines: readonly AgentLine[]): string {
  const taken = lines.filter(({ msg }) => msg === 'measure taken').map(({ rule }) => String(rule));
  return [...new Set(taken)].join(' ') || 'none';
}
