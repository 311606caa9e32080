/**
 * Glue: the ways in which a shell, or a reader of another dialect, puts one word together from
 * parts, so that the token a rule looks for never stands in the text. Each is recognised from the
 * byte that does it and a few around it, and comes to one of four things:
 *
 *   joined    the parts stand side by side, so the word is known: x""m  "xm"'rig'  x\mrig
 *   starts    the word begins with what stands there: v$A  lib$(x)
 *   ends      it ends with what stands there: ${A}rig  $(x)64
 *   any       nothing of it stands there: $A$B  x{m,}rig  a+="$b"  'xm' + $B
 *
 * What cannot be told from the words of the text at all stops the sweep: numeric escapes (\x78),
 * expansions that cut (${A#x}), ranges of letters ({a..z}). What needs a whole word to hide
 * (`base64`, `printf`) stands in `cues.ts`, and `piece-index.ts` says what words can come to.
 *
 * The text may be YAML, a Dockerfile or JSON around the shell's, with quotes of its own. Every
 * reading that is possible is taken, so that being wrong costs a scan and never a miner.
 */
import { type ByteText, CODE, isBlank, isDigit, isQuote } from './byte-text.ts';
import type { CutRegion } from './cut-material.ts';
import { isAlphanumeric } from './token.ts';

/** Quotes and backslashes in a row that are looked over; more of them stop the sweep. */
const QUOTES_MAX = 8;
/** Parts of one word that are joined; more of them stop the sweep. */
const PARTS_MAX = 12;
/** Bytes of a variable's name or of a list in braces that are looked over. */
const NAME_LENGTH_MAX = 64;
const BRACES_LENGTH_MAX = 200;
/** Beginnings and ends kept of one text; past it the sweep stops. */
const GLUED_MAX = 1_000;

/** Is told of words whose parts stand together. */
export interface JoinedWords {
  addWord(hash: number, start: number, end: number): void;
  addFlag(hash: number): void;
}

/** What the glue of one text comes to. */
export class GlueReader {
  /** Places where whole words stand side by side. */
  joints = 0;
  /** Places where parts stand side by side that are known. */
  seams = 0;
  /** A variable is made of itself and another one, so that a loop may go on adding. */
  grows = false;
  flags = false;
  /** Something was glued, if only to what is no part of a token. */
  isGlued = false;
  stopped = false;
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  /** Variables whose values are cut (`${A#x}`), each with the stretch of its expansion. */
  readonly cuts: (CutRegion & { readonly name: string })[] = [];
  /** A byte is written by its number. */
  hasNumbers = false;
  readonly #joined: JoinedWords;
  readonly #text: ByteText;

  constructor(text: ByteText, joined: JoinedWords) {
    this.#text = text;
    this.#joined = joined;
  }

  begin(): void {
    this.joints = 0;
    this.seams = 0;
    this.grows = false;
    this.flags = false;
    this.isGlued = false;
    this.stopped = false;
    this.starts.length = 0;
    this.ends.length = 0;
    this.cuts.length = 0;
    this.hasNumbers = false;
  }

  /** Takes the byte at `at`, which `CHARACTERS` says can glue. */
  read(at: number): void {
    switch (this.#text.at(at)) {
      case CODE.apostrophe:
      case CODE.quote:
        this.#joinBehind(at);
        return;
      case CODE.backtick:
        this.#readBacktick(at);
        return;
      case CODE.dollar:
        this.#readDollar(at);
        return;
      case CODE.backslash:
        this.#readBackslash(at);
        return;
      case CODE.openBrace:
        this.#readBraces(at);
        return;
      case CODE.closeBrace:
      case CODE.closeParenthesis:
        this.#addEnd(at + 1);
        return;
      case CODE.plus:
        this.#readPlus(at);
    }
  }

