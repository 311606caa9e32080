/** The alphabet that Base58Check and CryptoNote share: no 0, O, I or l. */
export const BASE58_ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

const DIGITS = new Int8Array(128).fill(-1);
for (const [digit, c] of [...BASE58_ALPHABET].entries()) DIGITS[c.charCodeAt(0)] = digit;

/** The value of one character code, or -1. */
export function base58Digit(code: number): number {
  return DIGITS[code] ?? -1;
}
