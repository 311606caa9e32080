/**
 * Loops of programs in other languages: which name takes which values, and where the body stands.
 *
 *   for x in LIST:              Python; the body is a line, or lines that stand further in
 *   for (const x of LIST) BODY  JavaScript; also `for (let i = 0; i < n; i++)`
 *   foreach $x (LIST) { BODY }  Perl; without a name it is `$_`
 *   foreach (LIST as $x) BODY   PHP
 */
import { type CodeCursor, variableName } from './code-cursor.ts';
import { LEADERS } from './code-names.ts';
import { type CodeValue, itemsOf, rangeOf } from './code-values.ts';

export interface Loop {
  readonly name: string;
  readonly items: readonly CodeValue[];
  /** Of tokens, the end exclusive. */
  readonly start: number;
  readonly end: number;
}

const LOOPS: ReadonlySet<string> = new Set(['for', 'foreach']);

export class CodeLoops {
  readonly #cursor: CodeCursor;
  readonly #expression: () => CodeValue;

  constructor(cursor: CodeCursor, expression: () => CodeValue) {
    this.#cursor = cursor;
    this.#expression = expression;
  }

  /** The loop that begins at the cursor, which ends at its body; null when it is none. */
  read(): Loop | null {
    const cursor = this.#cursor;
    const first = cursor.peek();
    if (first?.kind !== 'name' || !LOOPS.has(first.text)) return null;
    cursor.at++;
    this.#skipLeaders();
    const isBracketed = cursor.skipMark('(');
    const header = isBracketed ? this.#inBrackets() : this.#named();
    if (header === null || header.items.length === 0) return null;
    return { ...header, ...this.#body(first.column, isBracketed) };
  }

  #skipLeaders(): void {
    while (LEADERS.has(this.#cursor.peek()?.text ?? '')) this.#cursor.at++;
  }

  /** `$x (LIST)`, `x in LIST:` */
  #named(): Pick<Loop, 'name' | 'items'> | null {
    const cursor = this.#cursor;
    const name = variableName(cursor.peek()?.text ?? '');
    cursor.at++;
    if (cursor.isMark('(')) return { name, items: itemsOf(this.#expression()) };
    if (!cursor.isName('in')) return null;
    cursor.at++;
    const items = itemsOf(this.#expression());
    cursor.skipMark(':');
    return { name, items };
  }

  #inBrackets(): Pick<Loop, 'name' | 'items'> | null {
    const cursor = this.#cursor;
    const close = cursor.closeOf(cursor.at - 1);
    this.#skipLeaders();
    const name = variableName(cursor.peek()?.text ?? '');
    const isOf = cursor.isName('of', 1) || cursor.isName('in', 1);
    const isCounted = cursor.isMark('=', 1);
    if (isOf || isCounted) cursor.at += 2;
    const first = this.#expression();
    const found = isOf
      ? { name, items: itemsOf(first) }
      : isCounted
        ? { name, items: this.#counted(first) }
        : this.#listed(first, close);
    cursor.at = close + 1;
    return found;
  }

  /** `LIST as $x`, `LIST as $k => $x`, and a list alone, whose name is `$_`. */
  #listed(first: CodeValue, close: number): Pick<Loop, 'name' | 'items'> {
    const cursor = this.#cursor;
    if (cursor.isName('as')) {
      const name = cursor.peek(cursor.isMark('=>', 2) ? 3 : 1)?.text ?? '';
      return { name: variableName(name), items: itemsOf(first) };
    }
    const values = [first];
    while (cursor.at < close) {
      const before = cursor.at;
      if (!cursor.skipMark(',')) values.push(this.#expression());
      if (cursor.at === before) cursor.at++;
    }
    return { name: '_', items: values.length === 1 ? itemsOf(first) : values };
  }

  /** `i = 0; i < n; …`, from behind the first value. */
  #counted(from: CodeValue): readonly CodeValue[] {
    const cursor = this.#cursor;
    cursor.skipMark(';');
    const isBelow = cursor.isMark('<', 1);
    if (!isBelow && !cursor.isMark('<=', 1)) return [];
    cursor.at += 2;
    const to = this.#expression();
    if (typeof from !== 'number' || typeof to !== 'number') return [];
    cursor.skipMark(';');
    // `i++`, `i += 2`
    const step = cursor.isMark('+=', 1) ? Number(cursor.peek(2)?.text) : 1;
    return rangeOf(from, isBelow ? to : to + 1, step || 1);
  }

  /** A block in brackets, one statement behind brackets, or by how far its lines stand in. */
  #body(column: number, isStatement: boolean): Pick<Loop, 'start' | 'end'> {
    const cursor = this.#cursor;
    const start = cursor.at;
    if (cursor.isMark('{')) return { start: start + 1, end: cursor.closeOf(start) };
    const whole = cursor.blockEnd(start, column);
    let end = start;
    while (end < whole && !(isStatement && cursor.isMark(';', end - start))) end++;
    return { start, end };
  }
}
