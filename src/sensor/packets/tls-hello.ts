/**
 * The first message of a TLS client, which is not encrypted: whom it wants to talk to (SNI), in
 * what protocols (ALPN), and JA4, a fingerprint of how it asks. Bounded by `flowSniffBytesMax`.
 *
 * Record: type 22, version, length. Handshake: type 1, length (3), version, random (32), session,
 * cipher suites, compressions, extensions; each list with its length before it.
 */
import { sha256Hex } from '../../base/hash.ts';

export interface TlsHello {
  /** Lower case; empty when there is none. */
  readonly sni: string;
  readonly alpn: readonly string[];
  readonly ja4: string;
}

const RECORD_HEAD = 5;
const HANDSHAKE = 22;
const CLIENT_HELLO = 1;
const NAMES_MAX = 16;

/** Whether a flow begins with TLS: a hello, or, when its beginning was missed, any record. */
export function looksLikeTls(head: Uint8Array): boolean {
  const [type = 0, major = 0, minor = 0] = head;
  return type >= 20 && type <= 23 && major === 3 && minor <= 4;
}

/** `more`: the hello is not whole yet. Null: these bytes are no client's hello. */
export function readTlsHello(head: Uint8Array): TlsHello | 'more' | null {
  if (!looksLikeTls(head) || head[0] !== HANDSHAKE) return null;
  const message = joinRecords(head);
  if (message.length < 4) return 'more';
  if (message[0] !== CLIENT_HELLO) return null;
  const length = u24(message, 1);
  if (message.length < 4 + length) return 'more';
  return helloOf(new Reader(message.subarray(4, 4 + length)));
}

/** A hello may be cut into several records. */
function joinRecords(head: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let at = 0; at + RECORD_HEAD <= head.length && head[at] === HANDSHAKE; ) {
    const length = u16(head, at + 3);
    parts.push(head.subarray(at + RECORD_HEAD, at + RECORD_HEAD + length));
    at += RECORD_HEAD + Math.max(length, 1);
  }
  return parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts);
}

function helloOf(reader: Reader): TlsHello {
  const legacy = reader.u16();
  reader.skip(32);
  reader.skip(reader.u8());
  const ciphers = words(reader.slice(reader.u16())).filter((value) => !isGrease(value));
  reader.skip(reader.u8());
  const hello = { sni: '', alpn: [] as string[], version: legacy, signatures: [] as number[] };
  const extensions: number[] = [];
  const list = new Reader(reader.slice(reader.u16()));
  while (list.left >= 4) {
    const type = list.u16();
    const body = list.slice(list.u16());
    if (isGrease(type)) continue;
    extensions.push(type);
    readExtension(type, new Reader(body), hello);
  }
  const { sni, alpn } = hello;
  return { sni, alpn, ja4: ja4Of({ ...hello, ciphers, extensions }) };
}

interface Partial {
  sni: string;
  alpn: string[];
  version: number;
  signatures: number[];
}

const SNI = 0;
const SIGNATURES = 13;
const ALPN = 16;
const VERSIONS = 43;

function readExtension(type: number, body: Reader, hello: Partial): void {
  if (type === SNI) {
    body.skip(2);
    // Type 0 is a host's name, and there is no other.
    if (body.u8() === 0) hello.sni = textOf(body.slice(body.u16())).toLowerCase();
  } else if (type === ALPN) {
    const list = new Reader(body.slice(body.u16()));
    while (list.left > 1 && hello.alpn.length < NAMES_MAX) {
      hello.alpn.push(textOf(list.slice(list.u8())));
    }
  } else if (type === SIGNATURES) {
    hello.signatures = words(body.slice(body.u16())).filter((value) => !isGrease(value));
  } else if (type === VERSIONS) {
    const known = words(body.slice(body.u8())).filter((value) => !isGrease(value));
    hello.version = Math.max(0, ...known);
  }
}

const VERSION_NAMES: Readonly<Record<number, string>> = {
  772: '13',
  771: '12',
  770: '11',
  769: '10',
  768: 's3',
};

/** JA4, as FoxIO has published it: shape, sorted ciphers, sorted extensions with signatures. */
function ja4Of(
  hello: Partial & { readonly ciphers: readonly number[]; readonly extensions: readonly number[] },
): string {
  const { ciphers, extensions, signatures } = hello;
  const version = VERSION_NAMES[hello.version] ?? '00';
  const target = extensions.includes(SNI) ? 'd' : 'i';
  const counts = [ciphers, extensions].map((list) => pad(Math.min(list.length, 99)));
  const first = `t${version}${target}${counts.join('')}${alpnEnds(hello.alpn[0] ?? '')}`;
  const sorted = extensions.filter((type) => type !== SNI && type !== ALPN);
  const rest = [hexList(sorted, true), hexList(signatures, false)].filter((part) => part !== '');
  return `${first}_${digest(hexList(ciphers, true))}_${digest(rest.join('_'))}`;
}

function digest(text: string): string {
  return text === '' ? '000000000000' : sha256Hex(text).slice(0, 12);
}

function hexList(values: readonly number[], sorted: boolean): string {
  const hex = values.map((value) => value.toString(16).padStart(4, '0'));
  return (sorted ? hex.sort() : hex).join(',');
}

/** First and last character of the first protocol, of its bytes in hex when they are no letters. */
function alpnEnds(name: string): string {
  if (name === '') return '00';
  const ends = `${name[0]}${name.at(-1)}`;
  if (/^[0-9A-Za-z]{2}$/.test(ends)) return ends;
  const hex = Buffer.from(name, 'latin1').toString('hex');
  return `${hex[0]}${hex.at(-1)}`;
}

/** Values that clients throw in so that servers stay tolerant: 0x0a0a, 0x1a1a … */
function isGrease(value: number): boolean {
  return (value & 0x0f0f) === 0x0a0a && value >> 8 === (value & 0xff);
}

function words(bytes: Uint8Array): number[] {
  const values: number[] = [];
  for (let at = 0; at + 2 <= bytes.length; at += 2) values.push(u16(bytes, at));
  return values;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

function u16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

function u24(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 16) | u16(bytes, at + 1);
}

/** Reads on, and nothing beyond the end: what is missing is zero or empty. */
class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  u8(): number {
    return this.#bytes[this.#at++] ?? 0;
  }

  u16(): number {
    return this.u8() * 256 + this.u8();
  }

  skip(length: number): void {
    this.#at = Math.min(this.#bytes.length, this.#at + length);
  }

  slice(length: number): Uint8Array {
    const bytes = this.#bytes.subarray(this.#at, this.#at + length);
    this.skip(length);
    return bytes;
  }
}
