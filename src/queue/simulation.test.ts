/**
 * Ten times the honest load from gangs, on the real queue in virtual time. Who asks when for how
 * long is drawn from a seed before the queue is asked, so that the quiet day and the besieged one
 * have the same honest jobs to the millisecond. A day like any other comes before, so that the
 * queue knows what the pool is needed for.
 *
 * 100 machines, of which a thousand honest parties keep 33 busy on average, twice that at noon. The
 * wait counts from the request until the machine has fetched the job, which takes it 3 seconds.
 * Gangs ask for an hour each time and use nearly all of it.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Prng } from '../base/prng.ts';
import { DAY_MS, HOUR_MS } from '../base/time.ts';
import { DEFAULT_TIERS, type TierName } from '../model/tier.ts';
import { type SimulatedJob, SimulatedPool, type SimulatedWait } from './test-pool.ts';

const SLOTS = 100;
const LOAD = 0.33;
const PARTIES = 1_000;
const SEEDS = [2, 1];
/** Jobs by the hour of the day: few at night, twice the mean in the afternoon. */
const HOURS = [3, 2, 2, 2, 2, 3, 5, 9, 14, 18, 20, 19, 18, 20, 21, 20, 18, 14, 10, 8, 7, 6, 5, 4];

interface Siege {
  readonly name: string;
  readonly linked: number;
  readonly unlinked: number;
  readonly linkedTier: TierName;
  readonly unlinkedTier: TierName;
}

const SIEGES: readonly Siege[] = [
  siege('3 gangs, linked, new', 3, 'new', 0),
  siege('3 gangs, linked, known', 3, 'known', 0),
  siege('10 gangs, linked, known', 10, 'known', 0),
  siege('3 gangs and 30 accounts not linked yet, new', 3, 'new', 30),
  siege('3 gangs and 1,000 accounts not linked yet, new', 3, 'new', 1_000),
  siege('3 gangs and 30 accounts not linked yet, known', 3, 'new', 30, 'known'),
  siege('3 gangs and 100 accounts not linked yet, known', 3, 'new', 100, 'known'),
  siege('3 gangs and 300 accounts not linked yet, known', 3, 'new', 300, 'known'),
];

interface Outcome {
  readonly siege: Siege;
  readonly all: number;
  readonly trusted: number;
  readonly fresh: number;
  readonly gangJobs: number;
}

test('with ten times the honest load from gangs, the honest wait as on a quiet day', () => {
  const outcomes = SEEDS.flatMap((seed) => {
    const honest = [...honestDay(seed + 100, 0), ...honestDay(seed, 1)];
    const quiet = waitsOf(honest);
    // What is promised is looked at twice, what is not only shown.
    const sieges = SIEGES.filter(({ unlinked }) => seed === SEEDS[0] || unlinked === 0);
    return sieges.map((siege): Outcome => {
      const waits = waitsOf([...honest, ...gangDay(seed, honest, siege)]);
      const ratio = (of: (job: SimulatedJob) => boolean): number => p95(waits, of) / p95(quiet, of);
      return {
        siege,
        all: ratio((job) => !job.isGang),
        trusted: ratio((job) => !job.isGang && job.tier.name !== 'new'),
        fresh: ratio((job) => !job.isGang && job.tier.name === 'new'),
        gangJobs: waits.filter(({ job, waitMs }) => job.isGang && waitMs !== null).length,
      };
    });
  });
  console.log(tableOf(outcomes));
  for (const { siege, all, trusted } of outcomes) {
    if (siege.unlinked === 0) assert.ok(all <= 1.1, `${siege.name}: all ${all}`);
    // What is assured to accounts that are known adds up; see docs/concepts/queue.md.
    const isBounded = siege.unlinkedTier === 'new' || siege.unlinked <= 30;
    if (isBounded) assert.ok(trusted <= 1.1, `${siege.name}: trusted ${trusted}`);
  }
});

function siege(
  name: string,
  linked: number,
  linkedTier: TierName,
  unlinked: number,
  unlinkedTier: TierName = 'new',
): Siege {
  return { name, linked, linkedTier, unlinked, unlinkedTier };
}

