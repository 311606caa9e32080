/**
 * Cues of what makes text of other text: tools that decode, print without a line's end, cut, or put
 * letters for others.
 */
import { pattern } from '../../base/regex.ts';
import { type ByteText, CODE, isBlank, isQuote } from './byte-text.ts';
import {
  COMMAND_LENGTH_MAX,
  commandEnd,
  endsCommand,
  isCloser,
  isCommandAt,
  isGluedToName,
  isOpener,
} from './command-text.ts';
import type { Cue } from './cues.ts';
import { type CutRegion, hasOpenQuote, type Region } from './cut-material.ts';
import type { JoinedWords } from './glue.ts';

/** Ranges of `tr` other than those of all letters. */
const OTHER_RANGE = pattern('[B-Yb-y0-9]-|-[B-Yb-y]');
const ANY_WORD = pattern('[a-zA-Z0-9]');
const CONTROL_ESCAPE = pattern('\\\\[nrt0]', 'g');
/** Options of `tr`. */
const OPTION = pattern(' -[a-zA-Z]', 'g');
/** The flag of a substitution that is made at every place. */
const GLOBAL = pattern('[^a-zA-Z0-9 ][0-9Iip]{0,4}g|;');
const QUOTING = pattern('["\'`\\\\]');
const ONE_PIECE = ['cut', 'head', 'tail', 'tac', 'basename'];
/** Commands whose output may be known, and words that stand before a command. */
const KNOWN_PRINTERS: ReadonlySet<string> = new Set(
  (
    'echo printf cat tee base64 base32 openssl xxd rev tac tr sed cut head tail gunzip zcat gzip ' +
    'zlib pigz unpigz zstd zstdcat unzstd xz unxz xzcat bzip2 bunzip2 bzcat lzma unlzma brotli ' +
    'seq yes od hexdump awk gawk perl python python3 php ruby node sh bash eval source command ' +
    'builtin exec env sudo doas nohup time timeout nice then do else elif if while until for case ' +
    'in RUN run script cmd value echo'
  ).split(' '),
);
/** Pipe lines of cutting tools that are kept; past it the sweep stops. */
const REGIONS_MAX = 200;

export class TextCues {
  stopped = false;
  /** Words are put together with others. */
  joins = false;
  /** What is inside words may be put together too: they are split elsewhere, or filled in. */
  opensEdges = false;
  /** Something that is packed is unpacked. */
  unpacks = false;
  /** Pipe lines whose text is cut. */
  readonly cuts: CutRegion[] = [];
  /** What cutting tools are given that read files: those may be written by the text. */
  readonly reads: Region[] = [];
  /** Names of commands that print something unknown, unless they are functions of the text. */
  readonly printers: Region[] = [];
  readonly #text: ByteText;

  readonly #joined: JoinedWords;

  constructor(text: ByteText, joined: JoinedWords) {
    this.#text = text;
    this.#joined = joined;
  }

  begin(): void {
    this.stopped = false;
    this.joins = false;
    this.opensEdges = false;
    this.unpacks = false;
    this.cuts.length = 0;
    this.reads.length = 0;
    this.printers.length = 0;
  }

  /** `base64`, `openssl`, `xxd`. */
  readDecoder(start: number, end: number): void {
    this.stopped ||= this.#decodes(start, end);
  }

  /** `xargs -I%`, `parallel`, `-split`: what is inside of words may be filled in or taken out. */
  readFiller(start: number, end: number): void {
    const text = this.#text;
    const close = commandEnd(text, end);
    const isXargs = text.isWord(start, 'xargs');
    const fills = isXargs
      ? close < 0 || this.#hasOption(end, close, 'i')
      : text.at(start - 1) === CODE.dash || isCommandAt(text, start);
    if (!fills) return;
    this.joins = true;
    this.opensEdges = true;
  }

