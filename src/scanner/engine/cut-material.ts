/**
 * Cut material: what a cutting tool (`sed`, `cut`, `head`) or a cutting expansion (`${A#x}`) works
 * on. It can make any stretch of its input a word, so where its input stands in the text, all the
 * stretches of it count as pieces. Its input is
 *
 *   a region   the pipe line that the tool stands in: `echo zxmrig | cut -c2-`
 *   a value    of each variable that the region or the expansion names, in every place of the text
 *              that could set it; and of the variables that those name, and so on
 *
 * What a command prints, a file holds or a caller passes is not in the text, and no scan could know
 * it either. Where it is in the text in a way that is not followed here (a function's output, a
 * file that the text writes, arguments of a function), the search fails, and the text is a
 * candidate.
 */
import { type ByteText, CODE, isBlank, isDigit, isQuote } from './byte-text.ts';

/** Bytes of one region; a longer one fails. */
const REGION_LENGTH_MAX = 2_000;
/** Letters and digits in a row that are cut in every way. */
const WORD_LENGTH_MAX = 64;
const NAMES_MAX = 32;
const PLACES_MAX = 64;

/** A stretch of the text. */
export interface Region {
  readonly start: number;
  readonly end: number;
}

/** A stretch that is cut, and of how many pieces of it one word may come to be made at once. */
export interface CutRegion extends Region {
  readonly pieces: number;
}

export class CutMaterial {
  readonly #text: ByteText;
  readonly #addPiece: (hash: number) => void;
  readonly #names = new Set<string>();
  #targets: ReadonlySet<number> | null = null;
  #functions: ReadonlySet<number> | null = null;

  /** `addPiece` is told the hash of every stretch of the material. */
  constructor(text: ByteText, addPiece: (hash: number) => void) {
    this.#text = text;
    this.#addPiece = addPiece;
  }

  /** Adds all that is cut in a region; false when it cannot be told. */
  addRegion({ start, end }: Region): boolean {
    const text = this.#text;
    if (end - start > REGION_LENGTH_MAX) return false;
    for (let at = start; at < end; at++) {
      if (text.at(at) === CODE.dollar) {
        if (!this.#addReference(at + 1)) return false;
      } else if (text.isWordAt(at) && !text.isWordAt(at - 1)) {
        const last = text.wordEnd(at);
        if (!this.#addWord(at, last)) return false;
        at = last - 1;
      }
    }
    return true;
  }

  /** Whether the region names a file that the text writes, or a function of it. */
  names({ start, end }: Region): boolean {
    const text = this.#text;
    this.#functions ??= this.#functionNames();
    this.#targets ??= this.#writtenNames();
    for (let at = start; at < end; at++) {
      if (!text.isWordAt(at) || text.isWordAt(at - 1)) continue;
      const hash = text.hashOf(at, text.wordEnd(at));
      if (this.#functions.has(hash) || this.#targets.has(hash)) return true;
    }
    return false;
  }

  /** Adds all values of a variable; false when they cannot be told. */
  addName(name: string): boolean {
    if (this.#names.has(name)) return true;
    if (this.#names.size >= NAMES_MAX) return false;
    this.#names.add(name);
    // A script's arguments are its caller's, who is asked (`follow`), unless functions have some.
    if (isDigit(name.charCodeAt(0))) return name === '0' || !this.#passesArguments();
    const places = this.#placesOf(name);
    return places?.every((at) => this.#addPlace(at, name.length)) ?? false;
  }

  #addReference(at: number): boolean {
    const text = this.#text;
    let from = text.at(at) === CODE.openBrace ? at + 1 : at;
    while (text.at(from) === CODE.hash || text.at(from) === CODE.exclamation) from++;
    const code = text.at(from);
    if (code === CODE.at || code === CODE.star) return !this.#passesArguments();
    const isPositional = isDigit(code) && from === at;
    const end = isPositional ? from + 1 : text.nameEnd(from);
    return end === from || this.addName(text.slice(from, Math.min(end, from + WORD_LENGTH_MAX)));
  }

  #addWord(start: number, end: number): boolean {
    const text = this.#text;
    const hash = text.hashOf(start, end);
    this.#functions ??= this.#functionNames();
    this.#targets ??= this.#writtenNames();
    if (this.#functions.has(hash) || this.#targets.has(hash)) return false;
    if (end - start > WORD_LENGTH_MAX) return false;
    for (let from = start; from < end; from++) {
      for (let to = from + 1; to <= end; to++) this.#addPiece(text.hashOf(from, to));
    }
    return true;
  }

  /** A place that names a variable: true when it does not set it, or its value was added. */
  #addPlace(at: number, length: number): boolean {
    const text = this.#text;
    const before = text.at(at - 1);
    const isMarked = before === CODE.hash || before === CODE.exclamation;
    const brace = isMarked ? at - 2 : at - 1;
    const isBraced = text.at(brace) === CODE.openBrace && text.at(brace - 1) === CODE.dollar;
    // `env.NAME` of an expression is a reference as well.
    if (before === CODE.dollar || isBraced || before === CODE.dot) return true;
    const line = text.skipBlanks(text.lineStart(at));
    if (text.at(line) === CODE.hash) return true;
    let next = at + length;
    if (text.at(next) === CODE.plus || isQuote(text.at(next))) next++;
    const end = text.lineEnd(at);
    if (text.at(next) === CODE.equals || text.at(next) === CODE.colon) {
      return this.#addValue(next + 1, end);
    }
    if (text.isWord(line, 'for')) return this.#addLoop(next, end);
    return isBlank(text.at(next)) && DECLARING.some((word) => text.isWord(line, word));
  }

  #addValue(start: number, end: number): boolean {
    const text = this.#text;
    const first = text.skipBlanks(start);
    // A block of YAML, or a value that goes on in the next line.
    const isBlock = text.at(first) === CODE.bar || text.at(first) === CODE.greater;
    if (first >= end ? text.at(start - 1) === CODE.colon : isBlock) return false;
    if (hasOpenQuote(text, first, end)) return false;
    return this.addRegion({ start: first, end });
  }

  #addLoop(start: number, end: number): boolean {
    const from = this.#text.skipBlanks(start);
    return this.#text.isWord(from, 'in') && this.#addValue(from + 2, end);
  }

  /** Where the name stands as a whole, or null when that is in very many places. */
  #placesOf(name: string): readonly number[] | null {
    const { bytes, end } = this.#text;
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, end);
    const places: number[] = [];
    for (let at = buffer.indexOf(name); at >= 0; at = buffer.indexOf(name, at + name.length)) {
      if (this.#text.isNameAt(at - 1) || this.#text.isNameAt(at + name.length)) continue;
      places.push(at);
      if (places.length > PLACES_MAX) return null;
    }
    return places;
  }

  #passesArguments(): boolean {
    return this.#indexesOf('()').length > 0 || this.#indexesOf('set --').length > 0;
  }

