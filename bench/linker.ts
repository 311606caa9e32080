/**
 * The linker in memory: accounts linked a second with realistic identifiers, the same at ten
 * thousand and at a million accounts, beside the floor, the same observations put into maps and
 * counted. Then the world of `src/linker/test-world.ts`, gangs among 100,000 honest accounts, as a
 * table.
 */
import { Prng } from '../src/base/prng.ts';
import { HOUR_MS } from '../src/base/time.ts';
import { createLinker } from '../src/linker/linker.ts';
import { MemoryLinkState } from '../src/linker/memory-state.ts';
import { judgeWorld } from '../src/linker/test-verdict.ts';
import { makeWorld } from '../src/linker/test-world.ts';
import type { IdentifierKey, SharedKind } from '../src/model/identifier.ts';
import type { Observation } from '../src/model/link.ts';
import type { AccountRef } from '../src/model/party.ts';
import type { Measurement } from './measure.ts';

const SEED = 7;
const SMALL = 10_000;
const LARGE = Number(process.env['LINKER_ACCOUNTS'] ?? 1_000_000);
const HONEST = 100_000;
const BATCH_EVENTS = 256;
/** A sign-up, an instrument, a login, a job; each tells something that accounts may share. */
const EVENTS_PER_ACCOUNT = 4;
const GANG_ACCOUNTS = 50;

export async function linker(): Promise<Measurement> {
  const small = linked(SMALL);
  const large = linked(LARGE);
  const floor = counted(SMALL);
  return {
    name: 'linker',
    settings: { seed: SEED, batch: BATCH_EVENTS, 'events per account': EVENTS_PER_ACCOUNT },
    columns: ['', 'accounts a second', 'events a second', 'bytes an account'],
    rows: [
      [`floor: ${SMALL} accounts into maps`, floor, floor * EVENTS_PER_ACCOUNT, ''],
      row(`linked, first ${SMALL} accounts`, SMALL, small),
      row(`linked, ${LARGE} accounts`, LARGE, large),
      [`of these the last ${SMALL}`, large.lastPerSecond, large.lastPerSecond * 4, ''],
      ['time an account, last / first', small.perSecond / large.lastPerSecond, '', ''],
    ],
    notes: world(),
  };
}

function row(name: string, accounts: number, run: Run): (string | number)[] {
  return [name, run.perSecond, run.perSecond * EVENTS_PER_ACCOUNT, run.bytes / accounts];
}

interface Run {
  readonly perSecond: number;
  /** Over the last `SMALL` accounts. */
  readonly lastPerSecond: number;
  readonly bytes: number;
}

/**
 * Observations are made a batch at a time, outside the measured time, so that memory is the
 * linker's.
 */
function linked(accounts: number): Run {
  const prng = new Prng(SEED);
  const before = heapBytes();
  const made = createLinker(new MemoryLinkState());
  let total = 0;
  let last = 0;
  const perBatch = BATCH_EVENTS / EVENTS_PER_ACCOUNT;
  for (let first = 0; first < accounts; first += perBatch) {
    const batch = Array.from({ length: Math.min(perBatch, accounts - first) }, (_, i) =>
      events(prng, first + i),
    ).flat(2);
    const started = performance.now();
    made.observe(batch);
    made.settle();
    const elapsed = performance.now() - started;
    total += elapsed;
    if (first >= accounts - SMALL) last += elapsed;
  }
  const bytes = heapBytes() - before;
  // The linker must be alive when its memory is read.
  made.partyOf('gitlab/u0' as AccountRef);
  const rate = (count: number, ms: number): number => count / (ms / 1_000);
  return { perSecond: rate(accounts, total), lastPerSecond: rate(SMALL, last), bytes };
}

