/**
 * An operator's MMDB file of networks, as GeoLite2-ASN, GeoIP Anonymous IP, IPinfo and DB-IP give
 * it. It is walked once, from each network to the next, into a table: what is wrong with it shows
 * before anything is decided, and no lookup can fail or take long later.
 *
 * Addresses of IPv4 come first. Those of IPv6 that are public lie in 2000::/3; two parts of it
 * stand for IPv4 addresses once more and are passed over.
 */
import { Reader, type Response } from 'mmdb-lib';
import { mmdbNetworksWalkedMax, networkRangesMax } from '../../base/limits.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { hostingOperator } from './hosting-operator.ts';
import { type Network, NetworkRanges, type NetworkTable } from './network-table.ts';

/** Stands before the metadata at the end of each such file. */
const MARKER = Buffer.from('\u00ab\u00cd\u00efMaxMind.com', 'latin1');
/** The format puts it in the last 128 KiB. */
const MARKER_BYTES_FROM_END = 128 * 1024;

export function isMmdb(file: Buffer): boolean {
  return file.subarray(-MARKER_BYTES_FROM_END).includes(MARKER);
}

/** Never throws. */
export function readMmdb(
  file: Buffer,
  walkedMax = mmdbNetworksWalkedMax,
): Result<NetworkTable, string> {
  const ranges = new NetworkRanges();
  try {
    const reader = new Reader<Response>(file, { cache: new Map() });
    const walk = new Walk(reader, ranges, walkedMax);
    walk.through(IPV4, 0n, 1n << 32n);
    if (reader.metadata.ipVersion === 6) {
      walk.through(IPV6, 0x2000n << 112n, 0x2001n << 112n);
      // 2001::/32 is Teredo's, 2002::/16 that of 6to4.
      walk.through(IPV6, 0x2001_0001n << 96n, 0x2002n << 112n);
      walk.through(IPV6, 0x2003n << 112n, 0x4000n << 112n);
    }
  } catch (error) {
    return fail(`this MMDB file cannot be read: ${(error as Error).message}`);
  }
  if (ranges.count > 0) return ok(ranges.table());
  return fail('this MMDB file has neither AS numbers nor marks of hosting');
}

interface Family {
  readonly bits: number;
  textOf(address: bigint): string;
  /** The form of `parseIp`. */
  hexOf(address: bigint): string;
}

const IPV4: Family = {
  bits: 32,
  textOf: (address) => [24n, 16n, 8n, 0n].map((by) => (address >> by) & 0xffn).join('.'),
  hexOf: (address) => `ffff${address.toString(16).padStart(8, '0')}`.padStart(32, '0'),
};

const IPV6: Family = {
  bits: 128,
  textOf: (address) =>
    [7n, 6n, 5n, 4n, 3n, 2n, 1n, 0n]
      .map((group) => ((address >> (16n * group)) & 0xffffn).toString(16))
      .join(':'),
  hexOf: (address) => address.toString(16).padStart(32, '0'),
};

/** A range whose end is still sought. */
interface Open {
  readonly first: bigint;
  readonly network: Network;
}

class Walk {
  readonly #reader: Reader<Response>;
  readonly #ranges: NetworkRanges;
  /** A record is decoded once, however many networks have it. */
  readonly #networks = new Map<object, Network | null>();
  #left: number;

  constructor(reader: Reader<Response>, ranges: NetworkRanges, walkedMax: number) {
    this.#reader = reader;
    this.#ranges = ranges;
    this.#left = walkedMax;
  }

  /** Neighbours of one operator become one range. */
  through(family: Family, from: bigint, upTo: bigint): void {
    let open: Open | null = null as Open | null;
    for (let at = from; at < upTo; ) {
      if (this.#left-- === 0) throw new Error('it has too many networks');
      const [record, length] = this.#reader.getWithPrefixLength(family.textOf(at));
      const network = this.#networkOf(record);
      if (network !== open?.network) {
        if (open !== null) this.#add(family, open.first, at, open.network);
        open = network === null ? null : { first: at, network };
      }
      const size = 1n << BigInt(family.bits - length);
      at = (at / size + 1n) * size;
    }
    if (open !== null) this.#add(family, open.first, upTo, open.network);
  }

  #add(family: Family, first: bigint, behind: bigint, network: Network): void {
    if (this.#ranges.count >= networkRangesMax) {
      throw new Error(`there are more than ${networkRangesMax} networks`);
    }
    this.#ranges.add(family.hexOf(first), family.hexOf(behind - 1n), network);
  }

  #networkOf(record: unknown): Network | null {
    if (typeof record !== 'object' || record === null) return null;
    const known = this.#networks.get(record);
    if (known !== undefined) return known;
    const network = networkIn(record as Readonly<Record<string, unknown>>);
    this.#networks.set(record, network);
    return network;
  }
}

const ASN_FIELDS = ['autonomous_system_number', 'asn', 'as_number'];
const OPERATOR_FIELDS = ['autonomous_system_organization', 'as_name', 'organization', 'name'];
const HOSTING_MARKS: readonly (readonly [field: string, value: unknown])[] = [
  ['is_hosting_provider', true],
  ['is_hosting', true],
  ['hosting', true],
  ['type', 'hosting'],
  ['as_type', 'hosting'],
  ['usage_type', 'hosting'],
];
const OPERATOR_LENGTH_MAX = 200;

function networkIn(record: Readonly<Record<string, unknown>>): Network | null {
  const asn = asnIn(record);
  const isMarked = HOSTING_MARKS.some(([field, value]) => record[field] === value);
  if (asn === 0 && !isMarked) return null;
  const known = hostingOperator(asn);
  const named = OPERATOR_FIELDS.map((field) => record[field]).find((n) => typeof n === 'string');
  const operator = known ?? (String(named ?? '').slice(0, OPERATOR_LENGTH_MAX) || `AS${asn}`);
  return { asn, operator, isHosting: isMarked || known !== null };
}

function asnIn(record: Readonly<Record<string, unknown>>): number {
  for (const field of ASN_FIELDS) {
    const value = record[field];
    const digits = typeof value === 'string' && /^(AS)?\d{1,10}$/.test(value);
    const asn = digits ? Number(String(value).replace('AS', '')) : value;
    if (typeof asn === 'number' && Number.isInteger(asn) && asn > 0 && asn < 2 ** 32) return asn;
  }
  return 0;
}