  /** Whether an option of the command begins with the letter, in either case. */
  #hasOption(from: number, to: number, letter: string): boolean {
    const text = this.#text;
    for (let at = from; at < to; at++) {
      if (text.at(at) !== CODE.dash || !isBlank(text.at(at - 1))) continue;
      const letters = text.slice(at, text.wordEnd(at + 1)).toLowerCase();
      if (letters.includes(letter) || text.isWord(at + 2, 'replace')) return true;
    }
    return false;
  }

  /** `printf`, `echo`. */
  readPrinter(start: number, end: number): void {
    this.joins ||= this.#printsGlued(start, end);
  }

  /** `base64 -d`, `openssl enc -d`, `xxd -r`; what the options come to may stand in a variable. */
  #decodes(start: number, end: number): boolean {
    const text = this.#text;
    // `openssl-dev`, `libbase64.so`: no command.
    const next = text.at(end);
    if (!isBlank(next) && !isQuote(next) && next !== CODE.openParenthesis && next !== CODE.dot) {
      return false;
    }
    const isOpenssl = text.isWord(start, 'openssl');
    const isHex = text.isWord(start, 'xxd');
    const stop = commandEnd(text, end);
    if (stop < 0) return true;
    for (let at = end; at < stop; at++) {
      const code = text.at(at);
      if (code === CODE.dollar && isBlank(text.at(at - 1))) return true;
      if (
        isOpenssl &&
        isBlank(text.at(at - 1)) &&
        (text.isWord(at, 'enc') || text.isWord(at, 'base64'))
      ) {
        return true;
      }
      if (code !== CODE.dash || text.isWordAt(at - 1)) continue;
      const letters = text.slice(at + 1, text.wordEnd(at + 1)).toLowerCase();
      if (letters.includes(isHex ? 'r' : 'd') && !isOpenssl) return true;
    }
    return next === CODE.dot || next === CODE.openParenthesis;
  }

  /** `kind: Secret`: readers undo the encoding of what follows. */
  readSealed(start: number): void {
    const text = this.#text;
    let before = start - 1;
    while (text.at(before) === CODE.blank || isQuote(text.at(before))) before--;
    if (text.at(before) !== CODE.colon) return;
    const last = isQuote(text.at(before - 1)) ? before - 2 : before - 1;
    this.stopped ||= text.isWord(text.wordStart(last), 'kind');
  }

  /** A format that glues its arguments to something, or a text that ends without a line's end. */
  #printsGlued(start: number, end: number): boolean {
    const text = this.#text;
    const first = text.skipBlanks(end);
    if (first === end) return false;
    if (text.isWord(start, 'echo')) {
      return text.at(first) === CODE.dash && text.isWordAt(first + 1);
    }
    const quote = text.at(first);
    if (!isQuote(quote)) return true;
    let at = first + 1;
    for (; text.at(at) !== quote; at++) {
      const code = text.at(at);
      if (code === 0 || at - first > COMMAND_LENGTH_MAX) return true;
      if (code === CODE.backslash) at++;
      else if (code === CODE.percent && text.isWordAt(at - 1) && text.at(at - 2) !== CODE.backslash)
        return true;
      else if (code === CODE.percent && this.#isGluedConversion(at + 1)) return true;
    }
    return text.at(at - 1) !== 110 || text.at(at - 2) !== CODE.backslash;
  }

  /** `%s` of `%srig` or `%s%s`; from behind the `%`. */
  #isGluedConversion(from: number): boolean {
    const text = this.#text;
    let at = from;
    if (text.at(at) === CODE.percent) return false;
    while (at - from < 8 && !isLetter(text.at(at))) at++;
    const next = text.at(at + 1);
    // The `rig` of `%srig` is a word.
    if (text.isWordAt(at + 1)) {
      const end = text.wordEnd(at + 1);
      this.#joined.addWord(text.hashOf(at + 1, end), at + 1, end);
    }
    return text.isWordAt(at + 1) || next === CODE.percent || next === CODE.dollar;
  }

  /** Keeps the pipe line of a cutting tool, from its line's start to its command's end. */
  readCut(cue: Cue, start: number, end: number): void {
    const text = this.#text;
    // Tools have no capitals: `HEAD` is Git's. `"$rev"` and `/rev-parse` are none.
    const isTool = !isCapital(text.at(start)) && !isGluedToName(text.at(start - 1));
    if (!isTool || !(isBlank(text.at(end)) || endsCommand(text.at(end)) || isCloser(text.at(end))))
      return;
    const close = commandEnd(text, end);
    const stop = this.#inputEnd(end, close);
    if (cue === 'maps' && this.#readMap(start, end, stop)) return;
    const from = this.#pipeStart(start);
    const goesWrong = close < 0 || from < 0 || this.cuts.length >= REGIONS_MAX;
    if (goesWrong) this.stopped = true;
    else if (this.#isFed(from, start, close)) {
      const last = Math.max(stop, this.#quotedEnd(from, stop), this.#documentEnd(end, close));
      this.cuts.push({ start: from, end: last, pieces: this.#piecesOf(start, close) });
    } else this.reads.push({ start: end, end: stop });
  }

  /** Whether what the tool is given may stand in the text: by a pipe or a here-string. */
  #isFed(line: number, start: number, close: number): boolean {
    const text = this.#text;
    // `basename x y` cuts `y` off the end of `x`.
    if (text.isWord(start, 'basename')) return this.#cutsEnding(start + 8, close);
    if (this.#hasHereString(start, close)) return true;
    const pipe = text.skipBlanksBack(this.#toolStart(start) - 1);
    if (text.at(pipe) !== CODE.bar) return false;
    return this.#isKnownPrinter(this.#stageStart(line, pipe), pipe);
  }

  /** Whether the second operand cuts inside a word: `.sh` does not, and a lone one cuts nothing. */
  #cutsEnding(from: number, to: number): boolean {
    const text = this.#text;
    let second = from;
    for (let words = 0; words < 2 && second < to; words++) {
      while (words > 0 && !isBlank(text.at(second))) second++;
      second = text.skipBlanks(second);
    }
    while (isQuote(text.at(second))) second++;
    return second < to && text.at(second) !== CODE.dot;
  }

  /**
   * Where the here-document ends that the tool is given, or 0: where its mark stands for the last
   * time, since an indented mark may end it or not.
   */
  #documentEnd(from: number, to: number): number {
    const text = this.#text;
    for (let at = from; at < to + 2; at++) {
      if (text.at(at) !== CODE.less || text.at(at + 1) !== CODE.less) continue;
      if (text.at(at + 2) !== CODE.less) return this.#lastMark(at + 2);
      at += 2;
    }
    return 0;
  }

  /** From behind `<<`. */
  #lastMark(behind: number): number {
    const text = this.#text;
    let start = behind;
    while (text.at(start) === CODE.dash || isBlank(text.at(start)) || isQuoting(text.at(start))) {
      if (start++ >= text.end) break;
    }
    const mark = text.slice(start, text.nameEnd(start));
    const { buffer, byteOffset } = text.bytes;
    return Buffer.from(buffer, byteOffset, text.end).lastIndexOf(mark) + mark.length;
  }

  /** `<<< x` and `< <(x)`; what a file holds is not in the text. */
  #hasHereString(from: number, to: number): boolean {
    const text = this.#text;
    let quote = 0;
    for (let at = from; at < to + 3; at++) {
      const code = text.at(at);
      if (quote !== 0) quote = code === quote ? 0 : quote;
      else if (code === CODE.apostrophe || code === CODE.quote) quote = code;
      else if (code === CODE.less) {
        const next = text.at(at + 1);
        const isFile = next !== CODE.less && next !== CODE.openParenthesis;
        if (!isFile || text.at(text.skipBlanks(at + 1)) === CODE.less) return true;
      }
    }
    return false;
  }

  /** The tool with the folder and the wrappers before it: `/bin/sed`, `sudo sed`. */
  #toolStart(start: number): number {
    const text = this.#text;
    let at = start;
    while (
      !isBlank(text.at(at - 1)) &&
      !endsCommand(text.at(at - 1)) &&
      start - at < COMMAND_LENGTH_MAX
    )
      at--;
    return at;
  }

  /** Where the first command of a pipe line begins, quotes apart. */
  #stageStart(line: number, pipe: number): number {
    const text = this.#text;
    let quote = 0;
    let at = pipe;
    for (; at > line; at--) {
      const code = text.at(at - 1);
      if (quote !== 0) quote = code === quote ? 0 : quote;
      else if (code === CODE.apostrophe || code === CODE.quote) quote = code;
      else if (isOpener(code) || code === CODE.semicolon || code === CODE.ampersand) break;
    }
    return text.skipBlanks(at);
  }

  /**
   * Whether the first command of the stretch may print what stands in the text. Programs print what
   * no text tells, apart from those that are known, functions, and what wraps another command.
   */
  #isKnownPrinter(start: number, pipe: number): boolean {
    const text = this.#text;
    const end = text.nameEnd(start);
    const name = text.slice(start, end);
    const isPlainName = end > start && end < pipe && isBlank(text.at(end));
    // What `cat` prints is what the text has written, if anything.
    if (isPlainName && name === 'cat' && !this.#hasHereString(start, pipe)) {
      this.reads.push({ start: end, end: pipe });
      return false;
    }
    if (!isPlainName || KNOWN_PRINTERS.has(name)) return true;
    this.printers.push({ start, end });
    return false;
  }

  /** Where what the command is given ends: what it prints goes elsewhere. */
  #inputEnd(from: number, to: number): number {
    for (let at = from; at < to; at++) if (this.#text.at(at) === CODE.greater) return at;
    return to;
  }

  /** `tr A-Z a-z`: tokens are the same in either case. */
  #foldsCase(start: number, stop: number): boolean {
    const given = this.#text.slice(start, stop);
    if (given.includes('upper:') && given.includes('lower:')) return true;
    return given.includes('A-Z') && given.includes('a-z') && !OTHER_RANGE.test(given);
  }

  /** `rev` and `tr`; true where nothing of it remains to be looked at. */
  #readMap(start: number, end: number, stop: number): boolean {
    if (this.#text.isWord(start, 'rev')) {
      this.stopped ||= isCommandAt(this.#text, start);
      return true;
    }
    if (this.#foldsCase(start, stop)) return true;
    const given = this.#text.slice(end, stop);
    const isDeleting = given.includes(' -d') || given.includes(' -s') || given.includes(' -c');
    const sets = given.replaceAll(CONTROL_ESCAPE, '').replaceAll(OPTION, '');
    if (sets.includes('$') || (ANY_WORD.test(sets) && !isDeleting)) {
      this.stopped = true;
      return true;
    }
    // What takes away or changes other characters leaves words whole, and puts them side by side.
    if (!ANY_WORD.test(sets)) this.opensEdges = this.joins = true;
    return !ANY_WORD.test(sets);
  }

  /** Of how many pieces of its input a tool makes one word: `cut` of one, `s/x/y/` of three. */
  #piecesOf(start: number, close: number): number {
    const text = this.#text;
    if (ONE_PIECE.some((name) => text.isWord(start, name))) return 1;
    const isGlobal = !text.isWord(start, 'sed') || GLOBAL.test(text.slice(start, close));
    return isGlobal ? Number.POSITIVE_INFINITY : 3;
  }

  #quotedEnd(from: number, stop: number): number {
    // A script of `sed` may hold what ends a command elsewhere: `s|a|b|`.
    return hasOpenQuote(this.#text, from, stop) ? this.#text.lineEnd(stop) : stop;
  }

  /** Where the pipe line begins, or -1 when that is not on the line of the cue. */
  #pipeStart(start: number): number {
    const text = this.#text;
    let line = text.lineStart(start);
    for (let lines = 0; text.at(text.skipBlanks(line)) === CODE.bar; lines++) {
      if (line === 0 || lines > 8) return -1;
      line = text.lineStart(line - 1);
    }
    if (start - line > COMMAND_LENGTH_MAX || hasOpenQuote(text, line, start)) {
      return this.#substitutionStart(start, line);
    }
    return this.#isFedByBlock(line, start) ? -1 : line;
  }

  /** Inside `"$(… | sed …)"` the quote that is open began before; the substitution is the line. */
  #substitutionStart(start: number, line: number): number {
    const text = this.#text;
    for (let at = start; at > line; at--) {
      const isOpen = text.at(at) === CODE.openParenthesis && text.at(at - 1) === CODE.dollar;
      if (isOpen && !hasOpenQuote(text, at, start) && this.#isUnclosed(at, start)) return at;
    }
    return -1;
  }

  /**
   * Whether the parenthesis at `open` certainly does not close before `to`. Others are counted only
   * where nothing is quoted, since a quoted one is none.
   */
  #isUnclosed(open: number, to: number): boolean {
    const between = this.#text.slice(open, to);
    if (!between.includes(')')) return true;
    if (QUOTING.test(between)) return false;
    let depth = 1;
    for (let at = 1; at < between.length && depth > 0; at++) {
      if (between[at] === ')') depth--;
      else if (between[at] === '(' && between[at - 1] === '$') depth++;
    }
    return depth > 0;
  }

  /** `done | sed`, `} | sed`, `f <<END | sed`: the text comes from other lines. */
  #isFedByBlock(line: number, start: number): boolean {
    const text = this.#text;
    for (let at = line; at < start; at++) {
      const code = text.at(at);
      if (code === CODE.less && text.at(at + 1) === CODE.less && text.at(at + 2) !== CODE.less) {
        return true;
      }
      if (code !== CODE.bar) continue;
      const last = text.skipBlanksBack(at - 1);
      const closes = text.at(last) === CODE.closeBrace || text.at(last) === CODE.closeParenthesis;
      if (closes && text.at(last - 1) !== CODE.closeParenthesis) {
        const isBlock = isBlank(text.at(last - 1)) || last === text.skipBlanks(line);
        if (isBlock) return true;
      }
      const word = text.wordStart(last);
      const isEnd =
        text.isWord(word, 'done') || text.isWord(word, 'fi') || text.isWord(word, 'esac');
      if (isEnd && last >= word) return true;
    }
    return false;
  }

  /** `IFS=x` splits words at letters; other separators leave them whole. */
  readSplit(end: number): void {
    const text = this.#text;
    if (text.at(end) !== CODE.equals) return;
    let at = end + 1;
    while (isQuote(text.at(at)) || text.at(at) === CODE.dollar || text.at(at) === CODE.backslash)
      at++;
    // `IFS=$'\n'` names its separator with a letter.
    const isEscape = text.at(at - 1) === CODE.backslash;
    if (text.isWordAt(at) && !isEscape) this.stopped = true;
    // Separators other than blanks end words inside of others.
    if (!isBlank(text.at(at)) && !isEscape) this.opensEdges = true;
    // Without separators `"$*"` joins its words.
    if (isBlank(text.at(at)) && at > end + 1) this.joins = true;
  }
}

function isQuoting(code: number): boolean {
  return isQuote(code) || code === CODE.backslash;
}

function isCapital(code: number): boolean {
  return code >= 65 && code <= 90;
}

function isLetter(code: number): boolean {
  const lower = code | 32;
  return lower >= 97 && lower <= 122;
}
