/**
 * A captured packet down to what it carries: link layer, tags and tunnels, IPv4 or IPv6, TCP or
 * UDP. Reads what is there and no more: lengths in headers are claims, and a packet may be cut
 * short. Checksums are not checked: a host that captures its own packets sees them before they are
 * made.
 */
import { packetLayersMax } from '../../base/sensor-limits.ts';
import type { CapturedPacket } from './packet.ts';
import type { Segment } from './segment.ts';

/**
 * other      something that we do not read: ARP, ICMP, a later fragment …
 * malformed  shorter than its own headers say
 */
export type ReadSegment = Segment | 'other' | 'malformed';

export function readSegment({ linkType, data }: CapturedPacket): ReadSegment {
  const link = LINKS[linkType];
  return link === undefined ? 'other' : link(data, 0);
}

type Layer = (data: Uint8Array, depth: number) => ReadSegment;

const LOOP: Layer = (data) => {
  // The address family in the byte order of whoever captured: IPv6 is 10, 24, 28 or 30.
  return data.length < 4 ? 'malformed' : ip(data.subarray(4), 0);
};

const LINKS: Readonly<Record<number, Layer>> = {
  // NULL and LOOP: a family of 4 bytes.
  0: LOOP,
  108: LOOP,
  1: ethernet,
  // RAW, as different systems number it, and RAW of one version.
  12: ip,
  14: ip,
  101: ip,
  228: ip,
  229: ip,
  // Linux cooked v1: 14 bytes and the protocol. v2: the protocol first, 20 bytes in all.
  113: (data, depth) => etherType(data, 14, 16, depth),
  276: (data, depth) => etherType(data, 0, 20, depth),
  239: nflog,
};

function ethernet(data: Uint8Array, depth: number): ReadSegment {
  return etherType(data, 12, 14, depth);
}

/** The protocol stands at `at`; what it carries begins at `start`. */
function etherType(data: Uint8Array, at: number, start: number, depth: number): ReadSegment {
  if (data.length < start || depth > packetLayersMax) return 'malformed';
  const type = u16(data, at);
  switch (type) {
    case 0x0800:
    case 0x86dd:
      return ip(data.subarray(start), depth + 1);
    // VLAN tags, also one in another: 2 bytes of tag, then the protocol again.
    case 0x8100:
    case 0x88a8:
    case 0x9100:
      return etherType(data, start + 2, start + 4, depth + 1);
    // PPPoE: 6 bytes, then PPP's number for IPv4 or IPv6.
    case 0x8864:
      return data.length < start + 8 ? 'malformed' : ip(data.subarray(start + 8), depth + 1);
    default:
      return 'other';
  }
}

/** Netfilter's log: 4 bytes, then attributes of length, type and value. The payload is type 9. */
function nflog(data: Uint8Array): ReadSegment {
  for (let at = 4; at + 4 <= data.length; ) {
    // Written in the byte order of the host that captured, which is that of nearly all: little.
    const length = u16le(data, at);
    if (length < 4) return 'malformed';
    if ((u16le(data, at + 2) & 0x7fff) === 9) return ip(data.subarray(at + 4, at + length), 1);
    at += (length + 3) & ~3;
  }
  return 'malformed';
}

function ip(data: Uint8Array, depth: number): ReadSegment {
  if (data.length < 1 || depth > packetLayersMax) return 'malformed';
  const version = (data[0] ?? 0) >> 4;
  if (version === 4) return ipv4(data, depth);
  return version === 6 ? ipv6(data, depth) : 'other';
}

function ipv4(data: Uint8Array, depth: number): ReadSegment {
  const header = ((data[0] ?? 0) & 0x0f) * 4;
  if (header < 20 || data.length < header) return 'malformed';
  // Only the first fragment holds ports.
  if ((u16(data, 6) & 0x1fff) !== 0) return 'other';
  const total = u16(data, 2);
  // Behind the packet there may be padding. 0: the network card cuts it up later.
  const end = total >= header ? Math.min(total, data.length) : data.length;
  const ends = { source: data.subarray(12, 16), target: data.subarray(16, 20) };
  return transport(data[9] ?? 0, data.subarray(header, end), ends, depth);
}

