/**
 * Segregated-witness addresses (BIP 173, BIP 350): a human-readable part, `1`, a witness version,
 * the program in five-bit characters, and 6 characters of checksum. Version 0 is checked with the
 * constant 1 (bech32), later versions with another (bech32m).
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
  pkt: 'pkt',
  tpk: 'pkt-testnet',
};

export const FIVE_BIT_ALPHABET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const BECH32 = 1;
const BECH32M = 0x2bc830a3;
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3] as const;
const CHECKSUM_LENGTH = 6;
/** `bc1` and the shortest program of any version. */
const LENGTH_MIN = 14;
const LENGTH_MAX = 90;
const HUMAN_LENGTH_MAX = Math.max(...Object.keys(BECH32_COINS).map((human) => human.length));

/** The coin of a valid address, or null. */
export function bech32Coin(run: string): string | null {
  if (run.length < LENGTH_MIN || run.length > LENGTH_MAX) return null;
  const one = run.indexOf('1');
  if (one < 2 || one > HUMAN_LENGTH_MAX) return null;
  const lower = run.toLowerCase();
  if (run !== lower && run !== run.toUpperCase()) return null;
  const human = lower.slice(0, one);
  if (!Object.hasOwn(BECH32_COINS, human)) return null;
  const groups = fiveBitGroups(lower.slice(one + 1));
  if (!groups) return null;
  const version = groups[0] as number;
  const constant = version === 0 ? BECH32 : BECH32M;
  if (version > 16 || polymod([...expand(human), ...groups]) !== constant) return null;
  const size = bytesInFiveBits(groups.slice(1, -CHECKSUM_LENGTH));
  const plausible = version === 0 ? size === 20 || size === 32 : size >= 2 && size <= 40;
  return plausible ? (BECH32_COINS[human] as string) : null;
}

/** The values of the characters, or null when one is outside the alphabet. */
export function fiveBitGroups(text: string): readonly number[] | null {
  const groups: number[] = [];
  for (const c of text) {
    const value = FIVE_BIT_ALPHABET.indexOf(c);
    if (value < 0) return null;
    groups.push(value);
  }
  return groups;
}

/** The address of a witness program. */
export function encodeBech32(human: string, version: number, program: Uint8Array): string {
  const groups = [version, ...toFiveBits(program)];
  const constant = version === 0 ? BECH32 : BECH32M;
  const check = polymod([...expand(human), ...groups, 0, 0, 0, 0, 0, 0]) ^ constant;
  for (let i = 0; i < CHECKSUM_LENGTH; i++) groups.push((check >> (5 * (5 - i))) & 31);
  return `${human}1${groups.map((group) => FIVE_BIT_ALPHABET[group]).join('')}`;
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
