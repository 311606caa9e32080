/**
 * The forms in which a miner takes its own options. They are read by `getopt_long`, which takes
 * `-oVALUE` for `-o VALUE`, switches of one letter before it in the same word (`-kqoVALUE`), and
 * any beginning of a long option that fits no other (`--ur` for `--url`). Programs that read their
 * options otherwise have words that look alike, `-output`, so what they come to counts only where
 * the values are those of a miner.
 */
import {
  ALGORITHM_FLAGS,
  COMPANION_FLAGS,
  ENDPOINT_FLAGS,
  LOGIN_FLAGS,
  PASSWORD_FLAGS,
} from '../indicators/miner-flags.ts';
import type { Reading } from './options.ts';

const CARRIERS = [...ENDPOINT_FLAGS, ...LOGIN_FLAGS, ...PASSWORD_FLAGS, ...ALGORITHM_FLAGS];
const WHOLE: ReadonlySet<string> = new Set([...CARRIERS, ...COMPANION_FLAGS]);
/** Options of one letter whose value says something, and switches that may stand before them. */
const LETTERS = 'ouOpa';
const SWITCHES = 'kqB';
/** Two letters: one fits too many others. */
const ABBREVIATION_LENGTH_MIN = '--'.length + 2;

const ABBREVIATIONS: ReadonlyMap<string, string> = abbreviationsOf(CARRIERS);

/**
 * Of two options that begin alike the first is meant: they carry the same. The beginning of an
 * option of several words, `--start-mining`, is a word that other programs have.
 */
function abbreviationsOf(flags: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const flag of flags.filter((one) => one.lastIndexOf('-') === 1)) {
    for (let end = ABBREVIATION_LENGTH_MIN; end < flag.length; end++) {
      const short = flag.slice(0, end);
      if (!found.has(short) && !WHOLE.has(short)) found.set(short, flag);
    }
  }
  return found;
}

/** The option that a word is, given up to its `=` and behind it; `value` is null without one. */
export function minerOption(flag: string, value: string | null): Reading {
  if (flag.length === 2 || WHOLE.has(flag)) return { flag, value };
  if (flag.startsWith('--')) return { flag: ABBREVIATIONS.get(flag) ?? flag, value };
  let at = 1;
  while (SWITCHES.includes(flag[at] ?? ' ')) at++;
  const letter = flag[at];
  if (letter === undefined || !LETTERS.includes(letter)) return { flag, value };
  const joined = value === null ? flag.slice(at + 1) : `${flag.slice(at + 1)}=${value}`;
  return { flag: `-${letter}`, value: joined === '' ? null : joined };
}
