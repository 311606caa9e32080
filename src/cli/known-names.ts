/**
 * The scanner's knowledge of pools, miners and payouts, for the sensors, which must not import an
 * engine. What a job runs and what its definition says are so recognised by the same words.
 */
import { shortSha256Hex } from '../base/hash.ts';
import { signalListMax, signalTextLengthMax } from '../base/sensor-limits.ts';
import type { CommandLineTrait, SeenIdentifier } from '../model/signal.ts';
import type { KnownNames, KnownPool, SeenCommandLine, SeenLogin } from '../ports/known-names.ts';
import { poolOrigin } from '../scanner/engine/endpoint.ts';
import { isMinerProgram } from '../scanner/engine/miner-name.ts';
import { loginsOf, miningOptions, passwordsOf } from '../scanner/engine/options.ts';
import { programName } from '../scanner/engine/program.ts';
import type { Indicators } from '../scanner/indicators/indicators.ts';
import { parseLogin, parsePassword, workerOfUnknown } from '../scanner/wallet/login.ts';
import { payoutsIn } from '../scanner/wallet/payout.ts';

/** Words of a command line that are read. */
const WORDS_MAX = 512;
const HOST_LENGTH_MAX = 253;
const SHOWN_LENGTH_MAX = 64;

export function knownNames(indicators: Indicators): KnownNames {
  return {
    poolOf: (host) => poolOf(host, indicators),
    readLogin: ({ login, password, worker }) => readLogin(login, password, worker),
    isMiner: (program) => isMinerProgram(programName(program), indicators),
    readCommandLine: (words) => readCommandLine(words.slice(0, WORDS_MAX), indicators),
  };
}

function poolOf(host: string, indicators: Indicators): KnownPool | null {
  if (host.length > HOST_LENGTH_MAX) return null;
  const name = host.toLowerCase().replace(/\.$/, '');
  const origin = poolOrigin(name, indicators);
  if (origin === null) return null;
  if (origin === 'private') return { name: '', pool: '' };
  const labels = name.split('.');
  // The shortest name around the host that is a pool's by itself.
  const around = labels.map((_, i) => labels.slice(labels.length - 1 - i).join('.'));
  return { name, pool: around.find((part) => poolOrigin(part, indicators) !== null) ?? name };
}

function readLogin(login: string, password: string, worker: string): SeenLogin {
  const read = parseLogin(login);
  const coin = read?.coin ?? parsePassword(password)?.coin ?? '';
  const payouts = read === null ? paidIn(login) : [read.payout?.address ?? read.unproven];
  const named = [
    read === null ? workerOfUnknown(login) : read.worker,
    worker,
    parsePassword(password)?.worker ?? '',
  ];
  const workers = [...new Set(named)].filter((name) => name !== '');
  return {
    display: masked(login),
    identifiers: [
      ...payouts
        .filter((address) => address !== '')
        .map((address) => identifier('payout', coin || coinOf(address), address)),
      ...workers.map((name) => identifier('worker', '', name)),
    ].slice(0, signalListMax),
  };
}

/** Ethereum's address in lower case has no checksum; where a login stands it is one all the same. */
const PLAIN_ETHEREUM = /^(0x[0-9a-f]{40})(?:[^0-9a-z]|$)/i;

function paidIn(login: string): readonly string[] {
  const proven = payoutsIn(login.slice(0, signalTextLengthMax)).map(({ address }) => address);
  if (proven.length > 0) return proven;
  const plain = PLAIN_ETHEREUM.exec(login)?.[1];
  return plain === undefined ? [] : [plain.toLowerCase()];
}

function coinOf(address: string): string {
  return payoutsIn(address)[0]?.coin ?? (PLAIN_ETHEREUM.test(address) ? 'ethereum' : '');
}

function identifier(kind: SeenIdentifier['kind'], coin: string, value: string): SeenIdentifier {
  const digest = shortSha256Hex(JSON.stringify([kind, value]));
  return { kind, coin, digest, display: masked(value) };
}

/** The first four and the last two characters; of a short one the last two or none. */
function masked(text: string): string {
  const plain = text.replace(/[^\x21-\x7e]/g, '?');
  if (plain.length >= 12) return `${plain.slice(0, 4)}…${plain.slice(-2)}`;
  return plain.length > 4 ? `…${plain.slice(-2)}` : plain === '' ? '' : '…';
}

function readCommandLine(words: readonly string[], indicators: Indicators): SeenCommandLine | null {
  const options = miningOptions(words.slice(1), indicators);
  const logins = loginsOf(words);
  const passwords = passwordsOf(words);
  const identifiers = logins.flatMap((login, i) => {
    return readLogin(login, passwords[i] ?? '', '').identifiers;
  });
  const traits: readonly (readonly [CommandLineTrait, boolean])[] = [
    ['pool-url', options.endpoint === 'mining'],
    ['flags', options.minerOnly > 0],
    ['payout', identifiers.some(({ kind }) => kind === 'payout')],
    ['algorithm', options.hasAlgorithm],
  ];
  const seen = traits.filter(([, isSeen]) => isSeen).map(([trait]) => trait);
  // Whoever asks a miner for its help or lets it test itself does not mine.
  if (seen.length === 0 || options.isIdle) return null;
  const shown = words.filter((word) => word.startsWith('-') || word.includes('://'));
  return {
    traits: seen,
    words: shown.slice(0, signalListMax).map(shownWord),
    identifiers: identifiers.slice(0, signalListMax),
  };
}

/** Options as they are, URLs without what stands before the host; values are left out. */
function shownWord(word: string): string {
  const equals = word.startsWith('-') ? word.indexOf('=') : -1;
  const bare = equals < 0 ? word : word.slice(0, equals);
  const host = bare.lastIndexOf('@') + 1;
  const scheme = bare.indexOf('://') + 3;
  const shown = host > scheme && scheme > 2 ? bare.slice(0, scheme) + bare.slice(host) : bare;
  return shown.replace(/[^\x21-\x7e]/g, '?').slice(0, SHOWN_LENGTH_MAX);
}
