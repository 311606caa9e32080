/**
 * Payout addresses in any text. A miner must say who is paid, so a checksum-valid address is the
 * hardest evidence that a text can hold: 32 bits of checksum, and nobody writes one by accident.
 *
 * One pass. Every format is a run of ASCII letters and digits, at least `RUN_LENGTH_MIN` long, so
 * the pass looks at every 26th character only: where that is a separator no run can span it. Each
 * run found is tried by length and first characters, and only then is a checksum computed.
 */
import { base58CheckCoin } from './base58-check.ts';
import { bech32Coin, COLON_RUN_LENGTH_MAX, plainBech32Coin } from './bech32.ts';
import { CASHADDR_LENGTH_MAX, cashaddrCoin } from './cashaddr.ts';
import { CRYPTONOTE_LENGTH_MAX, cryptonoteCoin } from './cryptonote.ts';
import { eip55Coin } from './eip55.ts';
import { nanoCoin } from './nano.ts';

export interface Payout {
  readonly kind: 'address';
  /** Coin or family: `monero`, `bitcoin`, `base58-R` (several coins share its version byte). */
  readonly coin: string;
  readonly address: string;
  /** Offsets in the text. */
  readonly start: number;
  readonly end: number;
}

/** The shortest address of any format: Base58Check of 25 bytes that start with zeros. */
const RUN_LENGTH_MIN = 26;
/** The longest: a Xelis address with data. Two more may be glued to the front of one. */
const RUN_LENGTH_MAX =
  Math.max(CRYPTONOTE_LENGTH_MAX, CASHADDR_LENGTH_MAX, COLON_RUN_LENGTH_MAX) + 2;

/** Prefixes that end in a separator and so stand in front of the run. */
const SEPARATED_PREFIX_LENGTH_MAX = 'bitcoincash:'.length;

/** 1 for ASCII letters and digits. */
const IN_RUN = new Uint8Array(128);
for (const c of '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz') {
  IN_RUN[c.charCodeAt(0)] = 1;
}

/** Every checksum-valid payout address of the text, in order. */
export function payoutsIn(text: string): readonly Payout[] {
  const found: Payout[] = [];
  // No run that begins before `floor` is still open.
  let floor = 0;
  for (let probe = RUN_LENGTH_MIN - 1; probe < text.length; probe = floor + RUN_LENGTH_MIN - 1) {
    if (!inRun(text, probe)) {
      floor = probe + 1;
      continue;
    }
    let start = probe;
    while (start > floor && inRun(text, start - 1)) start--;
    let end = probe + 1;
    while (inRun(text, end)) end++;
    const payout = end - start >= RUN_LENGTH_MIN ? payoutOfRun(text, start, end) : null;
    if (payout) found.push(payout);
    floor = end + 1;
  }
  return found;
}

/** Coins of a test network are worth nothing. */
export function isOfTestNetwork(coin: string): boolean {
  return coin.endsWith('-testnet') || coin.endsWith('-stagenet');
}

/** The payout that the whole word is, or null. */
export function payoutAt(word: string): Payout | null {
  if (word.length > RUN_LENGTH_MAX + SEPARATED_PREFIX_LENGTH_MAX) return null;
  const [payout] = payoutsIn(word);
  return payout && payout.start === 0 && payout.end === word.length ? payout : null;
}

function inRun(text: string, index: number): boolean {
  // Past the end `charCodeAt` is NaN, and beyond ASCII the table has nothing.
  return IN_RUN[text.charCodeAt(index)] === 1;
}

/** An address may be glued to what stands before it: `-uADDRESS`, `\nADDRESS`, `%3AADDRESS`. */
function gluedLength(text: string, start: number): number {
  const before = text[start - 1];
  if (before === '-' || before === '\\') return 1;
  return before === '%' ? 2 : 0;
}

function payoutOfRun(text: string, start: number, end: number): Payout | null {
  if (end - start > RUN_LENGTH_MAX) return null;
  const whole = payoutOfSpan(text, start, end);
  const glued = whole ? 0 : gluedLength(text, start);
  return glued > 0 ? payoutOfSpan(text, start + glued, end) : whole;
}

function payoutOfSpan(text: string, start: number, end: number): Payout | null {
  const run = text.slice(start, end);
  const coin =
    base58CheckCoin(run) ?? eip55Coin(run) ?? bech32Coin(run) ?? cryptonoteCoin(run) ?? null;
  if (coin !== null) return { kind: 'address', coin, address: run, start, end };
  return separatedPayout(text, start, end, run);
}

/** Formats whose prefix ends in `:` or `_`. */
function separatedPayout(text: string, start: number, end: number, run: string): Payout | null {
  const separator = text[start - 1];
  if (separator !== ':' && separator !== '_') return null;
  let from = start - 1;
  while (from > 0 && start - from < SEPARATED_PREFIX_LENGTH_MAX && inRun(text, from - 1)) from--;
  const prefix = text.slice(from, start - 1);
  const coin = separator === ':' ? colonCoin(prefix, run) : nanoCoin(prefix, run);
  if (coin === null) return null;
  return { kind: 'address', coin, address: text.slice(from, end), start: from, end };
}

function colonCoin(prefix: string, run: string): string | null {
  return cashaddrCoin(prefix, run) ?? plainBech32Coin(prefix, ':', run);
}
