/**
 * What the agent costs ordinary programs that it does not suspect. Two questions, two answers.
 *
 * **By its measures: nothing, exactly.** Every program is one job for the whole run; whatever a
 * measure could change of it is held against the start (`JobSettings`), and the agent's own log must
 * have no line on a measure of it.
 *
 * **By its watching: an estimate.** A piece of work of half a second, the same every time, is run in
 * pairs, one with the agent and one without, the order turned from pair to pair:
 *
 *   without with · with without · without with · …
 *
 * so that a neighbour's minute, or a warm machine, falls on both. Program and agent share one core:
 * all CPU that the agent uses is taken from the program, as on a host whose cores are all busy, and nothing
 * depends on who was put where. Pairs are added until the interval tells (`PAIRS_AT_LOOK`), or the
 * time is over. Programs take turns, so that no bad minute falls on one of them alone.
 *
 * Decided beforehand: what a user waits for is wall time, so **wall decides**; CPU time of the job
 * stands beside it, for it leaves neighbours out, and the agent too. What happens in few pieces only,
 * such as a round of the agent, hardly moves an estimate that spoiled pairs cannot move either; so
 * all CPU that the agent used while the pieces ran is counted besides, and its share is added:
 *
 *   shown        the interval's upper end and the agent's share together are below 2 %
 *   slowed       the lower end of either clock's interval is above 2 %: the run ends with 1
 *   not shown    neither
 *
 * Whoever is suspected is measured under the first cap that a suspect gets, too; and some programs
 * with an agent that stands still, against none.
 */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEFAULT_RUN_RULES } from '../../src/enforce/run-rule.ts';
import { cpuNanosecondsOf } from '../../src/sensor/cgroup/cgroup-files.ts';
import type { TestCgroup } from '../../src/sensor/cgroup/test-cgroup.ts';
import { cappedJob, setCaps } from './capped-job.ts';
import { JobSettings } from './job-settings.ts';
import { measuresIn } from './measures-in.ts';
import { lastCore, onCore } from './on-core.ts';
import { type Change, PAIRS_AT_LOOK, type Pair, pairedChange } from './paired-change.ts';
import { PausedAgent } from './paused-agent.ts';
import { type Program, slug } from './programs.ts';

export const SLOWER_PERCENT_MAX = 2;

export interface Slowdown {
  readonly wall: Change;
  /** CPU time of the job: what the agent takes from the core is not in it. */
  readonly cpu: Change;
}

export interface ProgramSlowdown extends Slowdown {
  /** CPU of the agent while the program ran with it, percent of the core. */
  readonly agentPercent: number;
  readonly verdict: 'shown' | 'slowed' | 'not shown';
  /** Under the first cap of a suspect. */
  readonly capped?: Slowdown;
  /** With an agent that stands still, against none. */
  readonly paused?: Slowdown;
  /** What was changed of the job or taken against it, ever; empty: it was left alone. */
  readonly measures: readonly string[];
  readonly isSuspect: boolean;
}

export interface SlowdownOptions {
  readonly folder: string;
  readonly agentWords: readonly string[];
  /** For the pairs with and without. */
  readonly seconds: number;
  /** Names of programs that are measured under the cap of a suspect too. */
  readonly suspects: ReadonlySet<string>;
}

/** One that talks by TCP, one that starts many processes, one that writes files. */
const WITHOUT_ANY_AGENT = new Set(['postgresql', 'gcc', 'sqlite']);
const PAIRS_ASIDE = 16;
const TURNS_OF_AGENT = 4;

interface Took {
  readonly wall: number;
  readonly cpu: number;
}

interface TookPair {
  readonly without: Took;
  readonly with: Took;
}

/** One program in its job, and what it took so far. */
class Subject {
  readonly program: Program;
  readonly job: TestCgroup;
  readonly settings: JobSettings;
  readonly watched: TookPair[] = [];
  readonly capped: TookPair[] = [];
  readonly paused: TookPair[] = [];
  agentSeconds = 0;
  changed: readonly string[] = [];
  readonly #words: readonly string[];

