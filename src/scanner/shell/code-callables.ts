/**
 * Functions that a program in another language defines: their parameters, and where the body
 * stands. A body is read where it stands as well, as statements with parameters that are unknown.
 */
import { type CodeCursor, variableName } from './code-cursor.ts';

export interface Callable {
  readonly parameters: readonly string[];
  /** Of tokens, the end exclusive. */
  readonly start: number;
  readonly end: number;
  /** The body is one expression, whose value it gives back. */
  readonly isExpression: boolean;
}

const DEFINERS: ReadonlySet<string> = new Set(['def', 'function', 'sub']);
const PARAMETERS_MAX = 16;

export class CodeCallables {
  readonly #cursor: CodeCursor;
  readonly #known = new Map<string, Callable>();

  constructor(cursor: CodeCursor) {
    this.#cursor = cursor;
  }

  get(name: string): Callable | undefined {
    return this.#known.get(name);
  }

  /** `def f(a):`, `function f(a) {`, `sub f {`: steps to the body; false when it is none. */
  define(): boolean {
    const cursor = this.#cursor;
    const first = cursor.peek();
    const name = cursor.peek(1);
    if (first === undefined || !DEFINERS.has(first.text) || name?.kind !== 'name') return false;
    cursor.at += 2;
    const parameters = cursor.isMark('(') ? this.#parameters(cursor.at) : [];
    if (cursor.isMark('(')) cursor.at = cursor.closeOf(cursor.at) + 1;
    cursor.skipMark(':');
    const isBraced = cursor.skipMark('{');
    const start = cursor.at;
    const end = isBraced ? cursor.closeOf(start - 1) : cursor.blockEnd(start, first.column);
    this.#known.set(name.text, { parameters, start, end, isExpression: false });
    return true;
  }

  /** `f = lambda a: …`, `f = (a) => …`, from the first token behind the sign. */
  assign(name: string, at: number): void {
    const found = this.#cursor.functionAt(at);
    if (found === null) return;
    const isBraced = this.#cursor.tokens[found.start]?.text === '{';
    const start = isBraced ? found.start + 1 : found.start;
    const end = isBraced ? this.#cursor.closeOf(found.start) : start;
    this.#known.set(name, { parameters: [found.name], start, end, isExpression: !isBraced });
  }

  #parameters(open: number): readonly string[] {
    const close = this.#cursor.closeOf(open);
    const names = this.#cursor.tokens.slice(open + 1, Math.min(close, open + 2 * PARAMETERS_MAX));
    return names.filter(({ kind }) => kind === 'name').map(({ text }) => variableName(text));
  }
}
