/**
 * The bound of start-time fair queueing, against an ideal in which every party has its share of the
 * machine for itself at all times, as if jobs were a fluid: no job starts later than there plus one
 * job of each rival.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SECOND_MS } from '../base/time.ts';
import { DEFAULT_TIERS } from '../model/tier.ts';
import { type SimulatedJob, SimulatedPool } from './test-pool.ts';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 100);

interface Asked {
  readonly party: number;
  readonly at: number;
  readonly seconds: number;
}

/** At most 60 jobs of a minute, so that nobody ages; weights differ by party. */
const someJobs = fc.array(
  fc.record({
    party: fc.nat(4),
    at: fc.nat(1_200),
    seconds: fc.integer({ min: 1, max: 55 }),
  }),
  { minLength: 1, maxLength: 60, size: 'max' },
);
const someWeights = fc.array(fc.integer({ min: 1, max: 10 }), { minLength: 5, maxLength: 5 });

function simulated(asked: readonly Asked[], weights: readonly number[]): readonly SimulatedJob[] {
  return asked.map(({ party, at, seconds }) => ({
    at: at * SECOND_MS,
    party: `p${party}`,
    tier: { ...DEFAULT_TIERS.paying, weight: weights[party] ?? 1 },
    isGang: false,
    timeoutSeconds: seconds,
    seconds,
  }));
}

test('nobody waits longer than for his share and one job of each rival', () => {
  const runs = fc.property(someJobs, someWeights, (unsorted, weights) => {
    const asked = unsorted.toSorted((a, b) => a.at - b.at);
    const parties = [...new Set(asked.map(({ party }) => party))];
    const sum = parties.reduce((total, party) => total + (weights[party] ?? 1), 0);
    const pool = new SimulatedPool(1, simulated(asked, weights), { fetchMs: 0 });
    const waits = pool.run(Number.MAX_SAFE_INTEGER);
    for (const party of parties) {
      const rivals = parties.filter((other) => other !== party);
      const oneJobEach = rivals.reduce((total, rival) => total + longestOf(asked, rival), 0);
      const stretch = sum / (weights[party] ?? 1);
      let free = 0;
      for (const [i, job] of asked.entries()) {
        if (job.party !== party) continue;
        const ideal = Math.max(job.at, free);
        free = ideal + job.seconds * stretch;
        const started = job.at + (waits[i]?.waitMs ?? Number.NaN) / SECOND_MS;
        // Fluid times are fractions; tags are not, so only the comparison needs an epsilon.
        assert.ok(started <= ideal + oneJobEach + 1e-6, `${started} > ${ideal} + ${oneJobEach}`);
      }
    }
  });
  fc.assert(runs, { numRuns: RUNS });
});

test('parties that always wait get service by their weights, within a job of either', () => {
  const runs = fc.property(someJobs, someWeights, (unsorted, weights) => {
    const asked = unsorted.map((job) => ({ ...job, at: 0 }));
    const jobs = simulated(asked, weights);
    const waits = new SimulatedPool(1, jobs, { fetchMs: 0 }).run(Number.MAX_SAFE_INTEGER);
    const order = asked
      .map((job, i) => ({ ...job, start: waits[i]?.waitMs ?? Number.NaN }))
      .sort((a, b) => a.start - b.start);
    const parties = [...new Set(asked.map(({ party }) => party))];
    const left = new Map(parties.map((p) => [p, asked.filter((j) => j.party === p).length]));
    const served = new Map(parties.map((party) => [party, 0]));
    for (const { party, seconds } of order) {
      left.set(party, (left.get(party) ?? 0) - 1);
      served.set(party, (served.get(party) ?? 0) + seconds / (weights[party] ?? 1));
      const waiting = parties.filter((other) => (left.get(other) ?? 0) > 0);
      for (const a of waiting) {
        for (const b of waiting) {
          const gap = Math.abs((served.get(a) ?? 0) - (served.get(b) ?? 0));
          const most =
            longestOf(asked, a) / (weights[a] ?? 1) + longestOf(asked, b) / (weights[b] ?? 1);
          assert.ok(gap <= most + 1e-6, `${gap} > ${most}`);
        }
      }
    }
  });
  fc.assert(runs, { numRuns: RUNS });
});

function longestOf(asked: readonly Asked[], party: number): number {
  return Math.max(0, ...asked.filter((job) => job.party === party).map(({ seconds }) => seconds));
}
