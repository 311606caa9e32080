/**
 * CryptoNote addresses: a varint that names coin and kind, two 32-byte keys (an integrated address
 * has a payment id behind them), and the first 4 bytes of Keccak-256 over all that. Base58 is done
 * in blocks, 8 bytes to 11 characters, so that every length of bytes has one length of text.
 */
import { keccak_256 } from '@noble/hashes/sha3.js';
import { BASE58_ALPHABET, base58Digit } from './base58.ts';

interface CryptonoteFormat {
  readonly coin: string;
  readonly prefix: number;
  /** Bytes between the prefix and the checksum. */
  readonly payload: 64 | 72 | 128;
}

/** What an address of a coin is called whose prefix stands in no list. */
export const UNKNOWN_CRYPTONOTE = 'cryptonote';

const KEYS = 64;
const KEYS_AND_ID = 72;
const KEYS_AND_HEX_ID = 128;

export const CRYPTONOTE_FORMATS: readonly CryptonoteFormat[] = [
  { coin: 'monero', prefix: 18, payload: KEYS },
  { coin: 'monero', prefix: 19, payload: KEYS_AND_ID },
  { coin: 'monero', prefix: 42, payload: KEYS },
  { coin: 'monero-testnet', prefix: 53, payload: KEYS },
  { coin: 'monero-testnet', prefix: 54, payload: KEYS_AND_ID },
  { coin: 'monero-testnet', prefix: 63, payload: KEYS },
  { coin: 'monero-stagenet', prefix: 24, payload: KEYS },
  { coin: 'monero-stagenet', prefix: 25, payload: KEYS_AND_ID },
  { coin: 'monero-stagenet', prefix: 36, payload: KEYS },
  { coin: 'oxen', prefix: 114, payload: KEYS },
  { coin: 'oxen', prefix: 115, payload: KEYS_AND_ID },
  { coin: 'oxen', prefix: 116, payload: KEYS },
  { coin: 'wownero', prefix: 4_146, payload: KEYS },
  { coin: 'scala', prefix: 23_578, payload: KEYS },
  { coin: 'turtlecoin', prefix: 3_914_525, payload: KEYS },
  { coin: 'turtlecoin', prefix: 3_914_525, payload: KEYS_AND_HEX_ID },
  { coin: 'zephyr', prefix: 26_375_690_432, payload: KEYS },
];

/** Characters of a block by its bytes, and the other way round. */
const BLOCK_LENGTHS = [0, 2, 3, 5, 6, 7, 9, 10, 11] as const;
const BLOCK_BYTES = [0, -1, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8] as const;
const BLOCK_BYTES_FULL = 8;
const BLOCK_LENGTH_FULL = 11;
const CHECKSUM_BYTES = 4;

/** Formats by the length of their text: three of four runs end here. */
const FORMATS_BY_LENGTH = new Map<number, CryptonoteFormat[]>();
for (const format of CRYPTONOTE_FORMATS) {
  const length = textLength(varint(format.prefix).length + format.payload + CHECKSUM_BYTES);
  const same = FORMATS_BY_LENGTH.get(length);
  if (same) same.push(format);
  else FORMATS_BY_LENGTH.set(length, [format]);
}

const PREFIX_BYTES_MAX = 7;
const LENGTH_MIN = textLength(1 + KEYS + CHECKSUM_BYTES);
const UNLISTED_LENGTH_MAX = textLength(PREFIX_BYTES_MAX + KEYS_AND_ID + CHECKSUM_BYTES);

export const CRYPTONOTE_LENGTH_MAX = Math.max(...FORMATS_BY_LENGTH.keys());

