/** Captures for tests, built from the descriptions of the protocols. */
import type { EpochMs } from '../../base/time.ts';
import type { CapturedPacket } from './packet.ts';

export const CLIENT = { address: [10, 0, 0, 2], port: 51_000 } as const;
export const SERVER = { address: [192, 0, 2, 7], port: 3333 } as const;

export interface TestEnd {
  readonly address: readonly number[];
  readonly port: number;
}

export interface TestSegment {
  readonly from: 'client' | 'server';
  readonly sequence: number;
  readonly flags: number;
  readonly bytes: Uint8Array;
  readonly at: EpochMs;
}

const SYN = 2;
const PUSH_ACK = 24;
const SYN_ACK = 18;
const FIN_ACK = 17;
const FIRST = { client: 4_294_967_200, server: 900 };

/** What two ends say to one another, as the segments of one TCP connection. */
export class TestTalk {
  readonly segments: TestSegment[] = [];
  #next = { ...FIRST };
  #at: EpochMs;

  constructor(at: EpochMs = Date.UTC(2026, 10, 23), handshake = true) {
    this.#at = at;
    if (!handshake) return;
    this.#add('client', SYN, new Uint8Array(0));
    this.#add('server', SYN_ACK, new Uint8Array(0));
  }

  client(said: string | Uint8Array): this {
    return this.#add('client', PUSH_ACK, bytesOf(said));
  }

  server(said: string | Uint8Array): this {
    return this.#add('server', PUSH_ACK, bytesOf(said));
  }

  /** Lines of one end, each a segment. */
  lines(from: 'client' | 'server', ...lines: readonly unknown[]): this {
    for (const line of lines) {
      this.#add(from, PUSH_ACK, bytesOf(`${JSON.stringify(line)}\n`));
    }
    return this;
  }

  wait(ms: number): this {
    this.#at += ms;
    return this;
  }

  close(): this {
    return this.#add('client', FIN_ACK, new Uint8Array(0)).#add(
      'server',
      FIN_ACK,
      new Uint8Array(0),
    );
  }

  #add(from: 'client' | 'server', flags: number, bytes: Uint8Array): this {
    const sequence = this.#next[from] >>> 0;
    this.segments.push({ from, sequence, flags, bytes, at: this.#at });
    const isSyn = (flags & SYN) !== 0;
    this.#next[from] = (sequence + bytes.length + (isSyn ? 1 : 0)) >>> 0;
    this.#at += 20;
    return this;
  }
}

export function bytesOf(said: string | Uint8Array): Uint8Array {
  return typeof said === 'string' ? Buffer.from(said, 'utf8') : said;
}

/** Cuts every segment into pieces of at most these lengths, over and over. */
export function cutSegments(
  segments: readonly TestSegment[],
  lengths: readonly number[],
): readonly TestSegment[] {
  let turn = 0;
  return segments.flatMap((segment) => {
    const pieces: TestSegment[] = [];
    for (let at = 0; at < segment.bytes.length; ) {
      const length = Math.max(1, lengths[turn++ % lengths.length] ?? 1);
      const bytes = segment.bytes.subarray(at, at + length);
      pieces.push({ ...segment, sequence: (segment.sequence + at) >>> 0, bytes });
      at += length;
    }
    return pieces.length === 0 ? [segment] : pieces;
  });
}

export function packetsOf(
  segments: readonly TestSegment[],
  ends: { readonly client: TestEnd; readonly server: TestEnd } = { client: CLIENT, server: SERVER },
): readonly CapturedPacket[] {
  return segments.map((segment) => {
    const [source, target] =
      segment.from === 'client' ? [ends.client, ends.server] : [ends.server, ends.client];
    const data = ipPacket(6, source, target, tcpHead(segment, source, target), segment.bytes);
    return { at: segment.at, linkType: 101, data };
  });
}

function tcpHead({ sequence, flags }: TestSegment, source: TestEnd, target: TestEnd): Buffer {
  const head = Buffer.alloc(20);
  head.writeUInt16BE(source.port, 0);
  head.writeUInt16BE(target.port, 2);
  head.writeUInt32BE(sequence, 4);
  head[12] = 0x50;
  head[13] = flags;
  return head;
}