interface Addresses {
  readonly source: Uint8Array;
  readonly target: Uint8Array;
}

/** Extension headers that may stand before the transport: hop by hop, routing, options, … */
const EXTENSIONS: ReadonlySet<number> = new Set([0, 43, 60, 135, 139, 140]);
const FRAGMENT = 44;
const AUTHENTICATION = 51;

function ipv6(data: Uint8Array, depth: number): ReadSegment {
  if (data.length < 40) return 'malformed';
  const claimed = u16(data, 4);
  const end = claimed === 0 ? data.length : Math.min(40 + claimed, data.length);
  const ends = { source: data.subarray(8, 24), target: data.subarray(24, 40) };
  let next = data[6] ?? 0;
  let at = 40;
  for (let i = 0; i < packetLayersMax; i++) {
    if (!EXTENSIONS.has(next) && next !== FRAGMENT && next !== AUTHENTICATION) {
      return transport(next, data.subarray(at, end), ends, depth);
    }
    if (at + 8 > end) return 'malformed';
    if (next === FRAGMENT && u16(data, at + 2) >> 3 !== 0) return 'other';
    const units = data[at + 1] ?? 0;
    const length = next === AUTHENTICATION ? (units + 2) * 4 : (units + 1) * 8;
    next = data[at] ?? 0;
    at += length;
  }
  return 'malformed';
}

function transport(
  protocol: number,
  data: Uint8Array,
  ends: Addresses,
  depth: number,
): ReadSegment {
  switch (protocol) {
    case 6:
      return tcp(data, ends);
    case 17:
      return udp(data, ends, depth);
    // IPv4 and IPv6 in IP, as overlay networks of containers use them.
    case 4:
    case 41:
      return ip(data, depth + 1);
    default:
      return 'other';
  }
}

function tcp(data: Uint8Array, ends: Addresses): ReadSegment {
  const header = ((data[12] ?? 0) >> 4) * 4;
  if (data.length < 20 || header < 20 || data.length < header) return 'malformed';
  const flags = data[13] ?? 0;
  return {
    protocol: 'tcp',
    source: { address: ends.source, port: u16(data, 0) },
    target: { address: ends.target, port: u16(data, 2) },
    sequence: (u16(data, 4) * 65_536 + u16(data, 6)) >>> 0,
    fin: (flags & 1) !== 0,
    syn: (flags & 2) !== 0,
    reset: (flags & 4) !== 0,
    ack: (flags & 16) !== 0,
    payload: data.subarray(header),
  };
}

/** VXLAN's port, and the one that Linux used before there was one. */
const VXLAN_PORTS: ReadonlySet<number> = new Set([4789, 8472]);

function udp(data: Uint8Array, ends: Addresses, depth: number): ReadSegment {
  if (data.length < 8) return 'malformed';
  const payload = data.subarray(8, Math.max(8, Math.min(data.length, u16(data, 4))));
  const port = u16(data, 2);
  if (VXLAN_PORTS.has(port) && payload.length > 22 && ((payload[0] ?? 0) & 8) !== 0) {
    return depth > packetLayersMax ? 'malformed' : ethernet(payload.subarray(8), depth + 1);
  }
  return {
    protocol: 'udp',
    source: { address: ends.source, port: u16(data, 0) },
    target: { address: ends.target, port },
    sequence: 0,
    syn: false,
    ack: false,
    fin: false,
    reset: false,
    payload,
  };
}

function u16(data: Uint8Array, at: number): number {
  return ((data[at] ?? 0) << 8) | (data[at + 1] ?? 0);
}

function u16le(data: Uint8Array, at: number): number {
  return ((data[at + 1] ?? 0) << 8) | (data[at] ?? 0);
}
