/**
 * The indicators of a scan: names that mining shows itself by. The public ones stand in this
 * folder as data; an operator adds private ones from a file, which no report ever prints. Rules
 * ask this value and never a list, and the sweep gets its atoms from here.
 *
 * Data structure: one map a kind, from the name in lower case to where it comes from. A name that
 * is both public and private is public.
 */
import { tokensOf } from '../engine/token.ts';
import { MINER_ALGORITHMS } from './algorithms.ts';
import { ALGORITHM_FLAGS, MINER_ONLY_FLAGS } from './miner-flags.ts';
import { MINER_IMAGES } from './miner-images.ts';
import { MINER_PROGRAMS, MINER_REPOSITORIES } from './miners.ts';
import { POOL_DOMAINS } from './pools.ts';

/**
 * pools         domains, or IPv4 addresses, of pools and of proxies to them
 * programs      names of mining programs
 * repositories  `owner/name` whose releases are miners
 * images        container images that mine when they start
 * flags         options that only miners have
 * algorithms    names that miners take after `-a`
 * payouts       addresses that somebody who mines is paid to
 */
export const INDICATOR_KINDS = [
  'pools',
  'programs',
  'repositories',
  'images',
  'flags',
  'algorithms',
  'payouts',
] as const;

export type IndicatorKind = (typeof INDICATOR_KINDS)[number];

export type IndicatorLists = Readonly<Record<IndicatorKind, readonly string[]>>;

/** Where an indicator comes from. A finding by a private one says so. */
export type IndicatorOrigin = 'public' | 'private';

export const PUBLIC_LISTS: IndicatorLists = {
  pools: POOL_DOMAINS,
  programs: MINER_PROGRAMS,
  repositories: MINER_REPOSITORIES,
  images: MINER_IMAGES,
  flags: MINER_ONLY_FLAGS,
  algorithms: MINER_ALGORITHMS,
  // Nobody's address stands in this repository.
  payouts: [],
};

export class Indicators {
  /** One of these stands in every text that an indicator is in; see `Rule.atoms`. */
  readonly atoms: readonly string[];
  readonly #origins: ReadonlyMap<IndicatorKind, ReadonlyMap<string, IndicatorOrigin>>;

  constructor(privateLists: Partial<IndicatorLists> = {}) {
    const kinds = INDICATOR_KINDS.map((kind) => {
      return [kind, originsOf(PUBLIC_LISTS[kind], privateLists[kind] ?? [])] as const;
    });
    this.#origins = new Map(kinds);
    this.atoms = kinds.flatMap(([kind, origins]) => [...origins.keys()].flatMap(ATOMS_OF[kind]));
  }

  /** Names are compared in lower case, payouts as they are. Null: no indicator. */
  originOf(kind: IndicatorKind, name: string): IndicatorOrigin | null {
    return this.#origins.get(kind)?.get(name) ?? null;
  }

  has(kind: IndicatorKind, name: string): boolean {
    return this.originOf(kind, name) !== null;
  }
}

function originsOf(
  known: readonly string[],
  added: readonly string[],
): ReadonlyMap<string, IndicatorOrigin> {
  const origins = new Map<string, IndicatorOrigin>();
  for (const name of added) origins.set(name, 'private');
  for (const name of known) origins.set(name, 'public');
  return origins;
}

const ATOMS_OF: Readonly<Record<IndicatorKind, (name: string) => readonly string[]>> = {
  pools: (name) => [poolAtom(name)],
  programs: (name) => [tokensOf(name).join(' ')],
  repositories: (name) => [tokensOf(name).join(' ')],
  images: (name) => [tokensOf(name).join(' ')],
  flags: (name) => [flagAtom(name)],
  algorithms: (name) => {
    return ALGORITHM_FLAGS.map((flag) => `${flagAtom(flag)} ${tokensOf(name)[0] ?? ''}`);
  },
  // The sweep stops at every run that may be an address.
  payouts: () => [],
};

/** The tokens of a domain without its last label, which half of all domains share. */
function poolAtom(domain: string): string {
  const isAddress = [...domain].every((c) => c === '.' || (c >= '0' && c <= '9'));
  return tokensOf(isAddress ? domain : domain.slice(0, domain.lastIndexOf('.'))).join(' ');
}

/** The last part of a flag as a token: a later part of `--donate-level` follows a dash too. */
export function flagAtom(flag: string): string {
  const parts = flag.split('-').filter((part) => part !== '');
  const [first = ''] = parts;
  return parts.length === 1 ? `-${first}` : parts.join(' ');
}

/** What is public. */
export const PUBLIC_INDICATORS = new Indicators();
