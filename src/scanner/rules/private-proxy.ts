import { endpointsIn } from '../engine/endpoint.ts';
import type { CommandPassage, JobView, TextPassage } from '../engine/job-view.ts';
import { keyedTextsIn } from '../engine/json-keys.ts';
import { minerOptionsOf, miningOptions, type Option } from '../engine/options.ts';
import { isPrivateRelay } from '../engine/private-relay.ts';
import type { Match, Rule } from '../engine/rule.ts';
import { WEIGHTS } from '../engine/weights.ts';
import { ENDPOINT_FLAGS } from '../indicators/miner-flags.ts';

const ENDPOINTS: ReadonlySet<string> = new Set(ENDPOINT_FLAGS);
const BODY_KEYS = ['pools', 'url', 'user', 'pass'] as const;

/**
 * A connection of a miner's shape to a relay of one's own: a bare address or a dynamic name with a
 * port, a user, and no wallet anywhere, since the relay knows it.
 */
export const privateProxy: Rule = {
  id: 'private-proxy',
  title: 'A program connects to a private relay as miners do',
  severity: 'high',
  confidence: 'medium',
  maturity: 'stable',
  group: 'endpoint',
  // The atoms of the options are those of `miner-command-line`.
  atoms: ['pools user'],
  hits: [
    { what: 'a bare address', script: './node-agent -o 203.0.113.9:443 -u root -p x -k' },
    { what: 'a dynamic name', script: './haproxy -o build.example.duckdns.org:3333 -u ci -p x' },
    {
      what: 'the long options',
      script: './worker --url=203.0.113.9:8443 --user=root --pass=x --tls -t 2',
    },
    {
      what: 'a configuration',
      script: `cat > a.json <<'E'
{"pools": [{"url": "203.0.113.9:443", "user": "root", "pass": "x", "tls": true}]}
E
./service -c a.json`,
    },
  ],
  innocents: [
    { what: 'a tunnel', script: './client --server 203.0.113.9:443 --user a --password b' },
    { what: 'a local network', script: './agent --url 10.0.0.4:3333 --user root --pass x -t 2' },
    { what: 'a download', script: 'curl -o a.zip -u me:pw https://203.0.113.9:8443/a.zip' },
    { what: 'a database', script: './migrate --url postgres://203.0.113.9:5432/a --user app' },
    { what: 'a named server', script: './app --url db.example.com:443 --user a --pass b' },
    {
      what: 'a proxy in a configuration',
      script: `echo '{"url":"203.0.113.9:8080","user":"a"}' > p.json; ./fetch p.json`,
    },
  ],
  look(view: JobView): readonly Match[] {
    const commands = view.commands.flatMap((command) => commandMatch(command, view));
    return [...commands, ...view.texts.flatMap((text) => bodyMatch(text, view))];
  },
};

function commandMatch(command: CommandPassage, view: JobView): readonly Match[] {
  if (command.kind !== 'other') return [];
  const relay = minerOptionsOf(command.arguments).find(isRelay);
  if (!relay) return [];
  const options = miningOptions(command.arguments, view.indicators);
  if (!options.hasLogin || options.paysOut || options.isIdle) return [];
  const { isShort, companions, minerOnly, hasAlgorithm } = options;
  const isMiner = minerOnly > 0 || hasAlgorithm || (isShort && companions > 0);
  if (!isMiner && companions < 2) return [];
  const bits = isMiner ? WEIGHTS.privateProxy : WEIGHTS.privateProxyLong;
  return [{ passage: command, bits, evidence: `${relay.flag} ${relay.value}`, role: 'sign' }];
}

function isRelay({ flag, value }: Option): boolean {
  return ENDPOINTS.has(flag) && isPrivateRelay(value);
}

/** A body with a list `pools`, a relay, a user and a password in it. */
function bodyMatch(text: TextPassage, { indicators }: JobView): readonly Match[] {
  const keyed = keyedTextsIn(text.text);
  if (!BODY_KEYS.every((wanted) => keyed.some(({ key }) => key === wanted))) return [];
  if (endpointsIn(text.text, indicators).length > 0) return [];
  const relay = keyed.find(({ key, value }) => key === 'url' && isPrivateRelay(value));
  if (!relay) return [];
  const position = text.used ? 'executed' : text.position;
  const match = { passage: text, bits: WEIGHTS.privateProxyBody, evidence: relay.value } as const;
  return [{ ...match, role: 'sign', position }];
}
