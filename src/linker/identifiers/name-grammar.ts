/**
 * How a user name was put together, where a program could have done it. What people call themselves
 * says nothing, so most names have no grammar.
 *
 *   Adj-Noun-9{3}   words of a generator's lists, as in `Brave-Otter-482`, with their case
 *   w9{4}           a word and three digits or more
 *   hex{12}         hexadecimal digits of both kinds
 *   random{10}      letters and digits that nobody could pronounce
 */
import { usernameLengthMax } from '../../base/limits.ts';
import { ADJECTIVES, NOUNS } from './name-words.ts';
import { type Run, runsOf } from './shape.ts';

const DIGITS_MIN = 3;
const RANDOM_LENGTH_MIN = 8;
const HEX_LENGTH_MIN = 10;
/** English has four consonants in a row (`length` aside), and few names have more. */
const CONSONANTS_MIN = 5;
/** `abc2def3` changes three times between letters and digits; `ada42` once. */
const CHANGES_MIN = 3;

/** The grammar, or null. */
export function nameGrammar(username: string): string | null {
  const name = username.trim();
  if (name.length > usernameLengthMax) return null;
  const runs = runsOf(name);
  return generatedGrammar(runs) ?? randomGrammar(name, runs) ?? countedGrammar(runs);
}

/** Bits a character, of the name's own letters: `aaaa` has 0, eight different ones have 3. */
export function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const c of text) counts.set(c, (counts.get(c) ?? 0) + 1);
  const total = [...text].length;
  let bits = 0;
  for (const count of counts.values()) bits -= (count / total) * Math.log2(count / total);
  return bits;
}

function generatedGrammar(runs: readonly Run[]): string | null {
  let adjectives = 0;
  let nouns = 0;
  const parts = runs.map(({ characters, text }) => {
    if (characters === 'digit') return `9{${text.length}}`;
    if (characters === 'other') return text;
    const words = wordsOf(text);
    adjectives += words.filter((word) => word.kind === 'adj').length;
    nouns += words.filter((word) => word.kind === 'noun').length;
    return words.map(({ kind, isCapital }) => (isCapital ? titled(kind) : kind)).join('');
  });
  const [first, last] = [runs[0], runs.at(-1)];
  const isFramed = first?.characters === 'letter' && last?.characters !== 'other';
  return adjectives === 1 && nouns === 1 && isFramed ? parts.join('') : null;
}

interface Word {
  readonly kind: 'adj' | 'noun' | 'w';
  readonly isCapital: boolean;
}

/** The two words that letters without a break are, or one. */
function wordsOf(letters: string): readonly Word[] {
  const lower = letters.toLowerCase();
  for (let at = 2; at <= lower.length - 2; at++) {
    if (!ADJECTIVES.has(lower.slice(0, at)) || !NOUNS.has(lower.slice(at))) continue;
    return [word('adj', letters[0]), word('noun', letters[at])];
  }
  if (ADJECTIVES.has(lower)) return [word('adj', letters[0])];
  return [word(NOUNS.has(lower) ? 'noun' : 'w', letters[0])];
}

function word(kind: Word['kind'], first = ''): Word {
  return { kind, isCapital: first !== first.toLowerCase() };
}

function titled(kind: string): string {
  return kind.charAt(0).toUpperCase() + kind.slice(1);
}

function countedGrammar(runs: readonly Run[]): string | null {
  const [first, ...rest] = runs;
  const digits = rest.at(-1);
  if (first?.characters !== 'letter' || digits?.characters !== 'digit') return null;
  if (rest.length > 2 || digits.text.length < DIGITS_MIN) return null;
  const between = rest.length === 2 ? (rest[0]?.text ?? '') : '';
  return `w${between}9{${digits.text.length}}`;
}

function randomGrammar(name: string, runs: readonly Run[]): string | null {
  if (name.length < RANDOM_LENGTH_MIN || runs.some(({ characters }) => characters === 'other')) {
    return null;
  }
  if (name.length >= HEX_LENGTH_MIN && runs.length >= CHANGES_MIN && isHexadecimal(name)) {
    return `hex{${name.length}}`;
  }
  const isRandom = runs.length > CHANGES_MIN || isUnspeakable(name.toLowerCase());
  return isRandom ? `random{${name.length}}` : null;
}

/** `knightsbridge` has six consonants in a row too, but vowels enough and few rare letters. */
function isUnspeakable(name: string): boolean {
  if (longestConsonants(name) < CONSONANTS_MIN) return false;
  return 5 * countOf(name, 'aeiouy') < name.length || 4 * countOf(name, 'jkqvwxz') >= name.length;
}

function countOf(name: string, letters: string): number {
  return [...name].filter((c) => letters.includes(c)).length;
}

function isHexadecimal(name: string): boolean {
  for (const c of name.toLowerCase()) if (!'0123456789abcdef'.includes(c)) return false;
  return true;
}

/** Of Latin letters; other scripts have other rules, and are let be. */
function longestConsonants(name: string): number {
  let longest = 0;
  let now = 0;
  for (const c of name) {
    now = c >= 'a' && c <= 'z' && !'aeiouy'.includes(c) ? now + 1 : 0;
    longest = Math.max(longest, now);
  }
  return longest;
}