/** The coin of a valid address, or null. */
export function cryptonoteCoin(run: string): string | null {
  const formats = FORMATS_BY_LENGTH.get(run.length) ?? [];
  const isUnlisted = run.length >= LENGTH_MIN && run.length <= UNLISTED_LENGTH_MAX;
  if (formats.length === 0 && !isUnlisted) return null;
  const bytes = decode(run);
  if (!bytes) return null;
  const format = formats.find((f) => startsWith(bytes, varint(f.prefix)));
  if (!format && !isPlausible(bytes)) return null;
  const end = bytes.length - CHECKSUM_BYTES;
  const check = keccak_256(bytes.subarray(0, end));
  for (let i = 0; i < CHECKSUM_BYTES; i++) if (bytes[end + i] !== check[i]) return null;
  return format?.coin ?? UNKNOWN_CRYPTONOTE;
}

/**
 * There are dozens of such coins and the checksum is the same for all, so a coin need not be
 * listed: a prefix of up to 7 bytes and two keys, with or without a short payment id.
 */
function isPlausible(bytes: Uint8Array): boolean {
  let prefix = 0;
  while (prefix < PREFIX_BYTES_MAX && ((bytes[prefix] as number) & 128) !== 0) prefix++;
  const payload = bytes.length - CHECKSUM_BYTES - prefix - 1;
  return payload === KEYS || payload === KEYS_AND_ID;
}

/** The address of a prefix and its payload. */
export function encodeCryptonote(prefix: number, payload: Uint8Array): string {
  const head = Uint8Array.from([...varint(prefix), ...payload]);
  const bytes = Uint8Array.from([...head, ...keccak_256(head).subarray(0, CHECKSUM_BYTES)]);
  let text = '';
  for (let at = 0; at < bytes.length; at += BLOCK_BYTES_FULL) {
    text += encodeBlock(bytes.subarray(at, at + BLOCK_BYTES_FULL));
  }
  return text;
}

function encodeBlock(block: Uint8Array): string {
  let value = BigInt(`0x${Buffer.from(block).toString('hex')}`);
  let text = '';
  for (; value > 0n; value /= 58n) text = (BASE58_ALPHABET[Number(value % 58n)] as string) + text;
  return text.padStart(BLOCK_LENGTHS[block.length] as number, '1');
}

function textLength(bytes: number): number {
  const rest = BLOCK_LENGTHS[bytes % BLOCK_BYTES_FULL] as number;
  return Math.floor(bytes / BLOCK_BYTES_FULL) * BLOCK_LENGTH_FULL + rest;
}

function decode(run: string): Uint8Array | null {
  const rest = BLOCK_BYTES[run.length % BLOCK_LENGTH_FULL] ?? -1;
  if (rest < 0) return null;
  const blocks = Math.floor(run.length / BLOCK_LENGTH_FULL);
  const bytes = new Uint8Array(blocks * BLOCK_BYTES_FULL + rest);
  for (let at = 0, to = 0; at < run.length; at += BLOCK_LENGTH_FULL, to += BLOCK_BYTES_FULL) {
    const block = bytes.subarray(to, to + BLOCK_BYTES_FULL);
    if (!decodeBlock(run, at, Math.min(at + BLOCK_LENGTH_FULL, run.length), block)) return null;
  }
  return bytes;
}

/** One block into `out`. Two 32-bit halves as doubles: 58 × 2^32 stays exact. */
function decodeBlock(run: string, start: number, end: number, out: Uint8Array): boolean {
  let high = 0;
  let low = 0;
  for (let i = start; i < end; i++) {
    const digit = base58Digit(run.charCodeAt(i));
    if (digit < 0) return false;
    low = low * 58 + digit;
    high = high * 58 + Math.floor(low / 2 ** 32);
    low %= 2 ** 32;
  }
  for (let i = out.length - 1; i >= 0; i--) {
    out[i] = low % 256;
    low = Math.floor(low / 256) + (high % 256) * 2 ** 24;
    high = Math.floor(high / 256);
  }
  // What is left over did not fit: two texts would stand for the same bytes.
  return low === 0 && high === 0;
}

/** Little-endian base 128, as CryptoNote writes numbers. */
function varint(value: number): readonly number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  bytes.push(rest);
  return bytes;
}

function startsWith(bytes: Uint8Array, head: readonly number[]): boolean {
  return head.every((byte, i) => bytes[i] === byte);
}
