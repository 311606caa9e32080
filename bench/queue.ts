/**
 * Jobs through the queue of one pool: one comes, one starts, one ends and the batch is committed,
 * while so many parties wait. Beside it the same for advice in decisions, and as a floor with a
 * plain array for a queue.
 */
import { assert } from '../src/base/assert.ts';
import { Prng } from '../src/base/prng.ts';
import type { Operation } from '../src/ledger/operation.ts';
import type { LeaseId, PoolName, QueuedJobKey } from '../src/model/lease.ts';
import type { AccountRef, PartyId } from '../src/model/party.ts';
import { DEFAULT_TIERS, TIER_NAMES } from '../src/model/tier.ts';
import { AdmittedJobs } from '../src/pipeline/admitted-jobs.ts';
import { type Candidate, candidateOf, prepare } from '../src/pipeline/candidate.ts';
import { jobRequest, policyOf } from '../src/pipeline/test-world.ts';
import { PoolQueue } from '../src/queue/pool-queue.ts';
import { type Measurement, median } from './measure.ts';

const PARTIES = [10_000, 100_000, 1_000_000];
const ROUNDS = 5;
const JOBS = 20_000;
const START = Date.UTC(2026, 0, 10);

export async function queue(): Promise<Measurement> {
  const rows = PARTIES.map((parties) => {
    const pool = PoolQueue.empty('machines' as PoolName, 100);
    const prng = new Prng(1);
    for (let i = 0; i < parties; i++) enqueue(pool, i, i, prng);
    pool.commit();
    let next = parties;
    const running: LeaseId[] = [];
    const run = (): number => {
      const startedMs = threadMs();
      for (let i = 0; i < JOBS; i++) {
        enqueue(pool, next++, prng.below(parties), prng);
        const { lease } = pool.lease('runner', START);
        if (lease !== null) running.push(lease.id);
        if (running.length >= 50) end(pool, running);
        pool.commit();
      }
      return JOBS / ((threadMs() - startedMs) / 1_000);
    };
    const perSecond = Array.from({ length: ROUNDS }, run);
    const memory = Math.round(process.memoryUsage().heapUsed / 2 ** 20);
    return [`${parties.toLocaleString('en')} parties wait`, median(perSecond), memory];
  });
  return {
    name: 'queue',
    settings: { rounds: ROUNDS, jobsARound: JOBS, slots: 100, commandsAJob: 3 },
    columns: ['', 'jobs a second', 'heap MiB'],
    rows: [
      ...rows,
      ['advice in decisions, 50,000 wait', advice(), ''],
      ['first in, first out (floor)', floor(), ''],
    ],
    notes: [
      'Processor time of one thread. A job is enqueued, leased and released, and committed in between.',
    ],
  };
}

/** Each job is advised and admitted by a decision; events tell that it runs and that it is over. */
function advice(): number {
  const pools = 'pools: {gitlab: {slots: 100}}';
  const defaults = 'defaults: {sign-up: allow, admission: allow, run: allow, spend: deny}';
  const policy = policyOf(`version: 1\npriorBits: -10\n${defaults}\n${pools}\nrules: []`);
  const judgement = { action: 'allow', limits: {}, ttlSeconds: 0, rules: [], shadow: [] } as const;
  const admitted = new AdmittedJobs();
  const prng = new Prng(1);
  const admit = (candidate: Candidate): void => {
    const party = `pty_${candidate.event.subject.account}` as PartyId;
    admitted.advise(candidate, party, candidate.facts, policy)?.limits(judgement, {});
  };
  for (let i = 0; i < ADVISED_WAITING; i++) admit(candidateFor(i, i));
  admitted.commit();
  const perSecond = Array.from({ length: ROUNDS }, (_, round) => {
    const first = ADVISED_WAITING + round * JOBS;
    const candidates = Array.from({ length: JOBS }, (_, i) =>
      candidateFor(first + i, prng.below(ADVISED_WAITING)),
    );
    const startedMs = threadMs();
    for (const [i, candidate] of candidates.entries()) {
      admit(candidate);
      for (const settlement of SETTLEMENTS) {
        admitted.settle(candidate.event.subject, settlement, START);
      }
      if (i % BATCH === 0) admitted.commit();
    }
    return JOBS / ((threadMs() - startedMs) / 1_000);
  });
  return median(perSecond);
}

const ADVISED_WAITING = 50_000;
const BATCH = 256;
const OF_JOB = { key: 'k', account: 'gitlab/a', party: 'p', reservation: 'r' };
const SETTLEMENTS = [
  { kind: 'start', ...OF_JOB },
  { kind: 'post', ...OF_JOB, vcpuSeconds: 5 },
] as unknown as readonly Operation[];

function candidateFor(job: number, account: number): Candidate {
  const asked = { account: `${account}`, at: START, data: { timeoutSeconds: 600 } };
  const request = jobRequest(`${job}`, 'make', asked);
  return candidateOf(prepare(request, null, { number: job, defaulted: false, shown: [] }));
}

function enqueue(pool: PoolQueue, n: number, party: number, prng: Prng): void {
  const tier = DEFAULT_TIERS[prng.pick(TIER_NAMES)];
  const names = { party: `pty_${party}` as PartyId, account: `generic/${party}` as AccountRef };
  const key = `job ${n}` as QueuedJobKey;
  const added = pool.enqueue(
    { key, tier, costVcpuSeconds: 60 + prng.below(3_540), ...names },
    START,
  );
  assert(added.ok, 'there is room');
}

function end(pool: PoolQueue, running: LeaseId[]): void {
  const id = running.shift();
  assert(id !== undefined, 'something runs');
  assert(pool.release(id, 30, START).ok, 'the lease is held');
}

function floor(): number {
  const waiting: { readonly key: string }[] = [];
  const startedMs = threadMs();
  let length = 0;
  for (let i = 0; i < JOBS; i++) {
    waiting.push({ key: `job ${i}` });
    length += waiting.shift()?.key.length ?? 0;
  }
  assert(length > 0, 'the results count');
  return JOBS / ((threadMs() - startedMs) / 1_000);
}

/** The processor time of this thread: others on the machine do not count. */
function threadMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