/** The worst of the seeds. */
function tableOf(outcomes: readonly Outcome[]): string {
  const rows = SIEGES.map((siege) => {
    const own = outcomes.filter((outcome) => outcome.siege === siege);
    const cell = (field: 'all' | 'trusted' | 'fresh' | 'gangJobs'): string => {
      const sorted = own.map((outcome) => outcome[field]).toSorted((a, b) => a - b);
      const worst = sorted.at(-1) ?? Number.NaN;
      return field === 'gangJobs' ? String(worst) : worst.toFixed(2);
    };
    const cells = [cell('all'), cell('trusted'), cell('fresh'), cell('gangJobs')];
    return `| ${siege.name} | ${cells.join(' | ')} |`;
  });
  const head = '| siege | p95 of all honest | of trusted | of new | gang jobs that ran |';
  return [head, '|---|---|---|---|---|', ...rows].join('\n');
}

function waitsOf(jobs: readonly SimulatedJob[]): readonly SimulatedWait[] {
  return new SimulatedPool(SLOTS, jobs).run(2.5 * DAY_MS);
}

function p95(waits: readonly SimulatedWait[], of: (job: SimulatedJob) => boolean): number {
  const sorted = waits
    .filter(({ job }) => job.at >= DAY_MS && of(job))
    .map(({ waitMs }) => waitMs ?? Number.POSITIVE_INFINITY)
    .sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * 0.95)] ?? Number.NaN;
}

/** 4 % of the parties are new; one push in four starts a pipeline of up to four jobs at once. */
function honestDay(seed: number, day: number): readonly SimulatedJob[] {
  const prng = new Prng(seed);
  const jobs: SimulatedJob[] = [];
  const pushes = HOURS.reduce((sum, count) => sum + count, 0);
  let load = 0;
  while (load < LOAD * SLOTS * 86_400) {
    const at = day * DAY_MS + hourOf(prng.below(pushes)) * HOUR_MS + prng.below(HOUR_MS);
    const who = prng.below(PARTIES);
    const tier = who < 40 ? 'new' : who < 700 ? 'known' : 'proven';
    const count = prng.below(4) === 0 ? 2 + prng.below(3) : 1;
    for (let i = 0; i < count; i++) {
      const seconds = jobSeconds(prng);
      load += seconds;
      const party = `honest-${who}`;
      jobs.push({
        at,
        party,
        tier: DEFAULT_TIERS[tier],
        isGang: false,
        timeoutSeconds: 3_600,
        seconds,
      });
    }
  }
  return jobs;
}

function gangDay(
  seed: number,
  honest: readonly SimulatedJob[],
  { linked, unlinked, linkedTier, unlinkedTier }: Siege,
): readonly SimulatedJob[] {
  const prng = new Prng(seed + 1_000);
  const seconds = 3_500;
  const honestSeconds = honest
    .filter(({ at }) => at >= DAY_MS)
    .reduce((sum, job) => sum + job.seconds, 0);
  return Array.from({ length: Math.ceil((10 * honestSeconds) / seconds) }, () => {
    const i = prng.below(linked + unlinked);
    const isLinked = i < linked;
    return {
      at: DAY_MS + prng.below(DAY_MS),
      party: isLinked ? `gang-${i}` : `alone-${i}`,
      tier: DEFAULT_TIERS[isLinked ? linkedTier : unlinkedTier],
      isGang: true,
      timeoutSeconds: 3_600,
      seconds,
    };
  });
}

function hourOf(push: number): number {
  let left = push;
  return HOURS.findIndex((count) => {
    left -= count;
    return left < 0;
  });
}

/** Log-normal: half of the jobs take under 3 minutes, one in twenty over 15. */
function jobSeconds(prng: Prng): number {
  const normal = Array.from({ length: 12 }, () => prng.uint32() / 2 ** 32).reduce((a, b) => a + b);
  return Math.min(3_600, Math.max(5, Math.round(175 * Math.exp(normal - 6))));
}
