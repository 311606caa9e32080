/**
 * Durable decisions over HTTP: GitLab validation calls with ordinary job bodies against a real
 * server (embedded store, full fsync, default policy, live), beside a bare echo of the same bodies,
 * beside two rows a body that nobody decided, and beside a server that neither links nor counts: no
 * ledger in its policy, `--no-links`. Client and server share the machine, the client is the same
 * for all, and the rounds are interleaved.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { coreDistanceNs } from './core-distance.ts';
import { jobBodies } from './job-bodies.ts';
import { autocannonClient, type LoadClient, lightestClient, type Round } from './load-client.ts';
import { type Measurement, median, quantile } from './measure.ts';
import { type PacedRound, pacedLoad } from './paced-load.ts';
import { spentBetween, threadTimes } from './thread-times.ts';

const ROUNDS = 5;
/** With more connections, and with autocannon where another client makes the figure. */
const OTHER_ROUNDS = 2;
const ROUND_SECONDS = 4;
const CONNECTIONS = 64;
/** As many as one transaction serves. */
const MORE_CONNECTIONS = 256;
/**
 * As many as fall due at half load while the disk holds up a sync, where nobody waits for another's
 * answer. With 64 the rest waits in the client and is sent 64 at a time when it is over: then 100 ms
 * of a disk that does not answer make the arrivals of 165 ms wait longer than 50, else those of 88.
 */
const INDEPENDENT_CONNECTIONS = 1_500;
const BODIES = 256;
const SEED = 42;
/**
 * A disk may hold up one sync for 50 to 120 ms, whatever is written, on a shared machine one in 12
 * to 20 seconds: ten seconds have one or have none, and say nothing of the 99th percentile. Of each
 * round the first two seconds do not count.
 */
const HALF_LOAD_ROUNDS = 6;
const HALF_LOAD_SECONDS = 10;
const DEFAULT_POLICY = join(import.meta.dirname, '..', 'policies', 'default.yaml');
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

interface Targets {
  readonly echo: Target;
  /** Writes two rows a body, synced, and decides nothing. */
  readonly twoRows: Target;
  /** Decides by the default policy, without links and without a ledger. */
  readonly bare: Target;
  readonly server: Target;
}

interface Rounds extends Readonly<Record<keyof Targets, Round[]>> {
  readonly load: LoadSettings;
  /** How far apart the cores were before each of the echo's. */
  readonly distancesNs: number[];
}

interface LoadSettings {
  readonly client: LoadClient;
  readonly connections: number;
}

/** At half the rate that the server reached; `independent` is the server's, too. */
type HalfLoad = Readonly<Record<'twoRows' | 'server' | 'independent', PacedRound[]>>;

/** Where the time goes at full load. */
interface Spent {
  readonly round: Round;
  readonly stages: Readonly<Record<string, number>>;
  readonly threads: readonly (readonly [name: string, us: number])[];
}

export async function decisions(): Promise<Measurement> {
  const directory = mkdtempSync(join(tmpdir(), 'davylamp-bench-'));
  const bodies = jobBodies(BODIES, SEED);
  const targets = await startTargets(directory);
  try {
    const client = lightestClient();
    const first = { client, connections: CONNECTIONS };
    const rounds = [await measureRounds(first, ROUNDS, targets, bodies)];
    const spent = await measureSpent(first, targets.server, bodies);
    const bareSpent = await measureSpent(first, targets.bare, bodies);
    const halfRate = Math.round(medianOf(rounds[0]?.server ?? [], 'perSecond') / 2);
    const half = await measureHalf(halfRate, targets, bodies);
    const others = [{ client, connections: MORE_CONNECTIONS }];
    if (client !== autocannonClient) others.push({ ...first, client: autocannonClient });
    for (const other of others) {
      rounds.push(await measureRounds(other, OTHER_ROUNDS, targets, bodies));
    }
    await checkAllowed(targets.server);
    await checkAllowed(targets.bare);
    return measurement(bodies, rounds, half, { server: spent, bare: bareSpent });
  } finally {
    await Promise.all(Object.values(targets).map(stop));
    rmSync(directory, { recursive: true });
  }
}

async function startTargets(directory: string): Promise<Targets> {
  const policy = join(directory, 'uncounted.yaml');
  writeFileSync(policy, withoutLedger(readFileSync(DEFAULT_POLICY, 'utf8')));
  return {
    echo: await startOther('bench/echo-server.ts', join(directory, 'echo')),
    twoRows: await startOther('bench/two-row-server.ts', join(directory, 'two-rows')),
    bare: await startServer(join(directory, 'bare'), ['--no-links', '--policy', policy]),
    server: await startServer(join(directory, 'server')),
  };
}

