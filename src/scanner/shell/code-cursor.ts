/** A cursor over the tokens of a program. It moves forward, apart from bodies that run again. */
import type { CodeToken } from './code-tokens.ts';

export class CodeCursor {
  readonly tokens: readonly CodeToken[];
  at = 0;
  /** Of each opening bracket where it closes; worked out once, when a body runs again. */
  #closers: ReadonlyMap<number, number> | null = null;

  #lineEnds: readonly number[] | null = null;

  constructor(tokens: readonly CodeToken[]) {
    this.tokens = tokens;
  }

  peek(ahead = 0): CodeToken | undefined {
    return this.tokens[this.at + ahead];
  }

  isMark(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token?.kind === 'mark' && token.text === text;
  }

  isName(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token?.kind === 'name' && token.text === text;
  }

  /** How often Perl repeats the text before: `x 3`, `x3`; null when it does not. */
  timesOfPerl(): number | null {
    const token = this.peek();
    if (token?.kind !== 'name' || !token.text.startsWith('x')) return null;
    const next = this.peek(1);
    const text =
      token.text === 'x' ? (next?.kind === 'number' ? next.text : '') : token.text.slice(1);
    return text === '' ? null : numberOf(text);
  }

  /** Where a body ends that begins here: with its line, or where lines stand no further in. */
  blockEnd(start: number, column: number): number {
    const isBlock = this.tokens[start]?.isFirst === true;
    let end = isBlock ? start : this.#lineEnd(start);
    while (isBlock && (this.tokens[end]?.column ?? -1) > column) end = this.#lineEnd(end);
    return end;
  }

  /** The token that begins the next line; worked out once for all. */
  #lineEnd(at: number): number {
    this.#lineEnds ??= lineEndsOf(this.tokens);
    return this.#lineEnds[at] ?? this.tokens.length;
  }

  /** Where the bracket at `at` closes; behind the last token when it does not. */
  closeOf(at: number): number {
    this.#closers ??= closersOf(this.tokens);
    return this.#closers.get(at) ?? this.tokens.length;
  }

  /** `x => x - 1`, `(x) => x - 1`, `lambda x: x - 1`: the name, and where the body starts. */
  functionAt(at: number): { readonly name: string; readonly start: number } | null {
    const text = (ahead: number): string => this.tokens[at + ahead]?.text ?? '';
    if (text(0) === 'lambda' && text(2) === ':') return { name: text(1), start: at + 3 };
    if (text(1) === '=>') return { name: text(0), start: at + 2 };
    const isBracketed = text(0) === '(' && text(2) === ')' && text(3) === '=>';
    return isBracketed ? { name: text(1), start: at + 4 } : null;
  }

  /** Where the `end` stands that closes a block of Ruby. */
  endOfBlock(): number {
    let at = this.at;
    while (at < this.tokens.length && this.tokens[at]?.text !== 'end') at++;
    return at;
  }

  /** `.` between texts, as Perl and PHP put them together. */
  isConcatenation(): boolean {
    if (!this.isMark('.')) return false;
    const next = this.peek(1);
    if (!next) return false;
    return next.kind === 'string' || next.text.startsWith('$') || next.isApart;
  }

  /** `{ |x|`, `do |x|` */
  isBlock(): boolean {
    return (this.isMark('{') || this.isName('do')) && this.isMark('|', 1) && this.isMark('|', 3);
  }

  isMember(): boolean {
    const next = this.peek(1);
    if (next?.kind !== 'name') return false;
    // `("a"):reverse()` of Lua.
    if (this.isMark(':') && this.isMark(')', -1) && this.isMark('(', 2)) return true;
    if (this.isMark('->') || this.isMark('::')) return true;
    return this.isMark('.') && !this.isConcatenation();
  }

  holdsName(from: number, names: ReadonlySet<string>): boolean {
    return this.tokens.slice(from, this.at).some(({ text }) => names.has(text));
  }

  skipMark(text: string): boolean {
    if (!this.isMark(text)) return false;
    this.at++;
    return true;
  }

  /** Whether a list without brackets ends here. */
  isEnd(): boolean {
    const token = this.peek();
    return !token || token.isFirst || (token.kind === 'mark' && ';})]'.includes(token.text));
  }
}

function lineEndsOf(tokens: readonly CodeToken[]): readonly number[] {
  const ends = new Array<number>(tokens.length);
  let end = tokens.length;
  for (let at = tokens.length - 1; at >= 0; at--) {
    ends[at] = end;
    if (tokens[at]?.isFirst) end = at;
  }
  return ends;
}

function closersOf(tokens: readonly CodeToken[]): ReadonlyMap<number, number> {
  const closers = new Map<number, number>();
  const open: number[] = [];
  for (const [at, { kind, text }] of tokens.entries()) {
    if (kind !== 'mark') continue;
    if (text === '(' || text === '[' || text === '{') open.push(at);
    else if (text === ')' || text === ']' || text === '}') {
      const from = open.pop();
      if (from !== undefined) closers.set(from, at);
    }
  }
  return closers;
}

/** `$a` and `@a` are `a`. */
export function variableName(name: string): string {
  return name.startsWith('$') || name.startsWith('@') ? name.slice(1) : name;
}

export function numberOf(text: string): number | null {
  const value = Number(text.replaceAll('_', ''));
  return Number.isFinite(value) ? value : null;
}

export function beginsValue(token: CodeToken): boolean {
  if (token.kind === 'string' || token.kind === 'number') return true;
  return token.kind === 'name' && !['if', 'unless', 'for', 'in', 'and', 'or'].includes(token.text);
}
