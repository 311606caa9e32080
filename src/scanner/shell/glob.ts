/**
 * Patterns of a shell: `*`, `?`, `[a-z]`, `[[:digit:]]`, `\c`. They are matched by keeping the set
 * of places in the pattern that the text so far can lead to, in time linear in both.
 */
import { pattern } from '../../base/regex.ts';

/** Longer patterns are not understood; the set of places is a number's bits. */
const STEPS_MAX = 30;

const SPECIAL = pattern('[*?[\\\\]');

/** One character of some, or any number of any. */
type Step =
  | { readonly kind: 'one'; readonly has: (c: string) => boolean }
  | { readonly kind: 'any' };

export class Glob {
  readonly #steps: readonly Step[];
  /** What the whole text begins and ends with: nearly no path that is asked about does. */
  readonly #head: string;
  readonly #tail: string;

  private constructor(steps: readonly Step[], head = '', tail = '') {
    this.#steps = steps;
    this.#head = head;
    this.#tail = tail;
  }

  /** The pattern, or null when it is not understood. `*` and `?` do not match `closed`. */
  static of(text: string, closed = ''): Glob | null {
    const steps: Step[] = [];
    for (let at = 0; at < text.length; ) {
      if (steps.length >= STEPS_MAX) return null;
      const c = text[at] as string;
      const set = c === '[' ? setAt(text, at) : null;
      if (set !== null) steps.push({ kind: 'one', has: set.has });
      else if (c === '*') steps.push({ kind: 'any' });
      else if (c === '?') steps.push({ kind: 'one', has: (one) => one !== closed });
      else {
        const letter = c === '\\' ? (text[at + 1] ?? c) : c;
        steps.push({ kind: 'one', has: (one) => one === letter });
      }
      at = set?.end ?? at + (c === '\\' ? 2 : 1);
    }
    const first = text.search(SPECIAL);
    const isPlain = !text.includes('\\') && !text.includes('[');
    const last = Math.max(text.lastIndexOf('*'), text.lastIndexOf('?'));
    const head = first < 0 ? '' : text.slice(0, first);
    return new Glob(steps, head, isPlain ? text.slice(last + 1) : '');
  }

  /** The same for a text that is read from its end. */
  reversed(): Glob {
    return new Glob(this.#steps.toReversed());
  }

  /** Lengths of the shortest and the longest beginning from `from` that matches, or null. */
  match(text: readonly string[], from = 0, closed = ''): readonly [number, number] | null {
    const whole = 1 << this.#steps.length;
    let places = this.#closure(1);
    let shortest = -1;
    let longest = -1;
    for (let at = from; ; at++) {
      if (places & whole) {
        longest = at - from;
        if (shortest < 0) shortest = longest;
      }
      if (at >= text.length || places === 0) break;
      places = this.#after(places, text[at] as string, closed);
    }
    return longest < 0 ? null : [shortest, longest];
  }

  matchesAll(text: string, closed = ''): boolean {
    if (!text.startsWith(this.#head) || !text.endsWith(this.#tail)) return false;
    const letters = [...text];
    return this.match(letters, 0, closed)?.[1] === letters.length;
  }

  #after(places: number, c: string, closed: string): number {
    let next = 0;
    for (const [i, step] of this.#steps.entries()) {
      if ((places & (1 << i)) === 0) continue;
      if (step.kind === 'any') next |= c === closed ? 0 : 1 << i;
      else if (step.has(c)) next |= 1 << (i + 1);
    }
    return this.#closure(next);
  }

  /** With the places behind a `*`, which may match nothing. */
  #closure(places: number): number {
    let all = places;
    for (const [i, step] of this.#steps.entries()) {
      if (step.kind === 'any' && all & (1 << i)) all |= 1 << (i + 1);
    }
    return all;
  }
}

/** The set in brackets that begins at `at`, or null when none does. */
function setAt(
  text: string,
  at: number,
): { readonly has: (c: string) => boolean; readonly end: number } | null {
  let i = at + 1;
  const isNegated = text[i] === '!' || text[i] === '^';
  if (isNegated) i++;
  const tests: ((c: string) => boolean)[] = [];
  for (const first = i; i < text.length; i++) {
    const low = text[i] as string;
    if (low === ']' && i > first) {
      return { has: (c) => tests.some((test) => test(c)) !== isNegated, end: i + 1 };
    }
    const close = text.startsWith('[:', i) ? text.indexOf(':]', i) : -1;
    const named = close < 0 ? undefined : CLASSES[text.slice(i + 2, close)];
    const high = text[i + 1] === '-' && text[i + 2] !== ']' ? text[i + 2] : undefined;
    if (named !== undefined) {
      tests.push((c) => named.includes(c));
      i = close + 1;
    } else if (high !== undefined) {
      tests.push((c) => c >= low && c <= high);
      i += 2;
    } else tests.push((c) => c === low);
  }
  return null;
}

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const UPPER = LOWER.toUpperCase();
const DIGITS = '0123456789';
const BLANKS = ' \t\n\r\v\f';
const MARKS = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';
const CLASSES: Readonly<Record<string, string>> = {
  alpha: LOWER + UPPER,
  digit: DIGITS,
  alnum: LOWER + UPPER + DIGITS,
  lower: LOWER,
  upper: UPPER,
  space: BLANKS,
  blank: ' \t',
  punct: MARKS,
  xdigit: `${DIGITS}abcdefABCDEF`,
};

/** `[` alone is a command. */
export function hasPattern(text: string): boolean {
  if (text.includes('*') || text.includes('?')) return true;
  const set = text.indexOf('[');
  return set >= 0 && text.indexOf(']', set + 2) > 0;
}

export function fitsName(pattern: string, name: string): boolean {
  return Glob.of(pattern)?.matchesAll(name) ?? false;
}
