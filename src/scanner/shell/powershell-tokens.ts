/** PowerShell text as words and separators, quotes and backtick escapes undone. */

export interface PowershellWord {
  readonly kind: 'word';
  readonly text: string;
  /** A string literal stands in it. */
  readonly quoted: boolean;
  /** A variable in it is unknown. */
  readonly dynamic: boolean;
  readonly start: number;
  readonly end: number;
}

/** `;`, a newline, or a bracket ends a command; `|` hands its result on. */
export interface PowershellSeparator {
  readonly kind: 'separator';
  readonly text: string;
}

export type PowershellToken = PowershellWord | PowershellSeparator;

/** Null for an unknown variable. */
export type PowershellLookup = (name: string) => string | null;

const SEPARATORS = ';\n|(){}&';
const BLANKS = ' \t\r,';
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', 0: '\0', a: '\x07' };
const NAME_LENGTH_MAX = 128;

/**
 * Reads tokens one at a time, since the variables that a word names may be assigned by the words
 * before it. The cursor only moves forward.
 */
export class PowershellReader {
  readonly #text: string;
  readonly #lookup: PowershellLookup;
  #at = 0;
  /** The word before was the name of a variable that is assigned. */
  #assigns = false;

  constructor(text: string, lookup: PowershellLookup) {
    this.#text = text;
    this.#lookup = lookup;
  }

  next(): PowershellToken | null {
    this.#skip();
    const c = this.#text[this.#at];
    if (c === undefined) return null;
    // The name of a variable that is assigned is kept: `$name =`.
    if (!SEPARATORS.includes(c)) return this.#word();
    this.#at++;
    return { kind: 'separator', text: c };
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
      else if (c === "'") this.#readSingle(word);
      else if (c === '"') this.#readDouble(word);
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
    word.text += quote === '"' ? this.#expanded(body, word) : body;
    word.quoted = true;
    this.#at = Math.min(end + 3, this.#text.length);
  }

  #readSingle(word: Draft): void {
    word.quoted = true;
    let from = this.#at + 1;
    for (;;) {
      const end = offsetOf(this.#text, "'", from);
      word.text += this.#text.slice(from, end);
      this.#at = Math.min(end + 1, this.#text.length);
      if (this.#text[end + 1] !== "'") return;
      word.text += "'";
      from = end + 2;
    }
  }

  #readDouble(word: Draft): void {
    word.quoted = true;
    const from = this.#at + 1;
    let end = from;
    while (end < this.#text.length && this.#text[end] !== '"')
      end += this.#text[end] === '`' ? 2 : 1;
    end = Math.min(end, this.#text.length);
    word.text += this.#expanded(this.#text.slice(from, end), word);
    this.#at = Math.min(end + 1, this.#text.length);
  }

  /** Text between double quotes with its variables and escapes. */
  #expanded(body: string, word: Draft): string {
    let result = '';
    for (let at = 0; at < body.length; ) {
      const c = body[at] as string;
      const name = c === '$' ? variableAt(body, at) : null;
      if (name) {
        const value = this.#lookup(name.name);
        if (value === null) word.dynamic = true;
        result += value ?? body.slice(at, at + name.length);
        at += name.length;
      } else if (c === '`' && at + 1 < body.length) {
        const next = body[at + 1] as string;
        result += ESCAPES[next] ?? next;
        at += 2;
      } else {
        result += c;
        at++;
      }
    }
    return result;
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

function offsetOf(text: string, part: string, from: number): number {
  const at = text.indexOf(part, from);
  return at === -1 ? text.length : at;
}

/** The variable at a `$`, its name in lower case: `$name`, `${name}`, `$env:NAME`. */
function variableAt(text: string, at: number): { name: string; length: number } | null {
  const braced = text[at + 1] === '{';
  const from = at + (braced ? 2 : 1);
  let end = from;
  while (end - from < NAME_LENGTH_MAX && isNamePart(text[end])) end++;
  if (end === from || (braced && text[end] !== '}')) return null;
  const name = text.slice(from, end).toLowerCase();
  return { name, length: end - at + (braced ? 1 : 0) };
}

function isNamePart(c: string | undefined): boolean {
  if (c === undefined) return false;
  const letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return letter || (c >= '0' && c <= '9') || c === '_' || c === ':';
}

/** Whether `=` or `+=` follows, and no comparison. */
function isAssigned(text: string, from: number): boolean {
  let at = from;
  while (text[at] === ' ' && at - from < NAME_LENGTH_MAX) at++;
  if (text[at] === '+') at++;
  return text[at] === '=' && text[at + 1] !== '=';
}
