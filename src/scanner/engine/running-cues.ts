/**
 * Cues of what runs: shells and interpreters that are given a file or an unknown text, files named
 * by their endings, tools that fetch. Files are kept as references; whether the tree holds them,
 * and what they hold, is not for a text to say.
 */
import { pattern } from '../../base/regex.ts';
import { type ByteText, CODE, isBlank, isDigit, isQuote } from './byte-text.ts';
import {
  COMMAND_LENGTH_MAX,
  endsCommand,
  endsWord,
  hasWordBefore,
  isCloser,
  isCommandAt,
  isGluedToName,
  isOpener,
  isRedirect,
} from './command-text.ts';
import type { Region } from './cut-material.ts';

const REFERENCES_MAX = 200;

/** Letters of options that carry code: `-c`, `-e`, `-ne`, `-r`, `-p`. */
const CODE_OPTION = pattern('[cerp]');

export class RunningCues {
  stopped = false;
  /** Words that may name a file of the tree that is run. */
  readonly references: Region[] = [];
  /** Tools that bring something from elsewhere. */
  readonly fetches: number[] = [];
  readonly #text: ByteText;

  constructor(text: ByteText) {
    this.#text = text;
  }

  begin(): void {
    this.stopped = false;
    this.references.length = 0;
    this.fetches.length = 0;
  }

  /** `source x`. */
  readSource(start: number, end: number): void {
    if (this.#text.at(end) === CODE.blank && isCommandAt(this.#text, start)) this.#refer(end);
  }

  /** `./x` and `. x`, from the dot. */
  readDot(at: number): void {
    const text = this.#text;
    const next = text.at(at + 1);
    const before = text.at(at - 1);
    if (next === CODE.slash) {
      if (before !== CODE.dot && !text.isNameAt(at - 1)) this.#refer(at);
    } else if (
      next === CODE.blank &&
      (isBlank(before) || isOpener(before) || endsCommand(before))
    ) {
      if (isCommandAt(text, at) && !this.#isTemplate(at)) this.#refer(at + 1);
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
      if (start - at > COMMAND_LENGTH_MAX || text.at(at - 1) === CODE.exclamation) break;
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
      // Bare, it runs what comes in; as an argument of a tool (`completion bash`) it is a name.
      const isValue = text.at(word - 1) === CODE.equals;
      if (isValue || isCommandAt(this.#text, word) || hasWordBefore(this.#text, word, WRAPPING))
        this.stopped = true;
    } else this.#refer(at);
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
    if (isGluedToName(before) || isNamePart(text.at(name)) || text.at(name) === 0) return;
    if (isQuote(text.at(name)) && text.at(name + 1) === CODE.colon) return;
    // What a redirection names is no argument.
    if (isRedirect(text.at(name))) {
      this.stopped = true;
      return;
    }
    let at = isQuote(text.at(name)) ? name + 1 : name;
    for (at = text.skipBlanks(at); text.at(at) === CODE.dash; at = text.skipBlanks(at)) {
      const option = text.wordEnd(at + 1);
      const letters = text.slice(at + 1, option);
      if (letters === 'm') return;
      if (CODE_OPTION.test(letters) && text.at(at + 1) !== CODE.dash) {
        this.stopped = true;
        return;
      }
      at = option;
      while (!isBlank(text.at(at))) at++;
    }
    if (!isBlank(text.at(at)) && !endsCommand(text.at(at))) this.#refer(at);
  }

  /** A file by its ending: `x.py`. */
  readScript(start: number, end: number): void {
    const text = this.#text;
    if (text.at(start - 1) !== CODE.dot || text.isNameAt(end) || text.at(end) === CODE.dash) return;
    if (text.at(end) === CODE.dot && text.isNameAt(end + 1)) return;
    let from = start;
    while (!isBlank(text.at(from - 1)) && !endsWord(text.at(from - 1))) from--;
    this.#refer(from);
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

  /** Keeps the word from `at` on, behind blanks and quotes, as the name of a file. */
  #refer(at: number): void {
    const text = this.#text;
    let start = text.skipBlanks(at);
    while (isQuote(text.at(start))) start++;
    let end = start;
    while (!isBlank(text.at(end)) && !endsWord(text.at(end)) && end - start < COMMAND_LENGTH_MAX)
      end++;
    if (end === start || this.references.length >= REFERENCES_MAX) this.stopped = true;
    else this.references.push({ start, end });
  }
}

const INSTALLING = ['install', 'add', 'apk', 'packages', 'upgrade'];

/** Commands that run another one, whose words follow theirs. */
const WRAPPING = (
  'sudo doas exec env nohup timeout nice setsid ssh docker podman kubectl chroot su runuser ' +
  'unshare xargs find watch screen tmux parallel stdbuf time'
).split(' ');

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
