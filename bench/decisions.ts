/**
 * Durable decisions over HTTP: GitLab validation calls with ordinary job bodies against a real
 * server (embedded store, full fsync, default policy, live), beside a bare echo of the same bodies.
 * Client and server share the machine, and the rounds of the two are interleaved.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import autocannon from 'autocannon';
import { jobBodies } from './job-bodies.ts';
import { type Measurement, median } from './measure.ts';
import { pacedLoad } from './paced-load.ts';

const ROUNDS = 5;
const ROUND_SECONDS = 4;
const CONNECTIONS = 64;
const BODIES = 256;
const SEED = 42;
const HALF_LOAD_SECONDS = 10;
const SECRET = 'bench-secret-of-no-value';
/** GitLab's own content type for its JSON. */
const HEADERS = {
  'x-gitlab-token': SECRET,
  'content-type': 'application/x-www-form-urlencoded',
};

interface Target {
  readonly url: string;
  readonly child: ChildProcess;
}

interface Round {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export async function decisions(): Promise<Measurement> {
  const data = mkdtempSync(join(tmpdir(), 'davylamp-bench-'));
  const bodies = jobBodies(BODIES, SEED);
  const echo = await startEcho();
  const server = await startServer(data);
  try {
    await load(echo.url, bodies);
    await load(server.url, bodies);
    const echoRounds: Round[] = [];
    const serverRounds: Round[] = [];
    for (let i = 0; i < ROUNDS; i++) {
      echoRounds.push(await load(echo.url, bodies));
      serverRounds.push(await load(server.url, bodies));
    }
    const before = await stageSeconds(server.url);
    const full = await load(server.url, bodies);
    const stages = await stageSeconds(server.url, before);
    const halfRate = Math.round(median(serverRounds.map((round) => round.perSecond)) / 2);
    const pace = { perSecond: halfRate, seconds: HALF_LOAD_SECONDS, connections: CONNECTIONS };
    const half = await pacedLoad(server.url, bodies, HEADERS, pace);
    return measurement(bodies, echoRounds, serverRounds, half, full, stages);
  } finally {
    await Promise.all([stop(echo), stop(server)]);
    rmSync(data, { recursive: true });
  }
}

function measurement(
  bodies: readonly string[],
  echoRounds: readonly Round[],
  serverRounds: readonly Round[],
  half: Round,
  full: Round,
  stages: Readonly<Record<string, number>>,
): Measurement {
  const row = (name: string, rounds: readonly Round[]): (string | number)[] => [
    name,
    median(rounds.map((round) => round.perSecond)),
    median(rounds.map((round) => round.p50Ms)),
    median(rounds.map((round) => round.p99Ms)),
  ];
  const ratios = serverRounds.map((round, i) => round.perSecond / (echoRounds[i]?.perSecond ?? 1));
  const requests = full.perSecond * ROUND_SECONDS;
  const spent = Object.entries(stages).map(
    ([stage, seconds]) => `${stage} ${((seconds / requests) * 1e6).toFixed(1)} µs`,
  );
  return {
    name: 'decisions',
    settings: {
      rounds: ROUNDS,
      roundSeconds: ROUND_SECONDS,
      connections: CONNECTIONS,
      bodyBytes: Math.round(median(bodies.map((body) => body.length))),
      policy: 'policies/default.yaml',
      store: 'sqlite, synchronous=FULL',
    },
    columns: ['', 'a second', 'p50 ms', 'p99 ms'],
    rows: [
      row('bare echo', echoRounds),
      row('durable decisions', serverRounds),
      row('durable decisions at half that load', [half]),
      ['decisions / echo, median of pairs', median(ratios), '', ''],
    ],
    notes: [`Wall-clock time of the stages a decision, batches shared: ${spent.join(', ')}.`],
  };
}

async function load(url: string, bodies: readonly string[]): Promise<Round> {
  const result = await autocannon({
    url,
    connections: CONNECTIONS,
    duration: ROUND_SECONDS,
    method: 'POST',
    headers: HEADERS,
    requests: bodies.map((body) => ({
      method: 'POST' as const,
      path: new URL(url).pathname,
      body,
    })),
  });
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${url}: ${result.non2xx} answers were not 2xx, ${result.errors} errors`);
  }
  const seconds = result.duration;
  return {
    perSecond: result['2xx'] / seconds,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
  };
}

async function startEcho(): Promise<Target> {
  const child = start(['bench/echo-server.ts'], {});
  const port = await firstLine(child);
  return { url: `http://127.0.0.1:${port}/providers/gitlab/validate`, child };
}

async function startServer(data: string): Promise<Target> {
  const args = ['src/main/cli.ts', 'serve', '--data', data, '--listen', '127.0.0.1:0'];
  const child = start([...args, '--log-level', 'warn'], {
    DAVYLAMP_GITLAB_SECRET: SECRET,
    DAVYLAMP_ADMIN_KEY: 'bench-admin-key-of-no-value',
  });
  const url = /http:\/\/[^\s,]+/.exec(await firstLine(child))?.[0];
  if (url === undefined) throw new Error('the server did not say where it listens');
  return { url: `${url}/providers/gitlab/validate`, child };
}

function start(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): ChildProcess {
  return spawn(process.execPath, args, {
    cwd: join(import.meta.dirname, '..'),
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('the child has no output');
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error('the child ended without a line');
}

async function stop({ child }: Target): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

/** Seconds spent in each stage since `before`, from the server's own metrics. */
async function stageSeconds(
  url: string,
  before: Readonly<Record<string, number>> = {},
): Promise<Readonly<Record<string, number>>> {
  const text = await (await fetch(new URL('/metrics', url))).text();
  const sums = text.matchAll(/^davylamp_stage_seconds_sum\{stage="(\w+)"\} (\S+)$/gm);
  return Object.fromEntries(
    [...sums].map(([, stage = '', sum]) => [stage, Number(sum) - (before[stage] ?? 0)]),
  );
}
