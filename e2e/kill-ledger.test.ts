/**
 * `kill -9` while jobs reserve and end: the books add up afterwards, every admission that was
 * answered has its reservation, and whoever asks or tells again changes nothing.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Prng } from '../src/base/prng.ts';
import { call, type RunningServer, startServer, temporaryDirectory } from './server-process.ts';

const ACCOUNTS = 60;
const JOBS_OF_EACH = 5;
const ROUNDS = 3;
const SEED = Number(process.env['SEED'] ?? 1);

interface Job {
  readonly account: string;
  readonly id: string;
  readonly data: {
    readonly vcpu: number;
    readonly timeoutSeconds: number;
    readonly fanOut: number;
  };
  /** What it tells that it used, when it ends while the server is killed. */
  readonly used: number | null;
}

interface Answer {
  readonly id: string;
  readonly action: string;
  /** Null when nothing was reserved. */
  readonly reserved: number | null;
}

for (let round = 0; round < ROUNDS; round++) {
  test(`no reservation is lost, none is made twice (seed ${SEED + round})`, async (t) => {
    const prng = new Prng(SEED + round);
    const jobs = Array.from({ length: ACCOUNTS * JOBS_OF_EACH }, (_, i) => jobOf(i, prng));
    const data = temporaryDirectory(t);
    const server = await startServer(data);
    t.after(() => server.end('SIGKILL'));
    const killAt = 1 + prng.below(jobs.length - ACCOUNTS * 2);
    const answered = await askUntilKilled(server, jobs, killAt);
    assert.ok(answered.size >= killAt && answered.size < jobs.length, `${answered.size} answers`);
    await server.end('SIGKILL');
    addsUp(data, temporaryDirectory(t));

    const again = await startServer(data);
    t.after(() => again.end('SIGKILL'));
    for (const [account, least] of sums(answered, leastOf)) {
      const { reserved, used } = await booksOf(again, account);
      assert.ok(reserved + used >= least, `${account} has ${reserved} + ${used} of ${least}`);
    }
    const answers = await askAll(again, jobs, answered);
    for (const [account, exactly] of sums(answers, exactlyOf)) {
      const { reserved, used } = await booksOf(again, account);
      assert.equal(reserved + used, exactly, account);
    }
    assert.equal(await again.end('SIGTERM'), 0);
    addsUp(data, temporaryDirectory(t));
  });
}

function jobOf(i: number, prng: Prng): Job {
  const vcpu = [0.5, 1, 2][prng.below(3)] ?? 1;
  const timeoutSeconds = 60 + prng.below(2_000);
  const used = prng.below(2) === 0 ? null : prng.below(60);
  const data = { vcpu, timeoutSeconds, fanOut: 1 + prng.below(3) };
  return { account: `a${i % ACCOUNTS}`, id: `job-${i}`, data, used };
}

/** All accounts at once, each job by job; who is admitted and has an end tells it. */
async function askUntilKilled(
  server: RunningServer,
  jobs: readonly Job[],
  killAt: number,
): Promise<Map<Job, Answer>> {
  const answered = new Map<Job, Answer>();
  const askThose = async (own: readonly Job[]): Promise<void> => {
    for (const job of own) {
      const answer = await ask(server, job);
      answered.set(job, answer);
      if (answered.size === killAt) server.child.kill('SIGKILL');
      await tellEnd(server, job, answer);
    }
  };
  await Promise.allSettled(byAccount(jobs).map(askThose));
  return answered;
}

/** Those who had an answer have it again, and nothing is told twice to any effect. */
async function askAll(
  server: RunningServer,
  jobs: readonly Job[],
  answered: ReadonlyMap<Job, Answer>,
): Promise<Map<Job, Answer>> {
  const answers = new Map(answered);
  const askThose = async (own: readonly Job[]): Promise<void> => {
    for (const job of [...own, ...own]) {
      const answer = await ask(server, job);
      assert.deepEqual(answer, answers.get(job) ?? answer);
      answers.set(job, answer);
      await tellEnd(server, job, answer);
    }
  };
  await Promise.all(byAccount(jobs).map(askThose));
  return answers;
}

function byAccount(jobs: readonly Job[]): readonly (readonly Job[])[] {
  return [...Map.groupBy(jobs, ({ account }) => account).values()];
}

async function ask(server: RunningServer, job: Job): Promise<Answer> {
  const { status, body } = await call(server, '/v1/decisions', {
    body: eventOf(job, 'job.requested', job.id, job.data),
  });
  assert.equal(status, 200);
  const { id, action, limits } = body as unknown as {
    readonly id: string;
    readonly action: string;
    readonly limits: { readonly vcpuSeconds?: number };
  };
  return { id, action, reserved: action === 'allow' ? (limits.vcpuSeconds ?? null) : null };
}

async function tellEnd(server: RunningServer, job: Job, answer: Answer | undefined): Promise<void> {
  if (job.used === null || typeof answer?.reserved !== 'number') return;
  const data = { vcpuSeconds: job.used };
  const body = eventOf(job, 'job.finished', `end of ${job.id}`, data);
  const { status } = await call(server, '/v1/events', { body });
  assert.equal(status, 202);
}

function eventOf({ account, id: job }: Job, type: string, id: string, data: object): object {
  return {
    specversion: '1.0',
    source: 'https://ci.example.com',
    id,
    type,
    subject: `generic/${account}/${job}`,
    time: '2026-01-01T12:00:00Z',
    data,
  };
}

/** By account what its admitted jobs come to. */
function sums(
  answers: ReadonlyMap<Job, Answer>,
  amountOf: (reserved: number, used: number | null) => number,
): ReadonlyMap<string, number> {
  const all = new Map<string, number>();
  for (const [{ account, used }, { reserved }] of answers) {
    if (reserved === null) continue;
    all.set(account, (all.get(account) ?? 0) + amountOf(reserved, used));
  }
  return all;
}

/** Its end may have been told, or not yet. */
function leastOf(reserved: number, used: number | null): number {
  return Math.min(reserved, used ?? reserved);
}

function exactlyOf(reserved: number, used: number | null): number {
  return used ?? reserved;
}

async function booksOf(server: RunningServer, account: string) {
  const { status, body } = await call(server, `/v1/accounts/generic/${account}/allowance`);
  assert.equal(status, 200);
  return body as unknown as { readonly reserved: number; readonly used: number };
}

/** `davylamp doctor` on a copy: the server's own start is to find what was left behind. */
function addsUp(data: string, copy: string): void {
  cpSync(data, copy, { recursive: true });
  const root = join(import.meta.dirname, '..');
  const args = ['src/main/cli.ts', 'doctor', '--data', copy];
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  assert.equal(stdout, 'store: all is well\nledger: all is well\n');
  assert.equal(status, 0);
}
