/**
 * EIP-55: the case of an Ethereum address is its checksum. A letter is a capital where the same
 * digit of the Keccak-256 of the lower-case text is 8 or more. An address in one case carries no
 * checksum, could be any 40 hex digits, and is no payout by itself.
 */
import { keccak_256 } from '@noble/hashes/sha3.js';

const LENGTH = 42;

/** `ethereum` for an address with a valid checksum, or null. */
export function eip55Coin(run: string): string | null {
  if (run.length !== LENGTH || !run.startsWith('0x')) return null;
  const digits = run.slice(2);
  const lower = digits.toLowerCase();
  if (digits === lower || digits === digits.toUpperCase() || !isHex(lower)) return null;
  return encodeEip55(lower) === run ? 'ethereum' : null;
}

/** The address of 40 lower-case hex digits. */
export function encodeEip55(lower: string): string {
  const hash = keccak_256(Buffer.from(lower, 'latin1'));
  let text = '0x';
  for (let i = 0; i < lower.length; i++) {
    const nibble = ((hash[i >> 1] as number) >> (i % 2 === 0 ? 4 : 0)) & 15;
    text += nibble >= 8 ? (lower[i] as string).toUpperCase() : (lower[i] as string);
  }
  return text;
}

function isHex(lower: string): boolean {
  for (const c of lower) if (!'0123456789abcdef'.includes(c)) return false;
  return true;
}
