/**
 * The workload lab: real programs of a CI host, and loops that are shaped like proofs of work, each
 * as a job under a running agent. Needs root, cgroups, tcpdump and gcc; of the programs it names
 * those that are not there. Three parts, of which `--only` takes some, or some programs:
 *
 *   caught     the loops, all with a pool at once, then all without
 *   ordinary   the programs, all at once, on however few cores: the agent must tell them apart by
 *              more than by who gets the CPU
 *   slowdown   the programs one by one, with an agent and without
 *
 * Of every ordinary program it is recorded, too, whether anything that a measure could change of
 * its job was ever other than at its start.
 */
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { TestCgroup, writableLayout } from '../../src/sensor/cgroup/test-cgroup.ts';
import type { Measurement } from '../measure.ts';
import { AgentProcess } from './agent-process.ts';
import { endLeftovers, endLeftoversOnSignal } from './end-leftovers.ts';
import { JobSettings } from './job-settings.ts';
import { LAB_POLICY } from './lab-policy.ts';
import { measuresIn } from './measures-in.ts';
import type { Change } from './paired-change.ts';
import { type Program, prepare, programs, slug } from './programs.ts';
import { type ProgramSlowdown, SLOWER_PERCENT_MAX, slowdowns } from './slowdown.ts';
import { StratumServer } from './stratum-server.ts';

const PARTS = ['caught', 'ordinary', 'slowdown'] as const;
type Part = (typeof PARTS)[number];

interface Job {
  readonly program: Program;
  readonly cgroup: TestCgroup;
  readonly settings: JobSettings;
  readonly child: ChildProcess;
  readonly startedMs: number;
}

/** What the agent said of a program. */
interface Seen {
  readonly level: string;
  readonly bits: number;
  readonly signals: string;
  readonly action: string;
  /** Of the job: what was ever other than at its start. */
  readonly changes: readonly string[];
  readonly suspectedSeconds: number | null;
  readonly miningSeconds: number | null;
}

export async function lab(words: readonly string[] = []): Promise<Measurement> {
  const seconds = Number(process.env['LAB_SECONDS'] ?? 90);
  const slowdownSeconds = Number(process.env['LAB_SLOWDOWN_SECONDS'] ?? 500);
  await endLeftovers();
  endLeftoversOnSignal();
  const folder = mkdtempSync(join(tmpdir(), 'davylamp-lab-'));
  prepare(folder);
  writeFileSync(join(folder, 'policy.yaml'), LAB_POLICY);
  const agentWords = ['--policy', join(folder, 'policy.yaml'), '--state', join(folder, 'state')];
  const { programs: all, missing } = programs(folder, 4 * seconds);
  const { parts, chosen } = whatOnly(words, all);
  const seen = await watch(chosen, { folder, agentWords, seconds, parts });
  const suspects = new Set(
    [...seen].filter(([, one]) => one.level !== 'none').map(([name]) => name),
  );
  const ordinary = chosen.filter(({ kind }) => kind === 'ordinary');
  const slow: ReadonlyMap<string, ProgramSlowdown> = parts.has('slowdown')
    ? await slowdowns(ordinary, { folder, agentWords, seconds: slowdownSeconds, suspects })
    : new Map();
  rmSync(folder, { recursive: true });
  // The table is printed all the same.
  if (ordinary.some(({ name }) => isWronged(seen.get(name), slow.get(name)))) process.exitCode = 1;
  return {
    name: 'lab',
    settings: { seconds, slowdownSeconds, parts: [...parts].join(' ') },
    columns: [
      'program',
      'level',
      'bits',
      'signals',
      'action',
      'suspected s',
      'mining s',
      ...(slow.size === 0 ? [] : SLOW_COLUMNS),
      'measures',
    ],
    rows: chosen.map(({ name }) => rowOf(name, seen.get(name), slow)),
    notes: [
      'Seconds from the first share where there is a pool, else from the start of the program.',
      'Measures: whatever differed of the job from its start, settings of cgroups, flows and waits.',
      'No ordinary program may be frozen, cut off or stopped, nor, unless suspected, be measured ' +
        'against at all or be 2 % slower.',
      ...(slow.size === 0 ? [] : SLOW_NOTES),
      ...(missing.length > 0 ? [`Not here, and not run: ${missing.join(', ')}.`] : []),
    ],
  };
}

const SLOW_COLUMNS = [
  'slower with the agent, %',
  'its CPU, %',
  'pairs',
  'agent, % of the core',
  'less than 2 %',
  'capped, %',
  'paused against no agent, %',
] as const;

const SLOW_NOTES = [
  'Slower: an estimate, and from where to where it lies in 95 % of all runs.',
  'Less than 2 %: shown where the upper end by the clock and the share of the agent are together.',
];

function whatOnly(words: readonly string[], all: readonly Program[]) {
  const { values } = parseArgs({ args: [...words], options: { only: { type: 'string' } } });
  const only = values.only?.split(',') ?? [];
  const named = PARTS.filter((part) => only.includes(part));
  const parts: ReadonlySet<Part> = new Set(named.length > 0 ? named : PARTS);
  const names = only.filter((word) => !PARTS.some((part) => part === word));
  const unknown = names.filter((word) => !all.some(({ name }) => name === word));
  if (unknown.length > 0) throw new Error(`there is no part or program ${unknown.join(', ')}`);
  const chosen = all.filter(({ name, kind }) => {
    const isOfPart =
      kind === 'ordinary' ? parts.size > 1 || !parts.has('caught') : parts.has('caught');
    return isOfPart && (names.length === 0 || names.includes(name));
  });
  return { parts, chosen };
}

