/**
 * One name of a list of indicators as the scanner compares it, or why it can be none. Lists come in
 * many forms: `0.0.0.0 pool.test`, `||pool.test^`, `stratum+tcp://pool.test:3333`, `XMRig.exe`.
 */
import { fail, ok, type Result } from '../../base/result.ts';
import { INTERPRETERS, PRINTERS, TOOLS, WRAPPERS } from '../engine/known-tools.ts';
import { imageRepository } from '../engine/miner-name.ts';
import { programName } from '../engine/program.ts';
import { isAlphanumeric, tokensOf } from '../engine/token.ts';
import { payoutAt } from '../wallet/payout.ts';
import {
  BROAD_ALGORITHMS,
  BROAD_HOSTS,
  BROAD_IMAGE_OWNERS,
  BROAD_PROGRAMS,
  BROAD_REPOSITORY_OWNERS,
  PUBLIC_SUFFIXES,
} from './broad-names.ts';
import { DYNAMIC_DOMAINS } from './dynamic-domains.ts';
import type { IndicatorKind } from './indicators.ts';
import { COMPANION_FLAGS, ENDPOINT_FLAGS, IDLE_FLAGS, LOGIN_FLAGS } from './miner-flags.ts';

const BROAD_DOMAIN = new Set([...PUBLIC_SUFFIXES, ...BROAD_HOSTS, ...DYNAMIC_DOMAINS]);
const BROAD_PROGRAM = new Set([
  ...BROAD_PROGRAMS,
  ...PRINTERS,
  ...TOOLS,
  ...INTERPRETERS,
  ...WRAPPERS,
]);
const BROAD_OWNER = new Set(BROAD_IMAGE_OWNERS);
const BROAD_FORGE_OWNER = new Set(BROAD_REPOSITORY_OWNERS);
const BROAD_ALGORITHM = new Set(BROAD_ALGORITHMS);
const BROAD_FLAG = new Set([...ENDPOINT_FLAGS, ...LOGIN_FLAGS, ...COMPANION_FLAGS, ...IDLE_FLAGS]);

const NAME_LENGTH_MAX = 300;
const PROGRAM_LENGTH_MIN = 4;
const FLAG_LENGTH_MIN = 6;
const ALGORITHM_LENGTH_MIN = 3;
const LABEL_LENGTH_MAX = 63;

type Normal = Result<string, string>;

/** The name as it is compared, or a sentence that says why it is refused. */
export function indicatorName(kind: IndicatorKind, text: string): Normal {
  const trimmed = text.trim();
  if (trimmed === '') return fail('is empty');
  if (trimmed.length > NAME_LENGTH_MAX) return fail(`is longer than ${NAME_LENGTH_MAX} characters`);
  return NORMAL[kind](trimmed);
}

const NORMAL: Readonly<Record<IndicatorKind, (text: string) => Normal>> = {
  pools: poolName,
  programs: minerName,
  repositories: repositoryName,
  images: imageName,
  flags: flagName,
  algorithms: algorithmName,
  payouts: (text) => {
    return payoutAt(text) ? ok(text) : fail('is no address with a valid checksum');
  },
};

function poolName(text: string): Normal {
  const host = hostOf(text.toLowerCase());
  const labels = host.split('.');
  if (labels.every((label) => isAll(label, isDigit))) return addressName(host, labels);
  if (labels.length < 2 || !labels.every(isLabel)) return fail('is no domain');
  if (BROAD_DOMAIN.has(host)) return fail('is too broad: others than pools are there');
  return ok(host);
}

/** The host of a hosts file's line, an ad blocker's rule, a URL, or a name with a port. */
function hostOf(text: string): string {
  let host = text.split(' ').at(-1) ?? '';
  const scheme = host.indexOf('://');
  if (scheme >= 0) host = host.slice(scheme + 3);
  while (host.startsWith('|') || host.startsWith('*') || host.startsWith('.')) host = host.slice(1);
  host = host.slice(host.lastIndexOf('@') + 1);
  const end = [...host].findIndex((c) => '/^:$?#'.includes(c));
  if (end >= 0) host = host.slice(0, end);
  return host.endsWith('.') ? host.slice(0, -1) : host;
}

