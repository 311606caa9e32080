/**
 * Every weight of the runtime engine, with where it comes from.
 *
 * Bits are log2 of how much likelier the signal is of a job that mines than of one that does not.
 * Nobody has published rates for jobs of a free tier, so what is not measured is assumed and says
 * so. What was weighed against what: the lab in `bench/lab`, the captures' look-alikes, and the
 * rule that one odd thing must never stop a job that is odd in nothing else.
 *
 * "Lab" below: in how many of its loops that are shaped like miners, and of its 16 programs that a
 * CI host runs, the signal weighed. It shows directions and not sizes: what all loops have and no
 * program is odds of 32 to 1 by so few (with half a case added to each side), 5 bits.
 */
import { HOUR_MS, SECOND_MS } from '../base/time.ts';
import type {
  AlertClaim,
  BinaryTrait,
  CommandLineTrait,
  MemoryShape,
  PoolNameVia,
  SignalKind,
  StratumDialect,
  StratumPhase,
  TuningSignal,
} from '../model/signal.ts';

const MINUTE_MS = 60 * SECOND_MS;

/**
 * From here mild measures are worth it: with 1 job in 1,000 mining, 6 bits are odds of 1 to 16, and
 * a mild measure costs an honest job 2 % at most.
 */
export const SUSPECTED_BITS_MIN = 6;
/** From here the job is stopped: odds of 64 to 1. */
export const MINING_BITS_MIN = 16;

/** How long a signal counts in full after it was last seen, and how fast it fades then. */
export interface Lifetime {
  readonly freshMs: number;
  readonly halfLifeMs: number;
}

/** Assumed. What lasts is told again every few seconds; what was said once stays said. */
export const LIFETIMES: Readonly<Record<SignalKind, Lifetime>> = {
  // A session that fell silent is a miner on pause: 300 s off is a duty cycle seen in real jobs.
  'stratum': { freshMs: 15 * MINUTE_MS, halfLifeMs: 30 * MINUTE_MS },
  'pool-name': { freshMs: 10 * MINUTE_MS, halfLifeMs: 10 * MINUTE_MS },
  'flow': { freshMs: 5 * MINUTE_MS, halfLifeMs: 5 * MINUTE_MS },
  'rounding': { freshMs: 2 * MINUTE_MS, halfLifeMs: 10 * MINUTE_MS },
  'cpu': { freshMs: MINUTE_MS, halfLifeMs: MINUTE_MS },
  'memory': { freshMs: MINUTE_MS, halfLifeMs: 5 * MINUTE_MS },
  'executable-memory': { freshMs: MINUTE_MS, halfLifeMs: 5 * MINUTE_MS },
  'tuning': { freshMs: HOUR_MS, halfLifeMs: HOUR_MS },
  'binary': { freshMs: 10 * MINUTE_MS, halfLifeMs: 30 * MINUTE_MS },
  'command-line': { freshMs: 10 * MINUTE_MS, halfLifeMs: 30 * MINUTE_MS },
  'alert': { freshMs: 10 * MINUTE_MS, halfLifeMs: 30 * MINUTE_MS },
};

/**
 * Lab: 5 of the 5 loops with a pool, none of the programs; with the 63 control streams of the
 * captures (peer-to-peer nodes), of which no word looked like any phase, that is 7 bits. The rest
 * is assumed: work that was asked for, given and answered is mining, whatever else is true. `asked`
 * alone is what somebody who probes pools or tests a pool's software does.
 */
const SESSION: Readonly<Record<StratumPhase, number>> = {
  shape: 1,
  asked: 11,
  served: 18,
  shares: 24,
};

export const STRATUM_BITS: Readonly<
  Record<StratumDialect, Readonly<Record<StratumPhase, number>>>
> = {
  'stratum-v1': SESSION,
  'equihash': SESSION,
  'monero': SESSION,
  'eth-proxy': SESSION,
  'ethereum-stratum': SESSION,
  // Every node of Ethereum answers the same calls, and tests of nodes make them, of all phases.
  'getwork': { shape: 0, asked: 2, served: 5, shares: 10 },
  // 64 bytes that look random are what many protocols of their own begin with.
  'stratum-v2': { ...SESSION, shape: 2 },
};

/** Work by HTTP for which somebody logs in or is named who is paid: no test of a node does that. */
export const PAID_WORK_BITS: Readonly<Record<StratumPhase, number>> = SESSION;