export function udpPacket(
  source: TestEnd,
  target: TestEnd,
  payload: Uint8Array,
  at = Date.UTC(2026, 10, 23),
): CapturedPacket {
  const head = Buffer.alloc(8);
  head.writeUInt16BE(source.port, 0);
  head.writeUInt16BE(target.port, 2);
  head.writeUInt16BE(8 + payload.length, 4);
  return { at, linkType: 101, data: ipPacket(17, source, target, head, payload) };
}

function ipPacket(
  protocol: number,
  source: TestEnd,
  target: TestEnd,
  head: Uint8Array,
  payload: Uint8Array,
): Uint8Array {
  const body = Buffer.concat([head, payload]);
  if (source.address.length === 16) {
    const ip = Buffer.alloc(40);
    ip[0] = 0x60;
    ip.writeUInt16BE(body.length, 4);
    ip[6] = protocol;
    ip.set(source.address, 8);
    ip.set(target.address, 24);
    return Buffer.concat([ip, body]);
  }
  const ip = Buffer.alloc(20);
  ip[0] = 0x45;
  ip.writeUInt16BE(20 + body.length, 2);
  ip[9] = protocol;
  ip.set(source.address, 12);
  ip.set(target.address, 16);
  return Buffer.concat([ip, body]);
}

/** A pcap file of the packets, all of one link type. */
export function pcapOf(packets: readonly CapturedPacket[], little = true, nano = false): Buffer {
  const u32 = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    if (little) bytes.writeUInt32LE(value);
    else bytes.writeUInt32BE(value);
    return bytes;
  };
  const magic = nano ? 0xa1b23c4d : 0xa1b2c3d4;
  const linkType = packets[0]?.linkType ?? 101;
  const head = [u32(magic), u32(little ? 0x00040002 : 0x00020004), u32(0), u32(0)];
  const parts = [...head, u32(65_535), u32(linkType)];
  for (const { at, data } of packets) {
    const fraction = (at % 1000) * (nano ? 1e6 : 1e3);
    const times = [u32(Math.floor(at / 1000)), u32(fraction)];
    parts.push(...times, u32(data.length), u32(data.length), Buffer.from(data));
  }
  return Buffer.concat(parts);
}

/** The same as pcapng, with a name resolution block that nobody reads and a count of drops. */
export function pcapngOf(packets: readonly CapturedPacket[], little = true, drops = 0): Buffer {
  const write = (size: 2 | 4, value: number): Buffer => {
    const bytes = Buffer.alloc(size);
    if (little) bytes.writeUIntLE(value, 0, size);
    else bytes.writeUIntBE(value, 0, size);
    return bytes;
  };
  const u32 = (value: number): Buffer => write(4, value);
  const pad = (length: number): Buffer => Buffer.alloc((4 - (length % 4)) % 4);
  const block = (type: number, ...body: readonly Buffer[]): Buffer => {
    const whole = Buffer.concat(body);
    const length = u32(12 + whole.length);
    return Buffer.concat([u32(type), length, whole, length]);
  };
  const linkType = packets[0]?.linkType ?? 101;
  const section = block(0x0a0d0d0a, u32(0x1a2b3c4d), write(2, 1), write(2, 0), u32(0), u32(0));
  const described = block(1, write(2, linkType), write(2, 0), u32(0));
  const names = block(4, Buffer.from('00000000', 'hex'));
  const blocks = packets.map(({ at, data }) => {
    const units = BigInt(at) * 1000n;
    const times = [u32(Number(units >> 32n)), u32(Number(units & 0xffffffffn))];
    const lengths = [u32(data.length), u32(data.length)];
    return block(6, u32(0), ...times, ...lengths, Buffer.from(data), pad(data.length));
  });
  const option = Buffer.concat([write(2, 5), write(2, 8), little ? u32(drops) : u32(0)]);
  const last = little ? u32(0) : u32(drops);
  const counts = block(5, u32(0), u32(0), u32(0), option, last);
  return Buffer.concat([section, described, names, ...blocks, ...(drops > 0 ? [counts] : [])]);
}
