/**
 * Jobs that run nearly the same commands. What a campaign varies is normalised away: numbers,
 * versions, hashes, addresses, ids of workers, single letters. The words that are left are taken in
 * threes (shingles), and MinHash keeps of all shingles the least under each of 36 fixed hash
 * functions. Two jobs agree in one of these with the probability s in which their shingles overlap
 * (the Jaccard similarity). The 36 are cut into 6 bands of 6 rows, each band a value to share:
 *
 *     P(at least one band in common) = 1 - (1 - s^6)^6
 *
 *     s      0.5   0.7   0.8   0.9   0.95
 *     P      0.09  0.53  0.84  0.99  1.00
 */
import { shortSha256Hex } from '../../base/hash.ts';
import { templateTextLengthMax, templateWordsMax } from '../../base/limits.ts';

export const TEMPLATE_BANDS = 6;
const ROWS = 6;
const SHINGLE_WORDS = 3;
/** `npm ci`, `npm test` is everybody's job. */
const SHINGLES_MIN = 8;
const WORD_LENGTH_MAX = 64;

/** The bands of a job's commands, or none when there are too few words to tell jobs apart. */
export function templateBands(commands: readonly string[]): readonly string[] {
  const words = wordsOf(commands);
  const shingles = new Set<number>();
  for (let i = 0; i + SHINGLE_WORDS <= words.length; i++) {
    shingles.add(hashOf(words.slice(i, i + SHINGLE_WORDS).join(' ')));
  }
  if (shingles.size < SHINGLES_MIN) return [];
  const least = leastHashes(shingles);
  return Array.from({ length: TEMPLATE_BANDS }, (_, band) => {
    const rows = least.subarray(band * ROWS, (band + 1) * ROWS);
    return `${band}:${shortSha256Hex(rows.join(' '))}`;
  });
}

function wordsOf(commands: readonly string[]): readonly string[] {
  const words: string[] = [];
  let left = templateTextLengthMax;
  for (const command of commands) {
    for (const word of command.slice(0, left).split(/\s/)) {
      if (words.length >= templateWordsMax) return words;
      const normal = normalWord(word.slice(0, WORD_LENGTH_MAX));
      if (normal !== '') words.push(normal);
    }
    left -= command.length;
    if (left <= 0) break;
  }
  return words;
}

/** Letters that follow one another stay; runs with digits in them, and single letters, do not. */
export function normalWord(word: string): string {
  let normal = '';
  for (let at = 0; at < word.length; ) {
    let end = at;
    let digits = 0;
    while (end < word.length && isAlphanumeric(word.charCodeAt(end))) {
      if (isDigit(word.charCodeAt(end))) digits++;
      end++;
    }
    const run = word.slice(at, end);
    if (run.length === 1 || digits > 0) normal += run === '' || normal.endsWith('0') ? '' : '0';
    else normal += run.toLowerCase();
    const c = word[end] ?? '';
    // Quotes come and go with the shell's mood; the points of a version belong to its number.
    if (c !== '"' && c !== "'" && !(c === '.' && normal.endsWith('0'))) normal += c;
    at = end + 1;
  }
  return normal;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isAlphanumeric(code: number): boolean {
  return isDigit(code) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a) || code > 0x7f;
}

/** FNV-1a over UTF-16 units. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return hash >>> 0;
}

/** Part of the format of stored values: another seed makes old and new templates strangers. */
const SEEDS: readonly number[] = Array.from(
  { length: TEMPLATE_BANDS * ROWS },
  (_, i) => Math.imul(i + 1, 0x9e3779b1) >>> 0,
);

function leastHashes(shingles: ReadonlySet<number>): Uint32Array {
  const least = new Uint32Array(SEEDS.length).fill(0xffffffff);
  for (const shingle of shingles) {
    for (const [i, seed] of SEEDS.entries()) {
      const hash = mixed(shingle ^ seed);
      if (hash < (least[i] ?? 0)) least[i] = hash;
    }
  }
  return least;
}

/** The finisher of MurmurHash3: every bit of the input moves half of the output's. */
function mixed(input: number): number {
  let hash = Math.imul(input ^ (input >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
