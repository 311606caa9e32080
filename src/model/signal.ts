/**
 * Signals: what a sensor saw of a running job. Few and strong on purpose: sensors turn samples into
 * signals at the edge, and only signals travel. Plain data that is its own JSON.
 *
 * Nothing in a signal is a secret or a whole identity: a login stands in it masked, a payout
 * address as a digest with a masked display form, a command line as the words that were recognised.
 */
import type { Brand } from '../base/brand.ts';
import type { EpochMs } from '../base/time.ts';
import { formatSubject, type Subject } from './ids.ts';

/** `provider/account/job`, as the subject of an event has it. */
export type JobRef = Brand<string, 'JobRef'>;

export function jobRefOf(subject: Subject): JobRef {
  return formatSubject(subject) as JobRef;
}

/** Who saw it. The first five are our own sensors, the others are read from their recordings. */
export const SENSORS = [
  'cgroup',
  'procfs',
  'sockets',
  'packets',
  'fpu',
  'falco',
  'tetragon',
  'eve',
  'zeek',
] as const;

export type SensorName = (typeof SENSORS)[number];

/**
 * Evidence of one group depends on each other: the strongest of a group counts, groups add.
 *
 * wire            what was said on the network in the open: stratum, the name of a pool
 * floating-point  rounding modes
 * memory          memory, threads and CPU
 * binary          the program and how it was called
 * flow            how an encrypted flow moves
 */
export const EVIDENCE_GROUPS = ['wire', 'floating-point', 'memory', 'binary', 'flow'] as const;

export type EvidenceGroup = (typeof EVIDENCE_GROUPS)[number];

/**
 * stratum-v1         `mining.subscribe` … as Bitcoin's miners speak it
 * equihash           the same with `mining.set_target`, and the pool's host in `mining.subscribe`
 * monero             `login`, `job`, `submit`
 * eth-proxy          `eth_submitLogin`, polled `eth_getWork`
 * ethereum-stratum   EthereumStratum: NiceHash's version 1 and version 2
 * getwork            work by HTTP: `getwork`, `getblocktemplate` with its extensions, `eth_getWork`
 * stratum-v2         binary frames behind a Noise handshake
 */
export const STRATUM_DIALECTS = [
  'stratum-v1',
  'equihash',
  'monero',
  'eth-proxy',
  'ethereum-stratum',
  'getwork',
  'stratum-v2',
] as const;

export type StratumDialect = (typeof STRATUM_DIALECTS)[number];

/**
 * How far a session got. Each holds what the ones before it hold.
 *
 * shape      its first bytes have the length and the looks of a handshake; nobody could read a word
 * asked      the client asked for work in the words of a miner
 * served     the server gave it work
 * shares     the client sent a result back
 */
export const STRATUM_PHASES = ['shape', 'asked', 'served', 'shares'] as const;

export type StratumPhase = (typeof STRATUM_PHASES)[number];

/** What the lines of a session travelled in. */
export const CARRIERS = ['tcp', 'http', 'websocket', 'proxy'] as const;

export type Carrier = (typeof CARRIERS)[number];

/** A value that accounts may share, seen in a running job. */
export interface SeenIdentifier {
  readonly kind: 'payout' | 'worker';
  /** For a payout the coin or family if known; else empty. */
  readonly coin: string;
  /** SHA-256 of the value, 32 hex digits: equal for equal values. */
  readonly digest: string;
  /** Enough for a person to recognise it, too little to use it. */
  readonly display: string;
}

interface Seen {
  readonly at: EpochMs;
  /** Null: seen on the host, and nobody knows yet or any more of which job. */
  readonly job: JobRef | null;
  readonly source: SensorName;
}

/** Mining in the open. One signal a flow, told again as the session gets further. */
export interface StratumSignal extends Seen {
  readonly kind: 'stratum';
  readonly dialect: StratumDialect;
  readonly carrier: Carrier;
  readonly phase: StratumPhase;
  /** `address:port`, IPv6 in brackets. */
  readonly client: string;
  readonly server: string;
  /** Masked; empty when none was seen. */
  readonly login: string;
  /** What the client calls itself; empty when it does not. */
  readonly agent: string;
  readonly identifiers: readonly SeenIdentifier[];
  /** Results that the client sent. */
  readonly shares: number;
}

