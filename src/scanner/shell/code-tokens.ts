/**
 * Programs of other languages as tokens: strings, names, numbers and marks. Python, JavaScript,
 * Ruby, Perl, PHP and Lua are read alike, as far as their texts are put together alike. What is
 * not understood is a mark, and nothing ends the reading.
 */
import { undoEscapes } from './escapes.ts';

export type CodeToken = {
  readonly kind: 'string' | 'name' | 'number' | 'mark';
  /** Of a string its text, escapes undone; of anything else as it stands. */
  readonly text: string;
  /**
   * How names stand in a string: `{a}` of Python, `${a}` of JavaScript, `#{a}` and `$a` of others.
   * `command` is a text that the language runs itself: backticks, `%x(…)`, `qx{…}`. `edit` is what
   * Perl does to a text: `s/a/b/`, `tr/a-z/b-za/`.
   */
  readonly style: 'plain' | 'braces' | 'template' | 'dollar' | 'command' | 'edit';
  readonly start: number;
  readonly end: number;
  /** A blank or a line's end stands before it. */
  readonly isApart: boolean;
  /** It begins a line. */
  readonly isFirst: boolean;
  /** Characters between the beginning of its line and it. */
  readonly column: number;
};

const TOKENS_MAX = 200_000;
/** A command between `%x(` and its end. */
const COMMAND_LENGTH_MAX = 4_096;
const PREFIX_LETTERS = 'bBrRfFuU';
const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '{': '}', '[': ']', '<': '>' };
/** What Perl does to a text, and what divides its parts. */
const EDITS: ReadonlySet<string> = new Set(['s', 'tr', 'y']);
const DIVIDERS = '/|!#,';
const JAVASCRIPT_SIGNS = ['require(', 'const ', 'let ', '=>', 'process.', 'import {'];
/** A longer operator is taken before its beginning. */
const LONG_MARKS = ['=>', '->', '::', '==', '!=', '<=', '>=', '+=', '.=', '||', '&&', '??', '<<'];

export function codeTokens(code: string): readonly CodeToken[] {
  const isJavascript = JAVASCRIPT_SIGNS.some((sign) => code.includes(sign));
  return new Reader(code, isJavascript).read();
}

class Reader {
  readonly #code: string;
  readonly #isJavascript: boolean;
  readonly #tokens: CodeToken[] = [];
  #at = 0;
  #isApart = true;
  #isFirst = true;
  #lineStart = 0;

  constructor(code: string, isJavascript: boolean) {
    this.#code = code;
    this.#isJavascript = isJavascript;
  }

  read(): readonly CodeToken[] {
    while (this.#at < this.#code.length && this.#tokens.length < TOKENS_MAX) {
      const c = this.#code[this.#at] as string;
      if (c === '\n') {
        this.#at++;
        this.#lineStart = this.#at;
        this.#isApart = true;
        this.#isFirst = true;
      } else if (c === ' ' || c === '\t' || c === '\r' || c === '\\') {
        this.#at++;
        this.#isApart = true;
      } else if (this.#skipComment(c)) continue;
      else this.#token(c);
    }
    return this.#tokens;
  }

  /** `# …` and `// …` to the end of the line. */
  #skipComment(c: string): boolean {
    const next = this.#code[this.#at + 1];
    const isHash = c === '#' && this.#isApart && !this.#isJavascript;
    // Of `split //` no comment follows.
    const isEmptyPattern = this.#tokens.at(-1)?.text === 'split';
    const isSlashes =
      c === '/' && next === '/' && this.#code[this.#at - 1] !== ':' && !isEmptyPattern;
    if (!isHash && !isSlashes) return false;
    const newline = this.#code.indexOf('\n', this.#at);
    this.#at = newline < 0 ? this.#code.length : newline;
    return true;
  }

