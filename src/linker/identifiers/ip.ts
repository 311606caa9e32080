/**
 * IP addresses in one form: 32 lower-case hex digits, IPv4 as `::ffff:a.b.c.d`. Texts of that form
 * sort as the addresses do, so ranges are compared as texts.
 */
import { ipLengthMax } from '../../base/limits.ts';
import type { SharedValue } from '../../model/identifier.ts';
import type { NetworkTable } from './network-table.ts';

const IPV4_PREFIX = '00000000000000000000ffff';

/** The address, or null. No zones, ports or leading zeros: whoever sends those means no address. */
export function parseIp(text: string): string | null {
  if (text.length > ipLengthMax) return null;
  if (!text.includes(':')) {
    const hex = ipv4Hex(text);
    return hex === null ? null : IPV4_PREFIX + hex;
  }
  return ipv6Hex(text.toLowerCase());
}

export function isIpv4(ip: string): boolean {
  return ip.startsWith(IPV4_PREFIX);
}

function ipv4Hex(text: string): string | null {
  const parts = text.split('.');
  if (parts.length !== 4) return null;
  let hex = '';
  for (const part of parts) {
    const value = Number(part);
    if (String(value) !== part || value > 255) return null;
    hex += value.toString(16).padStart(2, '0');
  }
  return hex;
}

const GROUPS = 8;

function ipv6Hex(text: string): string | null {
  const halves = withoutIpv4(text)?.split('::') ?? [];
  const [head, tail] = halves.map(groupsOf);
  if (halves.length > 2 || !head || tail === null) return null;
  if (tail === undefined) return head.length === GROUPS ? head.join('') : null;
  const zeros = GROUPS - head.length - tail.length;
  return zeros < 1 ? null : head.join('') + '0000'.repeat(zeros) + tail.join('');
}

/** An IPv4 address at the end counts as two groups. */
function withoutIpv4(text: string): string | null {
  if (!text.includes('.')) return text;
  const colon = text.lastIndexOf(':');
  const hex = ipv4Hex(text.slice(colon + 1));
  return hex && `${text.slice(0, colon + 1)}${hex.slice(0, 4)}:${hex.slice(4)}`;
}

function groupsOf(half: string): readonly string[] | null {
  if (half === '') return [];
  const groups = half.split(':');
  const fine = groups.every((group) => group.length > 0 && group.length <= 4 && isHex(group));
  return fine ? groups.map((group) => group.padStart(4, '0')) : null;
}

function isHex(text: string): boolean {
  for (const c of text) if (!'0123456789abcdef'.includes(c)) return false;
  return true;
}

/** Ranges of nobody in particular: first and last address, IPv4 without its prefix. */
const PRIVATE_IPV4: readonly (readonly [first: string, last: string])[] = [
  ['00000000', '00ffffff'],
  ['0a000000', '0affffff'],
  ['64400000', '647fffff'],
  ['7f000000', '7fffffff'],
  ['a9fe0000', 'a9feffff'],
  ['ac100000', 'ac1fffff'],
  ['c0a80000', 'c0a8ffff'],
  ['e0000000', 'ffffffff'],
];

/** Whether one network of the Internet has the address; of IPv6 those are in 2000::/3. */
export function isPublicIp(ip: string): boolean {
  if (!isIpv4(ip)) return ip >= '2' && ip < '4';
  const own = ip.slice(IPV4_PREFIX.length);
  return PRIVATE_IPV4.every(([first, last]) => own < first || own > last);
}

/**
 * What an address says of an account: the address, the network around it, and, from the operator's
 * table, who runs the network. An IPv6 host changes its address within its /64, so that counts.
 */
export function ipValues(text: string, networks: NetworkTable): readonly SharedValue[] {
  const ip = parseIp(text);
  if (ip === null || !isPublicIp(ip)) return [];
  const network = networks.find(ip);
  const values: SharedValue[] = isIpv4(ip)
    ? [
        { kind: 'ip', value: formatIpv4(ip) },
        { kind: 'ip-prefix', value: `${formatIpv4(ip.slice(0, -2).padEnd(32, '0'))}/24` },
      ]
    : [
        { kind: 'ip', value: `${formatIpv6Prefix(ip, 4)}/64` },
        { kind: 'ip-prefix', value: `${formatIpv6Prefix(ip, 3)}/48` },
      ];
  if (network?.asn) values.push({ kind: 'asn', value: `AS${network.asn}` });
  if (network?.isHosting) values.push({ kind: 'hosting', value: network.operator });
  return values;
}

function formatIpv4(ip: string): string {
  const own = ip.slice(IPV4_PREFIX.length);
  return [0, 2, 4, 6].map((at) => Number.parseInt(own.slice(at, at + 2), 16)).join('.');
}

function formatIpv6Prefix(ip: string, groups: number): string {
  const parts = Array.from({ length: groups }, (_, i) => ip.slice(4 * i, 4 * i + 4));
  return `${parts.map((part) => Number.parseInt(part, 16).toString(16)).join(':')}::`;
}
