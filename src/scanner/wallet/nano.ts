/**
 * Nano and its forks: a 32-byte key with 4 zero bits before it in 52 characters of an alphabet of
 * their own, then BLAKE2b-40 of the key, bytes reversed, in 8 characters.
 */
import { blake2b } from '@noble/hashes/blake2.js';

export const NANO_COINS: Readonly<Record<string, string>> = {
  nano: 'nano',
  xrb: 'nano',
  ban: 'banano',
};

const ALPHABET = '13456789abcdefghijkmnopqrstuwxyz';
const KEY_LENGTH = 52;
const LENGTH = 60;

/** The coin of a valid address whose prefix and rest were split at the underscore, or null. */
export function nanoCoin(prefix: string, run: string): string | null {
  if (run.length !== LENGTH || !Object.hasOwn(NANO_COINS, prefix)) return null;
  // The 4 bits of filling leave one bit of the key to the first character.
  if (run[0] !== '1' && run[0] !== '3') return null;
  const value = keyOf(run.slice(0, KEY_LENGTH));
  if (value === null) return null;
  const key = Buffer.from(value.toString(16).padStart(64, '0'), 'hex');
  return checksum(key) === run.slice(KEY_LENGTH) ? (NANO_COINS[prefix] as string) : null;
}

/** The address of a key. */
export function encodeNano(prefix: string, key: Uint8Array): string {
  const value = BigInt(`0x${Buffer.from(key).toString('hex')}`);
  return `${prefix}_${textOf(value, KEY_LENGTH)}${checksum(key)}`;
}

function checksum(key: Uint8Array): string {
  const hash = blake2b(key, { dkLen: 5 }).reverse();
  return textOf(BigInt(`0x${Buffer.from(hash).toString('hex')}`), LENGTH - KEY_LENGTH);
}

function keyOf(text: string): bigint | null {
  let value = 0n;
  for (const c of text) {
    const digit = ALPHABET.indexOf(c);
    if (digit < 0) return null;
    value = (value << 5n) | BigInt(digit);
  }
  return value;
}

function textOf(value: bigint, length: number): string {
  let text = '';
  for (let i = length - 1; i >= 0; i--) text += ALPHABET[Number((value >> BigInt(5 * i)) & 31n)];
  return text;
}
