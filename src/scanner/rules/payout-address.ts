import type { FoundIdentifier } from '../../model/finding.ts';
import { type CommandPassage, type JobView, type Passage, passagesOf } from '../engine/job-view.ts';
import { keyedTextsIn } from '../engine/json-keys.ts';
import { loginsOf, miningOptions, OPTION_ATOMS, passwordsOf } from '../engine/options.ts';
import type { Match, Rule } from '../engine/rule.ts';
import { WEIGHTS } from '../engine/weights.ts';
import { namedWorkers, workerIdentifiers } from '../engine/worker-identifiers.ts';
import type { Indicators } from '../indicators/indicators.ts';
import {
  isEmailLogin,
  type PoolLogin,
  parseLogin,
  parsePassword,
  workerOfUnknown,
} from '../wallet/login.ts';
import { isOfTestNetwork, type Payout, payoutsIn } from '../wallet/payout.ts';
import { isMinerCommand, runsMiner } from './miner-command-line.ts';
import { CONFIGURATION_ATOMS, hasConnection } from './miner-configuration.ts';

/** Characters around an address that may belong to its login: a coin's tag, worker, referral. */
const LOGIN_BEFORE_MAX = 8;
const LOGIN_AFTER_MAX = 128;

/** Who is paid: a checksum-valid address, or a pool login with a coin's tag. */
export const payoutAddress: Rule = {
  id: 'payout-address',
  title: 'A payout address or pool login',
  severity: 'medium',
  confidence: 'high',
  maturity: 'stable',
  group: 'payout',
  // Addresses have no token in common: the sweep stops at every run that may be one.
  atoms: [...OPTION_ATOMS, ...CONFIGURATION_ATOMS],
  hits: [
    {
      what: 'a login with a coin and no checksum',
      script: './x -o rx.unmineable.com:3333 -u DOGE:$WALLET.rig7#ab12-cd34 -p x',
    },
    {
      what: 'a password with the coin that is paid out',
      script: './minerd -a yespower -o stratum+tcp://p.example.com:6234 -u $W -p c=BTC,mc=SUGAR',
    },
    {
      what: 'an address of e-mail at a known pool',
      script: './x -o xmr.pool.minergate.com:45700 -u me@example.com -p x',
    },
    {
      what: 'a coin whose addresses have no checksum',
      script: './x -o rx.unmineable.com:3333 -u SHIB:0xa1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1.w',
    },
  ],
  innocents: [
    { what: 'a commit', script: 'git checkout 8f14e45fceea167a5a36dedd4bea2543b0f7a1c9' },
    {
      what: 'an image digest',
      script:
        'docker pull alpine@sha256:c5b1261d6d3e43071626931fc004f70149baeba2c8ec672bd4f27761f8e1ad6b',
    },
    {
      what: 'an integrity string',
      script: './verify sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP==',
    },
    { what: 'an address with a wrong checksum', script: './x 1ExampExampExampExampExampExampExa' },
    { what: 'a volume that looks like a login', script: 'docker run -u btc:btc -v a:b app' },
  ],
  look(view: JobView): readonly Match[] {
    const { indicators } = view;
    const isRead = runsMiner(view) ? mayConfigure : () => false;
    const addresses = passagesOf(view).flatMap((passage): readonly Match[] => {
      const found = addressesOf(passage, indicators);
      return isRead(passage) ? found.map((match) => ({ ...match, position: 'executed' })) : found;
    });
    const tagged = view.commands.flatMap((command) => taggedLogins(command, view));
    const configured = view.texts.flatMap((text) => configuredLogins(text, indicators));
    return [...addresses, ...tagged, ...configured];
  },
};

/**
 * Whether a miner that the job runs may come to know what stands here: a variable, a file, a
 * command such as the `sed` that fills in a configuration. What is only shown, it does not see.
 */
function mayConfigure(passage: Passage): boolean {
  return !('program' in passage) || !SHOWN_BY.has((passage as CommandPassage).program);
}

