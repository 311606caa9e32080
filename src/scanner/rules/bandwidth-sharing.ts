import type { Position } from '../../model/finding.ts';
import {
  type CommandPassage,
  type JobView,
  type Passage,
  textPosition,
} from '../engine/job-view.ts';
import { imageRepository } from '../engine/miner-name.ts';
import type { Match, Rule } from '../engine/rule.ts';
import { tokensOf } from '../engine/token.ts';
import { WEIGHTS } from '../engine/weights.ts';
import {
  BANDWIDTH_HOSTS,
  BANDWIDTH_IMAGES,
  BANDWIDTH_PROGRAMS,
} from '../indicators/bandwidth-clients.ts';

const IMAGES: ReadonlySet<string> = new Set(BANDWIDTH_IMAGES);
const VERBS: ReadonlyMap<string, readonly string[]> = new Map(
  BANDWIDTH_PROGRAMS.map(({ program, verbs }) => [program, verbs]),
);
/** What an account is named by, in options and variables. */
const ACCOUNT_WORDS = ['@', 'token', 'email', 'api_key', 'api-key', 'uuid', 'cid='] as const;

/** The host's bandwidth and address are sold. */
export const bandwidthSharing: Rule = {
  id: 'bandwidth-sharing',
  title: "The host's bandwidth is sold",
  severity: 'high',
  confidence: 'high',
  maturity: 'stable',
  group: 'bandwidth',
  atoms: [...BANDWIDTH_IMAGES, ...BANDWIDTH_PROGRAMS.flatMap(programAtoms), ...BANDWIDTH_HOSTS].map(
    (name) => tokensOf(name).join(' '),
  ),
  hits: [
    {
      what: 'an image with a token',
      script: 'docker run -d traffmonetizer/cli_v2 start accept --token $TOKEN',
    },
    { what: 'an image with variables', script: 'docker run -d -e CID=4kx packetstream/psclient' },
    { what: 'the image of a job', script: 'true', image: 'honeygain/honeygain:latest' },
    { what: 'a program', script: './pawns-cli -email=a@example.com -password=x -accept-tos &' },
    { what: 'a host in code', script: `python3 -c "c.connect('wss://proxy2.wynd.network:4650')"` },
  ],
  innocents: [
    { what: 'pulled and scanned', script: 'docker pull honeygain/honeygain && trivy image a' },
    { what: 'printed', script: 'echo docker run traffmonetizer/cli_v2' },
    { what: 'a program with a name alike', script: './repocket-tests && npm run grass' },
    { what: 'a block list', script: 'echo "0.0.0.0 api.honeygain.com" >> hosts.txt' },
    { what: 'a speed test', script: 'docker run --rm gists/speedtest-cli' },
  ],
  look(view: JobView): readonly Match[] {
    return [
      ...view.images.flatMap((image) => imageMatch(image.text, image, view)),
      ...view.commands.flatMap((command) => commandMatch(command, view)),
      ...view.commands.filter(isOther).flatMap((command) => hostMatch(command, 'executed')),
      ...view.texts.flatMap((text) => hostMatch(text, textPosition(text))),
    ];
  },
};

function commandMatch(command: CommandPassage, view: JobView): readonly Match[] {
  if (command.image !== '') return imageMatch(command.image, command, view);
  const verbs = command.kind === 'other' ? VERBS.get(command.program) : undefined;
  if (verbs === undefined) return [];
  const runs = verbs.length === 0 || command.arguments.some((word) => startsWithOne(word, verbs));
  return runs ? [matchOf(command, command.text, view)] : [];
}

function startsWithOne(word: string, verbs: readonly string[]): boolean {
  return verbs.some((verb) => word === verb || word.startsWith(`${verb}=`));
}

function imageMatch(image: string, passage: Passage, view: JobView): readonly Match[] {
  return IMAGES.has(imageRepository(image)) ? [matchOf(passage, image, view)] : [];
}

function matchOf(passage: Passage, evidence: string, view: JobView): Match {
  const named = [passage.text, ...view.texts.filter(isVariable).map(({ name }) => name)];
  const hasAccount = named.some((text) => {
    return ACCOUNT_WORDS.some((word) => text.toLowerCase().includes(word));
  });
  const bits = hasAccount ? WEIGHTS.bandwidthAccount : WEIGHTS.bandwidthClient;
  const position = 'words' in passage ? 'executed' : passage.position;
  return { passage, bits, evidence, role: 'sign', position };
}

function isOther({ kind }: CommandPassage): boolean {
  return kind === 'other';
}

function isVariable({ kind }: { readonly kind: string }): boolean {
  return kind === 'variable';
}

/** A client of any language registers with a host of its service. */
function hostMatch(passage: Passage, position: Position): readonly Match[] {
  if (!passage.text.includes('.')) return [];
  const evidence = BANDWIDTH_HOSTS.find((one) => passage.text.includes(one));
  if (evidence === undefined) return [];
  return [{ passage, bits: WEIGHTS.bandwidthClient, evidence, role: 'sign', position }];
}

function programAtoms({ program, verbs }: (typeof BANDWIDTH_PROGRAMS)[number]): readonly string[] {
  return verbs.length === 0 ? [program] : verbs.map((verb) => `${program} ${verb}`);
}
