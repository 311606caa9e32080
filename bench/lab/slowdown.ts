/**
 * What the agent and its mild measures cost ordinary programs: how long a piece of work takes, the
 * programs one after the other and each with the machine to itself, in turns
 *
 *   without an agent · with an agent that watches and acts · without · with · …
 *
 * so that a neighbour's minute, or a warm machine, falls on both. Who was suspected has a third turn,
 * under the first measure that a suspect gets. The quickest turn of each kind is compared: by the
 * clock, and by the CPU time of the program, which a machine that is throttled from outside leaves
 * alone more.
 */
import { once } from 'node:events';
import { DEFAULT_RUN_RULES } from '../../src/enforce/run-rule.ts';
import { cpuNanosecondsOf } from '../../src/sensor/cgroup/cgroup-files.ts';
import { AgentProcess } from './agent-process.ts';
import { cappedJob } from './capped-job.ts';
import { type Program, slug } from './programs.ts';

/** Percent more than without; negative: it was less. */
interface More {
  readonly percent: number;
  /** In points: how far the next quickest turns are from the quickest. */
  readonly error: number;
}

export interface Slowdown {
  /** By the clock: neighbours count, and so does waiting. */
  readonly wall: More;
  /** CPU time of the program, by its cgroup: what the agent takes from the cores is not in it. */
  readonly cpu: More;
}

interface Took {
  readonly wall: number;
  readonly cpu: number;
}

export interface SlowdownOptions {
  readonly folder: string;
  readonly agentWords: readonly string[];
  readonly rounds: number;
  /** Names of programs that are measured under the caps of a suspect too. */
  readonly suspects: ReadonlySet<string>;
}

type Turn = 'without' | 'with' | 'capped';

export async function slowdowns(
  programs: readonly Program[],
  { folder, agentWords, rounds, suspects }: SlowdownOptions,
): Promise<ReadonlyMap<string, Partial<Record<Turn, Slowdown>>>> {
  const took = new Map<string, Record<Turn, Took[]>>();
  for (const { name } of programs) took.set(name, { without: [], with: [], capped: [] });
  const take = async (turn: Turn, of: readonly Program[]): Promise<void> => {
    for (const program of of) took.get(program.name)?.[turn].push(await piece(program, turn));
  };
  // Once without counting: files are read, and caches are warm.
  for (const program of programs) await piece(program, 'without');
  for (let round = 0; round < rounds; round++) {
    await take('without', programs);
    const agent = new AgentProcess(folder, agentWords);
    await agent.watches();
    await take('with', programs);
    const suspected = programs.filter(({ name }) => suspects.has(name));
    await take('capped', suspected);
    await agent.end();
  }
  return new Map(
    [...took].map(([name, turns]) => [
      name,
      {
        with: compared(turns.without, turns.with),
        ...(turns.capped.length === 0 ? {} : { capped: compared(turns.without, turns.capped) }),
      },
    ]),
  );
}

/** Seconds that the program's piece of work takes, as a job. */
async function piece(program: Program, turn: Turn): Promise<Took> {
  const first = DEFAULT_RUN_RULES.find(({ level }) => level === 'suspected');
  const caps = turn === 'capped' ? (first?.caps ?? {}) : {};
  const job = cappedJob(`/davylamp-lab/piece-${slug(program.name)}`, caps);
  const startedMs = performance.now();
  const [code] = await once(job.spawn(program.piece, { stdio: 'ignore' }), 'exit');
  const wall = (performance.now() - startedMs) / 1_000;
  const cpu = (cpuNanosecondsOf(job.layout, job.path) ?? Number.NaN) / 1e9;
  await job.remove();
  // Solvers say by their exit code what they found.
  if (code !== 0 && code !== 10 && code !== 20)
    throw new Error(`${program.name} ended with ${code}`);
  return { wall, cpu };
}

function compared(without: readonly Took[], withIt: readonly Took[]): Slowdown {
  const of = (what: keyof Took): More => {
    return more(
      without.map((took) => took[what]),
      withIt.map((took) => took[what]),
    );
  };
  return { wall: of('wall'), cpu: of('cpu') };
}

/** What others take from the machine only ever adds: of the turns of a kind the quickest counts. */
function more(without: readonly number[], withIt: readonly number[]): More {
  const [a, b] = [bestOf(without), bestOf(withIt)];
  return { percent: (b.best / a.best - 1) * 100, error: Math.hypot(a.doubt, b.doubt) };
}

/** The quickest, and by how many percent the next one misses it. */
function bestOf(seconds: readonly number[]): { readonly best: number; readonly doubt: number } {
  const [best = Number.NaN, next = Number.NaN] = seconds.toSorted((a, b) => a - b);
  return { best, doubt: (next / best - 1) * 100 };
}