/**
 * dns      asked of a resolver
 * tls      in a client's hello
 * http     in a request's `Host`
 * proxy    in what a proxy was asked for
 * address  the flow's own far end, from an operator's list
 */
export const POOL_NAME_VIAS = ['dns', 'tls', 'http', 'proxy', 'address'] as const;

export type PoolNameVia = (typeof POOL_NAME_VIAS)[number];

/** The name of a mining pool was asked for or connected to. We never resolve one ourselves. */
export interface PoolNameSignal extends Seen {
  readonly kind: 'pool-name';
  readonly via: PoolNameVia;
  /** Both empty when the indicator is an operator's private one, which no report prints. */
  readonly name: string;
  readonly pool: string;
  readonly client: string;
  /** Whom the client talked to: for `dns` the resolver. */
  readonly server: string;
}

/** A flow that nobody can read and that moves as a miner's does. */
export interface FlowSignal extends Seen {
  readonly kind: 'flow';
  readonly cipher: 'tls' | 'noise' | 'unknown';
  readonly client: string;
  readonly server: string;
  /** From the client's hello; empty without one. */
  readonly sni: string;
  readonly alpn: readonly string[];
  readonly ja4: string;
  /** Small messages that the server sent without being asked. */
  readonly pushes: number;
  /** Small messages of the client that the server answered at once. */
  readonly echoes: number;
  readonly bytesPerSecond: number;
  readonly lastedSeconds: number;
}

/** Rounding modes of floating point that hardly any program but RandomX sets. */
export interface RoundingSignal extends Seen {
  readonly kind: 'rounding';
  /** Most non-default modes seen on one thread: 1 to 3. */
  readonly modes: number;
  /** Threads with at least two. */
  readonly threads: number;
  /** Samples that the modes were seen in. */
  readonly samples: number;
  readonly lastedSeconds: number;
}

/** Threads that compute without pause. */
export interface CpuSignal extends Seen {
  readonly kind: 'cpu';
  readonly busyThreads: number;
  /** Cores that the job may use. */
  readonly cores: number;
  /** Of those cores, 0 to 1. */
  readonly share: number;
  /** How even the share was: 1 without any change between samples. */
  readonly flatness: number;
  /** Read and written, files and network together. */
  readonly ioBytesPerSecond: number;
  readonly lastedSeconds: number;
}

/**
 * randomx-fast   2,080 MiB shared and 2 MiB a thread
 * randomx-light  256 MiB shared and 2 MiB a thread
 * scratchpads    as many equal areas of a known proof of work's size as there are busy threads
 */
export const MEMORY_SHAPES = ['randomx-fast', 'randomx-light', 'scratchpads'] as const;

export type MemoryShape = (typeof MEMORY_SHAPES)[number];

export interface MemorySignal extends Seen {
  readonly kind: 'memory';
  readonly shape: MemoryShape;
  readonly threads: number;
  readonly perThreadBytes: number;
  readonly sharedBytes: number;
  readonly hugePages: boolean;
  readonly lastedSeconds: number;
}

/** Code made at run time, in memory that no file stands behind. */
export interface ExecutableMemorySignal extends Seen {
  readonly kind: 'executable-memory';
  readonly bytes: number;
  readonly regions: number;
  readonly lastedSeconds: number;
}

/** The host was set up as miners ask for it. */
export interface TuningSignal extends Seen {
  readonly kind: 'tuning';
  readonly what: 'huge-pages' | 'msr';
}

/**
 * deleted      its file is gone
 * memfd        it never had a file
 * packed       its file is compressed or encrypted
 * renamed      it calls itself by another program's name
 * temporary    it runs from a folder for temporary files
 * known-miner  it has the name of a mining program
 */
export const BINARY_TRAITS = [
  'deleted',
  'memfd',
  'packed',
  'renamed',
  'temporary',
  'known-miner',
] as const;

