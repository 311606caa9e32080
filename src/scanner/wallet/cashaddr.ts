/**
 * The cashaddr family: `prefix:` and a version byte with a key or hash in five-bit characters, then
 * 8 characters of a 40-bit checksum over all of it, the prefix included.
 */
import { FIVE_BIT_ALPHABET, fiveBitGroups } from './bech32.ts';
import { bytesInFiveBits, toFiveBits } from './five-bits.ts';

export interface CashaddrFormat {
  readonly coin: string;
  /** Bytes of version and key that its addresses have. */
  readonly bytes: readonly number[];
  readonly alphabet: string;
}

/** Conflux writes the same groups in an alphabet of its own. */
const CONFLUX_ALPHABET = 'abcdefghjkmnprstuvwxyz0123456789';
const KASPA_BYTES = [33, 34];

/** By prefix. Kaspa and those made of its code differ in the prefix alone. */
export const CASHADDR_COINS: Readonly<Record<string, CashaddrFormat>> = {
  kaspa: format('kaspa', KASPA_BYTES),
  pyrin: format('pyrin', KASPA_BYTES),
  karlsen: format('karlsen', KASPA_BYTES),
  spectre: format('spectre', KASPA_BYTES),
  nautilus: format('nautilus', KASPA_BYTES),
  hoosat: format('hoosat', KASPA_BYTES),
  bugna: format('bugna', KASPA_BYTES),
  bitcoincash: format('bitcoin-cash', [21, 33]),
  ecash: format('ecash', [21, 33]),
  cfx: format('conflux', [21], CONFLUX_ALPHABET),
  cfxtest: format('conflux-testnet', [21], CONFLUX_ALPHABET),
};

function format(
  coin: string,
  bytes: readonly number[],
  alphabet: string = FIVE_BIT_ALPHABET,
): CashaddrFormat {
  return { coin, bytes, alphabet };
}

const GENERATOR = [
  0x98f2bc8e61n,
  0x79b76d99e2n,
  0xf33e5fb3c4n,
  0xae2eabe2a8n,
  0x1e4f43e470n,
] as const;
const CHECKSUM_LENGTH = 8;
const LENGTH_MIN = 42;
/** 34 bytes are 55 characters; 8 more are the checksum. */
export const CASHADDR_LENGTH_MAX = 63;

/** The coin of a valid address whose prefix and rest were split at the colon, or null. */
export function cashaddrCoin(prefix: string, run: string): string | null {
  if (run.length < LENGTH_MIN || run.length > CASHADDR_LENGTH_MAX) return null;
  if (!Object.hasOwn(CASHADDR_COINS, prefix)) return null;
  const entry = CASHADDR_COINS[prefix];
  const groups = entry ? fiveBitGroups(run, entry.alphabet) : null;
  if (!entry || !groups || polymod([...expand(prefix), ...groups]) !== 0n) return null;
  return entry.bytes.includes(bytesInFiveBits(groups.slice(0, -CHECKSUM_LENGTH)))
    ? entry.coin
    : null;
}

/** The address of a version byte with its key. */
export function encodeCashaddr(prefix: string, payload: Uint8Array): string {
  const groups = [...toFiveBits(payload)];
  const check = polymod([...expand(prefix), ...groups, 0, 0, 0, 0, 0, 0, 0, 0]);
  for (let i = CHECKSUM_LENGTH - 1; i >= 0; i--) {
    groups.push(Number((check >> BigInt(5 * i)) & 31n));
  }
  const alphabet = CASHADDR_COINS[prefix]?.alphabet ?? FIVE_BIT_ALPHABET;
  return `${prefix}:${groups.map((group) => alphabet[group]).join('')}`;
}

function expand(prefix: string): readonly number[] {
  return [...[...prefix].map((c) => c.charCodeAt(0) & 31), 0];
}

function polymod(values: readonly number[]): bigint {
  let check = 1n;
  for (const value of values) {
    const top = check >> 35n;
    check = ((check & 0x07ffffffffn) << 5n) ^ BigInt(value);
    for (let i = 0; i < GENERATOR.length; i++) {
      if ((top >> BigInt(i)) & 1n) check ^= GENERATOR[i] as bigint;
    }
  }
  return check ^ 1n;
}
