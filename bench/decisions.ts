/**
 * Durable decisions over HTTP: GitLab validation calls with ordinary job bodies against a real
 * server (embedded store, full fsync, default policy, live), beside a bare echo of the same bodies.
 * Client and server share the machine, the client is the same for both, and the rounds of the two
 * are interleaved.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { jobBodies } from './job-bodies.ts';
import { autocannonClient, type LoadClient, lightestClient, type Round } from './load-client.ts';
import { type Measurement, median } from './measure.ts';
import { type PacedResult, pacedLoad } from './paced-load.ts';
import { spentBetween, threadTimes } from './thread-times.ts';

const ROUNDS = 5;
/** With autocannon besides, where another client makes the figure. */
const OTHER_ROUNDS = 2;
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

interface Pairs {
  readonly client: LoadClient;
  readonly echo: readonly Round[];
  readonly server: readonly Round[];
}

/** Where the time goes at full load. */
interface Spent {
  readonly round: Round;
  readonly stages: Readonly<Record<string, number>>;
  readonly threads: readonly (readonly [name: string, us: number])[];
}

export async function decisions(): Promise<Measurement> {
  const data = mkdtempSync(join(tmpdir(), 'davylamp-bench-'));
  const bodies = jobBodies(BODIES, SEED);
  const client = lightestClient();
  const echo = await startEcho();
  const server = await startServer(data);
  try {
    const pairs = [await measurePairs(client, ROUNDS, echo, server, bodies)];
    const spent = await measureSpent(client, server, bodies);
    const halfRate = Math.round(medianOf(pairs[0]?.server ?? [], 'perSecond') / 2);
    const pace = { perSecond: halfRate, seconds: HALF_LOAD_SECONDS, connections: CONNECTIONS };
    const half = await pacedLoad(server.url, bodies, HEADERS, pace);
    if (client !== autocannonClient) {
      pairs.push(await measurePairs(autocannonClient, OTHER_ROUNDS, echo, server, bodies));
    }
    await checkAllowed(server);
    return measurement(bodies, pairs, half, spent);
  } finally {
    await Promise.all([stop(echo), stop(server)]);
    rmSync(data, { recursive: true });
  }
}

/** Rounds of both, one after the other, behind one of each that warms up. */
async function measurePairs(
  client: LoadClient,
  rounds: number,
  echo: Target,
  server: Target,
  bodies: readonly string[],
): Promise<Pairs> {
  const pairs = { client, echo: [] as Round[], server: [] as Round[] };
  await load(client, echo, bodies);
  await load(client, server, bodies);
  for (let i = 0; i < rounds; i++) {
    pairs.echo.push(await load(client, echo, bodies));
    pairs.server.push(await load(client, server, bodies));
  }
  return pairs;
}

async function measureSpent(
  client: LoadClient,
  server: Target,
  bodies: readonly string[],
): Promise<Spent> {
  const pid = server.child.pid ?? 0;
  const stages = await stageSeconds(server.url);
  const threads = threadTimes(pid);
  const round = await load(client, server, bodies);
  return {
    round,
    threads: spentBetween(threads, threadTimes(pid)),
    stages: await stageSeconds(server.url, stages),
  };
}

function load(client: LoadClient, { url }: Target, bodies: readonly string[]): Promise<Round> {
  const seconds = ROUND_SECONDS;
  return client.load({ url, bodies, headers: HEADERS, seconds, connections: CONNECTIONS });
}

/** Every decision was to allow: a client that counts statuses may take another for success. */
async function checkAllowed({ url }: Target): Promise<void> {
  const text = await (await fetch(new URL('/metrics', url))).text();
  const counts = text.matchAll(/^davylamp_decisions_total\{.*action="(\w+)".*\} (\d+)$/gm);
  const defaults = text.matchAll(/^davylamp_default_answers_total\{.*cause="(\w+)".*\} (\d+)$/gm);
  for (const [, what = '', count] of [...counts, ...defaults]) {
    if (what !== 'allow' && Number(count) > 0) throw new Error(`${count} answers were '${what}'`);
  }
}

function measurement(
  bodies: readonly string[],
  pairs: readonly Pairs[],
  half: PacedResult,
  spent: Spent,
): Measurement {
  return {
    name: 'decisions',
    settings: {
      client: pairs[0]?.client.name ?? '',
      rounds: ROUNDS,
      roundSeconds: ROUND_SECONDS,
      connections: CONNECTIONS,
      bodyBytes: Math.round(median(bodies.map((body) => body.length))),
      policy: 'policies/default.yaml',
      store: 'sqlite, every batch synced before its answers',
    },
    columns: ['', 'a second', 'p50 ms', 'p99 ms'],
    rows: [
      ...pairs.slice(0, 1).flatMap(rowsOf),
      ['durable decisions at half that load', half.perSecond, half.p50Ms, half.p99Ms],
      ...pairs.slice(1).flatMap(rowsOf),
    ],
    notes: [...threadTable(spent), '', stageNote(spent)],
  };
}

function rowsOf({ client, echo, server }: Pairs): readonly (readonly (string | number)[])[] {
  const row = (name: string, rounds: readonly Round[]): readonly (string | number)[] => [
    `${name}, ${client.name}`,
    medianOf(rounds, 'perSecond'),
    medianOf(rounds, 'p50Ms'),
    medianOf(rounds, 'p99Ms'),
  ];
  const ratios = server.map((round, i) => round.perSecond / (echo[i]?.perSecond ?? 1));
  return [
    row('bare echo', echo),
    row('durable decisions', server),
    [`decisions / echo, median of pairs, ${client.name}`, median(ratios), '', ''],
  ];
}

function medianOf(rounds: readonly Round[], name: keyof Round): number {
  return median(rounds.map((round) => round[name]));
}

/** Who had the processor in one round at full load. */
function threadTable({ round, threads }: Spent): readonly string[] {
  const seconds = round.requests / round.perSecond;
  const line = (name: string, cores: number): string =>
    `| ${name} | ${((cores * 1e6) / round.perSecond).toFixed(1)} | ${Math.round(cores * 100)} % |`;
  return [
    '| thread | µs a decision | of a core |',
    '| --- | --- | --- |',
    ...threads
      .filter(([, us]) => us / round.requests > LEAST_US)
      .map(([name, us]) => line(name, us / 1e6 / seconds)),
    line('the client', round.clientCores),
  ];
}

/** Threads that took less, a decision, are not listed. */
const LEAST_US = 0.3;

function stageNote({ round, stages }: Spent): string {
  const spent = Object.entries(stages).map(
    ([stage, seconds]) => `${stage} ${((seconds / round.requests) * 1e6).toFixed(1)} µs`,
  );
  return `Wall-clock time of the stages a decision, batches shared: ${spent.join(', ')}.`;
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
