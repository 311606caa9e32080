import { pattern } from '../../base/regex.ts';
import type { FoundIdentifier } from '../../model/finding.ts';
import { isServer } from '../engine/endpoint.ts';
import type { CommandPassage, JobView, TextPassage } from '../engine/job-view.ts';
import { NODES } from '../engine/known-tools.ts';
import { isMinerProgram, minerProgramOrigin } from '../engine/miner-name.ts';
import {
  isMinerShape,
  loginsOf,
  type MiningOptions,
  miningOptions,
  OPTION_ATOMS,
} from '../engine/options.ts';
import { programName } from '../engine/program.ts';
import type { Match, Rule } from '../engine/rule.ts';
import { WEIGHTS } from '../engine/weights.ts';
import { namedWorkers, workerIdentifiers } from '../engine/worker-identifiers.ts';
import type { Indicators } from '../indicators/indicators.ts';
import { parseLogin, workerOfUnknown } from '../wallet/login.ts';
import { isOfTestNetwork, payoutsIn } from '../wallet/payout.ts';

/** Lines of code or of an unread file that are looked at as command lines. */
const LINES_MAX = 20_000;
const LINE_LENGTH_MAX = 4_000;
const LINE_MATCHES_MAX = 20;
/** A command line that names a pool and an address is longer. */
const LINE_LENGTH_MIN = 48;

/** A mining program is run, by its own name or under another with a miner's options. */
export const minerCommandLine: Rule = {
  id: 'miner-command-line',
  title: 'A mining program is run',
  severity: 'high',
  confidence: 'high',
  maturity: 'stable',
  group: 'program',
  atoms: OPTION_ATOMS,
  hits: [
    { what: 'by name', script: './xmrig' },
    { what: 'by name and version', script: 'cd /tmp && nohup ./xmrig-6.22.0 &' },
    { what: 'renamed, by its options', script: './daemon --donate-level 1 -a rx/0' },
    { what: 'renamed, by its shape', script: './node-agent -o 203.0.113.9:443 -u root -p x -k' },
    { what: 'renamed by mv', script: 'mv xmrig-6.22.0/xmrig httpd && ./httpd' },
    { what: 'behind wrappers', script: 'sudo cpulimit -l 50 -- ./xmrig --coin monero' },
    {
      what: 'a login with its password in one option',
      script: './run -a scrypt -o stratum+tcp://203.0.113.9:3335 -O account.w1:x -q',
    },
    { what: 'in pieces', script: 'x""m\\rig'.replace('x""m', './x""m') },
    { what: 'a node that mines', script: 'monerod --start-mining $WALLET --mining-threads 4' },
  ],
  innocents: [
    { what: 'built', script: 'cmake .. -DWITH_OPENCL=OFF -DWITH_TLS=ON && make xmrig' },
    { what: 'packed', script: 'tar czf xmrig-6.22.0.tar.gz xmrig && sha256sum xmrig' },
    { what: 'built into an image', script: 'docker build -t xmrig .' },
    { what: 'printed', script: 'echo "./xmrig -o pool.example.com:3333 -u WALLET"' },
    { what: 'searched for', script: 'grep -rn xmrig src && pgrep xmrig || true' },
    { what: 'killed', script: 'pkill -9 xmrig' },
    { what: 'another tool with -o and -u', script: 'curl -o out.json -u user:pass https://a.test' },
    {
      what: 'a login to a server',
      script: './app --server db.example.com:443 --user a --password b',
    },
    { what: 'data mining', script: 'python mine.py --algo apriori --threads 4' },
    { what: 'a verifier', script: 'verus src/lib.rs --crate-type=lib' },
    { what: 'its own build script', script: './xmrig-build.sh' },
  ],
  look(view: JobView): readonly Match[] {
    const commands = view.commands.flatMap((command) => commandMatch(command, view));
    return [...commands, ...view.texts.flatMap((text) => lineMatches(text, view.indicators))];
  },
};

/** Whether the command runs a miner under its own name, or under one that the job gave it. */
export function isMinerCommand(command: CommandPassage, view: JobView): boolean {
  const { program } = command;
  return isMinerProgram(program, view.indicators) || view.renamedMiners.has(program);
}

/**
 * Whether the job runs a miner that does more than answer or test itself. An image that holds one
 * and names it as its entry point is how miners are packaged.
 */
export function runsMiner(view: JobView): boolean {
  if (view.isImageBuild) return false;
  return view.commands.some((command) => {
    if (!isMinerCommand(command, view)) return false;
    return !miningOptions(command.arguments, view.indicators).isIdle;
  });
}

function commandMatch(command: CommandPassage, view: JobView): readonly Match[] {
  if (command.kind === 'printer') return [];
  const isNamed = isMinerCommand(command, view);
  const options = optionsWithin(command, view.indicators);
  const isGeneric = command.kind === 'other' && isMinerShape(options);
  const known = bitsOf(options, isNamed, isGeneric);
  // Whom it credits may stand in a file.
  const isTold = command.kind === 'other' && options.endpoint === 'mining' && !options.isIdle;
  const bits = known === 0 && isTold ? WEIGHTS.minerFlag : known;
  if (bits === 0) return paysAtServer(command) ? [payingMatch(command)] : [];
  // `cargo run -- -o stratum+tcp://… -u …` mines, although cargo is a tool.
  const isSure =
    options.endpoint === 'mining' || (options.endpoint === 'address' && options.paysOut);
  const mines = bits === WEIGHTS.minerConnection && isSure;
  const isIdle = bits === WEIGHTS.idleMiner;
  return [
    {
      passage: command,
      bits,
      evidence: command.text,
      role: isIdle ? 'sign' : 'target',
      isWeak: isIdle,
      isPrivate: options.isPrivate || isPrivateName(command.program, view.indicators),
      identifiers: isIdle ? [] : workersOf(command),
      ...(isNamed || mines ? { position: 'executed' as const } : {}),
    },
  ];
}

