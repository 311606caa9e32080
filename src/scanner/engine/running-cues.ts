/**
 * Cues of what runs: shells and interpreters that are given a file or an unknown text, files named
 * by their endings, tools that fetch. Files are kept as references; whether the tree holds them,
 * and what they hold, is not for a text to say.
 */
import { pattern } from '../../base/regex.ts';
import { type ByteText, CODE, isBlank, isDigit, isQuote } from './byte-text.ts';
import {
  commandEnd,
  endsCommand,
  endsWord,
  hasWordBefore,
  isCloser,
  isCommandAt,
  isGluedToName,
  isOpener,
  isRedirect,
  WRAPPING,
} from './command-text.ts';
import type { Region } from './cut-material.ts';

const ZERO = 48;
const REFERENCES_MAX = 400;
const PATH_LENGTH_MAX = 512;

/** Letters of options that carry code: `-c`, `-e`, `-ne`, `-r`, `-p`. */
const CODE_OPTION = pattern('[cerp]');

/** A word that may name a file of the tree. */
export interface Reference extends Region {
  /** Something is run for certain, so that not finding it leaves something unread. */
  readonly isKnown: boolean;
  /** It stands in a remark of a shell or of YAML, which only tricks could run. */
  readonly isRemark: boolean;
}

export class RunningCues {
  stopped = false;
  /** Words that may name a file of the tree that is run. */
  readonly references: Reference[] = [];
  /** Words that may name a folder in which later commands run. */
  readonly folders: Region[] = [];
  /** Tools that run files of their tree, each with its command. */
  readonly tools: (Region & { readonly name: string })[] = [];
  /** Tools that bring something from elsewhere. */
  readonly fetches: number[] = [];
  /** Code of another language stands on a command line. */
  hasCode = false;
  readonly #text: ByteText;

  constructor(text: ByteText) {
    this.#text = text;
  }

  begin(): void {
    this.stopped = false;
    this.hasCode = false;
    this.references.length = 0;
    this.folders.length = 0;
    this.tools.length = 0;
    this.fetches.length = 0;
  }

  /** `source x`. */
  readSource(start: number, end: number): void {
    if (this.#text.at(end) === CODE.blank && isCommandAt(this.#text, start)) this.#refer(end, true);
  }

  /** `./x` and `. x`, from the dot. */
  readDot(at: number): void {
    const text = this.#text;
    const next = text.at(at + 1);
    const before = text.at(at - 1);
    if (next === CODE.slash) {
      if (before !== CODE.dot && !text.isNameAt(at - 1)) this.#refer(at, this.#isUsed(at));
    } else if (
      next === CODE.blank &&
      (isBlank(before) || isOpener(before) || endsCommand(before))
    ) {
      if (isCommandAt(text, at) && !this.#isTemplate(at)) this.#refer(at + 1, true);
    }
  }

  /** `uses: ./x`: the definition runs it itself. */
  #isUsed(at: number): boolean {
    const text = this.#text;
    const before = isQuote(text.at(at - 1)) ? at - 2 : at - 1;
    const colon = text.skipBlanksBack(before);
    return text.at(colon) === CODE.colon && text.isWord(text.wordStart(colon - 1), 'uses');
  }

  /** `uses: a/b/.github/workflows/c.yml@v1`: a part of the definition that is not in its tree. */
  readBorrowed(start: number): void {
    const text = this.#text;
    const isFolder = text.at(start - 1) === CODE.slash && text.isWord(start - 7, 'github');
    if (isFolder && text.at(start - 9) === CODE.slash && text.at(start - 10) !== CODE.dot) {
      this.stopped ||= text.slice(text.lineStart(start), start).includes('uses:');
    }
  }

  /** The dot of `{{ include "x" . | quote }}`: the line of a template, which no shell reads. */
  #isTemplate(at: number): boolean {
    const text = this.#text;
    let close = text.skipBlanks(at + 1);
    if (text.at(close) === CODE.dash) close++;
    if (isCloser(text.at(close)) || endsCommand(text.at(close))) return true;
    return false;
  }

