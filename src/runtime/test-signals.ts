/** Signals of every kind for tests. */
import fc from 'fast-check';
import {
  ALERT_CLAIMS,
  type AlertClaim,
  BINARY_TRAITS,
  CARRIERS,
  COMMAND_LINE_TRAITS,
  MEMORY_SHAPES,
  POOL_NAME_VIAS,
  SENSORS,
  type Signal,
  type SignalKind,
  STRATUM_DIALECTS,
  STRATUM_PHASES,
} from '../model/signal.ts';

/** Any moment of a day, so that some signals have faded and some are of the future. */
export const anyTime = fc.integer({ min: 0, max: 86_400_000 });

const lastedSeconds = fc.integer({ min: 0, max: 2_000 });
const count = fc.integer({ min: 0, max: 64 });
const share = fc.double({ min: 0, max: 1, noNaN: true });
const name = fc.constantFrom('', 'a', 'pool.example', '10.0.0.1:4444', 'node');
const seen = { at: anyTime, job: fc.constant(null), source: fc.constantFrom(...SENSORS) };
const ends = { client: name, server: name };
const claims = Object.keys(ALERT_CLAIMS) as AlertClaim[];

const KINDS: Readonly<Record<SignalKind, fc.Arbitrary<Signal>>> = {
  'stratum': fc.record({
    kind: fc.constant('stratum' as const),
    ...seen,
    ...ends,
    dialect: fc.constantFrom(...STRATUM_DIALECTS),
    carrier: fc.constantFrom(...CARRIERS),
    phase: fc.constantFrom(...STRATUM_PHASES),
    login: name,
    agent: name,
    identifiers: fc.constant([]),
    shares: count,
  }),
  'pool-name': fc.record({
    kind: fc.constant('pool-name' as const),
    ...seen,
    ...ends,
    via: fc.constantFrom(...POOL_NAME_VIAS),
    name,
    pool: name,
  }),
  'flow': fc.record({
    kind: fc.constant('flow' as const),
    ...seen,
    ...ends,
    cipher: fc.constantFrom('tls' as const, 'noise' as const, 'unknown' as const),
    sni: name,
    alpn: fc.array(name, { maxLength: 2 }),
    ja4: name,
    pushes: count,
    echoes: count,
    bytesPerSecond: count,
    lastedSeconds,
  }),
  'rounding': fc.record({
    kind: fc.constant('rounding' as const),
    ...seen,
    modes: fc.integer({ min: 0, max: 3 }),
    threads: count,
    samples: count,
    lastedSeconds,
  }),
  'cpu': fc.record({
    kind: fc.constant('cpu' as const),
    ...seen,
    busyThreads: count,
    cores: count,
    share,
    flatness: share,
    ioBytesPerSecond: count,
    lastedSeconds,
  }),
  'memory': fc.record({
    kind: fc.constant('memory' as const),
    ...seen,
    shape: fc.constantFrom(...MEMORY_SHAPES),
    threads: count,
    perThreadBytes: count,
    sharedBytes: count,
    hugePages: fc.boolean(),
    lastedSeconds,
  }),
  'executable-memory': fc.record({
    kind: fc.constant('executable-memory' as const),
    ...seen,
    bytes: count,
    regions: count,
    lastedSeconds,
  }),
  'tuning': fc.record({
    kind: fc.constant('tuning' as const),
    ...seen,
    what: fc.constantFrom('huge-pages' as const, 'msr' as const),
  }),
  'binary': fc.record({
    kind: fc.constant('binary' as const),
    ...seen,
    trait: fc.constantFrom(...BINARY_TRAITS),
    name,
    path: name,
  }),
  'command-line': fc.record({
    kind: fc.constant('command-line' as const),
    ...seen,
    traits: fc.array(fc.constantFrom(...COMMAND_LINE_TRAITS), { maxLength: 6 }),
    program: name,
    words: fc.array(name, { maxLength: 2 }),
    identifiers: fc.constant([]),
  }),
  'alert': fc.record({
    kind: fc.constant('alert' as const),
    ...seen,
    claim: fc.constantFrom(...claims),
    rule: name,
    about: name,
  }),
};

export const anySignal: fc.Arbitrary<Signal> = fc.oneof(...Object.values(KINDS));

export function signalsOf(...kinds: readonly SignalKind[]): fc.Arbitrary<readonly Signal[]> {
  return fc.array(fc.oneof(...kinds.map((kind) => KINDS[kind])), { maxLength: 12 });
}

const at = 0;
const job = null;

/** One of each kind at its full weight. */
export const SAMPLES = {
  'stratum': {
    kind: 'stratum',
    at,
    job,
    source: 'packets',
    dialect: 'monero',
    carrier: 'tcp',
    phase: 'shares',
    client: '10.0.0.2:51000',
    server: '192.0.2.7:3333',
    login: '4AB…x9',
    agent: 'miner/1.0',
    identifiers: [],
    shares: 3,
  },
  'pool-name': {
    kind: 'pool-name',
    at,
    job,
    source: 'packets',
    via: 'tls',
    name: 'eu.pool.example',
    pool: 'pool.example',
    client: '10.0.0.2:51000',
    server: '192.0.2.7:443',
  },
  'flow': {
    kind: 'flow',
    at,
    job,
    source: 'packets',
    cipher: 'tls',
    client: '10.0.0.2:51000',
    server: '192.0.2.7:443',
    sni: '',
    alpn: [],
    ja4: '',
    pushes: 20,
    echoes: 12,
    bytesPerSecond: 11,
    lastedSeconds: 400,
  },
  'rounding': {
    kind: 'rounding',
    at,
    job,
    source: 'fpu',
    modes: 3,
    threads: 2,
    samples: 40,
    lastedSeconds: 10,
  },
  'cpu': {
    kind: 'cpu',
    at,
    job,
    source: 'cgroup',
    busyThreads: 2,
    cores: 2,
    share: 0.99,
    flatness: 0.99,
    ioBytesPerSecond: 100,
    lastedSeconds: 45,
  },
  'memory': {
    kind: 'memory',
    at,
    job,
    source: 'procfs',
    shape: 'randomx-fast',
    threads: 2,
    perThreadBytes: 2_097_152,
    sharedBytes: 2_181_038_080,
    hugePages: false,
    lastedSeconds: 30,
  },
  'executable-memory': {
    kind: 'executable-memory',
    at,
    job,
    source: 'procfs',
    bytes: 65_536,
    regions: 2,
    lastedSeconds: 30,
  },
  'tuning': { kind: 'tuning', at, job, source: 'procfs', what: 'msr' },
  'binary': {
    kind: 'binary',
    at,
    job,
    source: 'procfs',
    trait: 'renamed',
    name: 'kworker/0:1',
    path: '/tmp/x',
  },
  'command-line': {
    kind: 'command-line',
    at,
    job,
    source: 'procfs',
    traits: ['pool-url', 'payout'],
    program: 'x',
    words: ['stratum+tcp://…'],
    identifiers: [],
  },
  'alert': {
    kind: 'alert',
    at,
    job,
    source: 'falco',
    claim: 'miner-command-line',
    rule: 'Detect crypto miners using the Stratum protocol',
    about: 'x',
  },
} as const satisfies { readonly [Kind in SignalKind]: Extract<Signal, { kind: Kind }> };