function counted(accounts: number): number {
  const prng = new Prng(SEED);
  const showings = new Map<string, Set<string>>();
  let total = 0;
  for (let i = 0; i < accounts; i++) {
    const own = events(prng, i).flat();
    const started = performance.now();
    for (const observation of own) {
      if (observation.kind !== 'shown') continue;
      const accountsOf = showings.get(observation.identifier.key) ?? new Set();
      showings.set(observation.identifier.key, accountsOf.add(observation.account));
    }
    total += performance.now() - started;
  }
  return accounts / (total / 1_000);
}

/** Exact with `node --expose-gc`, else with some garbage in it. */
function heapBytes(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/**
 * An account's events; one account in fifty is of a gang of fifty. Populations grow with the
 * number.
 */
function events(prng: Prng, number: number): readonly (readonly Observation[])[] {
  const account = `gitlab/u${number}` as AccountRef;
  const at = Date.UTC(2026, 0, 1) + number * 20_000;
  const shown = (kind: SharedKind, value: number, hours = 0): Observation => {
    const identifier = { kind, key: keyOf(kind, value), display: `…${value % 10_000}` };
    return { kind: 'shown', account, identifier, at: at + hours * HOUR_MS };
  };
  const crowd = number + 1;
  const isGang = number % 50 === 0;
  const gang = Math.floor(number / (50 * GANG_ACCOUNTS));
  const template = prng.below(10) < 4 ? prng.below(60) : 1_000 + prng.below(crowd);
  const bands = Array.from({ length: 6 }, (_, band) =>
    shown('job-template', (isGang ? 10 ** 9 + gang : template) * 6 + band, 3),
  );
  return [
    [
      { kind: 'signed-up', account, at },
      shown('ip', prng.below(4 * crowd)),
      shown('ip-prefix', prng.below(1 + crowd / 8)),
      shown('email', number),
      shown('email-shape', prng.below(1 + crowd / 30)),
      shown('user-agent', prng.below(500)),
      ...(prng.below(5) === 0 ? [shown('email-domain', prng.below(1 + crowd / 20))] : []),
      ...(prng.below(5) === 0 ? [shown('name-grammar', prng.below(40))] : []),
    ],
    [shown('card', number, 1), shown('device', number, 1)],
    [shown('verified-email', number, 2), shown('ip', prng.below(4 * crowd), 2)],
    [
      ...bands,
      ...(isGang ? bands.map((band) => mined(band)) : []),
      ...(isGang ? [shown('payout', gang, 3), shown('worker-grammar', gang, 3)] : []),
    ],
  ];
}

/** The same template, of a job in which mining was seen. */
function mined(band: Observation): Observation {
  if (band.kind !== 'shown') return band;
  const key = `m${band.identifier.key}` as IdentifierKey;
  return { ...band, identifier: { ...band.identifier, kind: 'mining-template', key } };
}

/** As long as 128 bits in base64, and as unlike one another. */
function keyOf(kind: SharedKind, value: number): IdentifierKey {
  const mix = Math.imul(value + 1, 0x9e3779b1) >>> 0;
  const text = `${mix.toString(36)}${value.toString(36)}${kind.slice(0, 3)}${kind.length}`;
  return text.padEnd(22, '0') as IdentifierKey;
}

function world(): readonly string[] {
  const made = makeWorld(SEED, HONEST);
  const own = createLinker(new MemoryLinkState());
  for (let i = 0; i < made.observations.length; i += BATCH_EVENTS) {
    own.observe(made.observations.slice(i, i + BATCH_EVENTS));
    own.settle();
  }
  const { gangs, honest, wronged, suspectedHonest } = judgeWorld(made, own);
  return [
    '| gang | gangs | accounts | joined to it | of the others, suspected |',
    '| --- | --- | --- | --- | --- |',
    ...gangs.map(({ gang, gangs: count, accounts, joined, suspected }) => {
      const share = ((100 * joined) / accounts).toFixed(1);
      return `| ${gang} | ${count} | ${accounts} | ${joined} (${share} %) | ${suspected} |`;
    }),
    '',
    `Of ${honest} honest accounts ${wronged.length} are in a party that is not their own;`,
    `a person is told of ${suspectedHonest}.`,
  ];
}
