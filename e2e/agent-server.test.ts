/**
 * The real agent and the real server, by what each does when the other is away or dies: nothing is
 * reported twice, and nothing is lost but what the agent counts. On real cgroups, as root.
 */
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { AgentProcess } from '../bench/lab/agent-process.ts';
import { LAB_POLICY } from '../bench/lab/lab-policy.ts';
import { TestCgroup, writableLayout } from '../src/sensor/cgroup/test-cgroup.ts';
import { ADMIN_KEY, startServer, temporaryDirectory } from './server-process.ts';

const SECONDS_MAX = 90;
/** How long the server is away; `OUTAGE_SECONDS=300` is the full size. */
const OUTAGE_SECONDS = Number(process.env['OUTAGE_SECONDS'] ?? 8);
/** A minute; the clock that is set is read once a second, by each event anew. */
const AGAIN_SECONDS = 58;
const STEP_SECONDS = 3_600;
/** Debian's `faketime` sets the clock for one process. Where it is not there, no clock is set. */
const FAKETIME = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1';
const layout = writableLayout();

test('a server that is away, and an agent that is killed', {
  timeout: 110_000 + OUTAGE_SECONDS * 1_000,
}, async (t) => {
  if (layout === null) {
    assert.notEqual(process.env['CI'], 'true', 'there are no cgroups to write');
    return;
  }
  const folder = temporaryDirectory(t);
  const policy = join(folder, 'agent.yaml');
  // Only what needs no other program, so that this may run beside another agent.
  writeFileSync(policy, `sensors: [cgroup, procfs]\ndry-run: true\n${LAB_POLICY}`);
  const clock = settableClock(folder);
  const listen = ['--listen', `127.0.0.1:${await freePort()}`];
  const data = join(folder, 'data');
  const jobs: TestCgroup[] = [];
  t.after(async () => {
    for (const job of jobs) await job.remove();
  });
  const mine = (name: string): void => {
    const job = new TestCgroup(layout, `/davylamp-lab/${name}`);
    jobs.push(job);
    job.spawn([minerNamed(folder, name), '300'], { stdio: 'ignore' });
  };
  const name = (word: string): string => `e2e-${process.pid}-${word}`;

  let server = await startServer(data, listen);
  const start = async (): Promise<AgentProcess> => {
    const words = ['--policy', policy, '--server', server.url, '--state', join(folder, 'state')];
    const environment = { DAVYLAMP_AGENT_KEY: ADMIN_KEY, ...clock.environment };
    const agent = new AgentProcess(folder, words, environment);
    t.after(() => agent.end('SIGKILL'));
    await agent.watches();
    return agent;
  };
  let agent = await start();
  mine(name('first'));
  await until(async () => (await decidedOn(server.url)).has(`lab/local/${name('first')}`));

  await server.end('SIGKILL');
  mine(name('second'));
  await until(() => Promise.resolve(saysWaiting(agent)));
  await agent.end('SIGKILL');
  mine(name('third'));
  agent = await start();
  await sleep((OUTAGE_SECONDS * 1_000) / 2);
  clock.step(`+${STEP_SECONDS}`);
  await sleep((OUTAGE_SECONDS * 1_000) / 2);
  // Its rounds are five seconds apart: one that falls into the step is waited for.
  if (clock.isSettable) await until(() => Promise.resolve(stepsOf(agent) > 0));
  else assert.notEqual(process.env['CI'], 'true', 'there is no faketime');
  clock.step('+0');
  server = await startServer(data, listen);
  t.after(() => server.end('SIGKILL'));
  const all = ['first', 'second', 'third'].map((word) => `lab/local/${name(word)}`);
  await until(async () => {
    const subjects = await decidedOn(server.url);
    return all.every((subject) => subjects.has(subject));
  });
  await sleep(6_000);
  await agent.end();
  const health = agent.lines.findLast(({ msg }) => msg === 'health');
  assert.equal(health?.['server.waiting'], 0);
  assert.equal(health?.['server.lost'], 0);
  assert.equal(health?.['server.refused'], 0);
  await server.end('SIGTERM');
  const events = storedEvents(data);
  checkNothingLost(events);
  for (const subject of all) checkNothingTwice(events.filter((event) => event.subject === subject));
});

