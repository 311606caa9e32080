/**
 * The tokens of a Groovy text, as far as finding its strings needs them.
 *
 *   'a' "b" '''c''' """d""" /e/ $/f/$   strings; those with `"`, `/` and `$/` hold `${…}`
 *   name  number  punctuation           as they stand; a line break is a token of its own
 *   comments, and a first line with `#!`    dropped
 *
 * A `/` starts a string where a value may start, and divides elsewhere. One pass; the tokens of a
 * file are bounded by `groovyTokensMax`.
 */
import { groovyTokensMax } from '../../base/limits.ts';
import { gaveUp } from '../../model/finding.ts';

export type GroovyToken = GroovyString | GroovyMark;

export interface GroovyString {
  readonly kind: 'string';
  /** The content, between its quotes. */
  readonly start: number;
  readonly end: number;
  readonly quote: GroovyQuote;
}

export interface GroovyMark {
  readonly kind: 'name' | 'number' | 'mark' | 'break';
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export type GroovyQuote = "'" | '"' | "'''" | '"""' | '/' | '$/';

export interface GroovyTokens {
  readonly tokens: readonly GroovyToken[];
  /** For each opening bracket the index of the one that closes it, or of the end. */
  readonly closers: ReadonlyMap<number, number>;
  /** Why reading stopped early, or null. */
  readonly problem: string | null;
}

export function groovyTokens(text: string): GroovyTokens {
  return new GroovyLexer(text).read();
}

/** Longest first. */
const QUOTES: readonly GroovyQuote[] = ["'''", '"""', "'", '"', '$/', '/'];
const OPENING = '([{';
const CLOSING = ')]}';

class GroovyLexer {
  readonly #text: string;
  readonly #tokens: GroovyToken[] = [];
  readonly #open: number[] = [];
  readonly #closers = new Map<number, number>();
  #at = 0;
  #openExpressions = 0;
  #problem: string | null = null;

  constructor(text: string) {
    this.#text = text;
  }

  read(): GroovyTokens {
    while (this.#at < this.#text.length && this.#problem === null) {
      if (this.#tokens.length >= groovyTokensMax) {
        const problem = `there are more than ${groovyTokensMax} words; the rest was not read`;
        this.#problem = gaveUp(problem);
      } else this.#step();
    }
    for (const open of this.#open) this.#closers.set(open, this.#tokens.length);
    return { tokens: this.#tokens, closers: this.#closers, problem: this.#problem };
  }

  #step(): void {
    const c = this.#text[this.#at] ?? '';
    if (c === '\n') this.#push('break', 1);
    else if (c === ' ' || c === '\t' || c === '\r') this.#at++;
    else if (this.#skipsComment()) return;
    else if (this.#takesString()) return;
    else if (isNameCharacter(c)) this.#push(isDigit(c) ? 'number' : 'name', this.#nameLength());
    else this.#mark(c);
  }

  #push(kind: GroovyMark['kind'], length: number): void {
    const start = this.#at;
    this.#at += length;
    this.#tokens.push({ kind, start, end: this.#at, text: this.#text.slice(start, this.#at) });
  }

  #mark(c: string): void {
    const index = this.#tokens.length;
    if (OPENING.includes(c)) this.#open.push(index);
    else if (CLOSING.includes(c)) this.#close(c, index);
    this.#push('mark', 1);
  }

  /** A closer that fits nothing open is passed over: the text may be no Groovy at all. */
  #close(c: string, index: number): void {
    const open = this.#open.at(-1);
    if (open === undefined) return;
    const token = this.#tokens[open];
    if (token?.kind !== 'mark' || OPENING.indexOf(token.text) !== CLOSING.indexOf(c)) return;
    this.#open.pop();
    this.#closers.set(open, index);
  }

  #nameLength(): number {
    let end = this.#at;
    while (end < this.#text.length && isNameCharacter(this.#text[end] ?? '')) end++;
    return end - this.#at;
  }