export type BinaryTrait = (typeof BINARY_TRAITS)[number];

export interface BinarySignal extends Seen {
  readonly kind: 'binary';
  readonly trait: BinaryTrait;
  /** What it calls itself. */
  readonly name: string;
  /** The path that it was started from. */
  readonly path: string;
}

/**
 * pool-url    `stratum+tcp://…`, or the name of a pool
 * flags       options that only miners have
 * payout      a payout address with a valid checksum
 * algorithm   the name of a proof of work behind `-a` or `--algo`
 */
export const COMMAND_LINE_TRAITS = ['pool-url', 'flags', 'payout', 'algorithm'] as const;

export type CommandLineTrait = (typeof COMMAND_LINE_TRAITS)[number];

export interface CommandLineSignal extends Seen {
  readonly kind: 'command-line';
  readonly traits: readonly CommandLineTrait[];
  readonly program: string;
  /** The words that were recognised, masked. */
  readonly words: readonly string[];
  readonly identifiers: readonly SeenIdentifier[];
}

/** What another sensor's rule says, in our words, and the group of evidence that it speaks of. */
export const ALERT_CLAIMS = {
  'stratum': 'wire',
  'pool-name': 'wire',
  'miner-program': 'binary',
  'miner-command-line': 'binary',
  'fileless': 'binary',
  'dropped-binary': 'binary',
  'rounding': 'floating-point',
  'mining': 'binary',
} as const satisfies Record<string, EvidenceGroup>;

export type AlertClaim = keyof typeof ALERT_CLAIMS;

export interface AlertSignal extends Seen {
  readonly kind: 'alert';
  readonly claim: AlertClaim;
  /** The rule's own id or name. */
  readonly rule: string;
  /** What it was about: a program, an address; empty when unknown. */
  readonly about: string;
}

export type Signal =
  | StratumSignal
  | PoolNameSignal
  | FlowSignal
  | RoundingSignal
  | CpuSignal
  | MemorySignal
  | ExecutableMemorySignal
  | TuningSignal
  | BinarySignal
  | CommandLineSignal
  | AlertSignal;

export type SignalKind = Signal['kind'];

/** What one event tells of its job. */
export interface Observed {
  readonly signals: readonly Signal[];
  /** Signals of the event that could not be read. */
  readonly unread: number;
}

const GROUP_OF: Readonly<Record<Exclude<SignalKind, 'alert'>, EvidenceGroup>> = {
  'stratum': 'wire',
  'pool-name': 'wire',
  'flow': 'flow',
  'rounding': 'floating-point',
  'cpu': 'memory',
  'memory': 'memory',
  'executable-memory': 'memory',
  'tuning': 'memory',
  'binary': 'binary',
  'command-line': 'binary',
};

export const SIGNAL_KINDS: readonly SignalKind[] = [
  ...(Object.keys(GROUP_OF) as Exclude<SignalKind, 'alert'>[]),
  'alert',
];

export function groupOf(signal: Signal): EvidenceGroup {
  return signal.kind === 'alert' ? ALERT_CLAIMS[signal.claim] : GROUP_OF[signal.kind];
}

/**
 * Names what the signal is about within its job. Two signals with one key say the same thing at two
 * times, and the later one stands for both.
 */
export function keyOfSignal(signal: Signal): string {
  return JSON.stringify([signal.kind, signal.source, ...DETAIL[signal.kind](signal as never)]);
}

const DETAIL: { readonly [Kind in SignalKind]: (signal: SignalOf<Kind>) => readonly string[] } = {
  'stratum': ({ client, server }) => [client, server],
  'pool-name': ({ pool, name }) => [pool, name],
  'flow': ({ client, server }) => [client, server],
  'rounding': () => [],
  'cpu': () => [],
  'memory': ({ shape }) => [shape],
  'executable-memory': () => [],
  'tuning': ({ what }) => [what],
  'binary': ({ trait, path }) => [trait, path],
  'command-line': ({ program }) => [program],
  'alert': ({ rule }) => [rule],
};

type SignalOf<Kind extends SignalKind> = Extract<Signal, { readonly kind: Kind }>;
