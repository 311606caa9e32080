/**
 * What the options of a command line say of mining, whatever the program is called: where it
 * connects, whom it credits, which options and algorithms only miners have.
 */
import { MINER_ALGORITHMS } from '../indicators/algorithms.ts';
import {
  ALGORITHM_FLAGS,
  COMPANION_FLAGS,
  ENDPOINT_FLAGS,
  IDLE_FLAGS,
  LOGIN_FLAGS,
  MINER_ONLY_FLAGS,
} from '../indicators/miner-flags.ts';
import { COIN_TAGS } from '../wallet/coin-tags.ts';
import { parseLogin } from '../wallet/login.ts';
import { endpointsIn, isHostAndPort } from './endpoint.ts';
import { tokensOf } from './token.ts';

export interface Option {
  readonly flag: string;
  /** What follows, when it does not look like an option itself; else empty. */
  readonly value: string;
}

/**
 * mining   a stratum URL or a known pool
 * address  some host and port
 * unknown  a value that is not in the text (a secret, an unset variable)
 */
type EndpointValue = 'mining' | 'address' | 'unknown' | null;

export interface MiningOptions {
  /** Distinct options that only miners have. */
  readonly minerOnly: number;
  /** A miner's algorithm or coin is chosen. */
  readonly hasAlgorithm: boolean;
  readonly endpoint: EndpointValue;
  /** The endpoint stands behind the short `-o`. */
  readonly isShort: boolean;
  readonly hasLogin: boolean;
  /** The login names a payout or a coin. */
  readonly paysOut: boolean;
  readonly companions: number;
  /** It is asked for help, its version, or to test or measure itself. */
  readonly isIdle: boolean;
}

/** Words of one command line that are read. Real ones have under 100. */
const WORDS_MAX = 2_000;

const MINER_ONLY: ReadonlySet<string> = new Set(MINER_ONLY_FLAGS);
const ENDPOINT: ReadonlySet<string> = new Set(ENDPOINT_FLAGS);
const LOGIN: ReadonlySet<string> = new Set(LOGIN_FLAGS);
const COMPANION: ReadonlySet<string> = new Set(COMPANION_FLAGS);
const ALGORITHM: ReadonlySet<string> = new Set(ALGORITHM_FLAGS);
const IDLE: ReadonlySet<string> = new Set(IDLE_FLAGS);
const ALGORITHMS: ReadonlySet<string> = new Set(MINER_ALGORITHMS);
const COIN_FLAG = '--coin';
const NODE_MINES = '--start-mining';
const TEST_NETWORK_FLAGS: ReadonlySet<string> = new Set(['--regtest', '--testnet', '--stagenet']);
/** Coins as xmrig's `--coin` names them, beside their tags. */
const COINS: ReadonlySet<string> = new Set(
  'monero wownero arqma dero keva graft sumo sumokoin ravencoin raptoreum zephyr scala townforge yada salvium'.split(
    ' ',
  ),
);

/** Atoms of every command line that says something of mining by its options alone. */
export const OPTION_ATOMS: readonly string[] = [
  ...MINER_ONLY_FLAGS.map(flagAtom),
  ...ENDPOINT_FLAGS.flatMap((endpoint) => {
    return LOGIN_FLAGS.map((login) => `${flagAtom(endpoint)} ${flagAtom(login)}`);
  }),
  ...ALGORITHM_FLAGS.flatMap((flag) => {
    return MINER_ALGORITHMS.map((name) => `${flagAtom(flag)} ${firstToken(name)}`);
  }),
  ...[...COINS, ...COIN_TAGS].map((coin) => `${flagAtom(COIN_FLAG)} ${coin.toLowerCase()}`),
];

export function optionsOf(words: readonly string[]): readonly Option[] {
  const options: Option[] = [];
  const limit = Math.min(words.length, WORDS_MAX);
  for (let i = 0; i < limit; i++) {
    const word = words[i] as string;
    if (!word.startsWith('-') || word.length < 2) continue;
    const equals = word.indexOf('=');
    const next = words[i + 1] ?? '';
    if (equals > 0) options.push({ flag: word.slice(0, equals), value: word.slice(equals + 1) });
    else options.push({ flag: word, value: next.startsWith('-') ? '' : next });
  }
  return options;
}

export function miningOptions(words: readonly string[]): MiningOptions {
  const options = optionsOf(words);
  const endpoints = options.filter(({ flag }) => ENDPOINT.has(flag));
  const logins = loginsOf(words);
  const endpoint = minesItself(options)
    ? 'mining'
    : strongest(endpoints.map(({ value }) => endpointValue(value)));
  return {
    minerOnly: countFlags(options, MINER_ONLY),
    hasAlgorithm: options.some(choosesAlgorithm),
    endpoint,
    isShort: endpoints.some(({ flag, value }) => flag === '-o' && endpointValue(value) !== null),
    hasLogin: logins.length > 0,
    paysOut: logins.some((login) => parseLogin(login) !== null),
    companions: countFlags(options, COMPANION),
    isIdle: options.some(({ flag }) => IDLE.has(flag)),
  };
}

/** A node that mines for an address needs no pool. Coins of a test network are worth nothing. */
function minesItself(options: readonly Option[]): boolean {
  const isTest = options.some(({ flag }) => TEST_NETWORK_FLAGS.has(flag));
  return !isTest && options.some(({ flag, value }) => flag === NODE_MINES && value !== '');
}

/** The values of all options that say whom a miner credits. */
export function loginsOf(words: readonly string[]): readonly string[] {
  return optionsOf(words).flatMap(({ flag, value }) => {
    return LOGIN.has(flag) && value !== '' ? [value] : [];
  });
}

function choosesAlgorithm({ flag, value }: Option): boolean {
  if (!ALGORITHM.has(flag)) return false;
  const name = value.toLowerCase();
  if (ALGORITHMS.has(name)) return true;
  return flag === COIN_FLAG && (COINS.has(name) || COIN_TAGS.has(name.toUpperCase()));
}

function countFlags(options: readonly Option[], of: ReadonlySet<string>): number {
  return new Set(options.map(({ flag }) => flag).filter((flag) => of.has(flag))).size;
}

function endpointValue(value: string): EndpointValue {
  const [endpoint] = endpointsIn(value);
  if (endpoint) return endpoint.kind === 'local' ? null : 'mining';
  if (isHostAndPort(value)) return 'address';
  return value.includes('$') || value.includes('{{') ? 'unknown' : null;
}

function strongest(values: readonly EndpointValue[]): EndpointValue {
  const order = ['mining', 'address', 'unknown'] as const;
  return order.find((value) => values.includes(value)) ?? null;
}

/** The last part of a flag as a token: a later part of `--donate-level` follows a dash too. */
function flagAtom(flag: string): string {
  const parts = flag.split('-').filter((part) => part !== '');
  const [first = ''] = parts;
  return parts.length === 1 ? `-${first}` : parts.join(' ');
}

function firstToken(name: string): string {
  return tokensOf(name)[0] ?? '';
}