  #skipsComment(): boolean {
    const text = this.#text;
    const isLine = text.startsWith('//', this.#at) || (this.#at === 0 && text.startsWith('#!'));
    if (!isLine && !text.startsWith('/*', this.#at)) return false;
    const end = isLine ? text.indexOf('\n', this.#at) : text.indexOf('*/', this.#at + 2);
    if (end === -1) this.#at = text.length;
    else this.#at = isLine ? end : end + 2;
    return true;
  }

  #takesString(): boolean {
    const quote = QUOTES.find((each) => this.#text.startsWith(each, this.#at));
    if (quote === undefined) return false;
    if ((quote === '/' || quote === '$/') && !this.#mayStartValue()) return false;
    const start = this.#at + quote.length;
    const end = this.#stringEnd(start, quote);
    if (end === -1) {
      // A `/` alone is a division after all; another quote without its twin is a broken file.
      if (quote === '/') return false;
      this.#problem = `a text that starts with ${quote} has no end; the rest was not read`;
      return true;
    }
    this.#tokens.push({ kind: 'string', start, end, quote });
    this.#at = end + (quote === '$/' ? 2 : quote.length);
    return true;
  }

  #mayStartValue(): boolean {
    const last = this.#tokens.at(-1);
    if (last === undefined || last.kind === 'break') return true;
    if (last.kind === 'mark') return !')]}'.includes(last.text);
    return last.kind === 'name' && STARTS_VALUE.has(last.text);
  }

  /** Where the string closes; a `${…}` inside is passed with its own strings. */
  #stringEnd(start: number, quote: GroovyQuote): number {
    const text = this.#text;
    const closer = quote === '$/' ? '/$' : quote;
    const isOneLine = quote.length === 1 && quote !== '/';
    const escaping = quote === '$/' ? '' : '\\';
    const isFilled = !quote.startsWith("'");
    for (let at = start; at < text.length; at++) {
      const c = text[at] ?? '';
      if (c === escaping) at++;
      else if (text.startsWith(closer, at)) return this.#lastCloser(at, quote);
      else if (c === '\n' && (isOneLine || (quote === '/' && at - start > SLASHY_MAX))) return -1;
      else if (isFilled && c === '$' && text[at + 1] === '{') at = this.#passExpression(at + 2);
    }
    return -1;
  }

  /** Without an end only the `${` is passed. Looking for many ends that are not there costs n². */
  #passExpression(start: number): number {
    const end =
      this.#openExpressions < OPEN_EXPRESSIONS_MAX ? expressionEnd(this.#text, start) : -1;
    if (end !== -1) return end;
    this.#openExpressions++;
    return start - 1;
  }

  /** `""""` closes with its last three. */
  #lastCloser(at: number, quote: GroovyQuote): number {
    let end = at;
    while (quote.length === 3 && this.#text[end + 3] === quote[0]) end++;
    return end;
  }
}

/** A slashy string may have several lines; one that goes on is no string. */
const SLASHY_MAX = 4_096;
/** Words behind which a `/` starts a string. */
const STARTS_VALUE: ReadonlySet<string> = new Set(['return', 'sh', 'bat', 'in', 'case', 'assert']);
/** Characters of one `${…}`; a longer one ends nowhere. */
const EXPRESSION_MAX = 4_096;
const OPEN_EXPRESSIONS_MAX = 100;

/** The offset of the `}` that closes the expression whose content starts at `start`, or -1. */
export function expressionEnd(text: string, start: number): number {
  let depth = 1;
  let quote = '';
  const limit = Math.min(text.length, start + EXPRESSION_MAX);
  for (let at = start; at < limit; at++) {
    const c = text[at] ?? '';
    if (c === '\\') at++;
    else if (quote !== '') quote = c === quote ? '' : quote;
    else if (c === "'" || c === '"') quote = c;
    else if (c === '{') depth++;
    else if (c === '}' && --depth === 0) return at;
  }
  return -1;
}

function isDigit(c: string): boolean {
  return c >= '0' && c <= '9';
}

function isNameCharacter(c: string): boolean {
  const lower = c.toLowerCase();
  return (lower >= 'a' && lower <= 'z') || isDigit(c) || c === '_' || c === '$' || c > '\u007f';
}