/**
 * A program of no known trade that is given a server and somebody's address is likely to be a
 * miner whose options are not known: some take them as `ADDRESS@HOST:PORT`, some in their order.
 * Addresses of Ethereum are given to every tool around contracts as well.
 */
function paysAtServer({ kind, program, arguments: given, text }: CommandPassage): boolean {
  if (kind !== 'other' || NODES.has(program) || !given.some(namesServer)) return false;
  return payoutsIn(text).some(({ coin }) => coin !== 'ethereum' && !isOfTestNetwork(coin));
}

function namesServer(word: string): boolean {
  if (!word.includes(':')) return false;
  return word.split(SEPARATORS, PIECES_MAX).some((piece) => isServer(piece));
}

/** What may stand before or behind a server in one word. */
const SEPARATORS = pattern('[=@,;\\s]');
const PIECES_MAX = 64;

function payingMatch(command: CommandPassage): Match {
  const { text } = command;
  return { passage: command, bits: WEIGHTS.payoutAndServer, evidence: text, role: 'sign' };
}

/**
 * Tools that are told to run something are given it in one word, each in a way of its own:
 * `ansible -m shell -a '…'`, `ssh -o ProxyCommand='…'`, `sqlite3 x '.shell …'`.
 */
function optionsWithin(
  { kind, words, arguments: given }: CommandPassage,
  indicators: Indicators,
): MiningOptions {
  const options = miningOptions(given, indicators);
  const isWhole = options.endpoint === 'mining' && options.hasLogin;
  if (kind !== 'tool' || isWhole) return options;
  const lines = words.filter((word) => word.length >= LINE_LENGTH_MIN && word.includes(' '));
  const inner = lines.map((line) =>
    miningOptions(looseWords(line.slice(0, LINE_LENGTH_MAX)), indicators),
  );
  return inner.find(({ endpoint, paysOut }) => endpoint === 'mining' && paysOut) ?? options;
}

/** Workers of logins that name no payout: `$WALLET.rig7`. */
function workersOf({ words }: CommandPassage): readonly FoundIdentifier[] {
  const unknown = loginsOf(words).filter((login) => parseLogin(login) === null);
  return workerIdentifiers([...unknown.map(workerOfUnknown), ...namedWorkers(words)]);
}

function isPrivateName(name: string, indicators: Indicators): boolean {
  return minerProgramOrigin(name, indicators) === 'private';
}

function bitsOf(options: MiningOptions, isNamed: boolean, isGeneric: boolean): number {
  const { minerOnly, hasAlgorithm, endpoint, hasLogin, paysOut, isIdle } = options;
  const isMiner = isNamed || minerOnly > 0 || hasAlgorithm || endpoint === 'mining' || paysOut;
  if (isGeneric || (isMiner && endpoint !== null && hasLogin)) return WEIGHTS.minerConnection;
  if (isIdle && (isNamed || minerOnly > 0)) return WEIGHTS.idleMiner;
  if (minerOnly + Number(hasAlgorithm) >= 2) return WEIGHTS.minerFlags;
  if (isNamed) return minerOnly > 0 || hasAlgorithm ? WEIGHTS.minerFlags : WEIGHTS.minerProgram;
  return minerOnly > 0 || hasAlgorithm ? WEIGHTS.minerFlag : 0;
}

/** Command lines inside code of another language, and in files that could not be read. */
function lineMatches(passage: TextPassage, indicators: Indicators): readonly Match[] {
  if (passage.kind !== 'code' && passage.kind !== 'raw' && !isGiven(passage)) return [];
  const found: Match[] = [];
  for (const line of passage.text.split('\n', LINES_MAX)) {
    const match = lineMatch(passage, line.slice(0, LINE_LENGTH_MAX), indicators);
    if (match) found.push(match);
    if (found.length >= LINE_MATCHES_MAX) break;
  }
  return found;
}

/** Whether a program that may be any is given the text: a shell by another name, or a detector. */
function isGiven({ kind, used }: TextPassage): boolean {
  return (kind === 'input' || kind === 'written') && used;
}

function lineMatch(passage: TextPassage, line: string, indicators: Indicators): Match | null {
  const words = looseWords(line);
  const isNamed = words.some((word) => isMinerProgram(programName(word), indicators));
  const options = miningOptions(words, indicators);
  const bits = bitsOf(options, isNamed, false);
  if (bits === 0 || bits === WEIGHTS.idleMiner) return null;
  // A detector is tried on command lines that pay nobody.
  if (isGiven(passage) && !options.paysOut) return null;
  const at = passage.text.indexOf(line);
  const match: Match = { passage, bits, evidence: line.trim(), role: 'sign' };
  // Code runs, but a name in it is only a name: it takes a whole connection to say that it mines.
  const isRun = passage.kind === 'code' || isGiven(passage);
  const mines = isRun && bits === WEIGHTS.minerConnection;
  const place = { ...match, at: at + line.indexOf(line.trim()) };
  return mines ? { ...place, role: 'target', position: 'executed' } : place;
}

/** Words between blanks, quotes and brackets: `["./xmrig", "-o", "…"]` has three. */
function looseWords(line: string): readonly string[] {
  const words: string[] = [];
  let start = 0;
  for (let i = 0; i <= line.length; i++) {
    const c = line[i] ?? ' ';
    if (c > ' ' && !'\'"`,()[]{};'.includes(c)) continue;
    if (i > start) words.push(line.slice(start, i));
    start = i + 1;
  }
  return words;
}