/** Assumed. A name alone may be a page of statistics; none of these is a session. */
export const POOL_NAME_BITS: Readonly<Record<PoolNameVia, number>> = {
  dns: 5,
  tls: 7,
  http: 5,
  proxy: 8,
  address: 8,
};

/**
 * Assumed. Chat, brokers and watches of Kubernetes move alike, so it never suspects anybody alone.
 * A miner's flow lasts: the captured ones 57 to 1,155 s.
 */
export const FLOW_BITS = [
  { lastedSeconds: 300, bits: 5 },
  { lastedSeconds: 60, bits: 4 },
] as const;

/** Of a flow whose totals are known and not its rhythm: half of what is idle looks like it. */
export const FLOW_TOTALS_BITS = 2;

/**
 * Lab: three modes in the one loop that sets them, in no program; two in interval arithmetic only,
 * which is there because it does (up and down). RandomX's sniffer asks for two non-default modes on
 * one thread, with 0.7 % of misses; we ask for three. One is nothing.
 */
export const ROUNDING_BITS: readonly number[] = [0, 0, 7, 13];
/** Two samples may meet a test of rounding on its way. */
export const ROUNDING_SAMPLES_MIN = 3;

/**
 * Lab: the 2 loops that have nothing else to show, none of the programs, all of which ran at once
 * on two cores; alone on them a prover, fuzzer or encoder may well look the same. So this alone is
 * suspicion and no more, with one bit more than the lab can show. It has to last: half a minute is
 * longer than a linker, shorter than a share is worth waiting for.
 */
export const CPU_BITS = 6;
export const CPU_LASTED_SECONDS_MIN = 30;
export const CPU_SHARE_MIN = 0.85;
export const CPU_FLATNESS_MIN = 0.9;
export const CPU_THREADS_PER_CORE_MIN = 0.9;
/** A miner moves 10 to 360 bytes a second; a compiler or an encoder megabytes. */
export const CPU_IO_BYTES_PER_SECOND_MAX = 256 * 1024;
/** Less than all cores, but as flat: a miner that was told to leave some. */
export const CPU_PART_BITS = 3;

/**
 * Lab: all 3 loops that have them, none of the programs. 2,080 MiB and 2 MiB a thread are RandomX's
 * own sizes, which is where more than 5 bits come from; 256 MiB are other programs' too.
 */
export const MEMORY_BITS: Readonly<Record<MemoryShape, number>> = {
  'randomx-fast': 9,
  'randomx-light': 7,
  'scratchpads': 4,
};
export const MEMORY_LASTED_SECONDS_MIN = 5;
/** Every just-in-time compiler has it: Node, Java, LuaJIT. */
export const EXECUTABLE_MEMORY_BITS = 2;

/** Assumed. Databases ask for huge pages; hardly anybody's job loads `msr`. */
export const TUNING_BITS: Readonly<Record<TuningSignal['what'], number>> = {
  'huge-pages': 3,
  'msr': 7,
};

/** Assumed. Building and testing a miner runs a program of that name too. */
export const BINARY_BITS: Readonly<Record<BinaryTrait, number>> = {
  'deleted': 3,
  'memfd': 5,
  'packed': 4,
  'renamed': 5,
  'temporary': 1,
  'known-miner': 8,
};

/** Assumed. Traits of one command line add, for they are different words; `grep` may have all. */
export const COMMAND_LINE_BITS: Readonly<Record<CommandLineTrait, number>> = {
  'pool-url': 8,
  'flags': 5,
  'payout': 5,
  'algorithm': 2,
};
export const COMMAND_LINE_BITS_MAX = 15;

/** Assumed: a little less than what our own sensors say, for the rule is not ours to know. */
export const ALERT_BITS: Readonly<Record<AlertClaim, number>> = {
  'stratum': 10,
  'pool-name': 6,
  'miner-program': 8,
  'miner-command-line': 10,
  'fileless': 5,
  'dropped-binary': 2,
  'rounding': 7,
  'mining': 8,
};

/**
 * Signals that programs which do not mine give too, each for its own good reason. However many of
 * them come together, without one that is not among them a job is suspected and never stopped.
 */
export const CIRCUMSTANTIAL: Readonly<Record<SignalKind, boolean>> = {
  'stratum': false,
  'pool-name': false,
  'flow': true,
  'rounding': false,
  'cpu': true,
  'memory': false,
  'executable-memory': true,
  'tuning': true,
  'binary': true,
  'command-line': false,
  'alert': false,
};
