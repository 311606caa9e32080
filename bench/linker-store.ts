/**
 * The linker through the real store: events are hashed on the event loop, taken in beside the
 * database in the core's thread and written with it, each batch with an fsync. Then the time of a
 * start that reads everything back, with the memory and the disk that it takes.
 *
 * `LINKER_STORE_ACCOUNTS` says how many accounts; one in fifty is of a gang of eight with one card
 * and one device.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256Hex } from '../src/base/hash.ts';
import type { JsonObject } from '../src/base/json.ts';
import { Prng } from '../src/base/prng.ts';
import { startCoreThread } from '../src/main/core-thread.ts';
import type { Event, EventType } from '../src/model/event.ts';
import { writeEvent } from '../src/model/event.ts';
import type { AccountId, ProviderName } from '../src/model/ids.ts';
import type { Core } from '../src/pipeline/core.ts';
import { createIdentify } from '../src/pipeline/identify.ts';
import type { Metrics } from '../src/ports/metrics.ts';
import type { Measurement } from './measure.ts';
import { spentBetween, threadTimes } from './thread-times.ts';

const SEED = 7;
const ACCOUNTS = Number(process.env['LINKER_STORE_ACCOUNTS'] ?? 10_000);
const BATCH_EVENTS = 256;
/** Callers who each wait until their batch is on stable storage. */
const IN_FLIGHT = 8;
const EVENTS_PER_ACCOUNT = 4;
const GANG_ACCOUNTS = 8;
const THREADS_SHOWN = 3;
const START = Date.UTC(2026, 0, 1);

export async function linkerStore(): Promise<Measurement> {
  const data = mkdtempSync(join(tmpdir(), 'davylamp-bench-links-'));
  try {
    const writing = await opened(data);
    const threads = threadTimes(process.pid);
    const perSecond = await write(writing.core);
    const spent = spentBetween(threads, threadTimes(process.pid)).slice(0, THREADS_SHOWN);
    await writing.close();
    const bytes = statSync(join(data, 'davylamp.db')).size;
    const before = process.memoryUsage.rss();
    const started = performance.now();
    const reading = await opened(data);
    const startSeconds = (performance.now() - started) / 1_000;
    const memory = process.memoryUsage.rss() - before;
    const answer = await reading.core.links({ kind: 'account', account: gangAccount() });
    await reading.close();
    return {
      name: 'linker-store',
      settings: { seed: SEED, accounts: ACCOUNTS, batch: BATCH_EVENTS, 'in flight': IN_FLIGHT },
      columns: ['', 'value'],
      rows: [
        ['link-bearing events a second', perSecond],
        ...spent.map(([name, us]) => [
          `processor time of thread ${name}, µs an event`,
          us / (ACCOUNTS * EVENTS_PER_ACCOUNT),
        ]),
        ['database, bytes an account', bytes / ACCOUNTS],
        ['a start, seconds', startSeconds],
        ['memory after a start, bytes an account', memory / ACCOUNTS],
        ['accounts in a gang’s party', 'accountsInParty' in answer ? answer.accountsInParty : 0],
      ],
      notes: [],
    };
  } finally {
    rmSync(data, { recursive: true });
  }
}

type Ref = Parameters<Core['links']>[0] & { kind: 'account' };

function gangAccount(): Ref['account'] {
  return 'gitlab/u0' as Ref['account'];
}

async function opened(data: string): Promise<{ core: Core; close(): Promise<void> }> {
  const started = await startCoreThread({ data, mode: 'live', linking: true, logLevel: 'silent' });
  if (!started.ok) throw new Error(started.error.message);
  const { core, store } = started.value;
  const silent = { carryOut: () => {}, failing: () => {} };
  return { core: core(silent, {} as Metrics), close: () => store.close() };
}

/** Making the events is not measured: they are made before, a stretch at a time. */
async function write(core: Core): Promise<number> {
  const identify = createIdentify(new Uint8Array(32).fill(7));
  const prng = new Prng(SEED);
  let elapsed = 0;
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
    if (next.length >= 100 * BATCH_EVENTS) await flush();
  }
  await flush();
  return (ACCOUNTS * EVENTS_PER_ACCOUNT) / (elapsed / 1_000);
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