/** Without its blocks `tiers` and `pools`, which end where the next line begins without a blank. */
function withoutLedger(policy: string): string {
  return policy.replace(/^(?:tiers|pools):\n(?:[ #].*\n|\n)*/gm, '');
}

/** Rounds of all, one after the other, behind one of each that warms up. */
async function measureRounds(
  settings: LoadSettings,
  count: number,
  targets: Targets,
  bodies: readonly string[],
): Promise<Rounds> {
  const none = { echo: [], twoRows: [], bare: [], server: [] };
  const rounds: Rounds = { load: settings, distancesNs: [], ...none };
  const names = ['echo', 'twoRows', 'bare', 'server'] as const;
  for (const name of names) await load(settings, targets[name], bodies);
  for (let i = 0; i < count; i++) {
    rounds.distancesNs.push(await coreDistanceNs());
    for (const name of names) rounds[name].push(await load(settings, targets[name], bodies));
  }
  return rounds;
}

/** What the disk does to the one it does to the others: they are interleaved. */
async function measureHalf(
  perSecond: number,
  targets: Targets,
  bodies: readonly string[],
): Promise<HalfLoad> {
  const half: HalfLoad = { twoRows: [], server: [], independent: [] };
  const ways = [
    ['twoRows', targets.twoRows, CONNECTIONS],
    ['server', targets.server, CONNECTIONS],
    ['independent', targets.server, INDEPENDENT_CONNECTIONS],
  ] as const;
  const pace = { perSecond, seconds: HALF_LOAD_SECONDS, headers: HEADERS };
  for (let i = 0; i < HALF_LOAD_ROUNDS; i++) {
    for (const [name, { url }, connections] of ways) {
      half[name].push(await pacedLoad({ url, bodies, connections, ...pace }));
    }
  }
  return half;
}

async function measureSpent(
  settings: LoadSettings,
  server: Target,
  bodies: readonly string[],
): Promise<Spent> {
  const pid = server.child.pid ?? 0;
  const stages = await stageSeconds(server.url);
  const threads = threadTimes(pid);
  const round = await load(settings, server, bodies);
  return {
    round,
    threads: spentBetween(threads, threadTimes(pid)),
    stages: await stageSeconds(server.url, stages),
  };
}

function load(
  { client, connections }: LoadSettings,
  { url }: Target,
  bodies: readonly string[],
): Promise<Round> {
  return client.load({ url, bodies, headers: HEADERS, seconds: ROUND_SECONDS, connections });
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
  rounds: readonly Rounds[],
  half: HalfLoad,
  spent: Readonly<Record<'server' | 'bare', Spent>>,
): Measurement {
  return {
    name: 'decisions',
    settings: {
      client: rounds[0]?.load.client.name ?? '',
      rounds: ROUNDS,
      roundSeconds: ROUND_SECONDS,
      connections: CONNECTIONS,
      bodyBytes: Math.round(median(bodies.map((body) => body.length))),
      policy: 'policies/default.yaml',
      store: 'sqlite, every batch synced before its answers',
    },
    columns: ['', 'a second', 'p50 ms', 'p99 ms'],
    rows: [
      ...rounds.slice(0, 1).flatMap(rowsOf),
      pacedRow('two rows, nothing decided, at half the rate of all on', half.twoRows),
      pacedRow('durable decisions, all on, at half that rate', half.server),
      pacedRow(`the same, ${INDEPENDENT_CONNECTIONS} connections`, half.independent),
      ...rounds.slice(1).flatMap(rowsOf),
    ],
    notes: [
      ...rounds.map(distanceNote),
      '',
      'All on:',
      '',
      ...threadTable(spent.server),
      '',
      stageNote(spent.server),
      '',
      'Neither linked nor counted:',
      '',
      ...threadTable(spent.bare),
      '',
      stageNote(spent.bare),
    ],
  };
}

function rowsOf({
  load: { client, connections },
  echo,
  twoRows,
  bare,
  server,
}: Rounds): readonly (readonly (string | number)[])[] {
  const by = `${client.name}, ${connections} connections`;
  const row = (name: string, rounds: readonly Round[]): readonly (string | number)[] => [
    `${name}, ${by}`,
    medianOf(rounds, 'perSecond'),
    medianOf(rounds, 'p50Ms'),
    medianOf(rounds, 'p99Ms'),
  ];
  const ratio = (name: string, of: readonly Round[], to: readonly Round[]) => [
    `${name}, median of pairs, ${by}`,
    median(of.map((round, i) => round.perSecond / (to[i]?.perSecond ?? 1))),
    '',
    '',
  ];
  return [
    row('bare echo', echo),
    row('two rows, nothing decided', twoRows),
    row('durable decisions, neither linked nor counted', bare),
    row('durable decisions, all on', server),
    ratio('two rows / echo', twoRows, echo),
    ratio('neither linked nor counted / echo', bare, echo),
    ratio('all on / echo', server, echo),
    ratio('all on / neither linked nor counted', server, bare),
  ];
}

function distanceNote({ load: { client, connections }, distancesNs, echo }: Rounds): string {
  const rounds = distancesNs.map((ns, i) => {
    const perSecond = Math.round(echo[i]?.perSecond ?? 0).toLocaleString('en');
    return `${Math.round(ns)} ns and ${perSecond}`;
  });
  return (
    `${client.name}, ${connections} connections, from one core to the other and the echo ` +
    `a second, by round: ${rounds.join(', ')}.`
  );
}

/** Of all its rounds together. */
function pacedRow(name: string, rounds: readonly PacedRound[]): readonly (string | number)[] {
  const latenciesMs = rounds.flatMap((round) => round.latenciesMs).sort((a, b) => a - b);
  const perSecond = median(rounds.map((round) => round.perSecond));
  return [name, perSecond, quantile(latenciesMs, 0.5), quantile(latenciesMs, 0.99)];
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

/** A server that decides nothing, in a directory of its own. */
async function startOther(program: string, data: string): Promise<Target> {
  mkdirSync(data);
  const child = start([program, data], {});
  const port = await firstLine(child);
  return { url: `http://127.0.0.1:${port}/providers/gitlab/validate`, child };
}

async function startServer(data: string, options: readonly string[] = []): Promise<Target> {
  const args = ['src/main/cli.ts', 'serve', '--data', data, '--listen', '127.0.0.1:0', ...options];
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