  #functionNames(): ReadonlySet<number> {
    const names = new Set<number>();
    const text = this.#text;
    for (const at of this.#indexesOf('()')) {
      const last = text.skipBlanksBack(at - 1);
      names.add(text.hashOf(text.wordStart(last), last + 1));
    }
    for (const at of this.#indexesOf('function ')) {
      const end = text.nameEnd(at + 9);
      names.add(text.hashOf(text.wordStart(end - 1), end));
    }
    return names;
  }

  /** The last words of the names of files that the text writes. */
  #writtenNames(): ReadonlySet<number> {
    const names = new Set<number>();
    for (const at of [...this.#indexesOf('>'), ...this.#indexesOf('tee ')]) {
      const isRedirect = this.#text.at(at) === CODE.greater;
      const name = this.#lastWord(isRedirect ? at + 1 : at + 4);
      if (name !== 0) names.add(name);
    }
    return names;
  }

  /** The hash of the last word of the path from `at` on; 0 for `/dev/null` and descriptors. */
  #lastWord(at: number): number {
    const text = this.#text;
    let end = text.skipBlanks(at);
    if (text.at(end) === CODE.ampersand || text.at(end) === CODE.greater) return 0;
    let last = -1;
    const limit = end + REGION_LENGTH_MAX;
    for (; end < limit && !isBlank(text.at(end)) && !isEnd(text.at(end)); end++) {
      if (text.isWordAt(end)) last = end;
    }
    if (last < 0) return 0;
    const start = text.wordStart(last);
    return text.isWord(start, 'null') ? 0 : text.hashOf(start, last + 1);
  }

  #indexesOf(what: string): readonly number[] {
    const { bytes, end } = this.#text;
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, end);
    const found: number[] = [];
    for (let at = buffer.indexOf(what); at >= 0; at = buffer.indexOf(what, at + 1)) found.push(at);
    return found;
  }
}

const DECLARING = ['local', 'export', 'declare', 'typeset', 'readonly', 'unset', 'arg'];

/** Whether a quote that opens in the stretch does not close in it. */
export function hasOpenQuote(text: ByteText, start: number, end: number): boolean {
  let open = 0;
  for (let at = start; at < end; at++) {
    const code = text.at(at);
    if (code === CODE.backslash && open !== CODE.apostrophe) at++;
    else if (open !== 0) open = code === open ? 0 : open;
    else if (isQuote(code)) open = code;
  }
  return open !== 0;
}

function isEnd(code: number): boolean {
  return code === CODE.semicolon || code === CODE.bar || code === CODE.ampersand;
}
