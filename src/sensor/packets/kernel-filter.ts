/**
 * What the kernel lets through, so that a busy host costs nearly nothing. Two ways.
 *
 * nflog     nftables logs the opening and closing of every connection and, of each direction of a
 *           flow, 30 packets at once and 2 a second after: all that a miner ever says (under 1
 *           packet a second), and next to nothing of a download. A direction that says more is
 *           busy: for a quarter of a second the first rule lets its packets by. In a talk over the
 *           loopback a packet costs 0.18 µs so, most of it for the hooks, and 0.45 µs by the whole
 *           chain. Beside a database, 61,000 packets a second: 1.85 % of its core, 0.86 % for
 *           hooks alone. A key in half as many expressions gains nothing: 1.84 %.
 * afpacket  where nftables is not to be had: a filter on the interface lets through small packets
 *           and those that begin like JSON, HTTP or TLS.
 *
 * Acknowledgements without bytes are left out by either.
 */
import { livePacketBytesMax } from '../../base/sensor-limits.ts';

export const WATCH_TABLE = 'davylamp_watch';
export const WATCH_GROUP = 17;

const BURST_PACKETS = 30;
const PACKETS_PER_SECOND = 2;
/** A scan of ports is many openings; past this they are not worth a look. */
const OPENINGS_PER_SECOND = 2_000;
const FLOWS = 65_536;
/** Shorter than the half second in which a flow earns its next packet. */
const BUSY = '250ms';
const LOG = `log group ${WATCH_GROUP} snaplen ${livePacketBytesMax}`;

/** Both at once: the table of an agent that died is replaced, in one transaction. */
export function nflogScript(): string {
  const flows = (name: string, type: string, timeout: string): string =>
    `set ${name} { type ${type} . inet_service . ${type} . inet_service; ` +
    `flags dynamic,timeout; timeout ${timeout}; size ${FLOWS}; }`;
  const key = (ip: string): string => `${ip} saddr . tcp sport . ${ip} daddr . tcp dport`;
  // What opens or closes a flow is looked at however busy it is.
  const passBusy = (family: string, set: string, ip: string): string =>
    `meta nfproto ${family} meta l4proto tcp tcp flags & (fin|syn|rst) == 0 ` +
    `${key(ip)} @${set} return`;
  const each = (family: string, set: string, ip: string): string =>
    `meta nfproto ${family} update @${set} { ${key(ip)} ` +
    `limit rate ${PACKETS_PER_SECOND}/second burst ${BURST_PACKETS} packets } ${LOG} return`;
  const noteBusy = (family: string, set: string, ip: string): string =>
    `meta nfproto ${family} add @${set} { ${key(ip)} }`;
  const hook = (name: string, rules: readonly string[]): string =>
    `chain ${name} { type filter hook ${name} priority mangle; ${rules.join('; ')}; }`;
  const watch = [passBusy('ipv4', 'busy', 'ip'), passBusy('ipv6', 'busy6', 'ip6'), 'jump watch'];
  return [
    `table inet ${WATCH_TABLE} {}`,
    `delete table inet ${WATCH_TABLE}`,
    `table inet ${WATCH_TABLE} {`,
    flows('flows', 'ipv4_addr', '2m'),
    flows('flows6', 'ipv6_addr', '2m'),
    flows('busy', 'ipv4_addr', BUSY),
    flows('busy6', 'ipv6_addr', BUSY),
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
    noteBusy('ipv4', 'busy', 'ip'),
    noteBusy('ipv6', 'busy6', 'ip6'),
    '}',
    hook('output', watch),
    hook('forward', watch),
    // What goes over the loopback has been seen on its way out.
    hook('input', ['iif lo return', ...watch]),
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
