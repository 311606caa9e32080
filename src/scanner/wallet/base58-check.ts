/**
 * Base58Check: a version of one or two bytes, 20 bytes of hash, and the first 4 bytes of the double
 * SHA-256 over both. Leading zero bytes are written as `1`, and must be as many.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { BASE58_ALPHABET, base58Digit } from './base58.ts';

/**
 * Versions that campaigns are paid to. Version 60 is `R…` for Verus, Raptoreum, Komodo and
 * Ravencoin alike; the address alone cannot tell which, so the family has a name of its own. Flux
 * has the version of Zcash.
 */
export const BASE58_CHECK_VERSIONS: readonly {
  readonly version: readonly number[];
  readonly coin: string;
  /** What every address of this version begins with. */
  readonly first: string;
}[] = [
  { version: [0], coin: 'bitcoin', first: '1' },
  { version: [5], coin: 'bitcoin', first: '3' },
  { version: [30], coin: 'dogecoin', first: 'D' },
  { version: [48], coin: 'litecoin', first: 'L' },
  { version: [50], coin: 'litecoin', first: 'M' },
  { version: [60], coin: 'base58-R', first: 'R' },
  { version: [65], coin: 'tron', first: 'T' },
  { version: [76], coin: 'dash', first: 'X' },
  { version: [78], coin: 'yenten', first: 'Y' },
  { version: [0x1c, 0xb8], coin: 'zcash', first: 't1' },
  { version: [0x1c, 0xbd], coin: 'zcash', first: 't3' },
  { version: [0x20, 0x89], coin: 'horizen', first: 'zn' },
];

/** Bytes of hash and checksum. */
const BYTES_BEHIND_VERSION = 24;
const CHECKSUM_BYTES = 4;
const LENGTH_MIN = 26;
const LENGTH_MAX = 35;

/** The coin of a valid address, or null. */
export function base58CheckCoin(run: string): string | null {
  if (run.length < LENGTH_MIN || run.length > LENGTH_MAX) return null;
  const entry = BASE58_CHECK_VERSIONS.find(({ first }) => run.startsWith(first));
  if (!entry) return null;
  const bytes = decode(run, entry.version.length + BYTES_BEHIND_VERSION);
  if (!bytes || !entry.version.every((byte, i) => bytes[i] === byte)) return null;
  const end = bytes.length - CHECKSUM_BYTES;
  const check = checksum(bytes.subarray(0, end));
  for (let i = 0; i < CHECKSUM_BYTES; i++) if (bytes[end + i] !== check[i]) return null;
  return entry.coin;
}

function checksum(head: Uint8Array): Uint8Array {
  return sha256(sha256(head)).subarray(0, CHECKSUM_BYTES);
}

/** The address of a version and a 20-byte hash. */
export function encodeBase58Check(version: readonly number[], hash: Uint8Array): string {
  const head = Uint8Array.from([...version, ...hash]);
  const bytes = Uint8Array.from([...head, ...checksum(head)]);
  let value = BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  let text = '';
  for (; value > 0n; value /= 58n) text = (BASE58_ALPHABET[Number(value % 58n)] as string) + text;
  return '1'.repeat(leading(bytes, 0)) + text;
}

/** Exactly so many bytes, or null. */
function decode(run: string, size: number): Uint8Array | null {
  const bytes = new Uint8Array(size);
  for (let i = 0; i < run.length; i++) {
    let carry = base58Digit(run.charCodeAt(i));
    if (carry < 0) return null;
    for (let j = size - 1; j >= 0; j--) {
      carry += (bytes[j] as number) * 58;
      bytes[j] = carry & 0xff;
      carry >>= 8;
    }
    if (carry !== 0) return null;
  }
  let ones = 0;
  while (run[ones] === '1') ones++;
  return leading(bytes, 0) === ones ? bytes : null;
}

function leading(bytes: Uint8Array, value: number): number {
  let count = 0;
  while (count < bytes.length && bytes[count] === value) count++;
  return count;
}
