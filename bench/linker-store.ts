/**
 * The linker through the real store: events are hashed on the event loop, taken in beside the
 * database in the core's thread and written with it, each batch with an fsync. Then the time of a
 * start that reads everything back, with the memory and the disk that it takes.
 *
 * `LINKER_STORE_ACCOUNTS` says how many accounts; one in fifty is of a gang of eight with one card
 * and one device.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256Hex } from '../src/base/hash.ts';
import type { JsonObject } from '../src/base/json.ts';
import { Prng } from '../src/base/prng.ts';
import { startCoreThread } from '../src/main/core-thread.ts';
import { keepServerHeap } from '../src/main/server-heap.ts';
import type { Event, EventType } from '../src/model/event.ts';
import { writeEvent } from '../src/model/event.ts';
import type { AccountId, ProviderName } from '../src/model/ids.ts';
import type { AccountRef } from '../src/model/party.ts';
import type { Core } from '../src/pipeline/core.ts';
import { createIdentify } from '../src/pipeline/identify.ts';
import type { Metrics } from '../src/ports/metrics.ts';
import type { Measurement } from './measure.ts';
import { spentBetween, threadTimes } from './thread-times.ts';

const POLICY = new URL('../policies/default.yaml', import.meta.url);
const SEED = 7;
const ACCOUNTS = Number(process.env['LINKER_STORE_ACCOUNTS'] ?? 10_000);
const BATCH_EVENTS = 256;
/** Callers who each wait until their batch is on stable storage. */
const IN_FLIGHT = 8;
const EVENTS_PER_ACCOUNT = 4;
const GANG_ACCOUNTS = 8;
const THREADS_SHOWN = 3;
const START = Date.UTC(2026, 0, 1);

/** Accounts at the end whose rate is told apart: it is to be that of the first ones. */
const LAST = 10_000;

export async function linkerStore(): Promise<Measurement> {
  keepServerHeap();
  const data = mkdtempSync(join(tmpdir(), 'davylamp-bench-links-'));
  try {
    const writing = await opened(data);
    const threads = threadTimes(process.pid);
    const written = await write(writing.core);
    const spent = spentBetween(threads, threadTimes(process.pid)).slice(0, THREADS_SHOWN);
    await writing.close();
    const bytes = statSync(join(data, 'davylamp.db')).size;
    const start = startAgain(data);
    const empty = startAgain(join(data, 'empty'));
    return {
      name: 'linker-store',
      settings: { seed: SEED, accounts: ACCOUNTS, batch: BATCH_EVENTS, 'in flight': IN_FLIGHT },
      columns: ['', 'value'],
      rows: [
        ['link-bearing events a second', written.perSecond],
        [`of the last ${LAST} accounts`, written.lastPerSecond],
        ...spent.map(([name, us]) => [
          `processor time of thread ${name}, µs an event`,
          us / (ACCOUNTS * EVENTS_PER_ACCOUNT),
        ]),
        ['database, bytes an account', bytes / ACCOUNTS],
        ['a start, seconds', start.seconds],
        ['memory after a start, MB', start.rss / 1e6],
        ['more than of an empty store, bytes an account', (start.rss - empty.rss) / ACCOUNTS],
        ['accounts in a gang’s party', start.accountsInParty],
      ],
      notes: [],
    };
  } finally {
    rmSync(data, { recursive: true });
  }
}

interface Start {
  readonly seconds: number;
  readonly rss: number;
  readonly accountsInParty: number;
}

// This file is also the process that starts again, in which no memory is left from before:
// `node linker-store.ts start DIRECTORY`.
const [, , role, directory = ''] = process.argv;
if (role === 'start') process.stdout.write(JSON.stringify(await measureStart(directory)));

function startAgain(data: string): Start {
  const args = [import.meta.filename, 'start', data];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Start;
}