  #stop(): void {
    this.stopped = true;
  }

  #addAny(at: number): void {
    this.joints++;
    this.isGlued = true;
    this.grows ||= this.#isGrowing(at);
  }

  /** `w=$w$c`: the word at `at` gives a variable that it names. */
  #isGrowing(at: number): boolean {
    const text = this.#text;
    let start = at;
    while (!isBlank(text.at(start - 1)) && at - start < BRACES_LENGTH_MAX) start--;
    const equals = text.nameEnd(start);
    if (at - start >= BRACES_LENGTH_MAX) return true;
    if (equals === start || text.at(equals) !== CODE.equals) return false;
    const name = text.hashOf(start, equals);
    for (let i = equals; i < equals + BRACES_LENGTH_MAX && !isBlank(text.at(i)); i++) {
      if (text.at(i) !== CODE.dollar) continue;
      const from = text.at(i + 1) === CODE.openBrace ? i + 2 : i + 1;
      if (text.hashOf(from, text.nameEnd(from)) === name) return true;
    }
    return false;
  }

  /** The first byte before `at` that is no quote, backslash or `$` of `$'…'`. */
  #beforeQuotes(at: number): number {
    let before = at - 1;
    while (isQuoting(this.#text.at(before)) && at - before <= QUOTES_MAX) before--;
    if (at - before > QUOTES_MAX) this.#stop();
    return before;
  }

  /** The first byte from `at` on that is no quote and no backslash; `\` and a line's end join. */
  #behindQuotes(at: number): number {
    let next = at;
    for (let count = 0; count <= QUOTES_MAX; count++) {
      const code = this.#text.at(next);
      if (code === CODE.backslash && this.#text.at(next + 1) === CODE.newline)
        next = this.#lineStart(next + 2);
      else if (isQuoting(code)) next++;
      else if (code === CODE.dollar && isQuote(this.#text.at(next + 1))) next += 2;
      else return next;
    }
    this.#stop();
    return next;
  }

  /** YAML drops the indentation behind an escaped line break, a shell does not. */
  #lineStart(at: number): number {
    let next = at;
    while (this.#text.at(next) === CODE.blank || this.#text.at(next) === CODE.tab) next++;
    return next;
  }

  /** Joins the word that ends before the quoting at `at` with those that follow it. */
  #joinBehind(at: number): void {
    if (!this.#text.isWordAt(at - 1)) {
      if (this.#text.at(at - 1) === CODE.dash) this.#joinFlag(at);
      return;
    }
    const start = this.#text.wordStart(at - 1);
    let hash = this.#text.hashOf(start, at);
    let end = at;
    for (let parts = 0; parts < PARTS_MAX; parts++) {
      const next = this.#behindQuotes(end);
      if (next === end || !this.#text.isWordAt(next)) {
        this.#joinBraces(next);
        return;
      }
      // `xm\nrig` may hold a line break, and `rig` be a word.
      if (this.#text.at(next - 1) === CODE.backslash) {
        const end = this.#text.wordEnd(next);
        this.#joined.addWord(this.#text.hashOf(next + 1, end, hash), start, end);
      }
      end = this.#text.wordEnd(next);
      hash = this.#text.hashOf(next, end, hash);
      this.isGlued = true;
      this.seams++;
      this.#joined.addWord(hash, start, end);
    }
    this.#stop();
  }

  /** `-"o"`. */
  #joinFlag(at: number): void {
    const start = this.#behindQuotes(at);
    if (this.#text.isWordAt(start))
      this.#joined.addFlag(this.#text.hashOf(start, this.#text.wordEnd(start)));
  }

  /** `"x"{m,}rig`. */
  #joinBraces(at: number): void {
    if (this.#text.at(at) === CODE.openBrace && this.#bracesEnd(at) > 0) this.#addAny(at);
  }

  /** A command substitution, or an escape of PowerShell and of some Dockerfiles. */
  #readBacktick(at: number): void {
    this.#joinBehind(at);
    const before = this.#text.at(at - 1);
    if (this.#endsExpansion(at - 1)) this.#addAny(at);
    else if (before === CODE.backtick) {
      if (!isBlank(this.#text.at(at - 2)) && !isBlank(this.#text.at(at + 1))) this.#addAny(at);
    } else if (this.#text.isWordAt(at - 1)) this.#addStart(at - 1);
    this.#addEnd(at + 1);
  }

  #readDollar(at: number): void {
    const next = this.#text.at(at + 1);
    if (isQuote(next)) {
      this.#joinBehind(at);
      return;
    }
    if (!expands(next)) return;
    if (next === CODE.openBrace && this.#cuts(at + 2)) this.#addCut(at + 2);
    this.#readLeft(at);
    if (next !== CODE.openBrace && next !== CODE.openParenthesis)
      this.#addEnd(this.#nameEnd(at + 1));
  }

  /** What an expansion at `at` is glued to. */
  #readLeft(at: number): void {
    const before = this.#beforeQuotes(at);
    const code = this.#text.at(before);
    if (this.#endsExpansion(before)) this.#addAny(at);
    else if (this.#text.isWordAt(before)) this.#addStart(before);
    else if (code === CODE.dash && !this.#text.isWordAt(before - 1)) {
      this.flags = true;
      this.isGlued = true;
    }
  }

  /** Whether `}`, `)`, a backtick, `$NAME`, `$1`, `$@` or `$*` ends there. */
  #endsExpansion(at: number): boolean {
    const code = this.#text.at(at);
    if (code === CODE.closeBrace || code === CODE.closeParenthesis || code === CODE.backtick)
      return true;
    if (code === CODE.at || code === CODE.star) return this.#text.at(at - 1) === CODE.dollar;
    let start = at;
    while (this.#text.isWordAt(start) || this.#text.at(start) === CODE.underscore) start--;
    return start < at && this.#text.at(start) === CODE.dollar;
  }

  /** The word that ends at `last` goes on with something unknown. */
  #addStart(last: number): void {
    const start = this.#text.wordStart(last);
    const before = this.#beforeQuotes(start);
    // What stands before it belongs to the word as well: `"x"m$A`, `${A}m$B`.
    const isInside = before < start - 1 && this.#text.isWordAt(before);
    if (isInside || this.#endsExpansion(before)) this.#addAny(last);
    this.isGlued = true;
    this.#keep(this.starts, this.#text.hashOf(start, last + 1));
  }

  /** The word behind the quotes from `at` on begins with something unknown. */
  #addEnd(at: number): void {
    const start = this.#behindQuotes(at);
    if (!this.#text.isWordAt(start)) {
      this.#joinBraces(start);
      return;
    }
    const end = this.#text.wordEnd(start);
    const next = this.#behindQuotes(end);
    const goesOn = next > end && this.#text.isWordAt(next);
    if (goesOn || this.#text.at(next) === CODE.dollar || this.#text.at(next) === CODE.backtick)
      this.#addAny(at);
    this.isGlued = true;
    this.#keep(this.ends, this.#text.hashOf(start, end));
    if (this.#text.at(start - 1) === CODE.backslash)
      this.#keep(this.ends, this.#text.hashOf(start + 1, end));
  }

  #keep(list: number[], hash: number): void {
    if (list.length < GLUED_MAX) list.push(hash);
    else this.#stop();
  }

  #nameEnd(at: number): number {
    if (!this.#text.isWordAt(at) && this.#text.at(at) !== CODE.underscore) return at + 1;
    if (isDigit(this.#text.at(at))) return at + 1;
    let end = at;
    while (this.#text.isWordAt(end) || this.#text.at(end) === CODE.underscore) end++;
    return end;
  }

  /** `${A#x}`, `${A%x}`, `${A/x/y}`, `${A:1}` or `${A@E}`, from the first byte of the name. */
  #cuts(from: number): boolean {
    const name = this.#text.at(from) === 33 ? from + 1 : from;
    const end = this.#text.nameEnd(name);
    if (end === name) return false;
    const isList = this.#text.at(end) === CODE.openBracket;
    const at = isList ? this.#indexEnd(end) : end;
    const operator = this.#text.at(at);
    if (operator === CODE.colon) {
      // `${A[@]:1}` takes whole elements of a list.
      const isSlice =
        isList && (this.#text.at(end + 1) === CODE.at || this.#text.at(end + 1) === CODE.star);
      return !isSlice && !isDefault(this.#text.at(at + 1));
    }
    return (
      operator === CODE.hash ||
      operator === CODE.percent ||
      operator === CODE.slash ||
      operator === CODE.at
    );
  }

  #addCut(from: number): void {
    const text = this.#text;
    const name = text.at(from) === CODE.exclamation ? from + 1 : from;
    const end = text.nameEnd(name);
    const isIndirect = name > from;
    const isTooLong = end - name > NAME_LENGTH_MAX || this.cuts.length >= GLUED_MAX;
    if (isIndirect || isTooLong) this.#stop();
    else {
      const pieces = this.#piecesOf(end);
      const region = { start: end, end: this.#closeOf(end), pieces };
      this.cuts.push({ ...region, name: text.slice(name, end) });
    }
  }

  /** `${A#x}` leaves one piece, `${A/x/y}` makes a word of three, `${A//x/}` of any number. */
  #piecesOf(operator: number): number {
    const text = this.#text;
    let at = operator;
    if (text.at(at) === CODE.openBracket) at = this.#indexEnd(at);
    if (text.at(at) !== CODE.slash) return text.at(at) === CODE.at ? Number.POSITIVE_INFINITY : 1;
    return text.at(at + 1) === CODE.slash ? Number.POSITIVE_INFINITY : 3;
  }

  #closeOf(from: number): number {
    let at = from;
    while (this.#text.at(at) !== CODE.closeBrace && at - from < BRACES_LENGTH_MAX) at++;
    return at;
  }

  /** Behind the `]` of an index. */
  #indexEnd(open: number): number {
    let at = open;
    while (this.#text.at(at) !== CODE.closeBracket && at - open < NAME_LENGTH_MAX) at++;
    return at + 1;
  }

  #readBackslash(at: number): void {
    const next = this.#text.at(at + 1);
    if (isDigit(next)) this.#readNumber(at + 1, 8, 3 + Number(next === 48));
    else if (next === 120 || next === 88) this.#readNumber(at + 2, 16, 2);
    else if (next === 117 || next === 85) this.#readNumber(at + 2, 16, next === 117 ? 4 : 8);
    else if (isEscapeLetter(next) && this.#text.isWordAt(at + 2)) {
      // `\nxmrig` in a string: the letter belongs to the escape and not to the word.
      this.#addWordAt(at + 2);
    }
    this.#joinBehind(at);
  }

  #addWordAt(start: number): void {
    const end = this.#text.wordEnd(start);
    if (end > start) this.#joined.addWord(this.#text.hashOf(start, end), start, end);
  }

  /**
   * A character by its number. One that belongs to words stops the sweep, as does one whose digits
   * are glued. Notations differ in how many digits they take, so each number of them is tried.
   */
  #readNumber(from: number, base: number, digitsMax: number): void {
    this.hasNumbers = true;
    const isOpen = this.#text.at(from) === CODE.openBrace;
    const start = isOpen ? from + 1 : from;
    let value = 0;
    let at = start;
    for (; at < start + digitsMax; at++) {
      const digit = digitOf(this.#text.at(at));
      if (digit >= base) break;
      value = value * base + digit;
      if (isAlphanumeric(value)) this.#stop();
      else this.#addWordAt(at + 1);
    }
    if (at < start + digitsMax && this.#mayGoOn(at)) this.#stop();
  }

  /** Whether digits may follow behind quotes or an expansion. */
  #mayGoOn(at: number): boolean {
    const next = this.#behindQuotes(at);
    const isGlued = next > at && this.#text.isWordAt(next);
    return isGlued || this.#text.at(next) === CODE.dollar || this.#text.at(next) === CODE.backtick;
  }

  /** `x{m,}rig`: a list in braces, glued to what stands before or behind it. */
  #readBraces(at: number): void {
    const close = this.#bracesEnd(at);
    if (close === 0) {
      this.#readPlace(at);
      return;
    }
    const before = this.#beforeQuotes(at);
    const next = this.#behindQuotes(close + 1);
    const goesOn = this.#text.isWordAt(next) || this.#text.at(next) === CODE.dollar;
    const isGlued = this.#text.isWordAt(before) || this.#endsExpansion(before) || goesOn;
    if (isGlued || this.#text.at(next) === CODE.openBrace || this.#text.at(before) === CODE.dash)
      this.#addAny(at);
  }

  /** A place that PowerShell's `-f` fills: `{0}{1}`, `xm{0}`. */
  #readPlace(at: number): void {
    if (this.#text.at(at - 1) === CODE.closeBrace) this.#addAny(at);
    else if (isDigit(this.#text.at(at + 1)) && this.#text.isWordAt(at - 1)) this.#addStart(at - 1);
  }

  /** Where a list in braces ends, or 0 when there is none. A range of letters stops the sweep. */
  #bracesEnd(at: number): number {
    if (this.#text.at(at - 1) === CODE.dollar || isBlank(this.#text.at(at + 1))) return 0;
    let isList = false;
    for (let i = at + 1; i < at + BRACES_LENGTH_MAX; i++) {
      const code = this.#text.at(i);
      if (code === CODE.closeBrace) return isList ? i : 0;
      if (code === CODE.comma) isList = true;
      else if (code === CODE.dot && this.#text.at(i + 1) === CODE.dot) {
        isList = true;
        if (this.#text.isWordAt(i - 1) && !isDigit(this.#text.at(i - 1))) this.#stop();
      } else if (isBlank(code)) return 0;
    }
    return isList ? at + BRACES_LENGTH_MAX : 0;
  }

  /** `a+=b` of shells, and `'xm' + $b` of PowerShell and of code in other languages. */
  #readPlus(at: number): void {
    if (this.#text.at(at + 1) === CODE.equals) {
      // PowerShell has blanks around it: `$a += 'rig'`.
      const isSpaced = this.#text.at(at - 1) === CODE.blank;
      const value = isSpaced ? this.#text.skipBlanks(at + 2) : at + 2;
      const code = this.#text.at(this.#behindQuotes(value));
      // `A+=" -x"` begins a word of its own, and so does what is added to a list or a number.
      if (!isBlank(code) && code !== CODE.openParenthesis) {
        this.#addAny(at);
        this.grows = true;
      }
      return;
    }
    let before = at - 1;
    while (this.#text.at(before) === CODE.blank && at - before < QUOTES_MAX) before--;
    let next = at + 1;
    while (this.#text.at(next) === CODE.blank && next - at < QUOTES_MAX) next++;
    const left = isQuote(this.#text.at(before)) || this.#endsExpansion(before);
    const right = isQuote(this.#text.at(next)) || this.#text.at(next) === CODE.dollar;
    const isIndexed =
      this.#text.at(before) === CODE.closeBracket || this.#text.at(next) === CODE.openBracket;
    if (
      (left &&
        (right || this.#text.isWordAt(next) || this.#text.at(next) === CODE.openParenthesis)) ||
      (right && (this.#text.isWordAt(before) || isIndexed))
    ) {
      this.#addAny(at);
    }
  }
}

function isQuoting(code: number): boolean {
  return code === CODE.apostrophe || code === CODE.quote || code === CODE.backslash;
}

/** The value of a digit, and a large number for anything else. */
function digitOf(code: number): number {
  if (isDigit(code)) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : 99;
}

/** What may follow the dollar of an expansion. */
function expands(code: number): boolean {
  if (isAlphanumeric(code) || code === CODE.underscore) return true;
  return (
    code === CODE.openBrace ||
    code === CODE.openParenthesis ||
    code === CODE.at ||
    code === CODE.star ||
    code === CODE.hash
  );
}

/** `${A:-b}`, `${A:=b}`, `${A:?b}` and `${A:+b}` do not cut. */
function isDefault(code: number): boolean {
  return code === CODE.dash || code === CODE.equals || code === 63 || code === CODE.plus;
}

/** `\a \b \e \f \n \r \t \v` and the `\N \L \P \E` of other notations. */
function isEscapeLetter(code: number): boolean {
  return 'abefnrtvNLPEcs'.includes(String.fromCharCode(code));
}
