import {
  type CommandPassage,
  type JobView,
  type TextPassage,
  textPosition,
} from '../engine/job-view.ts';
import { miningOptions, optionsOf } from '../engine/options.ts';
import { programName } from '../engine/program.ts';
import type { Match, Rule } from '../engine/rule.ts';
import { tokensOf } from '../engine/token.ts';
import { WEIGHTS } from '../engine/weights.ts';
import {
  BROWSER_MINERS,
  OTHER_MINERS,
  type OtherMiner,
  TEST_NETWORKS,
} from '../indicators/other-miners.ts';
import { payoutsIn } from '../wallet/payout.ts';

const MINERS: ReadonlyMap<string, readonly OtherMiner[]> = Map.groupBy(
  OTHER_MINERS,
  ({ program }) => program,
);
const TEST_NETWORK: ReadonlySet<string> = new Set(TEST_NETWORKS);
const BROWSER: ReadonlySet<string> = new Set(BROWSER_MINERS);
const BROWSER_ENDINGS = ['.js', '.wasm'] as const;

/** Mining that speaks no stratum: announcements, provers, nodes that mine, pages that mine. */
export const otherProofOfWork: Rule = {
  id: 'other-proof-of-work',
  title: 'A program mines by a protocol of its own',
  severity: 'high',
  confidence: 'medium',
  maturity: 'stable',
  group: 'program',
  atoms: [
    ...OTHER_MINERS.flatMap(minerAtoms),
    ...BROWSER_MINERS.map((name) => tokensOf(name).join(' ')),
  ],
  hits: [
    {
      what: 'announcements for PKT',
      script: './packetcrypt ann -p $ADDRESS http://pool.example.com/ http://pool.example.org/',
    },
    { what: 'Duino-Coin in Python', script: 'cd duino && python3 PC_Miner.py' },
    { what: 'a prover', script: './aleo-pool-prover --account_name a --pool aleo.example.com:1' },
    { what: 'a client of Qubic', script: 'nohup ./qli-Client --accesstoken $T --alias w1 &' },
    { what: 'a node that mines', script: 'verusd -gen=1 -genproclimit=4 -mineraddress=$A' },
    { what: 'a script for browsers', script: 'node deepMiner.js' },
  ],
  innocents: [
    { what: 'PKT is built', script: 'cargo build --release -p packetcrypt && cargo test' },
    { what: 'a node', script: 'verusd -daemon && verus getinfo' },
    { what: 'a node of a test network', script: 'zcashd -regtest -gen=1 -mineraddress=$A' },
    { what: 'a relay', script: './packetcrypt handler --config pool.toml' },
    { what: 'ore and mines', script: 'python3 process.py --input ore --target mine' },
    { what: 'a block list', script: 'echo "||example.com/coinhive.min.js" >> filters.txt' },
    { what: 'plots for a test', script: 'chia plots check -n 10' },
  ],
  look(view: JobView): readonly Match[] {
    return [
      ...view.commands.flatMap((command) => minerMatch(command, view)),
      ...view.commands.flatMap(browserCommand),
      ...view.texts.flatMap(browserText),
    ];
  },
};

/** Whether the job runs such a program. An image that only holds one does not. */
export function runsOtherMiner(view: JobView): boolean {
  if (view.isImageBuild) return false;
  return view.commands.some((command) => otherMiner(command) !== null);
}

function otherMiner({ program, arguments: given, kind }: CommandPassage): OtherMiner | null {
  if (kind === 'printer' || given.some((word) => TEST_NETWORK.has(word))) return null;
  const named = MINERS.get(program) ?? [];
  return named.find(({ verbs }) => verbs.length === 0 || given.some(isOneOf(verbs))) ?? null;
}

/** A verb itself, or an option with its value in one word. */
function isOneOf(verbs: readonly string[]): (word: string) => boolean {
  return (word) => verbs.some((verb) => word === verb || word.startsWith(`${verb}=`));
}

function minerMatch(command: CommandPassage, { indicators }: JobView): readonly Match[] {
  const miner = otherMiner(command);
  if (miner === null) return [];
  const match = { passage: command, evidence: command.text, position: 'executed' } as const;
  if (miningOptions(command.arguments, indicators).isIdle) {
    return [{ ...match, bits: WEIGHTS.idleMiner, role: 'sign', isWeak: true }];
  }
  const isCredited = credits(miner, command);
  const bits = isCredited ? WEIGHTS.otherMinerConnection : WEIGHTS.otherMiner;
  return [{ ...match, bits, role: 'target' }];
}

function credits({ credits: flags }: OtherMiner, command: CommandPassage): boolean {
  const isFlagged = optionsOf(command.arguments).some(({ flag, value }) => {
    return value !== '' && flags.includes(flag);
  });
  return isFlagged || payoutsIn(command.text).length > 0;
}

/** A page or a script that is named as miners of browsers are. */
function browserCommand(command: CommandPassage): readonly Match[] {
  if (!BROWSER_ENDINGS.some((ending) => command.text.includes(ending))) return [];
  const isScript = (word: string): boolean => BROWSER.has(programName(word.split('?', 1)[0] ?? ''));
  const evidence = command.words.find(isScript);
  if (evidence === undefined) return [];
  return [{ passage: command, bits: WEIGHTS.browserMiner, evidence, role: 'sign' }];
}

function browserText(passage: TextPassage): readonly Match[] {
  if (!BROWSER_ENDINGS.some((ending) => passage.text.includes(ending))) return [];
  const evidence = BROWSER_MINERS.find((name) => passage.text.includes(name));
  if (evidence === undefined) return [];
  const position = textPosition(passage);
  return [{ passage, bits: WEIGHTS.browserMiner, evidence, role: 'sign', position }];
}

/** The program's tokens, with those of a verb where it takes one to mine. */
function minerAtoms({ program, verbs }: OtherMiner): readonly string[] {
  const name = tokensOf(program).join(' ');
  if (verbs.length === 0) return [name];
  return verbs.map((verb) => [name, ...tokensOf(verb)].join(' '));
}
