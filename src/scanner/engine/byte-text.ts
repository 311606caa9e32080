import { CHARACTERS, GLUE, HASH_START, hashNext } from './token.ts';

/** Bytes that the parts of the sweep look at, by the characters that they care for. */
export const CODE = {
  tab: 9,
  newline: 10,
  blank: 32,
  exclamation: 33,
  quote: 34,
  hash: 35,
  dollar: 36,
  percent: 37,
  ampersand: 38,
  apostrophe: 39,
  openParenthesis: 40,
  closeParenthesis: 41,
  star: 42,
  plus: 43,
  comma: 44,
  dash: 45,
  dot: 46,
  slash: 47,
  colon: 58,
  semicolon: 59,
  less: 60,
  equals: 61,
  greater: 62,
  question: 63,
  at: 64,
  openBracket: 91,
  backslash: 92,
  closeBracket: 93,
  underscore: 95,
  backtick: 96,
  openBrace: 123,
  bar: 124,
  closeBrace: 125,
} as const;

/** Longer than what any part of the sweep takes for one command. */
const LINE_LENGTH_MAX = 4_000;

/** A text of which only the first `end` bytes count. Past both ends there are zeros. */
export class ByteText {
  bytes: Uint8Array = new Uint8Array(0);
  end = 0;

  set(bytes: Uint8Array, end: number): void {
    this.bytes = bytes;
    this.end = end;
  }

  at(index: number): number {
    return index >= 0 && index < this.end ? (this.bytes[index] as number) : 0;
  }

  /** A letter or a digit. */
  isWordAt(index: number): boolean {
    return (CHARACTERS[this.at(index)] as number) > GLUE;
  }

  /** A letter, a digit or an underscore. */
  isNameAt(index: number): boolean {
    return this.isWordAt(index) || this.at(index) === CODE.underscore;
  }

  /** The first byte of the word that `last` belongs to. */
  wordStart(last: number): number {
    let start = last;
    while (this.isWordAt(start - 1)) start--;
    return start;
  }

  wordEnd(start: number): number {
    let end = start;
    while (this.isWordAt(end)) end++;
    return end;
  }

  nameEnd(start: number): number {
    let end = start;
    while (this.isNameAt(end)) end++;
    return end;
  }

  /** The first byte from `at` on that is no blank. */
  skipBlanks(at: number): number {
    let next = at;
    while (this.at(next) === CODE.blank || this.at(next) === CODE.tab) next++;
    return next;
  }

  /** The last byte up to `at` that is no blank. */
  skipBlanksBack(at: number): number {
    let before = at;
    while (this.at(before) === CODE.blank || this.at(before) === CODE.tab) before--;
    return before;
  }

  /**
   * Where the line of `at` begins; escaped line breaks do not end one. A very long line begins and
   * ends where it was looked at, so that many words of one line cost no more than many lines.
   */
  lineStart(at: number): number {
    let start = at;
    const limit = Math.max(0, at - LINE_LENGTH_MAX);
    while (start > limit && !this.#isLineEnd(start - 1)) start--;
    return start;
  }

  lineEnd(at: number): number {
    let end = at;
    const limit = Math.min(this.end, at + LINE_LENGTH_MAX);
    while (end < limit && !this.#isLineEnd(end)) end++;
    return end;
  }

  #isLineEnd(index: number): boolean {
    return this.at(index) === CODE.newline && this.at(index - 1) !== CODE.backslash;
  }

  hashOf(start: number, end: number, before: number = HASH_START): number {
    let hash = before;
    for (let i = start; i < end; i++) {
      hash = hashNext(hash, CHARACTERS[this.bytes[i] as number] as number);
    }
    return hash;
  }

  /** Whether the word from `start` is `word`, which is in lower case. */
  isWord(start: number, word: string): boolean {
    for (let i = 0; i < word.length; i++) {
      if (CHARACTERS[this.at(start + i)] !== word.charCodeAt(i)) return false;
    }
    return !this.isWordAt(start + word.length);
  }

  includes(what: string): boolean {
    return Buffer.from(this.bytes.buffer, this.bytes.byteOffset, this.end).includes(what);
  }

  /** Whether a variable of this name may be set somewhere: it stands there and is not expanded. */
  sets(name: string): boolean {
    const buffer = Buffer.from(this.bytes.buffer, this.bytes.byteOffset, this.end);
    for (let at = buffer.indexOf(name); at >= 0; at = buffer.indexOf(name, at + name.length)) {
      if (this.isNameAt(at - 1) || this.isNameAt(at + name.length)) continue;
      const before = this.at(at - 1);
      const isBraced = before === CODE.openBrace && this.at(at - 2) === CODE.dollar;
      if (before !== CODE.dollar && !isBraced && before !== CODE.dot) return true;
    }
    return false;
  }

  slice(start: number, end: number): string {
    let text = '';
    for (let i = start; i < end; i++) text += String.fromCharCode(this.at(i));
    return text;
  }
}

export function isQuote(code: number): boolean {
  return code === CODE.apostrophe || code === CODE.quote || code === CODE.backtick;
}

/** Also true past the end. */
export function isBlank(code: number): boolean {
  return code <= CODE.blank;
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
