/**
 * Every weight of the scanner, in bits (log2 of a likelihood ratio), with where it comes from.
 *
 * Base rates. 13,507 innocent CI files, 6 of them (0.044 %) hit by published sets of mining words;
 * 34 repositories that mine, of which the stratum schemes hit 11.8 %, program names 64.7 % and
 * checksum-valid addresses 79.4 %. That gives log2(0.118 / 0.00044) = 8.1 bits for a scheme, 10.5
 * for a name and 10.8 for an address, wherever they stand. Those repositories were mostly found by
 * such words, and mining software's own CI is hit at 25 %, so a name counts less here than it
 * measured. Weights without a measurement say "assumed".
 */
import type { Position } from '../../model/finding.ts';

/**
 * Findings of one group depend on each other: a program's name, its image and its release's address
 * say one thing. Within a group the largest counts, and groups add.
 */
export const EVIDENCE_GROUPS = [
  'endpoint',
  'program',
  'payout',
  'configuration',
  'image',
  'delivery',
  'bandwidth',
  'tuning',
  'upkeep',
  'shape',
  'concealment',
] as const;

export type EvidenceGroup = (typeof EVIDENCE_GROUPS)[number];

export const WEIGHTS = {
  /** A stratum URL. 8.1 measured over all positions; executed it is rarer still (assumed +2). */
  stratumUrl: 10,
  /** A known pool's host with a port, where a program is told to connect to it. Assumed. */
  poolHostAndPort: 9,
  /** A known pool's host alone: its web site and its statistics have the same name. Assumed. */
  poolHost: 6,
  /** A stratum URL of this machine: what a pool's own tests talk to. Assumed. */
  localStratumUrl: 3,

  /** A mining program that is run. 10.5 measured, less 3.5 for mining software's own CI. */
  minerProgram: 7,
  /** One that answers for its version, or measures itself. Assumed. */
  idleMiner: 1,
  /** Two options that only miners have, whatever the program is called. Assumed. */
  minerFlags: 9,
  /** One such option, an algorithm behind `-a`, or a pool behind `-o`. Assumed. */
  minerFlag: 6,
  /** Program or options of a miner, told where to connect and whom to credit. Assumed. */
  minerConnection: 12,

  /** A checksum-valid address. 10.8 measured over all positions, less 2.8 for donation pages. */
  payoutAddress: 8,
  /** An address that the operator has seen a miner paid to. Assumed: as sure as a known pool. */
  knownPayout: 10,
  /** An own program's command with an address and a server in it, in whatever form. Assumed. */
  payoutAndServer: 4,
  /** A pool login with a coin's tag and no checksum to prove it. Assumed. */
  taggedLogin: 6,

  /** Three of a miner's words spelled by a program without a text. Assumed; no peer looks inside. */
  minerBinary: 10,

  /** A body with a miner's own keys, an endpoint and a login. Assumed; no peer looks for it. */
  connectedConfiguration: 10,
  /** A body with several keys that only miners have. Assumed. */
  minerConfiguration: 6,

  /** A published image that mines when it starts: as sure as `minerConnection`. Assumed. */
  minerImage: 12,
  /** An image named after a mining program. Assumed: some only build it. */
  minerNamedImage: 8,

  /** A miner's shape towards a bare address or a dynamic name, in the short form. Assumed. */
  privateProxy: 8,
  /** The same in the long form, which clients of databases and tunnels share. Assumed. */
  privateProxyLong: 5,

  /** A list of pools that holds nothing but a private relay. Assumed. */
  privateProxyBody: 10,

  /** A miner of another protocol, told whom to credit. Assumed: as sure as `minerConnection`. */
  otherMinerConnection: 12,
  /** One that is run. Assumed: as sure as `minerProgram` and a flag. */
  otherMiner: 8,
  /** A page or a script that mines in a browser. Assumed. */
  browserMiner: 8,

  /** A client that sells the host's bandwidth, told whom to credit. Assumed: nothing else it is. */
  bandwidthAccount: 12,
  /** Its image, or its program. Assumed. */
  bandwidthClient: 10,

  /** A processor's prefetchers are set as RandomX wants them. Assumed; overclockers do it too. */
  msrWrite: 6,
  /** The `msr` module is made writable. Assumed. */
  msrWritable: 4,
  /** The `msr` module, or huge pages: what DPDK and databases want too. Assumed. */
  msrModule: 1,
  hugePages: 2,

  /** Something runs in the background while the job waits for ten minutes or more. Assumed. */
  backgroundAndWait: 3,
  /** Empty commits, or a workflow that starts itself, keep a schedule going. Assumed. */
  selfRevival: 2,
  /** A program is ended just before the host would end it, or held to a share of it. Assumed. */
  limitPadding: 2,
  /** As many machines, day and night, as no test needs. Assumed. */
  fanOut: 3,

  /** A preloaded library hides processes. Assumed: no other use is known. */
  processHider: 7,
  /** Every program of the machine gets a library preloaded. Assumed. */
  preloadFile: 4,
  /** Traces are removed: runs and their logs, the program that runs, its name. Assumed. */
  tracesRemoved: 3,
  /** Output and history go nowhere: common enough. Assumed. */
  silence: 2,

  /** Something fetched or copied runs under the name of a system's own program. Assumed. */
  disguise: 4,
  /** Something fetched under another name is run as miners are. Assumed. */
  renamedAndShaped: 4,

  /**
   * A miner's release is fetched. Mining software's own CI runs what it built, so this gives back
   * what `minerProgram` lost to it and a little more: both together are 12. Assumed.
   */
  minerRelease: 5,
  /** A miner's source is fetched: those who build it do that too. Assumed. */
  minerSource: 3,
  /** Commands stood in an encoding and are run. Installers do it now and then. Assumed. */
  encodedCommands: 2,
  /** Something fetched is run: very common in honest CI. Assumed. */
  fetchedCommands: 1,
} as const;

/** What a finding's weight is multiplied by: words that run, words near it, words in passing. */
export const POSITION_FACTOR: Readonly<Record<Position, number>> = {
  executed: 1,
  /** A value that may or may not be used. Assumed. */
  referenced: 0.4,
  /** 16 of 17 false hits of published sets were lists, demonstrations and rules. Assumed. */
  mentioned: 0.1,
};

/**
 * Executed bits that make a definition suspected. At a prior of 1 miner in 500 jobs (-9 bits) 10
 * bits are odds of 2 : 1, and no single weak group gets there: a program's name needs something
 * beside it.
 */
export const SUSPECTED_BITS_MIN = 10;
