/**
 * Calls in a list of Groovy tokens and the values of their arguments: strings, names of variables
 * that hold strings, lists of them with `join`, and `+` between them. What else Groovy works out is
 * not known, and comes back as null.
 */
import { groovyTokensMax } from '../../base/limits.ts';
import type { SourceText } from '../../model/source-text.ts';
import { joinSources, SourceBuilder, sliceSource } from '../_text/source-builder.ts';
import { stringSource } from './groovy-strings.ts';
import type { GroovyMark, GroovyString, GroovyToken, GroovyTokens } from './groovy-tokens.ts';

export interface GroovyArgument {
  /** Of `script: 'x'`; null for one that is known by its place. */
  readonly name: string | null;
  /** Tokens from here up to `to`. */
  readonly from: number;
  readonly to: number;
}

/** Tokens of one call that are looked at, brackets inside passed as one. */
const CALL_TOKENS_MAX = 512;
/** Ten times the tokens that a file may have. */
const WALK_MAX = 10 * groovyTokensMax;
/** A longer value is not followed: a variable may be added to itself. */
const VALUE_LENGTH_MAX = 65_536;
/** Methods that leave a text nearly as it was. */
const HARMLESS: ReadonlySet<string> = new Set([
  ...['stripIndent', 'stripMargin', 'toString', 'trim', 'strip', 'normalize', 'stripLeading'],
]);

export class GroovyCalls {
  readonly tokens: readonly GroovyToken[];
  readonly #closers: ReadonlyMap<number, number>;
  readonly #openers: ReadonlyMap<number, number>;
  readonly #file: SourceText;
  readonly #variables = new Map<string, SourceText>();
  /** Steps of all walks through arguments; each token is passed a few times in an honest file. */
  #left = WALK_MAX;

  constructor(file: SourceText, { tokens, closers }: GroovyTokens) {
    this.#file = file;
    this.tokens = tokens;
    this.#closers = closers;
    this.#openers = new Map([...closers].map(([open, close]) => [close, open] as const));
  }

  /** Whether arguments were left out, as the file had too many inside one another. */
  get isExhausted(): boolean {
    return this.#left < 0;
  }

  /** The text of a token that is no string; empty for one that is, or none. */
  mark(index: number): string {
    const token = this.tokens[index];
    return token === undefined || token.kind === 'string' ? '' : token.text;
  }

  closer(index: number): number {
    return this.#closers.get(index) ?? this.tokens.length;
  }

  opener(index: number): number {
    return this.#openers.get(index) ?? 0;
  }

  /** The place of a token. */
  at(index: number): SourceText {
    const token = this.tokens[index];
    return sliceSource(this.#file, token?.start ?? 0, token?.end ?? 0);
  }

  set(name: string, value: SourceText): void {
    if (value.text.length <= VALUE_LENGTH_MAX) this.#variables.set(name, value);
  }

  get(name: string): SourceText | undefined {
    return this.#variables.get(name);
  }

  /** Arguments of the call whose name stands at `index`, with or without brackets. */
  argumentsOf(index: number): readonly GroovyArgument[] {
    const next = index + 1;
    if (this.isExhausted) return [];
    if (this.mark(next) === '(') return this.#split(next + 1, this.closer(next));
    return this.#startsValue(next) ? this.#split(next, this.statementEnd(next)) : [];
  }

  /** Where a statement ends that has no brackets around it. */
  statementEnd(from: number): number {
    let index = from;
    for (let seen = 0; index < this.tokens.length && seen < CALL_TOKENS_MAX; seen++) {
      const text = this.mark(index);
      const isBroken = this.tokens[index]?.kind === 'break' && !this.#goesOn(index);
      if (isBroken || text === ';' || text === '}' || text === ')' || text === ']') return index;
      index = this.#behind(index);
    }
    return index;
  }

  /** A line goes on behind a comma or an operator, and where the next one starts with one. */
  #goesOn(index: number): boolean {
    const before = this.mark(index - 1);
    return ',+:(['.includes(before || 'x') || '+.'.includes(this.mark(index + 1) || 'x');
  }

  /** The next token; brackets are passed with what they hold. */
  #behind(index: number): number {
    if (--this.#left < 0) return this.tokens.length;
    const text = this.mark(index);
    const isOpen = text === '(' || text === '[' || text === '{';
    return (isOpen ? this.closer(index) : index) + 1;
  }

