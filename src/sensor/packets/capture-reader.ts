/**
 * Captures: pcap (both byte orders, micro- and nanoseconds) and pcapng, told apart by their first
 * four bytes, in pieces of any length, from a file or from `tcpdump -w -`.
 *
 * pcap    header of 24 bytes, then for each packet 16 bytes (seconds, fraction, captured length,
 *         length on the wire) and its bytes.
 * pcapng  blocks of type, length, body, length again. A section header tells the byte order, each
 *         interface block a link type and a resolution of time; packets name their interface.
 *         Statistics blocks tell what was dropped. Other blocks are passed over.
 *
 * A length that cannot be is the end: behind it nothing can be found again. `problem` says so.
 */
import {
  captureBlockBytesMax,
  captureInterfacesMax,
  packetBytesMax,
} from '../../base/sensor-limits.ts';
import type { EpochMs } from '../../base/time.ts';
import { ByteQueue } from './byte-queue.ts';
import type { CapturedPacket } from './packet.ts';

export type CaptureFormat = 'pcap' | 'pcapng';

const MICROSECONDS = 0xa1b2c3d4;
const NANOSECONDS = 0xa1b23c4d;
const SECTION = 0x0a0d0d0a;
const BYTE_ORDER = 0x1a2b3c4d;

/** What the first four bytes say, or null: no capture. */
export function captureFormat(head: Uint8Array): CaptureFormat | null {
  if (head.length < 4) return null;
  const view = viewOf(head);
  if (view.getUint32(0) === SECTION) return 'pcapng';
  const isPcap = [true, false].some((little) => {
    const magic = view.getUint32(0, little);
    return magic === MICROSECONDS || magic === NANOSECONDS;
  });
  return isPcap ? 'pcap' : null;
}

interface Interface {
  readonly linkType: number;
  readonly snapLength: number;
  /** Units of time in a millisecond. */
  readonly perMs: number;
  readonly offsetMs: number;
}

export class CaptureReader {
  /** Why nothing more can be read; empty as long as all is well. */
  problem = '';
  /** Packets that the capture itself says were dropped (pcapng). */
  dropped = 0;
  /** Blocks and packets that were too short for what they should hold. */
  malformed = 0;
  readonly #queue = new ByteQueue();
  #read: (() => CapturedPacket | null) | null = null;
  #little = true;
  #interfaces: Interface[] = [];
  /** Drops by interface: statistics blocks tell the sum so far. */
  readonly #drops = new Map<number, number>();
  #skip = 0;