  /** `$SHELL x`: a shell by the variable that holds its path. */
  #readShellVariable(at: number, name: number): void {
    const text = this.#text;
    if (!text.isWord(name, 'shell') && !text.isWord(name, 'bash')) return;
    const end = text.wordEnd(name);
    if (text.at(end) === CODE.underscore || text.at(end) === CODE.colon) return;
    const isPiped = text.at(text.skipBlanksBack(at - 1)) === CODE.bar;
    const closed = text.at(end) === CODE.closeBrace ? end + 1 : end;
    if (isPiped || isCommandAt(text, at)) this.#readShellCommand(at, closed);
  }

  /** `"$0" again`: the script runs itself. */
  readSelf(at: number): void {
    const text = this.#text;
    const name = text.at(at + 1) === CODE.openBrace ? at + 2 : at + 1;
    if (text.at(name) !== ZERO) {
      this.#readShellVariable(at, name);
      return;
    }
    let word = at;
    while (isGluedToName(text.at(word - 1)) || text.at(word - 1) === CODE.slash) word--;
    if (!isCommandAt(text, word)) return;
    // `echo "Usage: $0"` has it behind a colon, where YAML has its values.
    const before = text.at(text.skipBlanksBack(isQuote(text.at(at - 1)) ? at - 2 : at - 1));
    if (before !== CODE.colon) this.stopped = true;
  }

  readShell(start: number, end: number): void {
    const text = this.#text;
    const before = text.at(start - 1);
    if (before === CODE.dot) {
      this.readScript(start, end);
      return;
    }
    const next = text.at(end);
    const isPart =
      before === CODE.dash ||
      before === CODE.underscore ||
      next === CODE.dash ||
      next === CODE.underscore ||
      next === CODE.dot ||
      next === CODE.slash ||
      next === CODE.colon ||
      next === CODE.equals ||
      before === CODE.dollar ||
      before === CODE.at;
    if (isPart) return;
    const word = this.#pathStart(start);
    if (text.at(word - 1) === CODE.exclamation || this.#isNamed(word)) return;
    this.#readShellCommand(word, end);
  }

  /** The beginning of `/usr/bin/bash` and `/bin/sh`. */
  #pathStart(start: number): number {
    const text = this.#text;
    let at = start;
    if (text.at(at - 1) !== CODE.slash) return at;
    while (!isBlank(text.at(at - 1)) && !endsWord(text.at(at - 1)) && !isOpener(text.at(at - 1))) {
      if (start - at > PATH_LENGTH_MAX || text.at(at - 1) === CODE.exclamation) break;
      at--;
    }
    return at;
  }

  /** `#!/bin/sh`, `shell: bash`, `SHELL=/bin/bash`: no command is run here. */
  #isNamed(word: number): boolean {
    const text = this.#text;
    const line = text.skipBlanks(text.lineStart(word));
    if (text.at(line) === CODE.hash) return true;
    const before = text.skipBlanksBack(word - 1);
    if (text.at(before) === CODE.equals) return before === word - 1 && this.#isAssigned(before);
    if (text.at(before) !== CODE.colon) return false;
    const key = text.wordStart(before - 1);
    return text.isWord(key, 'shell') || text.isWord(key, 'image');
  }

  /** `# Node affinity`, which is no `#!/usr/bin/env node`. */
  #isRemark(word: number): boolean {
    const text = this.#text;
    const line = text.skipBlanks(text.lineStart(word));
    return text.at(line) === CODE.hash && text.at(line + 1) !== CODE.exclamation;
  }

  /** Behind what stands between the words of a list as well: `"sh", "-c"`, `- sh` above `- -c`. */
  #skipListMark(from: number): number {
    const text = this.#text;
    let at = from;
    while (isQuote(text.at(at)) || text.at(at) === CODE.comma) at++;
    at = text.skipBlanks(at);
    if (text.at(at) === CODE.newline) {
      const next = text.skipBlanks(at + 1);
      const isItem = text.at(next) === CODE.dash && text.at(next + 1) === CODE.blank;
      if (!isItem) return at;
      at = text.skipBlanks(next + 1);
    }
    while (isQuote(text.at(at))) at++;
    return at;
  }

  /** Whether what stands before the equals sign is the name of a variable and nothing else. */
  #isAssigned(equals: number): boolean {
    const text = this.#text;
    let start = equals;
    while (text.isNameAt(start - 1)) start--;
    const before = text.at(start - 1);
    return start < equals && (isBlank(before) || isQuote(before) || endsCommand(before));
  }

  #readShellCommand(word: number, end: number): void {
    const text = this.#text;
    if (text.at(text.skipBlanksBack(word - 1)) === CODE.bar) {
      this.stopped = true;
      return;
    }
    let at = end;
    for (;;) {
      at = this.#skipListMark(at);
      if (text.at(at) !== CODE.dash && text.at(at) !== CODE.plus) break;
      const option = text.wordEnd(at + 1);
      const letters = text.slice(at + 1, option).toLowerCase();
      if (letters.includes('c') && text.at(at + 1) !== CODE.dash) return;
      if (option === at + 1 || text.isWord(at + 1, 's')) {
        this.stopped = true;
        return;
      }
      at = option;
      while (!isBlank(text.at(at)) && !endsCommand(text.at(at))) at++;
    }
    const code = text.at(at);
    if (code === CODE.less && text.at(at + 1) === CODE.less) return;
    if (isBlank(code) || endsCommand(code) || isRedirect(code) || isCloser(code)) {
      this.stopped ||= this.#isRun(word, end);
    } else this.#refer(at, true);
  }

  /** Whether a bare shell is run, and is not only named, as in `completion bash`. */
  #isRun(word: number, end: number): boolean {
    const text = this.#text;
    const isPath = text.slice(word, end).includes('/');
    const isBroken = text.at(word - 1) === CODE.newline && text.at(word - 2) === CODE.backslash;
    const isGlued = isBroken || (isQuote(text.at(word - 1)) && !isBlank(text.at(word - 2)));
    if (isPath || isGlued || text.at(word - 1) === CODE.equals) return true;
    return isCommandAt(text, word) || hasWordBefore(text, word, WRAPPING);
  }

  /** `python -c CODE`, `node -e CODE`, `python3 tool`. */
  readInterpreter(start: number, end: number): void {
    const text = this.#text;
    const before = text.at(start - 1);
    if (before === CODE.dot) {
      this.readScript(start, end);
      return;
    }
    // `python3.12` too.
    const name = text.at(end) === CODE.dot ? versionEnd(text, end) : end;
    if (name > end && isNamePart(text.at(name)) && isCommandAt(text, start)) this.stopped = true;
    if (isGluedToName(before) || isNamePart(text.at(name)) || text.at(name) === 0) return;
    if (isQuote(text.at(name)) && text.at(name + 1) === CODE.colon) return;
    // What a redirection names is no argument.
    if (isRedirect(text.at(name))) {
      this.stopped = true;
      return;
    }
    const isPiped = text.at(text.skipBlanksBack(start - 1)) === CODE.bar;
    // A step or a script of its own language: `shell: python`, `#!/usr/bin/env node`.
    if (this.#isNamed(start) && !this.#isRemark(start)) this.hasCode = true;
    let at = isQuote(text.at(name)) ? name + 1 : name;
    for (at = text.skipBlanks(at); text.at(at) === CODE.dash; at = text.skipBlanks(at)) {
      const option = text.wordEnd(at + 1);
      const letters = text.slice(at + 1, option);
      if (letters === 'm') return;
      if (CODE_OPTION.test(letters) && text.at(at + 1) !== CODE.dash) {
        this.#readCode(start, letters);
        return;
      }
      at = option;
      while (!isBlank(text.at(at))) at++;
    }
    const next = text.at(at);
    const isBare = isBlank(next) || endsCommand(next) || isRedirect(next) || next === CODE.comma;
    // Bare, it runs what comes in.
    const closes = isCloser(next) && !isQuote(next) && !text.isNameAt(at + 1);
    if (isBare || closes) this.stopped ||= isPiped || isRedirect(next);
    else if (next !== CODE.openParenthesis) this.#refer(at, true);
  }

  /** Code on the command line prints what is made of words of the text, unless it is tricky. */
  #readCode(start: number, letters: string): void {
    this.hasCode = true;
    // `perl -pe s/x//` and `ruby -ne` cut what they are given.
    const isFed = this.#text.at(this.#text.skipBlanksBack(start - 1)) === CODE.bar;
    if (isFed && (letters.includes('p') || letters.includes('n'))) this.stopped = true;
  }

  /** A file by its ending: `x.py`. */
  readScript(start: number, end: number): void {
    const text = this.#text;
    if (text.at(start - 1) !== CODE.dot || text.isNameAt(end) || text.at(end) === CODE.dash) return;
    if (text.at(end) === CODE.dot && text.isNameAt(end + 1)) return;
    let from = start;
    while (!isBlank(text.at(from - 1)) && !endsWord(text.at(from - 1))) from--;
    this.#refer(from, false);
  }

  readFetch(start: number, end: number): void {
    const text = this.#text;
    const before = text.at(start - 1);
    const next = text.at(end);
    const isCommand = (isBlank(next) || isQuote(next)) && before !== CODE.dash;
    const line = text.skipBlanks(text.lineStart(start));
    if (!isCommand || text.at(line) === CODE.hash || hasWordBefore(this.#text, start, INSTALLING))
      return;
    this.fetches.push(start);
  }

  /** `hack/verify`, `"$DIR"/run`, `/opt/x`: a path that stands where commands do. */
  readSlash(at: number): void {
    const text = this.#text;
    const before = text.at(at - 1);
    if (before === CODE.colon || before === CODE.slash || before === CODE.dot) return;
    let start = at;
    while (at - start < PATH_LENGTH_MAX && !isBlank(text.at(start - 1))) {
      const code = text.at(start - 1);
      // Not the first one of a path, or of a value: `A=/x`, `--to=/x`, `> /x`.
      if (code === CODE.slash || code === CODE.equals || isRedirect(code)) return;
      if (code !== CODE.openBrace && (endsWord(code) || isOpener(code))) break;
      start--;
    }
    if (this.#isCommandPath(start) && !this.#isOtherValue(start)) this.#refer(start, false);
  }

  #isCommandPath(start: number): boolean {
    const text = this.#text;
    const first = text.at(start);
    // A comment, the mark of which shell a script is for, or an option.
    if (first === CODE.hash || first === CODE.dash) return false;
    const end = this.#wordEnd(start);
    // `app.kubernetes.io/name: x` is a key, `/*` is a pattern or a comment.
    const behind = isQuote(text.at(end)) ? end + 1 : end;
    const isKey = text.at(behind) === CODE.colon || text.at(end - 1) === CODE.colon;
    return !isKey && this.#hasWord(start, end) && isCommandAt(text, start);
  }

  #hasWord(start: number, end: number): boolean {
    for (let at = start; at < end; at++) if (this.#text.isWordAt(at)) return true;
    return false;
  }

  /** `image: a/b`: the value of a key that names no command. */
  #isOtherValue(start: number): boolean {
    const text = this.#text;
    const colon = text.skipBlanksBack(isQuote(text.at(start - 1)) ? start - 2 : start - 1);
    if (text.at(colon) !== CODE.colon) return false;
    const last = isQuote(text.at(colon - 1)) ? colon - 2 : colon - 1;
    const key = text.wordStart(last);
    return OTHER_KEYS.some((name) => text.isWord(key, name));
  }

  /** `cd x`, `working-directory: x`, `WORKDIR x`. */
  readFolder(end: number): void {
    const text = this.#text;
    let start = end;
    while (
      text.at(start) === CODE.colon ||
      isQuote(text.at(start)) ||
      text.at(start) === CODE.equals
    )
      start++;
    start = text.skipBlanks(start);
    while (isQuote(text.at(start)) || text.at(start) === CODE.dash) start++;
    const stop = this.#wordEnd(start);
    if (stop > start) this.#keep(this.folders, { start, end: stop });
  }

  readTool(start: number, end: number): void {
    const text = this.#text;
    const isTool = !isGluedToName(text.at(start - 1)) && !isNamePart(text.at(end));
    if (!isTool || !(isBlank(text.at(end)) || endsCommand(text.at(end)) || isCloser(text.at(end))))
      return;
    const stop = commandEnd(text, end);
    if (stop < 0) this.stopped = true;
    else this.#keep(this.tools, { name: text.slice(start, end), start: end, end: stop });
  }

  /** Keeps the word from `at` on, behind blanks and quotes, as the name of a file. */
  #refer(at: number, isKnown: boolean): void {
    const text = this.#text;
    let start = text.skipBlanks(at);
    while (isQuote(text.at(start))) start++;
    const end = this.#wordEnd(start);
    if (end === start) this.stopped = true;
    else {
      const isRemark = this.#isRemark(start);
      this.#keep(this.references, { start, end, isKnown: isKnown && !isRemark, isRemark });
    }
  }

  #wordEnd(start: number): number {
    const text = this.#text;
    let end = start;
    while (!isBlank(text.at(end)) && !endsWord(text.at(end)) && end - start < PATH_LENGTH_MAX)
      end++;
    return end;
  }

  #keep<T>(list: T[], one: T): void {
    if (list.length < REFERENCES_MAX) list.push(one);
    else this.stopped = true;
  }
}

/** Keys whose values are no commands, though they look like paths. */
const OTHER_KEYS = (
  'image uses apiversion path name repository url ref branch group mountpath namespace key kind ' +
  'homepage repo source target type version'
).split(' ');

const INSTALLING = ['install', 'add', 'apk', 'packages', 'upgrade'];

/** What goes on with the name of a tool: `node-gyp`, `python:3`, `node_modules`, `ruby/setup`. */
function isNamePart(code: number): boolean {
  return isGluedToName(code) || code === CODE.colon || code === CODE.slash || code === CODE.equals;
}

/** Behind the `.12` of `python3.12`. */
function versionEnd(text: ByteText, dot: number): number {
  let end = dot + 1;
  while (isDigit(text.at(end)) || text.at(end) === CODE.dot) end++;
  return end;
}
