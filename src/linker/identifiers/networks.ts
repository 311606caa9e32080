/**
 * An operator's CSV file of networks: `network,asn,operator,kind`, a line each, as in
 * `203.0.113.0/24,64500,Example Hosting,hosting`. Fields may be quoted, columns behind the fourth
 * are left alone, and those of GeoLite2's `ASN-Blocks` files are the first three. Blank lines,
 * lines that begin with `#` and a heading are passed over.
 */
import { networkFileLengthMax, networkProblemsMax, networkRangesMax } from '../../base/limits.ts';
import { hostingOperator } from './hosting-operator.ts';
import { isIpv4, parseIp } from './ip.ts';
import { type Network, NetworkRanges, type NetworkTable } from './network-table.ts';

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
  const ranges = new NetworkRanges();
  const problems: NetworkProblem[] = [];
  const report = (line: number, message: string): void => {
    if (problems.length < networkProblemsMax) problems.push({ line, message });
  };
  if (text.length > networkFileLengthMax) {
    report(1, `the file has more than ${networkFileLengthMax} characters`);
    return { table: ranges.table(), problems };
  }
  let line = 0;
  for (let at = 0; at < text.length; line++) {
    const end = text.indexOf('\n', at);
    const own = text.slice(at, end < 0 ? text.length : end).trim();
    at = end < 0 ? text.length : end + 1;
    if (own === '' || own.startsWith('#') || (line === 0 && own.startsWith('network'))) continue;
    const range = readLine(own);
    if (typeof range === 'string') report(line + 1, range);
    else if (ranges.count >= rangesMax) {
      report(line + 1, `there are more than ${rangesMax} networks`);
      break;
    } else ranges.add(range.first, range.last, range.network);
  }
  return { table: ranges.table(), problems };
}

const FIELDS_MAX = 4;
const FIELD_LENGTH_MAX = 200;

function readLine(line: string): Range | string {
  const [cidr = '', asnText = '', operator = '', kind = ''] = fieldsOf(line);
  const span = spanOf(cidr);
  if (span === null) return 'this is no network such as 203.0.113.0/24';
  const asn = Number(asnText.toUpperCase().startsWith('AS') ? asnText.slice(2) : asnText || 0);
  if (!Number.isInteger(asn) || asn < 0 || asn >= 2 ** 32) return 'this is no AS number';
  if (kind.toLowerCase() === 'hosting') {
    if (operator === '') return 'a hosting network needs an operator';
    return { ...span, network: { asn, operator, isHosting: true } };
  }
  // A file without kinds leaves it to the list of those who are known.
  const known = kind === '' ? hostingOperator(asn) : null;
  return { ...span, network: { asn, operator: known ?? operator, isHosting: known !== null } };
}

/** A quoted field may hold commas and doubled quotes. */
function fieldsOf(line: string): readonly string[] {
  if (!line.includes('"')) return line.split(',', FIELDS_MAX).map(cut);
  const fields: string[] = [];
  for (let at = 0; at <= line.length && fields.length < FIELDS_MAX; ) {
    let own = '';
    let isQuoted = false;
    for (; at < line.length && (isQuoted || line[at] !== ','); at++) {
      const isQuote = line[at] === '"';
      if (!isQuote) own += line[at];
      else if (isQuoted && line[at + 1] === '"') own += line[++at];
      else isQuoted = !isQuoted;
    }
    fields.push(cut(own));
    at++;
  }
  return fields;
}

function cut(field: string): string {
  return field.trim().slice(0, FIELD_LENGTH_MAX);
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