function addressName(host: string, octets: readonly string[]): Normal {
  const values = octets.map(Number);
  const isAddress = octets.length === 4 && values.every((value) => value < 256);
  if (!isAddress) return fail('is no domain and no IPv4 address');
  const [a = 0, b = 0] = values;
  const isLocal =
    [0, 10, 127].includes(a) || (a === 192 && b === 168) || (a === 172 && b >= 16 && b < 32);
  return isLocal || a >= 224 ? fail('is an address of every local network') : ok(host);
}

function isLabel(label: string): boolean {
  if (label === '' || label.length > LABEL_LENGTH_MAX) return false;
  if (label.startsWith('-') || label.endsWith('-')) return false;
  return isAll(label, (c) => isAlphanumeric(c.charCodeAt(0)) || c === '-' || c === '_');
}

function minerName(text: string): Normal {
  const name = programName(text);
  if (name.length < PROGRAM_LENGTH_MIN) return fail('is too short for a name of its own');
  if (!isAll(name, isNameCharacter)) return fail('is no name of a program');
  if (BROAD_PROGRAM.has(name)) return fail('is too broad: other programs are called so');
  const [first = ''] = tokensOf(name);
  return first === '' ? fail('is no name of a program') : ok(name);
}

function repositoryName(text: string): Normal {
  const lower = text.toLowerCase();
  const scheme = lower.indexOf('://');
  const path = scheme < 0 ? lower : lower.slice(lower.indexOf('/', scheme + 3) + 1);
  const [owner = '', name = '', ...rest] = path.split('/').filter((part) => part !== '');
  const bare = name.endsWith('.git') ? name.slice(0, -4) : name;
  const isName = (part: string): boolean => part !== '' && isAll(part, isNameCharacter);
  if (rest.length > 0 || !isName(owner) || !isName(bare)) return fail("is not 'owner/name'");
  if (BROAD_FORGE_OWNER.has(owner)) return fail('is too broad: every second job uses it');
  return ok(`${owner}/${bare}`);
}

function imageName(text: string): Normal {
  const repository = imageRepository(text);
  if (!repository.includes('/')) return fail('is an official image or names no owner');
  const [owner = ''] = repository.split('/');
  if (BROAD_OWNER.has(owner)) return fail('is too broad: every second job uses it');
  const isName = isAll(repository, (c) => isNameCharacter(c) || c === '/' || c === ':');
  return isName ? ok(repository) : fail('is no name of an image');
}

function flagName(text: string): Normal {
  if (!text.startsWith('-') || !isAll(text, isNameCharacter)) return fail('is no option');
  if (text.length < FLAG_LENGTH_MIN) return fail('is too short for an option of miners alone');
  return BROAD_FLAG.has(text) ? fail('is too broad: other programs take it') : ok(text);
}

function algorithmName(text: string): Normal {
  const name = text.toLowerCase();
  if (name.length < ALGORITHM_LENGTH_MIN) return fail('is too short for a name of its own');
  if (!isAll(name, (c) => isNameCharacter(c) || c === '/')) return fail('is no algorithm');
  return BROAD_ALGORITHM.has(name) ? fail('is too broad: other programs take it') : ok(name);
}

function isAll(text: string, test: (c: string) => boolean): boolean {
  for (const c of text) if (!test(c)) return false;
  return true;
}

function isDigit(c: string): boolean {
  return c >= '0' && c <= '9';
}

function isNameCharacter(c: string): boolean {
  return isAlphanumeric(c.charCodeAt(0)) || c === '-' || c === '_' || c === '.';
}
