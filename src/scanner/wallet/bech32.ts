/**
 * Bech32: a human-readable part, a separator, bytes in five-bit characters, and 6 characters of
 * checksum. Two kinds of address are made of it:
 *
 *   segregated witness   `1`, a witness version of five bits, a program (BIP 173, BIP 350). Version
 *                        0 is checked with the constant 1 (bech32), later ones with another
 *                        (bech32m)
 *   plain                a key as it is, by a coin's own rules: Dero, Aleo, Cardano, Xelis (whose
 *                        separator is a colon, and whose addresses may carry data behind the key)
 */
import { bytesInFiveBits, toFiveBits } from './five-bits.ts';

export const BECH32_COINS: Readonly<Record<string, string>> = {
  bc: 'bitcoin',
  tb: 'bitcoin-testnet',
  bcrt: 'bitcoin-testnet',
  ltc: 'litecoin',
  tltc: 'litecoin-testnet',
  mbc: 'microbitcoin',
  sugar: 'sugarchain',
  tsugar: 'sugarchain-testnet',
  dgb: 'digibyte',
  vtc: 'vertcoin',
  pkt: 'pkt',
  tpk: 'pkt-testnet',
};

export const FIVE_BIT_ALPHABET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const BECH32 = 1;
const BECH32M = 0x2bc830a3;

export interface PlainBech32 {
  readonly coin: string;
  readonly separator: '1' | ':';
  readonly constant: typeof BECH32 | typeof BECH32M;
  /** Bytes behind the separator, the shortest and the longest. */
  readonly bytes: readonly [number, number];
  /** The first byte that every address has, or null. */
  readonly version: number | null;
}

/** By human-readable part. */
export const PLAIN_BECH32: Readonly<Record<string, PlainBech32>> = {
  dero: plain('dero', '1', BECH32, [34, 34], 1),
  deto: plain('dero-testnet', '1', BECH32, [34, 34], 1),
  aleo: plain('aleo', '1', BECH32M, [32, 32]),
  addr: plain('cardano', '1', BECH32, [29, 57]),
  xel: plain('xelis', ':', BECH32, [33, 160]),
  xet: plain('xelis-testnet', ':', BECH32, [33, 160]),
};

function plain(
  coin: string,
  separator: PlainBech32['separator'],
  constant: PlainBech32['constant'],
  bytes: PlainBech32['bytes'],
  version: number | null = null,
): PlainBech32 {
  return { coin, separator, constant, bytes, version };
}

const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3] as const;
const CHECKSUM_LENGTH = 6;
/** `bc1` and the shortest program of any version. */
const LENGTH_MIN = 14;
/** `addr1` with 57 bytes has 103. */
const LENGTH_MAX = 110;
/** The longest run behind a colon: 160 bytes and the checksum. */
export const COLON_RUN_LENGTH_MAX = 262;
const HUMAN_LENGTH_MAX = 'tsugar'.length;

/** The coin of a valid address with a `1` between its parts, or null. */
export function bech32Coin(run: string): string | null {
  if (run.length < LENGTH_MIN || run.length > LENGTH_MAX) return null;
  const one = run.indexOf('1');
  if (one < 2 || one > HUMAN_LENGTH_MAX) return null;
  const lower = run.toLowerCase();
  if (run !== lower && run !== run.toUpperCase()) return null;
  const human = lower.slice(0, one);
  if (!Object.hasOwn(BECH32_COINS, human)) return plainBech32Coin(human, '1', lower.slice(one + 1));
  const groups = fiveBitGroups(lower.slice(one + 1));
  if (!groups) return null;
  const version = groups[0] as number;
  const constant = version === 0 ? BECH32 : BECH32M;
  if (version > 16 || polymod([...expand(human), ...groups]) !== constant) return null;
  const size = bytesInFiveBits(groups.slice(1, -CHECKSUM_LENGTH));
  const plausible = version === 0 ? size === 20 || size === 32 : size >= 2 && size <= 40;
  return plausible ? (BECH32_COINS[human] as string) : null;
}

/** The coin of a plain address that was split at its separator, or null. */
export function plainBech32Coin(human: string, separator: '1' | ':', run: string): string | null {
  if (run.length > COLON_RUN_LENGTH_MAX || !Object.hasOwn(PLAIN_BECH32, human)) return null;
  const format = PLAIN_BECH32[human];
  const groups = format?.separator === separator ? fiveBitGroups(run) : null;
  if (!format || !groups || polymod([...expand(human), ...groups]) !== format.constant) return null;
  const payload = groups.slice(0, -CHECKSUM_LENGTH);
  const size = bytesInFiveBits(payload);
  const [least, most] = format.bytes;
  if (size < least || size > most) return null;
  const [high = 0, low = 0] = payload;
  const version = (high << 3) | (low >> 2);
  return format.version === null || format.version === version ? format.coin : null;
}

/** The values of the characters, or null when one is outside the alphabet. */
export function fiveBitGroups(
  text: string,
  alphabet: string = FIVE_BIT_ALPHABET,
): readonly number[] | null {
  const groups: number[] = [];
  for (const c of text) {
    const value = alphabet.indexOf(c);
    if (value < 0) return null;
    groups.push(value);
  }
  return groups;
}

/** The plain address of some bytes. */
export function encodePlainBech32(human: string, payload: Uint8Array): string {
  const { separator, constant } = PLAIN_BECH32[human] as PlainBech32;
  return encode(human, separator, constant, [...toFiveBits(payload)]);
}

/** The address of a witness program. */
export function encodeBech32(human: string, version: number, program: Uint8Array): string {
  const constant = version === 0 ? BECH32 : BECH32M;
  return encode(human, '1', constant, [version, ...toFiveBits(program)]);
}

function encode(human: string, separator: string, constant: number, groups: number[]): string {
  const check = polymod([...expand(human), ...groups, 0, 0, 0, 0, 0, 0]) ^ constant;
  for (let i = 0; i < CHECKSUM_LENGTH; i++) groups.push((check >> (5 * (5 - i))) & 31);
  return `${human}${separator}${groups.map((group) => FIVE_BIT_ALPHABET[group]).join('')}`;
}

function expand(human: string): readonly number[] {
  const codes = [...human].map((c) => c.charCodeAt(0));
  return [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31)];
}

function polymod(values: readonly number[]): number {
  let check = 1;
  for (const value of values) {
    const top = check >> 25;
    check = ((check & 0x1ffffff) << 5) ^ value;
    for (let i = 0; i < GENERATOR.length; i++) {
      if ((top >> i) & 1) check ^= GENERATOR[i] as number;
    }
  }
  return check;
}