async function measureStart(data: string): Promise<Start> {
  const started = performance.now();
  const { core, close } = await opened(data);
  const account = 'gitlab/u0' as AccountRef;
  const answer = await core.links({ kind: 'account', account });
  const seconds = (performance.now() - started) / 1_000;
  const rss = process.memoryUsage.rss();
  await close();
  return {
    seconds,
    rss,
    accountsInParty: answer.kind === 'account' ? answer.accountsInParty : 0,
  };
}

async function opened(data: string): Promise<{ core: Core; close(): Promise<void> }> {
  const started = await startCoreThread({ data, mode: 'live', linking: true, logLevel: 'silent' });
  if (!started.ok) throw new Error(started.error.message);
  const { core, store, usePolicy } = started.value;
  usePolicy(readFileSync(POLICY, 'utf8'));
  const silent = { carryOut: () => {}, failing: () => {} };
  return { core: core(silent, {} as Metrics), close: () => store.close() };
}

interface Written {
  readonly perSecond: number;
  readonly lastPerSecond: number;
}

/** Making the events is not measured: they are made before, a stretch at a time. */
async function write(core: Core): Promise<Written> {
  const identify = createIdentify(new Uint8Array(32).fill(7));
  const prng = new Prng(SEED);
  let elapsed = 0;
  let beforeLast = 0;
  let next: Event[] = [];
  const flush = async (): Promise<void> => {
    const started = performance.now();
    const waiting = new Set<Promise<unknown>>();
    for (let at = 0; at < next.length; at += BATCH_EVENTS) {
      const batch = next.slice(at, at + BATCH_EVENTS).map((event) => ({
        event: writeEvent(event),
        receivedAt: event.time,
        shown: identify(event, null, null),
      }));
      const written: Promise<unknown> = core.ingest(batch).then(() => waiting.delete(written));
      waiting.add(written);
      if (waiting.size >= IN_FLIGHT) await Promise.race(waiting);
    }
    await Promise.all(waiting);
    elapsed += performance.now() - started;
    next = [];
  };
  for (let number = 0; number < ACCOUNTS; number++) {
    next.push(...eventsOf(prng, number));
    const isLastNext = number + 1 === ACCOUNTS - LAST;
    if (next.length >= 100 * BATCH_EVENTS || isLastNext) await flush();
    if (isLastNext) beforeLast = elapsed;
  }
  await flush();
  const rate = (accounts: number, ms: number): number =>
    (accounts * EVENTS_PER_ACCOUNT) / (ms / 1_000);
  return {
    perSecond: rate(ACCOUNTS, elapsed),
    lastPerSecond: rate(Math.min(LAST, ACCOUNTS), elapsed - beforeLast),
  };
}

function eventsOf(prng: Prng, number: number): readonly Event[] {
  const isGang = number % 50 === 0;
  const gang = Math.floor(number / (50 * GANG_ACCOUNTS));
  const ip = () => `10.${prng.below(256)}.${prng.below(256)}.${prng.below(256)}`;
  const email = `${sha256Hex(`${number}`).slice(0, 9)}@mail${prng.below(200)}.example`;
  const userAgent = `Browser/${prng.below(400)}`;
  const card = isGang ? `gang ${gang}` : `card ${number}`;
  const device = isGang ? `gang ${gang}` : `device ${number}`;
  const account = { username: `user${number}`, email, ip: ip(), userAgent };
  return [
    event(number, 0, 'account.created', account),
    event(number, 1, 'instrument.added', { kind: 'card', fingerprint: card }),
    event(number, 2, 'account.verified', {
      email,
      identifiers: [{ kind: 'device', value: device }],
    }),
    event(number, 3, 'account.login', { ip: ip(), userAgent }),
  ];
}

function event(number: number, step: number, type: EventType, data: JsonObject): Event {
  const account = `u${number}` as AccountId;
  return {
    source: 'bench',
    id: `${number}-${step}`,
    type,
    subject: { provider: 'gitlab' as ProviderName, account, job: null },
    time: START + number * 20_000 + step * 1_000,
    data,
    bodyHash: sha256Hex(`${number}-${step}`),
  };
}
