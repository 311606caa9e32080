/** Writes MMDB files for tests, after the published format: a tree, a data section, metadata. */
import { assert } from '../../base/assert.ts';
import { isIpv4, parseIp } from './ip.ts';

export type MmdbRecord = Readonly<Record<string, string | number | boolean>>;

export interface MmdbOptions {
  readonly recordBits?: 24 | 28 | 32;
  readonly ipVersion?: 4 | 6;
}

interface Node {
  /** Number of a node, `~number` of a record, or null. */
  readonly sides: [number | null, number | null];
}

export function mmdbFile(
  networks: readonly (readonly [cidr: string, record: MmdbRecord])[],
  { recordBits = 28, ipVersion = 6 }: MmdbOptions = {},
): Buffer {
  const nodes: Node[] = [{ sides: [null, null] }];
  const records: Buffer[] = [];
  const offsets: number[] = [];
  let length = 0;
  for (const [cidr, record] of networks) {
    const encoded = encode(record);
    offsets.push(length);
    records.push(encoded);
    length += encoded.length;
    insert(nodes, bitsOf(cidr, ipVersion), ~(offsets.length - 1));
  }
  const targetOf = (side: number | null): number => {
    if (side === null) return nodes.length;
    return side >= 0 ? side : nodes.length + 16 + (offsets[~side] ?? 0);
  };
  const tree = nodes.map(({ sides: [left, right] }) =>
    pair(targetOf(left), targetOf(right), recordBits),
  );
  const metadata = {
    binary_format_major_version: uint(TYPE.uint16, 2, 2),
    binary_format_minor_version: uint(TYPE.uint16, 0, 2),
    build_epoch: uint(TYPE.uint64, 1, 8),
    database_type: 'Test',
    description: {},
    ip_version: uint(TYPE.uint16, ipVersion, 2),
    languages: Buffer.from([0, 4]),
    node_count: nodes.length,
    record_size: uint(TYPE.uint16, recordBits, 2),
  };
  const marker = Buffer.from('abcdef4d61784d696e642e636f6d', 'hex');
  return Buffer.concat([...tree, Buffer.alloc(16), ...records, marker, encode(metadata)]);
}

function insert(nodes: Node[], bits: string, value: number): void {
  let at = 0;
  for (const bit of bits.slice(0, -1)) {
    const side = Number(bit) as 0 | 1;
    const next = nodes[at]?.sides[side] ?? nodes.length;
    assert(next >= 0, 'networks of a test file do not overlap');
    if (next === nodes.length) nodes.push({ sides: [null, null] });
    const own = nodes[at];
    if (own !== undefined) own.sides[side] = next;
    at = next;
  }
  const last = nodes[at];
  if (last !== undefined) last.sides[Number(bits.at(-1)) as 0 | 1] = value;
}

/** IPv4 networks lie at the beginning of a tree of IPv6. */
function bitsOf(cidr: string, ipVersion: 4 | 6): string {
  const [address = '', length = ''] = cidr.split('/');
  const ip = parseIp(address);
  assert(ip !== null, 'the network has an address');
  const own = isIpv4(ip) ? ip.slice(-8) : ip;
  const bits = [...own].map((c) => Number.parseInt(c, 16).toString(2).padStart(4, '0')).join('');
  const zeros = isIpv4(ip) && ipVersion === 6 ? '0'.repeat(96) : '';
  return zeros + bits.slice(0, Number(length));
}

function pair(left: number, right: number, recordBits: number): Buffer {
  const both = (BigInt(left) << BigInt(recordBits)) | BigInt(right);
  const bytes = Buffer.from(both.toString(16).padStart(recordBits / 2, '0'), 'hex');
  if (recordBits !== 28) return bytes;
  // The upper four bits of both stand together in the middle.
  const digits = [left, right].map((n) => n.toString(16).padStart(7, '0'));
  const [l = '', r = ''] = digits;
  return Buffer.from(l.slice(1) + l.slice(0, 1) + r.slice(0, 1) + r.slice(1), 'hex');
}

const TYPE = { string: 2, uint16: 5, uint32: 6, map: 7, uint64: 9, boolean: 14 };

/** What is encoded already stays as it is. */
type Encodable = string | number | boolean | Buffer | { readonly [key: string]: Encodable };

function encode(value: Encodable): Buffer {
  if (Buffer.isBuffer(value)) return value;
  if (typeof value === 'string') {
    const text = Buffer.from(value);
    return Buffer.concat([control(TYPE.string, text.length), text]);
  }
  if (typeof value === 'boolean') return control(TYPE.boolean, value ? 1 : 0);
  if (typeof value === 'number') return uint(TYPE.uint32, value, 4);
  const entries = Object.entries(value);
  const own = entries.flatMap(([key, item]) => [encode(key), encode(item)]);
  return Buffer.concat([control(TYPE.map, entries.length), ...own]);
}

function uint(type: number, value: number, length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return Buffer.concat([control(type, length), bytes.subarray(-length)]);
}

function control(type: number, size: number): Buffer {
  const extended = type > 7;
  const [short, more] = size < 29 ? [size, []] : [29, [size - 29]];
  return Buffer.from([
    ((extended ? 0 : type) << 5) | short,
    ...(extended ? [type - 7] : []),
    ...more,
  ]);
}
