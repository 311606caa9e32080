/**
 * What mild measures cost whom: the memory-hard loop of RandomX's fast and light sizes, and a compile,
 * each alone and under the same caps. Rates are by CPU second, which neighbours hardly touch; what a
 * cap leaves of the CPU itself stands beside them. `memory-max 2 GiB` is there from the start, as for an account
 * that nobody knows: RandomX's fast mode does not fit, and a miner has to run in light mode.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Caps } from '../../src/enforce/measure.ts';
import { cpuNanosecondsOf } from '../../src/sensor/cgroup/cgroup-files.ts';
import { type Measurement, median } from '../measure.ts';
import { cappedJob } from './capped-job.ts';
import { prepare } from './programs.ts';

const SECONDS = Number(process.env['CAPS_SECONDS'] ?? 8);
const ROUNDS = 3;
const GIB = 2 ** 30;

const MEASURES: Readonly<Record<string, Caps>> = {
  'nothing': {},
  'cpu-weight 10, idle host': { cpuWeight: 10 },
  'cpu-share 0.5': { cpuShare: 0.5 },
  'memory-max 2 GiB': { memoryMaxBytes: 2 * GIB },
};

export async function caps(): Promise<Measurement> {
  const folder = mkdtempSync(join(tmpdir(), 'davylamp-caps-'));
  prepare(folder);
  const hard = join(folder, 'memory-hard');
  const threads = `${availableParallelism()}`;
  // Round after round, so that a neighbour's minute does not fall on one measure alone.
  const samples = new Map<string, Rates[]>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, caps] of Object.entries(MEASURES)) {
      const fast = await rateOf([hard, 'fast', threads, `${SECONDS}`], caps);
      const light = await rateOf([hard, 'light', threads, `${SECONDS}`], caps);
      const rates = { fast, light, compile: await compilesOf(caps) };
      samples.set(name, [...(samples.get(name) ?? []), rates]);
    }
  }
  const base = medianOf(samples.get('nothing') ?? []);
  const rows = [...samples].map(([name, rates]) => rowOf(name, medianOf(rates), base));
  rmSync(folder, { recursive: true });
  return {
    name: 'caps',
    settings: { seconds: SECONDS, rounds: ROUNDS, threads },
    columns: [
      'measure',
      'fast /s',
      'light /s',
      'compiles /min',
      'a miner keeps',
      'a compile keeps',
    ],
    rows,
    notes: [
      'cpu-share 0.5 halves the CPU of both besides; cpu-weight takes nothing on an idle host.',
      'Fast 0: it was killed for want of memory. A miner keeps the better of its two modes.',
      'Light mode here computes 8 lines for one, with 60 multiplications each: RandomX needs more.',
    ],
  };
}

interface Run {
  readonly output: string;
  readonly cpuSeconds: number;
}

interface Rates {
  readonly fast: number;
  readonly light: number;
  readonly compile: number;
}

function medianOf(rates: readonly Rates[]): Rates {
  return {
    fast: median(rates.map(({ fast }) => fast)),
    light: median(rates.map(({ light }) => light)),
    compile: median(rates.map(({ compile }) => compile)),
  };
}

/** Whoever cannot run in fast mode runs in light mode. */
function rowOf(name: string, { fast, light, compile }: Rates, base: Rates): (string | number)[] {
  const left = (now: number, before: number): string => `${((now / before) * 100).toFixed(1)} %`;
  const miner = left(Math.max(fast, light), base.fast);
  return [name, fast, light, compile, miner, left(compile, base.compile)];
}

async function rateOf(words: readonly string[], caps: Caps): Promise<number> {
  const { output } = await runCapped(words, caps);
  return Number(/rate ([\d.]{1,20})/.exec(output)?.[1] ?? 0);
}

/** Compiles a CPU minute, two at a time. */
async function compilesOf(caps: Caps): Promise<number> {
  const source = join(import.meta.dirname, 'memory-hard.c');
  const compile = `gcc -O2 -pthread -c -o /dev/null ${source}`;
  const script = `for i in $(seq 8); do ${compile} & ${compile} & wait; done`;
  const { cpuSeconds } = await runCapped(['sh', '-c', script], caps);
  return (16 * 60) / cpuSeconds;
}

async function runCapped(words: readonly string[], caps: Caps): Promise<Run> {
  const job = cappedJob('/davylamp-lab/caps', caps);
  const child = job.spawn(words, { stdio: ['ignore', 'pipe', 'ignore'] });
  let output = '';
  child.stdout?.on('data', (piece: Buffer) => {
    output += piece.toString();
  });
  await once(child, 'close');
  const cpuSeconds = (cpuNanosecondsOf(job.layout, job.path) ?? 0) / 1e9;
  await job.remove();
  return { output, cpuSeconds };
}
