/**
 * What the options of a command line say of mining, whatever the program is called: where it
 * connects, whom it credits, which options and algorithms only miners have.
 */
import { flagAtom, type Indicators } from '../indicators/indicators.ts';
import {
  ALGORITHM_FLAGS,
  COMPANION_FLAGS,
  ENDPOINT_FLAGS,
  IDLE_FLAGS,
  LOGIN_FLAGS,
  PASSWORD_FLAGS,
} from '../indicators/miner-flags.ts';
import { COIN_TAGS } from '../wallet/coin-tags.ts';
import { parseLogin, parsePassword } from '../wallet/login.ts';
import { endpointsIn, hasMinerScheme, isBareServer, isHostAndPort } from './endpoint.ts';
import { minerOption } from './option-forms.ts';

export interface Option {
  readonly flag: string;
  /** What follows, when it does not look like an option itself; else empty. */
  readonly value: string;
}

/**
 * mining   a stratum URL or a known pool
 * address  some host and port, with no scheme or one that miners take
 * web      one with the scheme of another trade: a miner's node, or anybody's server
 * unknown  a value that is not in the text (a secret, an unset variable)
 */
type EndpointValue = 'mining' | 'address' | 'web' | 'unknown' | null;

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
  /** A private indicator had a part in it. */
  readonly isPrivate: boolean;
}

/** An option as its word alone says it; without a value, that is what follows. */
export interface Reading {
  readonly flag: string;
  readonly value: string | null;
}

/** What a command line without options says. */
const NO_OPTIONS: MiningOptions = {
  minerOnly: 0,
  hasAlgorithm: false,
  endpoint: null,
  isShort: false,
  hasLogin: false,
  paysOut: false,
  companions: 0,
  isIdle: false,
  isPrivate: false,
};

/** Words of one command line that are read. Real ones have under 100. */
const WORDS_MAX = 2_000;

const ENDPOINT: ReadonlySet<string> = new Set(ENDPOINT_FLAGS);
const LOGIN: ReadonlySet<string> = new Set(LOGIN_FLAGS);
const PASSWORD: ReadonlySet<string> = new Set(PASSWORD_FLAGS);
const COMPANION: ReadonlySet<string> = new Set(COMPANION_FLAGS);
const ALGORITHM: ReadonlySet<string> = new Set(ALGORITHM_FLAGS);
const IDLE: ReadonlySet<string> = new Set(IDLE_FLAGS);
const COIN_FLAG = '--coin';
const NODE_MINES = '--start-mining';
const TEST_NETWORK_FLAGS: ReadonlySet<string> = new Set(['--regtest', '--testnet', '--stagenet']);
/** Coins as xmrig's `--coin` names them, beside their tags. */
const COINS: ReadonlySet<string> = new Set(
  'monero wownero arqma dero keva graft sumo sumokoin ravencoin raptoreum zephyr scala townforge yada salvium'.split(
    ' ',
  ),
);

/** Atoms of what options alone say of mining, beside the indicators' own. */
export const OPTION_ATOMS: readonly string[] = [
  ...ENDPOINT_FLAGS.flatMap((endpoint) => {
    return LOGIN_FLAGS.map((login) => `${flagAtom(endpoint)} ${flagAtom(login)}`);
  }),
  ...[...COINS, ...COIN_TAGS].map((coin) => `${flagAtom(COIN_FLAG)} ${coin.toLowerCase()}`),
];

export function optionsOf(words: readonly string[]): readonly Option[] {
  return optionsBy(words, (flag, value) => ({ flag, value }));
}

/** The same as a miner reads them: its own options may be cut short or joined to their value. */
export function minerOptionsOf(words: readonly string[]): readonly Option[] {
  return optionsBy(words, minerOption);
}

/** `read` is given the word up to its `=`, and what stands behind that; null when it has none. */
function optionsBy(
  words: readonly string[],
  read: (flag: string, value: string | null) => Reading,
): readonly Option[] {
  const options: Option[] = [];
  const limit = Math.min(words.length, WORDS_MAX);
  for (let i = 0; i < limit; i++) {
    const word = words[i] as string;
    if (!word.startsWith('-') || word.length < 2) continue;
    const equals = word.indexOf('=');
    const next = words[i + 1] ?? '';
    const option =
      equals > 0 ? read(word.slice(0, equals), word.slice(equals + 1)) : read(word, null);
    if (isWhole(option)) options.push(option);
    else options.push({ flag: option.flag, value: next.startsWith('-') ? '' : next });
  }
  return options;
}

function isWhole(option: Reading): option is Option {
  return option.value !== null;
}

