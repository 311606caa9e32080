import { ENDPOINT_ATOMS, endpointsIn, isServer } from '../engine/endpoint.ts';
import { type JobView, type Passage, passagesOf } from '../engine/job-view.ts';
import { type KeyedText, keyedTextsIn } from '../engine/json-keys.ts';
import type { Match, Rule } from '../engine/rule.ts';
import { tokensOf } from '../engine/token.ts';
import { WEIGHTS } from '../engine/weights.ts';
import { MINER_ONLY_KEYS } from '../indicators/configuration-keys.ts';
import type { Indicators } from '../indicators/indicators.ts';
import { parseLogin } from '../wallet/login.ts';

const MINER_ONLY: ReadonlySet<string> = new Set(MINER_ONLY_KEYS);
/** Keys that only miners have which make a body a miner's without an endpoint. */
const MINER_KEYS_MIN = 3;

/**
 * A connection needs one of these too, or an endpoint, which has atoms of its own. The keys `url`
 * and `user` alone, which every fiftieth manifest has, say nothing.
 */
export const CONFIGURATION_ATOMS: readonly string[] = [
  ...MINER_ONLY_KEYS.map((key) => tokensOf(key).join(' ')),
  ...ENDPOINT_ATOMS,
];

/** A JSON body that a miner reads, whatever its file is called. */
export const minerConfiguration: Rule = {
  id: 'miner-configuration',
  title: 'A configuration of a mining program',
  severity: 'high',
  confidence: 'medium',
  maturity: 'stable',
  group: 'configuration',
  atoms: CONFIGURATION_ATOMS,
  hits: [
    {
      what: 'a here-document, and a program that reads it',
      script: `cat > settings.json <<'EOF'
{"autosave": true, "donate-level": 0,
 "pools": [{"url": "203.0.113.9:443", "user": "root", "pass": "x"}]}
EOF
./service --config=settings.json`,
    },
    {
      what: 'echoed into a file',
      script: `echo '{"randomx":{"init":-1,"1gb-pages":true},"huge-pages-jit":true}' > c.json; ./x c.json`,
    },
  ],
  innocents: [
    {
      what: 'a connection pool',
      script: `echo '{"pools":[{"size":3}],"url":"https://a.test","user":"app"}' > db.json; ./x db.json`,
    },
    {
      what: 'credentials',
      script: `echo '{"url":"https://a.test","user":"me","pass":"x","threads":4}' > a.json; ./x a.json`,
    },
  ],
  look(view: JobView): readonly Match[] {
    return passagesOf(view).flatMap((passage) => configurationOf(passage, view.indicators));
  },
};

/** Whether the text is a miner's configuration with an address and a login in it. */
export function hasConnection(text: string, indicators: Indicators): boolean {
  return isConnected(text, keyedTextsIn(text), indicators);
}

function isConnected(text: string, keyed: readonly KeyedText[], indicators: Indicators): boolean {
  const keys = new Set(keyed.map(({ key }) => key));
  const connects = keys.has('url') && keys.has('user');
  const legacy = keys.has('pool_address') && keys.has('wallet_address');
  if (!connects && !legacy) return false;
  const isMiner = [...keys].some((key) => MINER_ONLY.has(key));
  if (isMiner || (connects && paysAtServer(keyed))) return true;
  const endpoints = endpointsIn(text, indicators);
  return endpoints.some(({ kind }) => kind === 'stratum' || kind === 'pool');
}

/** A server without the scheme of another trade, and a login that says who is paid. */
function paysAtServer(keyed: readonly KeyedText[]): boolean {
  const isPaid = keyed.some(({ key, value }) => key === 'user' && parseLogin(value)?.payout);
  return isPaid && keyed.some(({ key, value }) => key === 'url' && isServer(value));
}

function configurationOf(passage: Passage, indicators: Indicators): readonly Match[] {
  const keyed = keyedTextsIn(passage.text);
  if (keyed.length === 0) return [];
  const minerKeys = new Set(keyed.map(({ key }) => key).filter((key) => MINER_ONLY.has(key)));
  const connected = isConnected(passage.text, keyed, indicators);
  if (!connected && minerKeys.size < MINER_KEYS_MIN) return [];
  const used = 'used' in passage && passage.used === true;
  return [
    {
      passage,
      bits: connected ? WEIGHTS.connectedConfiguration : WEIGHTS.minerConfiguration,
      evidence: passage.text.trim(),
      role: 'target',
      ...(used ? { position: 'executed' as const } : {}),
    },
  ];
}
