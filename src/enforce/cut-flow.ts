/**
 * One table of nftables of our own, with a set a family whose elements the kernel forgets by
 * itself. A packet of a cut flow, either way, is answered with a reset; so it ends even where the
 * socket cannot be destroyed, and what the client opens anew is another flow and is seen again.
 *
 * The script is idempotent: tables, sets and rules that are there already stay as they are.
 */
import { isIPv4, isIPv6 } from 'node:net';

export const NFT_TABLE = 'davylamp';

export interface CutFlow {
  readonly client: string;
  readonly server: string;
}

interface End {
  readonly address: string;
  readonly port: number;
}

export function nftAdd(client: string, server: string, ttlSeconds: number): string | null {
  const flow = flowOf(client, server);
  if (flow === null) return null;
  const { set, elements } = flow;
  const timed = elements.map((element) => `${element} timeout ${ttlSeconds}s`).join(', ');
  return `${TABLE}add element inet ${NFT_TABLE} ${set} { ${timed} }\n`;
}

export function nftDelete(client: string, server: string): string | null {
  const flow = flowOf(client, server);
  if (flow === null) return null;
  return `delete element inet ${NFT_TABLE} ${flow.set} { ${flow.elements.join(', ')} }\n`;
}

/** All of ours, for when no flow is cut any more. */
export function nftRemoveTable(): string {
  return `add table inet ${NFT_TABLE}\ndelete table inet ${NFT_TABLE}\n`;
}

/**
 * Words for `ss -K`, which destroys the client's socket: what is left where there is no nftables.
 * It only reaches sockets of the host's own network, and the kernel must allow it.
 */
export function ssKill({ client, server }: CutFlow): readonly string[] | null {
  const isFlow = flowOf(client, server) !== null;
  return isFlow ? ['-K', '-H', '-t', '-n', 'src', client, 'dst', server] : null;
}

/** Both directions: the server's packets arrive at the same hooks. */
function flowOf(client: string, server: string) {
  const [a, b] = [endOf(client), endOf(server)];
  if (a === null || b === null || isIPv4(a.address) !== isIPv4(b.address)) return null;
  const text = (from: End, to: End): string => {
    return `${from.address} . ${from.port} . ${to.address} . ${to.port}`;
  };
  return { set: isIPv4(a.address) ? 'cut4' : 'cut6', elements: [text(a, b), text(b, a)] };
}

/** `address:port`, IPv6 in brackets. Nothing else may reach the script. */
function endOf(text: string): End | null {
  const at = text.lastIndexOf(':');
  const host = text.slice(0, at);
  const port = Number(text.slice(at + 1));
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return null;
  if (isIPv4(host)) return { address: host, port };
  const inner = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : '';
  return isIPv6(inner) && !inner.includes('%') ? { address: inner, port } : null;
}

// A reset is let through: our own would be refused, too.
const NO_RESET = 'tcp flags & rst == 0';
const KEY4 = 'ip saddr . tcp sport . ip daddr . tcp dport';
const KEY6 = 'ip6 saddr . tcp sport . ip6 daddr . tcp dport';
const REJECT = 'reject with tcp reset';

function chain(hook: string): string {
  return `add chain inet ${NFT_TABLE} ${hook} { type filter hook ${hook} priority -10 ; }
flush chain inet ${NFT_TABLE} ${hook}
add rule inet ${NFT_TABLE} ${hook} ${NO_RESET} ${KEY4} @cut4 ${REJECT}
add rule inet ${NFT_TABLE} ${hook} ${NO_RESET} ${KEY6} @cut6 ${REJECT}
`;
}

function flowSet(name: string, type: string): string {
  const key = `${type} . inet_service . ${type} . inet_service`;
  return `add set inet ${NFT_TABLE} ${name} { type ${key} ; flags timeout ; size 65536 ; }\n`;
}

const TABLE = `add table inet ${NFT_TABLE}
${flowSet('cut4', 'ipv4_addr')}${flowSet('cut6', 'ipv6_addr')}${['input', 'forward', 'output']
  .map(chain)
  .join('')}`;