  /** Gives every packet that has become whole to `onPacket`. Never throws. */
  push(piece: Uint8Array, onPacket: (packet: CapturedPacket) => void): void {
    if (this.problem !== '') return;
    this.#queue.push(piece);
    for (let progress = true; progress && this.problem === ''; ) {
      progress = this.#passOver();
      if (!progress || this.#skip > 0) return;
      const before = this.#queue.length;
      const packet = this.#read === null ? this.#open() : this.#read();
      if (packet !== null) onPacket(packet);
      progress = this.#queue.length !== before;
    }
  }

  /** To be asked at the end: bytes that are left are a cut packet. */
  get isCut(): boolean {
    return this.problem === '' && (this.#queue.length > 0 || this.#skip > 0);
  }

  /** Bytes to pass over may be more than have come. True: go on. */
  #passOver(): boolean {
    const now = Math.min(this.#skip, this.#queue.length);
    this.#queue.take(now);
    this.#skip -= now;
    return this.#queue.length > 0;
  }

  #open(): null {
    const head = this.#queue.peek(4);
    if (head === null) return null;
    const format = captureFormat(head);
    if (format === 'pcapng') this.#read = () => this.#block();
    else if (format === 'pcap') this.#pcapHeader();
    else this.problem = 'it is no capture: neither pcap nor pcapng';
    // A block is read in place; this call must count as progress.
    return format === 'pcapng' ? (this.#block() as null) : null;
  }

  #pcapHeader(): void {
    const header = this.#queue.take(24);
    if (header === null) return;
    const view = viewOf(header);
    const magic = view.getUint32(0, true);
    this.#little = magic === MICROSECONDS || magic === NANOSECONDS;
    const perMs = view.getUint32(0, this.#little) === NANOSECONDS ? 1e6 : 1e3;
    // The upper bits hold the length of a checksum behind each packet.
    const linkType = view.getUint32(20, this.#little) & 0xffff;
    this.#read = () => this.#pcapPacket(linkType, perMs);
  }

  #pcapPacket(linkType: number, perMs: number): CapturedPacket | null {
    const head = this.#queue.peek(16);
    if (head === null) return null;
    const view = viewOf(head);
    const length = view.getUint32(8, this.#little);
    if (length > captureBlockBytesMax) return this.#broken(length);
    const record = this.#queue.take(16 + length);
    if (record === null) return null;
    const seconds = view.getUint32(0, this.#little);
    const at = seconds * 1000 + view.getUint32(4, this.#little) / perMs;
    return { at, linkType, data: record.subarray(16, 16 + packetBytesMax) };
  }

  #broken(length: number): null {
    this.problem = `a record claims ${length} bytes`;
    return null;
  }

  #block(): CapturedPacket | null {
    const head = this.#queue.peek(12);
    if (head === null) return null;
    const isSection = viewOf(head).getUint32(0) === SECTION;
    if (isSection) this.#startSection(head);
    if (this.problem !== '') return null;
    const view = viewOf(head);
    const length = view.getUint32(4, this.#little);
    if (length < 12 || length % 4 !== 0) return this.#broken(length);
    const type = view.getUint32(0, this.#little);
    if (length > captureBlockBytesMax) return this.#passLarge(type, length);
    const block = this.#queue.take(length);
    if (block === null) return null;
    return this.#readBlock(type, block.subarray(8, length - 4));
  }

  /** Only blocks that nobody reads may be this long, such as a list of names or of keys. */
  #passLarge(type: number, length: number): null {
    if (type === SECTION || Object.hasOwn(READERS, type)) return this.#broken(length);
    this.#skip = length;
    return null;
  }

  #startSection(head: Uint8Array): void {
    const view = viewOf(head);
    this.#little = view.getUint32(8, true) === BYTE_ORDER;
    if (view.getUint32(8, this.#little) !== BYTE_ORDER) {
      this.problem = 'a section of the capture has no byte order';
    }
    this.#interfaces = [];
    this.#drops.clear();
  }

  #readBlock(type: number, body: Uint8Array): CapturedPacket | null {
    const view = viewOf(body);
    if (type === SECTION) return null;
    const reader = READERS[type];
    if (reader === undefined) return null;
    if (body.length < reader.bytesMin) {
      this.malformed++;
      return null;
    }
    if (reader.kind === 'interface') this.#addInterface(view);
    else if (reader.kind === 'statistics') this.#addStatistics(view);
    else return this.#blockPacket(reader.kind, view, body);
    return null;
  }

  #addInterface(view: DataView): void {
    if (this.#interfaces.length >= captureInterfacesMax) {
      this.malformed++;
      return;
    }
    let perMs = 1e3;
    let offsetMs = 0;
    for (const { code, at, length } of options(view, 8, this.#little)) {
      if (code === 9 && length >= 1) perMs = unitsPerMs(view.getUint8(at));
      if (code === 14 && length >= 8) {
        offsetMs = Number(view.getBigInt64(at, this.#little)) * 1000;
      }
    }
    const linkType = view.getUint16(0, this.#little);
    const snapLength = view.getUint32(4, this.#little);
    this.#interfaces.push({ linkType, snapLength, perMs, offsetMs });
  }

  #addStatistics(view: DataView): void {
    const of = view.getUint32(0, this.#little);
    let drops = 0;
    for (const { code, at, length } of options(view, 12, this.#little)) {
      if ((code === 5 || code === 7) && length >= 8) {
        drops += Number(view.getBigUint64(at, this.#little));
      }
    }
    if (!Number.isSafeInteger(drops) || of >= this.#interfaces.length) {
      this.malformed++;
      return;
    }
    this.dropped += Math.max(0, drops - (this.#drops.get(of) ?? 0));
    this.#drops.set(of, drops);
  }

  #blockPacket(
    kind: 'enhanced' | 'simple' | 'old',
    view: DataView,
    body: Uint8Array,
  ): CapturedPacket | null {
    const little = this.#little;
    const number = kind === 'enhanced' ? view.getUint32(0, little) : 0;
    const of = this.#interfaces[kind === 'old' ? view.getUint16(0, little) : number];
    const start = kind === 'simple' ? 4 : 20;
    // A simple block has the length on the wire, and holds what the interface keeps of it.
    const snap = of?.snapLength === 0 ? body.length : (of?.snapLength ?? 0);
    const wire = Math.min(view.getUint32(0, little), snap, body.length - start);
    const length = kind === 'simple' ? wire : view.getUint32(12, little);
    if (of === undefined || length > body.length - start) {
      this.malformed++;
      return null;
    }
    const data = body.subarray(start, start + Math.min(length, packetBytesMax));
    return { at: kind === 'simple' ? 0 : timeOf(view, of, little), linkType: of.linkType, data };
  }
}

const READERS: Readonly<
  Record<
    number,
    {
      readonly kind: 'interface' | 'statistics' | 'enhanced' | 'simple' | 'old';
      readonly bytesMin: number;
    }
  >
> = {
  1: { kind: 'interface', bytesMin: 8 },
  2: { kind: 'old', bytesMin: 20 },
  3: { kind: 'simple', bytesMin: 4 },
  5: { kind: 'statistics', bytesMin: 12 },
  6: { kind: 'enhanced', bytesMin: 20 },
};

function timeOf(view: DataView, of: Interface, little: boolean): EpochMs {
  const units = view.getUint32(4, little) * 2 ** 32 + view.getUint32(8, little);
  return units / of.perMs + of.offsetMs;
}

/** `if_tsresol`: a negative power of 10, or of 2 when the upper bit is set. */
function unitsPerMs(resolution: number): number {
  const power = resolution & 0x7f;
  return (resolution & 0x80 ? 2 ** power : 10 ** power) / 1000;
}

interface Option {
  readonly code: number;
  readonly at: number;
  readonly length: number;
}

function options(view: DataView, start: number, little: boolean): readonly Option[] {
  const found: Option[] = [];
  for (let at = start; at + 4 <= view.byteLength; ) {
    const code = view.getUint16(at, little);
    const length = view.getUint16(at + 2, little);
    if (code === 0 || at + 4 + length > view.byteLength) break;
    found.push({ code, at: at + 4, length });
    at += 4 + length + ((4 - (length % 4)) % 4);
  }
  return found;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