const SHOWN_BY: ReadonlySet<string> = new Set(['echo', 'printf', ':', 'true']);

function addressesOf(passage: Passage, indicators: Indicators): readonly Match[] {
  return payoutsIn(passage.text)
    .filter(({ coin }) => !isOfTestNetwork(coin))
    .map((payout) => {
      const login = loginAround(passage.text, payout);
      const isPrivate = indicators.has('payouts', payout.address);
      return {
        passage,
        bits: isPrivate ? WEIGHTS.knownPayout : WEIGHTS.payoutAddress,
        isPrivate,
        evidence: payout.address,
        at: payout.start,
        role: 'identity',
        identifiers: [
          { kind: 'payout', coin: payout.coin, value: payout.address },
          ...workersOf(login, passage),
        ],
      };
    });
}

/** The login that an address stands in, read from the blank or quote before it. */
function loginAround(text: string, payout: Payout): PoolLogin | null {
  let start = payout.start;
  while (start > 0 && payout.start - start < LOGIN_BEFORE_MAX && !isEdge(text[start - 1])) start--;
  let end = payout.end;
  while (end < text.length && end - payout.end < LOGIN_AFTER_MAX && !isEdge(text[end])) end++;
  return parseLogin(text.slice(start, end)) ?? parseLogin(text.slice(payout.start, end));
}

function isEdge(c: string | undefined): boolean {
  return c === undefined || c <= ' ' || '\'"`=<>|;,()[]\\'.includes(c);
}

function workersOf(login: PoolLogin | null, passage: Passage): readonly FoundIdentifier[] {
  const words = 'words' in passage ? (passage as CommandPassage).words : [];
  return workerIdentifiers([login?.worker ?? '', ...namedWorkers(words)]);
}

/** Logins without a checksum, where the command is a miner's and so the word is a login. */
function taggedLogins(command: CommandPassage, view: JobView): readonly Match[] {
  if (command.kind === 'printer') return [];
  const logins = loginsOf(command.words);
  if (logins.length === 0) return [];
  const { endpoint } = miningOptions(command.arguments, view.indicators);
  if (endpoint === null && !isMinerCommand(command, view)) return [];
  const password =
    passwordsOf(command.words)
      .map(parsePassword)
      .find((one) => one !== null) ?? null;
  return logins.flatMap((word): readonly Match[] => {
    const tagged = taggedLogin(word, command);
    if (tagged.length > 0 || parseLogin(word)) return tagged;
    if (password !== null) return [unprovenMatch(command, word, { word, ...password })];
    const isMail = endpoint === 'mining' && isEmailLogin(word);
    return isMail ? [unprovenMatch(command, word, { word, coin: '', worker: '' })] : [];
  });
}

/** The same in a configuration, behind the key `user`. */
function configuredLogins(passage: Passage, indicators: Indicators): readonly Match[] {
  if (!hasConnection(passage.text, indicators)) return [];
  const users = keyedTextsIn(passage.text).filter(({ key }) => key === 'user');
  return users.flatMap(({ value }) => taggedLogin(value, passage));
}

function taggedLogin(word: string, passage: Passage): readonly Match[] {
  const login = parseLogin(word);
  if (!login || login.payout) return [];
  const { coin, unproven, worker } = login;
  return [unprovenMatch(passage, word, { word: unproven, coin, worker })];
}

/** Who is paid by a login that no checksum proves. A variable names nobody. */
function unprovenMatch(
  passage: Passage,
  evidence: string,
  { word, coin, worker }: { word: string; coin: string; worker: string },
): Match {
  const isKnown = word !== '' && !word.includes('$') && !word.includes('{{');
  const payout = { kind: 'payout', coin, value: word } as const;
  const named = 'words' in passage ? namedWorkers((passage as CommandPassage).words) : [];
  const workers = workerIdentifiers([worker, workerOfUnknown(word), ...named]);
  const identifiers = isKnown ? [payout, ...workers] : workers;
  return { passage, bits: WEIGHTS.taggedLogin, evidence, role: 'identity', identifiers };
}