interface WatchOptions {
  readonly folder: string;
  readonly agentWords: readonly string[];
  readonly seconds: number;
  readonly parts: ReadonlySet<Part>;
}

/** Runs the programs under an agent, those of one phase at once. */
async function watch(
  chosen: readonly Program[],
  { folder, agentWords, seconds, parts }: WatchOptions,
): Promise<ReadonlyMap<string, Seen>> {
  const seen = new Map<string, Seen>();
  const isCaught = (one: Program): boolean => parts.has('caught') && one.kind === 'proof-of-work';
  const phases = [
    { of: (one: Program) => isCaught(one) && one.stratum, seconds: Math.min(seconds, 40) },
    { of: (one: Program) => isCaught(one) && !one.stratum, seconds },
    { of: (one: Program) => parts.has('ordinary') && one.kind === 'ordinary', seconds },
  ];
  if (!phases.some(({ of }) => chosen.some(of))) return seen;
  const pool = new StratumServer();
  const port = await pool.listen();
  const agent = new AgentProcess(folder, agentWords);
  await agent.watches();
  for (const phase of phases) {
    const jobs = chosen.filter(phase.of).map((program) => start(program, port));
    for (let second = 0; jobs.length > 0 && second < phase.seconds; second++) {
      await sleep(1_000);
      for (const { settings } of jobs) settings.look();
    }
    for (const job of jobs) seen.set(job.program.name, whatWasSeen(job, agent, pool));
    for (const { cgroup } of jobs) await cgroup.remove();
  }
  await agent.end();
  pool.close();
  return seen;
}

/**
 * Stopped; or, though nobody suspected it, slowed by more than the error explains, or under any
 * measure at all.
 */
function isWronged(seen: Seen | undefined, slow: ProgramSlowdown | undefined): boolean {
  if (/freeze|stop|cut/.test(seen?.action ?? '')) return true;
  const isSuspect = (seen !== undefined && seen.level !== 'none') || slow?.isSuspect === true;
  return !isSuspect && (slow?.verdict === 'slowed' || measuresOf(seen, slow).length > 0);
}

function measuresOf(seen: Seen | undefined, slow: ProgramSlowdown | undefined): readonly string[] {
  const taken = seen === undefined || seen.action === 'none' ? [] : [seen.action];
  return [...new Set([...taken, ...(seen?.changes ?? []), ...(slow?.measures ?? [])])];
}

function rowOf(
  name: string,
  seen: Seen | undefined,
  slow: ReadonlyMap<string, ProgramSlowdown>,
): (string | number)[] {
  const { level = '–', bits = 0, signals = '–', action = '–' } = seen ?? {};
  const { suspectedSeconds = null, miningSeconds = null } = seen ?? {};
  const measures = measuresOf(seen, slow.get(name)).join('; ') || 'none';
  const slower = slow.size === 0 ? [] : slowCells(slow.get(name));
  const times = [suspectedSeconds ?? '–', miningSeconds ?? '–'];
  return [name, level, bits, signals, action, ...times, ...slower, measures];
}

function slowCells(slow: ProgramSlowdown | undefined): (string | number)[] {
  if (slow === undefined) return SLOW_COLUMNS.map(() => '–');
  const { wall, cpu, agentPercent, verdict, capped, paused } = slow;
  const told = verdict === 'slowed' ? `slower than ${SLOWER_PERCENT_MAX} %` : verdict;
  const share = agentPercent.toFixed(2);
  const besides = [capped?.wall, paused?.wall].map(changeText);
  return [changeText(wall), changeText(cpu), wall.pairs, share, told, ...besides];
}

function changeText(change: Change | undefined): string {
  if (change === undefined) return '–';
  const { percent, low, high } = change;
  return `${percent.toFixed(1)} (${low.toFixed(1)} to ${high.toFixed(1)})`;
}

function start(program: Program, port: number): Job {
  const layout = writableLayout();
  if (layout === null) throw new Error('the lab needs root and cgroups that may be written');
  const cgroup = new TestCgroup(layout, `/davylamp-lab/${slug(program.name)}`);
  const settings = new JobSettings(cgroup);
  const child = cgroup.spawn(program.words(port), { stdio: ['ignore', 'ignore', 'inherit'] });
  return { program, cgroup, settings, child, startedMs: performance.now() };
}

function whatWasSeen(job: Job, agent: AgentProcess, pool: StratumServer): Seen {
  const { program, settings, startedMs } = job;
  const lines = agent.linesOf(`lab/local/${slug(program.name)}`);
  const verdicts = lines.filter(({ msg }) => msg === 'verdict');
  const from = pool.firstShare.get(slug(program.name)) ?? startedMs;
  const seconds = (levels: readonly string[]): number | null => {
    const first = verdicts.find(({ verdict }) => levels.includes(String(verdict)));
    return first === undefined ? null : Math.round((first.atMs - from) / 100) / 10;
  };
  const worst = verdicts.toSorted((a, b) => Number(b['bits']) - Number(a['bits']))[0];
  return {
    level: String(worst?.['verdict'] ?? 'none'),
    bits: Number(worst?.['bits'] ?? 0),
    signals: String(worst?.['reasons'] ?? '–'),
    action: measuresIn(lines).measures.join(' ') || 'none',
    changes: settings.changes(),
    suspectedSeconds: seconds(['suspected', 'mining']),
    miningSeconds: seconds(['mining']),
  };
}
