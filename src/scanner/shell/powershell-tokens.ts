/** PowerShell text as words and separators, quotes and backtick escapes undone. */
import { type CodeValue, isList, textOf } from './code-values.ts';
import type { Folded } from './powershell-expression.ts';
import {
  expandedText,
  offsetOf,
  type PowershellLookup,
  quotedText,
  variableAt,
} from './powershell-text.ts';

export interface PowershellWord {
  readonly kind: 'word';
  readonly text: string;
  /** A string literal stands in it. */
  readonly quoted: boolean;
  /** A variable in it is unknown. */
  readonly dynamic: boolean;
  /** Elements of a list, which are arguments of their own. */
  readonly items?: readonly string[];
  /** What an expression came to. */
  readonly value?: CodeValue;
  readonly table?: ReadonlyMap<string, CodeValue>;
  readonly start: number;
  readonly end: number;
}

/** `;`, a newline, or a bracket ends a command; `|` hands its result on. */
export interface PowershellSeparator {
  readonly kind: 'separator';
  readonly text: string;
}

export interface PowershellFunction {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly body: string;
}

export type PowershellToken = PowershellWord | PowershellSeparator;

/** What reads a whole expression, or null where none begins whose value is known. */
export type PowershellFold = (text: string, at: number) => Folded | null;

const SEPARATORS = ';\n|(){}&';
/** Characters that an expression may begin with. */
const FOLDED_STARTS = `'"([@$-`;
const BLANKS = ' \t\r,';
const NAME_LENGTH_MAX = 128;
/** A function with its body that is run again where it is called. */
const FUNCTION_LENGTH_MAX = 8_192;

/**
 * Reads tokens one at a time, since the variables that a word names may be assigned by the words
 * before it. The cursor only moves forward.
 */
export class PowershellReader {
  readonly #text: string;
  readonly #lookup: PowershellLookup;
  readonly #fold: PowershellFold;
  #at = 0;
  /** The word before was the name of a variable that is assigned. */
  #assigns = false;

  constructor(text: string, lookup: PowershellLookup, fold: PowershellFold) {
    this.#text = text;
    this.#lookup = lookup;
    this.#fold = fold;
  }

  next(): PowershellToken | null {
    this.#skip();
    const c = this.#text[this.#at];
    if (c === undefined) return null;
    const folded = this.#assigns ? null : this.#folded(c);
    if (folded) return folded;
    // The name of a variable that is assigned is kept: `$name =`.
    if (!SEPARATORS.includes(c)) return this.#word();
    this.#at++;
    return { kind: 'separator', text: c };
  }

