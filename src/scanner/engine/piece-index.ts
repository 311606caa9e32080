/**
 * Which tokens the words of a text could be put together to. A shell makes words only of words: by
 * `$A$B`, `v$A`, `printf %s%s`, `eval`. So a token that never stands in the text may still come to
 * run when it is a row of words that do (`xm` and `rig`), and where no token is, gluing is harmless
 * whatever the variables hold.
 *
 * Data structure. Every stretch of a token is a *piece*: 6,142 different ones for 493 tokens. For
 * each token `#pieces` gives the piece between any two of its offsets; for each piece `#startsWith`
 * and `#endsWith` give the tokens that begin or end with it. A token is composable when pieces that
 * stand in the text lead from one end of it to the other: a walk over a bit mask of offsets.
 *
 * Digits always stand in the text: a shell makes them by itself (`$((1))`, `$#`).
 */
import { assert } from '../../base/assert.ts';
import { HashTable } from './hash-table.ts';
import { tokenHash } from './token.ts';

/** Offsets of a token fit a 32-bit mask. Longer ones are cut, which only finds more. */
const TOKEN_LENGTH_MAX = 30;

/** What a text glues: where it does not know a word whole. Hashes are those of words. */
export interface Glued {
  /** Whole words side by side, in any number: `$A$B`. */
  readonly any: boolean;
  /** Behind a dash: `-$A`. */
  readonly flags: boolean;
  /** Beginnings of words that go on with something: the `v` of `v$A`. */
  readonly starts: readonly number[];
  /** Ends of words that begin with something: the `rc` of `${A}rc`. */
  readonly ends: readonly number[];
  /** How many words one word may be made of; `Infinity` where a loop may go on adding. */
  readonly partsMax: number;
}

/** A word may follow another one without anything between. */
export const JOINS_LEFT = 1;
/** It may be followed so. */
export const JOINS_RIGHT = 2;

/** The words of a text, `count` of them: their hashes, and on which sides each may be joined. */
export interface StandingWords {
  readonly hashes: Int32Array;
  readonly count: number;
  edgesOf(word: number): number;
}

