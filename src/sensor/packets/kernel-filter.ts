/**
 * What the kernel lets through, so that a busy host costs nearly nothing. Two ways.
 *
 * nflog     nftables logs the opening and closing of every connection and, of each direction of a
 *           flow, 30 packets at once and 2 a second after: all that a miner ever says (under 1
 *           packet a second), and next to nothing of a download.
 * afpacket  where nftables is not to be had: a filter on the interface lets through small packets
 *           and those that begin like JSON, HTTP or TLS.
 *
 * Acknowledgements without bytes are left out by either.
 */
import { livePacketBytesMax } from '../../base/limits.ts';

export const WATCH_TABLE = 'davylamp_watch';
export const WATCH_GROUP = 17;

const BURST_PACKETS = 30;
const PACKETS_PER_SECOND = 2;
/** A scan of ports is many openings; past this they are not worth a look. */
const OPENINGS_PER_SECOND = 2_000;
const FLOWS = 65_536;
const LOG = `log group ${WATCH_GROUP} snaplen ${livePacketBytesMax}`;

/** Both at once: the table of an agent that died is replaced, in one transaction. */
export function nflogScript(): string {
  const flows = (name: string, type: string): string =>
    `set ${name} { type ${type} . inet_service . ${type} . inet_service; ` +
    `flags dynamic,timeout; timeout 2m; size ${FLOWS}; }`;
  const each = (family: string, set: string, ip: string): string =>
    `meta nfproto ${family} update @${set} { ${ip} saddr . tcp sport . ${ip} daddr . tcp dport ` +
    `limit rate ${PACKETS_PER_SECOND}/second burst ${BURST_PACKETS} packets } ${LOG}`;
  const hook = (name: string, rule = ''): string =>
    `chain ${name} { type filter hook ${name} priority mangle; ${rule} jump watch; }`;
  return [
    `table inet ${WATCH_TABLE} {}`,
    `delete table inet ${WATCH_TABLE}`,
    `table inet ${WATCH_TABLE} {`,
    flows('flows', 'ipv4_addr'),
    flows('flows6', 'ipv6_addr'),
    'chain watch {',
    `meta l4proto udp th dport 53 ${LOG} return`,
    'meta l4proto != tcp return',
    `tcp flags & (fin|syn|rst) != 0 limit rate ${OPENINGS_PER_SECOND}/second ` +
      `burst ${OPENINGS_PER_SECOND} packets ${LOG} return`,
    // Headers with time stamps have 52 bytes of IPv4, 72 of IPv6.
    'meta nfproto ipv4 meta length <= 60 return',
    'meta nfproto ipv6 meta length <= 80 return',
    each('ipv4', 'flows', 'ip'),
    each('ipv6', 'flows6', 'ip6'),
    '}',
    hook('output'),
    hook('forward'),
    // What goes over the loopback has been seen on its way out.
    hook('input', 'iif lo return;'),
    '}',
    '',
  ].join('\n');
}

export function removalScript(): string {
  return `table inet ${WATCH_TABLE} {}\ndelete table inet ${WATCH_TABLE}\n`;
}

/** Packets of up to this many bytes pass whatever they begin with. */
const SMALL_BYTES = 1_200;

/** For tcpdump. IPv6 is read as if no extension header stood before TCP, as in nearly all. */
export function interfaceFilter(): string {
  const payload4 = '(ip[2:2] - ((ip[0] & 0xf) << 2) - ((tcp[12] & 0xf0) >> 2))';
  const payload6 = '(ip6[4:2] - ((ip6[52] & 0xf0) >> 2))';
  const first4 = 'tcp[((tcp[12] & 0xf0) >> 2)]';
  const begins = ['{', 'P', 'G'].map((mark) => `${first4} = ${mark.charCodeAt(0)}`);
  const small = (payload: string): string => `(${payload} > 0 and ${payload} <= ${SMALL_BYTES})`;
  return [
    'udp port 53',
    '(tcp[tcpflags] & (tcp-syn|tcp-fin|tcp-rst) != 0)',
    `(ip and tcp and (${small(payload4)} or (${payload4} > 0 and (${begins.join(' or ')}))))`,
    `(ip6 and ip6[6] = 6 and ${small(payload6)})`,
  ].join(' or ');
}