  #startsValue(index: number): boolean {
    const token = this.tokens[index];
    if (token === undefined) return false;
    if (token.kind === 'string' || token.text === '[') return true;
    const behind = this.tokens[index + 1];
    const isEnd = behind === undefined || behind.kind === 'break';
    return token.kind === 'name' && (isEnd || ':+.;}('.includes(this.mark(index + 1) || 'x'));
  }

  #split(from: number, to: number): readonly GroovyArgument[] {
    const found: GroovyArgument[] = [];
    let start = from;
    let index = from;
    for (let seen = 0; index < to && seen < CALL_TOKENS_MAX; seen++) {
      if (this.mark(index) === ',') {
        found.push(this.#argument(start, index));
        start = index + 1;
      }
      index = this.#behind(index);
    }
    if (start < to) found.push(this.#argument(start, Math.min(index, to)));
    return found;
  }

  #argument(start: number, to: number): GroovyArgument {
    let from = start;
    while (from < to && this.tokens[from]?.kind === 'break') from++;
    if (this.mark(from + 1) !== ':') return { name: null, from, to };
    const token = this.tokens[from];
    const name = token?.kind === 'string' ? stringSource(this.#file, token).text : this.mark(from);
    return { name, from: from + 2, to };
  }

  /** The strings in a stretch of tokens, whatever stands around them. */
  strings(from: number, to: number): readonly SourceText[] {
    const limit = Math.min(to, from + CALL_TOKENS_MAX);
    const found = this.tokens.slice(from, limit).filter(({ kind }) => kind === 'string');
    return found.map((token) => stringSource(this.#file, token as GroovyString));
  }

  /** What an expression comes to, or null. */
  value(argument: Pick<GroovyArgument, 'from' | 'to'>): SourceText | null {
    const parts: SourceText[] = [];
    let index = argument.from;
    for (let seen = 0; index < argument.to && seen < CALL_TOKENS_MAX; seen++) {
      if (this.tokens[index]?.kind === 'break') {
        index++;
        continue;
      }
      const part = this.#part(index);
      if (part === null) return null;
      parts.push(part.source);
      index = this.#skipBreaks(this.#harmlessEnd(part.end), argument.to);
      if (this.mark(index) === '?' && this.mark(index + 1) === ':') {
        // `env.X ?: 'default'`: what the file says itself.
        parts.length = 0;
        index += 2;
        continue;
      }
      if (index < argument.to && this.mark(index) !== '+') return null;
      index++;
    }
    const length = parts.reduce((sum, { text }) => sum + text.length, 0);
    if (parts.length === 0 || length > definitionPartLengthMax(parts)) return null;
    return joinSources(this.#file.path, parts, '');
  }

  #skipBreaks(from: number, to: number): number {
    let index = from;
    while (index < to && this.tokens[index]?.kind === 'break') index++;
    return index;
  }

  /** Behind `.trim()` and its like. */
  #harmlessEnd(from: number): number {
    let index = from;
    while (this.mark(index) === '.' && HARMLESS.has(this.mark(index + 1))) {
      index += 2;
      if (this.mark(index) === '(') index = this.closer(index) + 1;
    }
    return index;
  }

  #part(index: number): { readonly source: SourceText; readonly end: number } | null {
    const token = this.tokens[index];
    if (token?.kind === 'string') {
      return { source: stringSource(this.#file, token), end: index + 1 };
    }
    if (token?.text === '[') return this.#joinedList(index);
    if (token?.text === '(') {
      const end = this.closer(index);
      // Brackets nest as deep as a file is long; a bracket inside one is enough.
      if (this.mark(index + 1) === '(') return null;
      const source = this.value({ from: index + 1, to: end });
      return source === null ? null : { source, end: end + 1 };
    }
    return token?.kind === 'name' ? this.#named(token, index) : null;
  }

  /** A variable of the script, or one of the environment for the shell to resolve. */
  #named(token: GroovyMark, index: number): { source: SourceText; end: number } | null {
    const isOwned = token.text === 'env' || token.text === 'params';
    if (isOwned && this.mark(index + 1) === '.') {
      const name = this.mark(index + 2);
      const known = this.#variables.get(name);
      return { source: known ?? this.#unknown(index, name), end: index + 3 };
    }
    const known = this.#variables.get(token.text);
    const isAlone = this.mark(index + 1) !== '(' && this.mark(index + 1) !== '.';
    if (known !== undefined) return { source: known, end: index + 1 };
    return isAlone ? { source: this.#unknown(index, token.text), end: index + 1 } : null;
  }

  #unknown(index: number, name: string): SourceText {
    const builder = new SourceBuilder(this.#file.path);
    const { segments } = this.at(index);
    builder.mark(segments[1] ?? 1, segments[2] ?? 1);
    builder.add(`\${${name}}`);
    return builder.build();
  }

  /** `['a', 'b'].join(' ')`. */
  #joinedList(index: number): { source: SourceText; end: number } | null {
    const close = this.closer(index);
    if (this.mark(close + 1) !== '.' || this.mark(close + 2) !== 'join') return null;
    const [separator] = this.argumentsOf(close + 2);
    const between = separator === undefined ? null : this.value(separator);
    const items = this.strings(index + 1, close);
    if (between === null || items.length === 0) return null;
    const source = joinSources(this.#file.path, items, between.text);
    return { source, end: this.closer(close + 3) + 1 };
  }
}

/** One string may be as long as the file; put together, values are bounded. */
function definitionPartLengthMax(parts: readonly SourceText[]): number {
  return parts.length === 1 ? Number.MAX_SAFE_INTEGER : VALUE_LENGTH_MAX;
}
