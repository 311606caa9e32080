/**
 * Who runs which network, from an operator's CSV file: `network,asn,operator,kind`, a line each, as
 * in `203.0.113.0/24,64500,Example Hosting,hosting`. Blank lines, comments behind `#` and a heading
 * are passed over. Where ranges lie within one another the narrowest counts.
 *
 * Ranges are sorted by their first address, wider ones first. Each knows the range that it lies in,
 * so a search finds the last range that starts at or before the address and climbs from there.
 */
import { networkFileLengthMax, networkProblemsMax, networkRangesMax } from '../../base/limits.ts';
import { isIpv4, parseIp } from './ip.ts';

export interface Network {
  /** 0 when it is not known. */
  readonly asn: number;
  readonly operator: string;
  /** Machines are rented out there; people come from elsewhere. */
  readonly isHosting: boolean;
}

export interface NetworkTable {
  /** The network of an address in the form of `parseIp`, or null. */
  find(ip: string): Network | null;
  readonly ranges: number;
}

export interface NetworkProblem {
  readonly line: number;
  readonly message: string;
}

export interface NetworkFile {
  readonly table: NetworkTable;
  /** Lines that say nothing, the first hundred of them. */
  readonly problems: readonly NetworkProblem[];
}

interface Range {
  readonly first: string;
  readonly last: string;
  readonly network: Network;
}

/** All of the file that can be read. Never throws. */
export function parseNetworks(text: string, rangesMax = networkRangesMax): NetworkFile {
  const ranges: Range[] = [];
  const problems: NetworkProblem[] = [];
  const report = (line: number, message: string): void => {
    if (problems.length < networkProblemsMax) problems.push({ line, message });
  };
  if (text.length > networkFileLengthMax) {
    report(1, `the file has more than ${networkFileLengthMax} characters`);
    return { table: tableOf([]), problems };
  }
  let line = 0;
  for (let at = 0; at < text.length; line++) {
    const end = text.indexOf('\n', at);
    const own =
      text
        .slice(at, end < 0 ? text.length : end)
        .split('#', 1)[0]
        ?.trim() ?? '';
    at = end < 0 ? text.length : end + 1;
    if (own === '' || (line === 0 && own.startsWith('network'))) continue;
    const range = readLine(own);
    if (typeof range === 'string') report(line + 1, range);
    else if (ranges.length >= rangesMax) {
      report(line + 1, `there are more than ${rangesMax} networks`);
      break;
    } else ranges.push(range);
  }
  return { table: tableOf(ranges), problems };
}

const FIELDS_MAX = 4;
const FIELD_LENGTH_MAX = 200;

function readLine(line: string): Range | string {
  const fields = line
    .split(',', FIELDS_MAX)
    .map((field) => field.trim().slice(0, FIELD_LENGTH_MAX));
  const [cidr = '', asnText = '', operator = '', kind = ''] = fields;
  const span = spanOf(cidr);
  if (span === null) return 'this is no network such as 203.0.113.0/24';
  const asn = Number(asnText.toUpperCase().startsWith('AS') ? asnText.slice(2) : asnText || 0);
  if (!Number.isInteger(asn) || asn < 0 || asn >= 2 ** 32) return 'this is no AS number';
  const isHosting = kind.toLowerCase() === 'hosting';
  if (isHosting && operator === '') return 'a hosting network needs an operator';
  return { ...span, network: { asn, operator, isHosting } };
}

function spanOf(cidr: string): { readonly first: string; readonly last: string } | null {
  const slash = cidr.indexOf('/');
  const ip = parseIp(slash < 0 ? cidr : cidr.slice(0, slash));
  if (ip === null) return null;
  const width = isIpv4(ip) ? 32 : 128;
  const digits = cidr.slice(slash + 1);
  const length = slash < 0 ? width : Number(digits);
  if (slash >= 0 && String(length) !== digits) return null;
  if (!Number.isInteger(length) || length < 0 || length > width) return null;
  const kept = 128 - width + length;
  return { first: fill(ip, kept, '0'), last: fill(ip, kept, 'f') };
}

/** The address with all bits behind the first `kept` set to those of `digit`. */
function fill(ip: string, kept: number, digit: '0' | 'f'): string {
  const whole = Math.floor(kept / 4);
  const left = kept % 4;
  if (left === 0) return ip.slice(0, whole).padEnd(32, digit);
  const mask = 0xf >> left;
  const own = Number.parseInt(ip[whole] ?? '0', 16);
  const nibble = digit === 'f' ? own | mask : own & ~mask;
  return (ip.slice(0, whole) + nibble.toString(16)).padEnd(32, digit);
}

function tableOf(ranges: readonly Range[]): NetworkTable {
  const sorted = ranges.toSorted((a, b) => compare(a.first, b.first) || compare(b.last, a.last));
  const around = new Int32Array(sorted.length);
  const open: number[] = [];
  for (const [i, { first }] of sorted.entries()) {
    while (open.length > 0 && (sorted[open.at(-1) ?? 0]?.last ?? '') < first) open.pop();
    around[i] = open.at(-1) ?? -1;
    open.push(i);
  }
  return {
    ranges: sorted.length,
    find: (ip) => {
      let at = lastStartingBy(sorted, ip);
      while (at >= 0 && (sorted[at]?.last ?? '') < ip) at = around[at] ?? -1;
      return sorted[at]?.network ?? null;
    },
  };
}

function lastStartingBy(sorted: readonly Range[], ip: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.first ?? '') <= ip) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