  #token(c: string): void {
    if (c === '"' || c === "'") this.#string(c, '');
    else if (c === '`') this.#string(c, this.#isJavascript ? '`' : '%x');
    else if (isNameStart(c)) this.#name();
    else if (isDigit(c)) this.#number();
    else if (c === '%' && this.#code[this.#at + 1] === 'x') this.#quoteLike(2, 'command');
    else if (c === '/' && this.#tokens.at(-1)?.text === 'split') this.#quoteLike(0, 'plain');
    else this.#mark();
  }

  #name(): void {
    const start = this.#at;
    let end = start + 1;
    while (isNamePart(this.#code[end])) end++;
    const text = this.#code.slice(start, end);
    const next = this.#code[end];
    const isPrefix = text.length <= 2 && [...text].every((c) => PREFIX_LETTERS.includes(c));
    if (isPrefix && (next === '"' || next === "'")) {
      this.#at = end;
      this.#string(next, text.toLowerCase());
      return;
    }
    if (this.#isPerlQuote(text, next)) {
      const style = text === 'qx' ? 'command' : text === 'q' ? 'plain' : 'dollar';
      this.#quoteLike(text.length, style);
      return;
    }
    if (EDITS.has(text) && DIVIDERS.includes(next ?? ' ') && this.#beginsEdit()) {
      this.#edit(end, next as string);
      return;
    }
    this.#add('name', text, start, end);
  }

  #isPerlQuote(name: string, next: string | undefined): boolean {
    if (next === undefined) return false;
    if (name === 'qx') return next in CLOSERS || DIVIDERS.includes(next);
    return (name === 'q' || name === 'qq') && '{[|!'.includes(next);
  }

  /** An edit is bound to a text by `=~`, or is a statement of its own. */
  #beginsEdit(): boolean {
    const before = this.#tokens.at(-1);
    return !before || this.#isFirst || (before.kind === 'mark' && '~;{'.includes(before.text));
  }

  /** `s/a/b/g`: three stretches between dividers, as it stands. */
  #edit(dividerAt: number, divider: string): void {
    const start = this.#at;
    let at = dividerAt + 1;
    for (let parts = 0; parts < 2 && at < dividerAt + COMMAND_LENGTH_MAX; at++) {
      if (this.#code[at] === '\\') at++;
      else if (this.#code[at] === divider) parts++;
    }
    while (isNamePart(this.#code[at])) at++;
    const end = Math.min(at, this.#code.length);
    this.#add('string', this.#code.slice(start, end), start, end, 'edit');
  }

  #number(): void {
    const start = this.#at;
    let end = start + 1;
    while (isNamePart(this.#code[end])) end++;
    this.#add('number', this.#code.slice(start, end), start, end);
  }

  #mark(): void {
    const start = this.#at;
    const long = LONG_MARKS.find((mark) => this.#code.startsWith(mark, start));
    const text = long ?? (this.#code[start] as string);
    this.#add('mark', text, start, start + text.length);
  }

  /** `%x(…)`, `qx{…}`, whose text is run, and `q{…}`, whose is not. */
  #quoteLike(length: number, style: CodeToken['style']): void {
    const start = this.#at;
    const open = this.#code[start + length] ?? '';
    const closer = CLOSERS[open] ?? open;
    const from = start + length + 1;
    const window = this.#code.slice(from, from + COMMAND_LENGTH_MAX);
    const close = closer === '' ? -1 : window.indexOf(closer) + from;
    if (close < from) {
      this.#mark();
      return;
    }
    this.#add('string', this.#code.slice(from, close), start, close + 1, style);
  }

  #string(quote: string, prefix: string): void {
    const start = this.#at;
    const isTriple = quote !== '`' && this.#code.startsWith(quote.repeat(3), start);
    const closer = isTriple ? quote.repeat(3) : quote;
    const from = start + closer.length;
    let end = from;
    while (end < this.#code.length && !this.#code.startsWith(closer, end)) {
      end += this.#code[end] === '\\' ? 2 : 1;
    }
    end = Math.min(end, this.#code.length);
    const raw = this.#code.slice(from, end);
    const text = prefix.includes('r') ? raw : undoEscapes(raw, 'ansi').text;
    const past = Math.min(end + closer.length, this.#code.length);
    this.#add('string', text, start, past, styleOf(quote, prefix));
  }

  #add(
    kind: CodeToken['kind'],
    text: string,
    start: number,
    end: number,
    style: CodeToken['style'] = 'plain',
  ): void {
    const column = start - this.#lineStart;
    this.#tokens.push({ kind, text, style, start, end, column, ...this.#before() });
    this.#at = end;
    this.#isApart = false;
    this.#isFirst = false;
  }

  #before(): { readonly isApart: boolean; readonly isFirst: boolean } {
    return { isApart: this.#isApart, isFirst: this.#isFirst };
  }
}

function styleOf(quote: string, prefix: string): CodeToken['style'] {
  if (prefix === '%x') return 'command';
  if (quote === '`') return 'template';
  if (prefix.includes('f')) return 'braces';
  return quote === '"' ? 'dollar' : 'plain';
}

function isDigit(c: string | undefined): boolean {
  return c !== undefined && c >= '0' && c <= '9';
}

function isNameStart(c: string | undefined): boolean {
  if (c === undefined) return false;
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c === '_' || c === '$' || c === '@';
}

function isNamePart(c: string | undefined): boolean {
  return (isNameStart(c) && c !== '$' && c !== '@') || isDigit(c);
}