  constructor(program: Program, core: number) {
    this.program = program;
    this.job = cappedJob(`/davylamp-lab/${this.slug}`, {});
    this.settings = new JobSettings(this.job);
    this.#words = onCore(core, program.piece);
  }

  get slug(): string {
    return `piece-${slug(this.program.name)}`;
  }

  /** Starts what the pieces talk to, in the same job. */
  async serve(core: number): Promise<void> {
    const { service } = this.program;
    if (service === undefined) return;
    this.job.spawn(onCore(core, service.words), { stdio: 'ignore' });
    for (let round = 0; round < 100; round++) {
      const [code] = await once(this.job.spawn(service.isReady, { stdio: 'ignore' }), 'exit');
      if (code === 0) return;
      await sleep(100);
    }
    throw new Error(`what ${this.program.name} needs does not start`);
  }

  /** Runs its piece of work once; what `begin` does is in the time that it takes. */
  async piece(begin: () => void = () => {}): Promise<Took> {
    const cpuBefore = this.#cpuSeconds;
    const startedMs = performance.now();
    begin();
    const [code] = await once(this.job.spawn(this.#words, { stdio: 'ignore' }), 'exit');
    const wall = (performance.now() - startedMs) / 1_000;
    // Solvers say by their exit code what they found.
    if (code !== 0 && code !== 10 && code !== 20)
      throw new Error(`${this.program.name} ended with ${code}`);
    return { wall, cpu: this.#cpuSeconds - cpuBefore };
  }

  get #cpuSeconds(): number {
    return (cpuNanosecondsOf(this.job.layout, this.job.path) ?? Number.NaN) / 1e9;
  }
}

export async function slowdowns(
  programs: readonly Program[],
  { folder, agentWords, seconds, suspects }: SlowdownOptions,
): Promise<ReadonlyMap<string, ProgramSlowdown>> {
  const core = lastCore();
  const subjects = programs.map((program) => new Subject(program, core));
  const agent = await PausedAgent.start(folder, agentWords, core);
  // Once without counting: files are read, and caches are warm.
  for (const subject of subjects) {
    await subject.serve(core);
    await subject.piece();
  }
  await measureWatched(subjects, agent, seconds);
  for (const subject of subjects) subject.changed = subject.settings.changes();
  await agent.end();
  const said = new Map(
    subjects.map((subject) => [subject, measuresIn(agent.linesOf(`lab/local/${subject.slug}`))]),
  );
  for (const subject of subjects.filter(({ program }) => suspects.has(program.name)))
    await measureCapped(subject);
  const start = () => PausedAgent.start(folder, agentWords, core);
  await measureBare(
    subjects.filter(({ program }) => WITHOUT_ANY_AGENT.has(program.name)),
    start,
  );
  for (const { job } of subjects) await job.remove();
  return new Map(
    subjects.map((subject) => {
      const { measures = [], isSuspect = false } = said.get(subject) ?? {};
      return [subject.program.name, summary(subject, measures, isSuspect)];
    }),
  );
}

/** Pairs of each program in turns, until all are told or the time is over. */
async function measureWatched(
  subjects: readonly Subject[],
  agent: PausedAgent,
  seconds: number,
): Promise<void> {
  const endMs = performance.now() + seconds * 1_000;
  for (const pairs of PAIRS_AT_LOOK) {
    for (const subject of subjects.filter((one) => verdictOf(one) === 'not shown')) {
      // What the time allows of the last look is a look like others: there are never more than five.
      if (performance.now() > endMs) return;
      while (subject.watched.length < pairs && performance.now() < endMs) {
        subject.watched.push(await watchedPair(subject, agent));
        subject.settings.look();
      }
      // Ten minutes are long for whoever sees nothing.
      console.error(`${subject.program.name}: ${verdictOf(subject)}, ${lineOf(subject)}`);
    }
  }
}

async function watchedPair(subject: Subject, agent: PausedAgent): Promise<TookPair> {
  return inTurns(
    subject.watched.length,
    () => subject.piece(),
    async () => {
      agent.prepare();
      const before = agent.cpuSeconds;
      const took = await subject.piece(() => agent.resume());
      subject.agentSeconds += agent.cpuSeconds - before;
      await agent.pause();
      return took;
    },
  );
}

async function measureCapped(subject: Subject): Promise<void> {
  const first = DEFAULT_RUN_RULES.find(({ level }) => level === 'suspected');
  const capped = async (): Promise<Took> => {
    const undo = setCaps(subject.job, first?.caps ?? {});
    const took = await subject.piece();
    undo();
    return took;
  };
  while (subject.capped.length < PAIRS_ASIDE / 2)
    subject.capped.push(await inTurns(subject.capped.length, () => subject.piece(), capped));
}

/** An agent is started and ended a few times only, and pairs reach over that. */
async function measureBare(
  subjects: readonly Subject[],
  start: () => Promise<PausedAgent>,
): Promise<void> {
  const perTurn = PAIRS_ASIDE / TURNS_OF_AGENT;
  const pieces = async (): Promise<readonly Took[]> => {
    const took: Took[] = [];
    for (let i = 0; i < perTurn; i++)
      for (const subject of subjects) took.push(await subject.piece());
    return took;
  };
  for (let turn = 0; subjects.length > 0 && turn < TURNS_OF_AGENT; turn++) {
    const pair = await inTurns(turn, pieces, async () => {
      const agent = await start();
      const took = await pieces();
      await agent.end();
      return took;
    });
    for (const [i, without] of pair.without.entries()) {
      const withIt = pair.with[i];
      if (withIt !== undefined)
        subjects[i % subjects.length]?.paused.push({ without, with: withIt });
    }
  }
}

/** Both, and every other time the second first. */
async function inTurns<T>(
  turn: number,
  without: () => Promise<T>,
  withIt: () => Promise<T>,
): Promise<{ readonly without: T; readonly with: T }> {
  if (turn % 2 === 0) {
    const first = await without();
    return { without: first, with: await withIt() };
  }
  const first = await withIt();
  return { without: await without(), with: first };
}

function compared(pairs: readonly TookPair[]): Slowdown {
  const of = (what: keyof Took): readonly Pair[] => {
    return pairs.map((pair) => ({ without: pair.without[what], with: pair.with[what] }));
  };
  return { wall: pairedChange(of('wall')), cpu: pairedChange(of('cpu')) };
}

function agentPercentOf({ watched, agentSeconds }: Subject): number {
  return (agentSeconds / watched.reduce((sum, pair) => sum + pair.with.wall, 0)) * 100;
}

function lineOf(subject: Subject): string {
  const { wall } = compared(subject.watched);
  return `${wall.low.toFixed(2)} to ${wall.high.toFixed(2)} % by ${wall.pairs} pairs`;
}

/** Asked at `PAIRS_AT_LOOK` only. */
function verdictOf(subject: Subject): ProgramSlowdown['verdict'] {
  const { wall, cpu } = compared(subject.watched);
  if (Math.max(wall.low, cpu.low) > SLOWER_PERCENT_MAX) return 'slowed';
  return wall.high + agentPercentOf(subject) < SLOWER_PERCENT_MAX ? 'shown' : 'not shown';
}

function summary(
  subject: Subject,
  measures: readonly string[],
  isSuspect: boolean,
): ProgramSlowdown {
  const { watched, capped, paused, changed } = subject;
  return {
    ...compared(watched),
    agentPercent: agentPercentOf(subject),
    verdict: verdictOf(subject),
    ...(capped.length === 0 ? {} : { capped: compared(capped) }),
    ...(paused.length === 0 ? {} : { paused: compared(paused) }),
    measures: [...measures, ...changed],
    isSuspect,
  };
}