/** How often it has noticed that the clock was set. */
function stepsOf(agent: AgentProcess): number {
  return agent.lines.filter(({ msg }) => msg === 'the clock was set').length;
}

/** What the server holds of the agents, put on record or decided on alike. */
interface StoredEvent {
  readonly run: string;
  /** Each event of a run has the next number, from 1. */
  readonly number: number;
  readonly subject: string;
  /** When the agent made it, by a clock that was never set. */
  readonly madeMs: number;
}

function storedEvents(data: string): readonly StoredEvent[] {
  const database = new DatabaseSync(join(data, 'davylamp.db'), { readOnly: true });
  const rows = database
    .prepare(
      "SELECT id, provider, account, job, time FROM events WHERE type = 'job.observed' ORDER BY sequence",
    )
    .all();
  database.close();
  const nowMs = Date.now();
  return rows.map(({ id, provider, account, job, time }) => {
    const [, run = '', number = ''] = /^(.+)-(\d+)$/.exec(String(id)) ?? [];
    return {
      run,
      number: Number(number),
      subject: `${provider}/${account}/${job}`,
      madeMs: Number(time) > nowMs ? Number(time) - STEP_SECONDS * 1_000 : Number(time),
    };
  });
}

/** Of both agents every number is there, from the first to the last: one that is lost is a gap. */
function checkNothingLost(events: readonly StoredEvent[]): void {
  const numbers = new Map<string, number[]>();
  for (const { run, number } of events) numbers.set(run, [...(numbers.get(run) ?? []), number]);
  assert.equal(numbers.size, 2, 'two agents told something');
  for (const [run, got] of numbers) {
    const inOrder = got.toSorted((a, b) => a - b);
    assert.deepEqual(
      inOrder,
      inOrder.map((_, i) => i + 1),
      `what ${run} told`,
    );
  }
}

/**
 * However often it was sent, and though the second agent saw all anew: a suspect is told again once
 * a minute and not before. Nothing new is to be said of these three.
 */
function checkNothingTwice(events: readonly StoredEvent[]): void {
  assert.ok(events.length > 0);
  const made = events.toSorted((a, b) => a.madeMs - b.madeMs);
  for (const [i, event] of made.entries()) {
    const before = made[i - 1];
    if (before === undefined) continue;
    const seconds = (event.madeMs - before.madeMs) / 1_000;
    assert.ok(seconds >= AGAIN_SECONDS, `${event.subject} was told again after ${seconds} s`);
  }
}

function settableClock(folder: string) {
  const file = join(folder, 'clock');
  const step = (offset: string): void => writeFileSync(file, offset);
  step('+0');
  const isSettable = existsSync(FAKETIME);
  const environment = {
    LD_PRELOAD: FAKETIME,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_CACHE_DURATION: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  };
  return { isSettable, step, environment: isSettable ? environment : {} };
}

/** A program of a miner's name that sleeps. No miner is anywhere near. */
function minerNamed(folder: string, name: string): string {
  const bin = join(folder, name);
  mkdirSync(bin, { recursive: true });
  copyFileSync('/bin/sleep', join(bin, 'xmrig'));
  return join(bin, 'xmrig');
}

function saysWaiting(agent: AgentProcess): boolean {
  return agent.lines.some(({ msg }) => msg === 'the server did not answer');
}

/** The subjects of all decisions. */
async function decidedOn(url: string): Promise<ReadonlySet<string>> {
  const response = await fetch(`${url}/v1/decisions?limit=100`, {
    headers: { authorization: `Bearer ${ADMIN_KEY}` },
  });
  const { items } = (await response.json()) as { items: readonly { subject: string }[] };
  return new Set(items.map(({ subject }) => subject));
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + SECONDS_MAX * 1_000;
  while (!(await isSo().catch(() => false))) {
    assert.ok(performance.now() < deadline, `not within ${SECONDS_MAX} s: ${isSo}`);
    await sleep(200);
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });
}