export function miningOptions(words: readonly string[], indicators: Indicators): MiningOptions {
  const options = minerOptionsOf(words);
  if (options.length === 0) return NO_OPTIONS;
  const endpoints = options.filter(({ flag }) => ENDPOINT.has(flag));
  const logins = loginsIn(options);
  const paysOut =
    logins.some((login) => parseLogin(login) !== null) ||
    valuesOf(options, PASSWORD).some((password) => parsePassword(password) !== null);
  const named = strongest(endpoints.map(({ value }) => endpointValue(value, indicators)));
  // A name without a port says little, but beside whom to pay it is a pool's.
  const isBare = named === null && paysOut && endpoints.some(({ value }) => isBareServer(value));
  const endpoint = minesItself(options) ? 'mining' : isBare ? 'address' : named;
  return {
    minerOnly: countFlags(options, (flag) => indicators.has('flags', flag)),
    hasAlgorithm: options.some((option) => choosesAlgorithm(option, indicators)),
    endpoint,
    isShort: endpoints.some(
      ({ flag, value }) => flag === '-o' && endpointValue(value, indicators) !== null,
    ),
    hasLogin: logins.length > 0,
    paysOut,
    companions: countFlags(options, (flag) => COMPANION.has(flag)),
    isIdle: options.some(({ flag }) => IDLE.has(flag)),
    isPrivate: options.some((option) => isPrivate(option, indicators)),
  };
}

/**
 * `-o HOST:PORT -u X` and one more of a miner's options. The long forms `--server`, `--user` are
 * every second client's, so only the short `-o`, which elsewhere names an output, counts here.
 */
export function isMinerShape(options: MiningOptions): boolean {
  const { endpoint, isShort, hasLogin, companions } = options;
  return endpoint === 'address' && isShort && hasLogin && companions > 0;
}

/** It is told where to connect and whom to credit, in words that only miners are given. */
export function connectsAsMiner(options: MiningOptions): boolean {
  const { endpoint, hasLogin, paysOut } = options;
  if (isMinerShape(options)) return true;
  return hasLogin && (endpoint === 'mining' || (endpoint === 'address' && paysOut));
}

/** A node that mines for an address needs no pool. Coins of a test network are worth nothing. */
function minesItself(options: readonly Option[]): boolean {
  const isTest = options.some(({ flag }) => TEST_NETWORK_FLAGS.has(flag));
  return !isTest && options.some(({ flag, value }) => flag === NODE_MINES && value !== '');
}

/** The values of all options that say whom a miner credits. */
export function loginsOf(words: readonly string[]): readonly string[] {
  return loginsIn(minerOptionsOf(words));
}

/** `-O LOGIN:PASSWORD` is cpuminer's. Elsewhere it names an output, which holds no colon. */
function loginsIn(options: readonly Option[]): readonly string[] {
  return options.flatMap(({ flag, value }) => {
    const isLogin = flag === '-O' ? value.includes(':') : LOGIN.has(flag) && value !== '';
    return isLogin ? [value] : [];
  });
}

/** The values of all options that carry a pool's password. */
export function passwordsOf(words: readonly string[]): readonly string[] {
  return valuesOf(minerOptionsOf(words), PASSWORD);
}

function valuesOf(options: readonly Option[], flags: ReadonlySet<string>): readonly string[] {
  return options.filter(({ flag }) => flags.has(flag)).map(({ value }) => value);
}

function choosesAlgorithm({ flag, value }: Option, indicators: Indicators): boolean {
  if (!ALGORITHM.has(flag)) return false;
  const name = value.toLowerCase();
  if (indicators.has('algorithms', name)) return true;
  return flag === COIN_FLAG && (COINS.has(name) || COIN_TAGS.has(name.toUpperCase()));
}

function isPrivate({ flag, value }: Option, indicators: Indicators): boolean {
  if (indicators.originOf('flags', flag) === 'private') return true;
  const name = value.toLowerCase();
  if (ALGORITHM.has(flag) && indicators.originOf('algorithms', name) === 'private') return true;
  if (!ENDPOINT.has(flag)) return false;
  return endpointsIn(value, indicators).some(({ origin }) => origin === 'private');
}

function countFlags(options: readonly Option[], isOf: (flag: string) => boolean): number {
  const flags = options.map(({ flag }) => flag).filter(isOf);
  return flags.length < 2 ? flags.length : new Set(flags).size;
}

function endpointValue(value: string, indicators: Indicators): EndpointValue {
  const [endpoint] = endpointsIn(value, indicators);
  if (endpoint) return endpoint.kind === 'local' ? null : 'mining';
  if (isHostAndPort(value)) return hasMinerScheme(value) ? 'address' : 'web';
  return value.includes('$') || value.includes('{{') ? 'unknown' : null;
}

function strongest(values: readonly EndpointValue[]): EndpointValue {
  const order = ['mining', 'address', 'web', 'unknown'] as const;
  return order.find((value) => values.includes(value)) ?? null;
}