export class PieceIndex {
  readonly #tokens: readonly string[];
  readonly #isFlag: readonly boolean[];
  readonly #table: HashTable;
  readonly #lengths: readonly number[];
  readonly #startsWith: readonly (readonly number[])[];
  readonly #endsWith: readonly (readonly number[])[];
  /** For each token, `from * (length + 1) + to` → number of the piece. */
  readonly #pieces: readonly Int32Array[];
  /** For each piece that stands in the text, on which sides it may be joined, and `STANDS`. */
  readonly #standing: Uint8Array;
  /** For each token, while they are gone over. */
  readonly #marks: Uint8Array;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens.map((token) => token.replace(/^-/, '').slice(0, TOKEN_LENGTH_MAX));
    this.#isFlag = tokens.map((token) => token.startsWith('-'));
    const texts = new Map<string, number>([...DIGITS].map((digit, number) => [digit, number]));
    this.#pieces = this.#tokens.map((token) => piecesOf(token, texts));
    this.#lengths = [...texts.keys()].map((text) => text.length);
    this.#table = new HashTable([...texts.keys()].map(tokenHash));
    this.#standing = new Uint8Array(texts.size);
    this.#marks = new Uint8Array(tokens.length);
    this.#startsWith = this.#tokensBy(texts.size, (cut, width) => cut % width);
    this.#endsWith = this.#tokensBy(texts.size, (cut, width) => cut * width - 1);
  }

  /** Tokens by the pieces that `at` gives for each cut of a token of `width - 1` characters. */
  #tokensBy(pieces: number, at: (cut: number, width: number) => number): readonly number[][] {
    const tokens: number[][] = Array.from({ length: pieces }, () => []);
    for (const [number, { length }] of this.#tokens.entries()) {
      for (let cut = 1; cut <= length; cut++) {
        tokens[this.#pieces[number]?.[at(cut, length + 1)] ?? 0]?.push(number);
      }
    }
    return tokens;
  }

  /** Whether a word with this hash is the beginning of a token, or its end. */
  isStart(hash: number): boolean {
    return (this.#startsWith[this.#table.find(hash)]?.length ?? 0) > 0;
  }

  has(hash: number): boolean {
    return this.#table.find(hash) >= 0;
  }

  isEnd(hash: number): boolean {
    return (this.#endsWith[this.#table.find(hash)]?.length ?? 0) > 0;
  }

  /** Numbers of the tokens that the words could be glued to. */
  composable(words: StandingWords, glued: Glued): ReadonlySet<number> {
    const found = new Set<number>();
    const standing = this.#stand(words);
    const { any, flags, partsMax } = glued;
    const add = (token: number, from: number, to: number, known: number): void => {
      if (found.has(token)) return;
      if (this.#leads(token, from, to, partsMax - known)) found.add(token);
    };
    for (const hash of glued.starts) {
      const piece = this.#table.find(hash);
      for (const token of this.#startsWith[piece] ?? []) {
        add(token, this.#lengths[piece] ?? 0, this.#lengthOf(token), 1);
      }
    }
    for (const hash of glued.ends) {
      const piece = this.#table.find(hash);
      for (const token of this.#endsWith[piece] ?? []) {
        add(token, 0, this.#lengthOf(token) - (this.#lengths[piece] ?? 0), 1);
      }
    }
    for (const token of any || flags ? this.#framed(standing) : []) {
      if (any || this.#isFlag[token]) add(token, 0, this.#lengthOf(token), 0);
    }
    for (const piece of standing) this.#standing[piece] = 0;
    return found;
  }

  /** Tokens that begin with one of the pieces and end with one: few of those that do either. */
  #framed(standing: readonly number[]): readonly number[] {
    const marks = this.#marks.fill(0);
    const framed: number[] = [];
    for (const piece of standing) {
      for (const token of this.#endsWith[piece] as readonly number[]) marks[token] = 1;
    }
    for (const piece of standing) {
      for (const token of this.#startsWith[piece] as readonly number[]) {
        if (marks[token] === 1) framed.push(token);
        marks[token] = 0;
      }
    }
    return framed;
  }

  #lengthOf(token: number): number {
    return this.#tokens[token]?.length ?? 0;
  }

  /** Marks the pieces that stand in the text and returns them. */
  #stand({ hashes, count, edgesOf }: StandingWords): readonly number[] {
    const standing: number[] = [];
    const stand = (piece: number, sides: number): void => {
      if (this.#standing[piece] === 0) standing.push(piece);
      this.#standing[piece] = (this.#standing[piece] as number) | sides | STANDS;
    };
    for (let digit = 0; digit < DIGITS.length; digit++) stand(digit, JOINS_LEFT | JOINS_RIGHT);
    for (let i = 0; i < count; i++) {
      const piece = this.#table.find(hashes[i] as number);
      if (piece >= 0) stand(piece, edgesOf(i));
    }
    return standing;
  }

  /** Whether at most `partsMax` pieces that stand in the text lead from one offset to another. */
  #leads(token: number, from: number, to: number, partsMax: number): boolean {
    const pieces = this.#pieces[token];
    assert(pieces !== undefined, 'a token has its pieces');
    const last = this.#lengthOf(token);
    const width = last + 1;
    let reached = 1 << from;
    let fresh = reached;
    for (let parts = 0; fresh !== 0 && parts < partsMax; parts++) {
      let next = 0;
      for (let at = from; at < to; at++) {
        if ((fresh & (1 << at)) === 0) continue;
        for (let end = at + 1; end <= to; end++) {
          const standing = this.#standing[pieces[at * width + end] as number] as number;
          const needed = (at > 0 ? JOINS_LEFT : STANDS) | (end < last ? JOINS_RIGHT : STANDS);
          if ((standing & needed) === needed) next |= 1 << end;
        }
      }
      fresh = next & ~reached;
      reached |= next;
    }
    return (reached & (1 << to)) !== 0;
  }
}

const DIGITS = '0123456789';
/** Set for every piece that stands in the text at all. */
const STANDS = 4;

/** Numbers of all pieces of a token; those of new texts are added to `texts`. */
function piecesOf(token: string, texts: Map<string, number>): Int32Array {
  const width = token.length + 1;
  const pieces = new Int32Array(width * width).fill(-1);
  for (let from = 0; from < token.length; from++) {
    for (let to = from + 1; to <= token.length; to++) {
      const text = token.slice(from, to);
      const number = texts.get(text) ?? texts.size;
      texts.set(text, number);
      pieces[from * width + to] = number;
    }
  }
  return pieces;
}