  /** A word that an expression comes to: `('a' + 'b')`, `-join …`, `$a.Replace('x', 'y')`. */
  #folded(c: string): PowershellWord | null {
    if (!FOLDED_STARTS.includes(c) || this.#isAssignedHere(c)) return null;
    if (c === '-' && this.#text.slice(this.#at, this.#at + 5).toLowerCase() !== '-join')
      return null;
    const start = this.#at;
    const folded = this.#fold(this.#text, start);
    if (!folded?.isMade) return null;
    this.#at = folded.end;
    const { value, table } = folded;
    const items = isList(value) ? value.items.map((item) => textOf(item) ?? '') : undefined;
    const text = items ? items.join(' ') : (textOf(value) ?? '');
    const word = { kind: 'word', text, quoted: true, dynamic: false, value, table } as const;
    return { ...word, ...(items ? { items } : {}), start, end: this.#at };
  }

  #isAssignedHere(c: string): boolean {
    const name = c === '$' ? variableAt(this.#text, this.#at) : null;
    return name !== null && isAssigned(this.#text, this.#at + name.length);
  }

  /** The function whose `function` was just read, without moving over it; null for none. */
  functionAhead(): PowershellFunction | null {
    const text = this.#text.slice(this.#at, this.#at + FUNCTION_LENGTH_MAX);
    const open = text.indexOf('{');
    if (open < 0) return null;
    const [head = '', parameters = ''] = text.slice(0, open).split('(');
    const close = closingBrace(text, open);
    const names = parameters.split('$').slice(1);
    return {
      name: head.trim().toLowerCase(),
      parameters: names.map((one) => variableAt(`$${one}`, 0)?.name ?? ''),
      body: text.slice(open + 1, close),
    };
  }

  #skip(): void {
    const text = this.#text;
    for (;;) {
      const c = text[this.#at];
      if (c !== undefined && BLANKS.includes(c)) this.#at++;
      else if (c === '`' && (text[this.#at + 1] === '\n' || text[this.#at + 1] === '\r')) {
        this.#at += 2;
      } else if (c === '#') this.#at = offsetOf(text, '\n', this.#at);
      else if (c === '<' && text[this.#at + 1] === '#') {
        this.#at = Math.min(offsetOf(text, '#>', this.#at) + 2, text.length);
      } else return;
    }
  }

  #word(): PowershellWord {
    const start = this.#at;
    if (this.#assigns) return this.#assignmentSign(start);
    const word = { text: '', quoted: false, dynamic: false };
    while (this.#at < this.#text.length) {
      const c = this.#text[this.#at] as string;
      if (BLANKS.includes(c) || SEPARATORS.includes(c)) break;
      if (c === '@' && this.#isHereString()) this.#readHereString(word);
      else if (c === "'" || c === '"') this.#readQuoted(word);
      else if (c === '$' && this.#text[this.#at + 1] === '(') {
        // A substitution: its commands follow as commands of their own.
        this.#at++;
        word.dynamic = true;
        break;
      } else if (c === '$') {
        this.#readVariable(word, start);
        if (this.#assigns) break;
      } else if (c === '`') this.#readEscape(word);
      else {
        word.text += c;
        this.#at++;
      }
    }
    return { kind: 'word', ...word, start, end: this.#at };
  }

  /** `=` or `+=`, also with nothing between it and what it assigns. */
  #assignmentSign(start: number): PowershellWord {
    this.#assigns = false;
    this.#at += this.#text[start] === '+' ? 2 : 1;
    const text = this.#text.slice(start, this.#at);
    return { kind: 'word', text, quoted: false, dynamic: false, start, end: this.#at };
  }

  #isHereString(): boolean {
    const quote = this.#text[this.#at + 1];
    const next = this.#text[this.#at + 2];
    return (quote === "'" || quote === '"') && (next === '\n' || next === '\r');
  }

  #readHereString(word: Draft): void {
    const quote = this.#text[this.#at + 1] as string;
    const from = offsetOf(this.#text, '\n', this.#at) + 1;
    const end = offsetOf(this.#text, `\n${quote}@`, from - 1);
    const body = this.#text.slice(from, end);
    const { text, dynamic } =
      quote === '"' ? expandedText(body, this.#lookup) : { text: body, dynamic: false };
    word.text += text;
    word.dynamic ||= dynamic;
    word.quoted = true;
    this.#at = Math.min(end + 3, this.#text.length);
  }

  #readQuoted(word: Draft): void {
    const { text, end, dynamic } = quotedText(this.#text, this.#at, this.#lookup);
    word.text += text;
    word.quoted = true;
    word.dynamic ||= dynamic;
    this.#at = end;
  }

  #readVariable(word: Draft, start: number): void {
    const name = variableAt(this.#text, this.#at);
    if (!name) {
      word.text += '$';
      this.#at++;
      return;
    }
    const raw = this.#text.slice(this.#at, this.#at + name.length);
    const assigned = this.#at === start && isAssigned(this.#text, this.#at + name.length);
    this.#at += name.length;
    this.#assigns = assigned;
    const value = assigned ? null : this.#lookup(name.name);
    if (value === null) word.dynamic = true;
    word.text += value ?? raw;
  }

  #readEscape(word: Draft): void {
    word.text += this.#text[this.#at + 1] ?? '';
    this.#at = Math.min(this.#at + 2, this.#text.length);
  }
}

interface Draft {
  text: string;
  quoted: boolean;
  dynamic: boolean;
}

function closingBrace(text: string, from: number): number {
  let open = 0;
  for (let at = from; at < text.length; at++) {
    if (text[at] === '{') open++;
    else if (text[at] === '}' && --open === 0) return at;
  }
  return text.length;
}

/** Whether `=` or `+=` follows, and no comparison. */
function isAssigned(text: string, from: number): boolean {
  let at = from;
  while (text[at] === ' ' && at - from < NAME_LENGTH_MAX) at++;
  if (text[at] === '+') at++;
  return text[at] === '=' && text[at + 1] !== '=';
}
