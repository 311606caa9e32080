/**
 * Words of a shell text: quotes, expansions, here-documents. One cursor moves forward over the text
 * and never back, which is what keeps the time linear whatever is unbalanced: a quote, a brace or a
 * here-document that never ends reads to the end of the text once.
 *
 * Nesting is bounded by `shellDepthMax`. Deeper openings are read as plain text.
 */
import { shellDepthMax } from '../../base/limits.ts';
import { gaveUp } from '../../model/finding.ts';
import { ansiQuotedAt, undoBackticks } from './escapes.ts';
import { documentEnd, type PendingDocument, stripTabs } from './here-document.ts';
import { Masks } from './masks.ts';
import { nameLength, PARAMETER_OPERATORS } from './parameter-name.ts';
import {
  type List,
  type Part,
  plainParameter,
  type Redirect,
  type Span,
  type WordTree,
} from './syntax-tree.ts';
import { WordBuilder } from './word-builder.ts';

/** What all lexers of one run share. */
export interface LexerHost {
  /** Commands up to the closing character, which stays unread. */
  parseList(lexer: Lexer, closer: string): List;
  /** Notes what could not be read. */
  unread(problem: string): void;
  /** The text is a service's that fills `${{ … }}` in before a shell sees it. */
  readonly isTemplate: boolean;
}

/** 1 for characters that end or change an unquoted word. */
const SPECIAL = new Uint8Array(128);
for (const c of ' \t\r\n;&|()<>"\'\\$`{') SPECIAL[c.charCodeAt(0)] = 1;

/** 1 for characters that mean something between double quotes. */
const SPECIAL_QUOTED = new Uint8Array(128);
for (const c of '"\\$`{') SPECIAL_QUOTED[c.charCodeAt(0)] = 1;

/** First characters of operators that take a pattern. */
const PATTERNED: ReadonlySet<string> = new Set(['#', '%', '/', '^', ',']);
const ARITHMETIC_LENGTH_MAX = 128;
const INDEX_LENGTH_MAX = 64;
/** What is behind them is read once more for each. */
const OPEN_DOCUMENTS_MAX = 4;
export class Lexer {
  readonly text: string;
  readonly #host: LexerHost;
  /** Where everything in this text stands in the outermost source; null when it is that source. */
  readonly #place: Span | null;
  readonly #masks: Masks;
  #pending: PendingDocument[] = [];
  #readAgainLeft = OPEN_DOCUMENTS_MAX;
  at = 0;
  end: number;
  depth: number;

  constructor(text: string, host: LexerHost, place: Span | null, depth = 0) {
    this.text = text;
    this.end = text.length;
    this.#host = host;
    this.#place = place;
    this.#masks = new Masks(text, host.isTemplate);
    this.depth = depth;
  }

  get done(): boolean {
    return this.at >= this.end;
  }

  /** The character `ahead` of the cursor, or an empty string past the end. */
  peek(ahead = 0): string {
    return this.at + ahead < this.end ? (this.text[this.at + ahead] as string) : '';
  }

  startsWith(text: string): boolean {
    return this.at + text.length <= this.end && this.text.startsWith(text, this.at);
  }

  span(start: number, end: number): Span {
    return this.#place ?? { start, end };
  }

  /** Runs `read` one level deeper, or says that it is too deep and returns null. */
  nested<T>(read: () => T): T | null {
    if (this.depth >= shellDepthMax) {
      this.#host.unread(gaveUp(`nesting deeper than ${shellDepthMax}`));
      return null;
    }
    this.depth++;
    const result = read();
    this.depth--;
    return result;
  }

  /** Blanks, line continuations, and a comment when one begins here. Newlines stay. */
  skipBlanks(): void {
    for (;;) {
      const c = this.peek();
      if (c === ' ' || c === '\t' || this.#isLineReturn()) this.at++;
      else if (c === '\\' && this.peek(1) === '\n') this.at += 2;
      else if (c === '\\' && this.startsWith('\\\r\n')) this.at += 3;
      else break;
    }
    if (this.peek() !== '#') return;
    const newline = this.text.indexOf('\n', this.at);
    this.at = newline === -1 ? this.end : Math.min(newline, this.end);
  }

  /** Steps over a newline and reads the here-documents that were announced before it. */
  newline(): void {
    this.at++;
    for (const document of this.#pending.splice(0)) this.#readDocument(document);
  }

  announceDocument(redirect: Redirect, delimiter: WordTree, stripTabs: boolean): void {
    let text = '';
    for (const part of delimiter.parts) text += 'text' in part ? part.text : part.raw;
    this.#pending.push({ delimiter: text, quoted: !delimiter.plain, stripTabs, redirect });
  }

  /** The word at the cursor, or null when an operator, a blank or the end stands there. */
  readWord(): WordTree | null {
    const start = this.at;
    const word = new WordBuilder();
    while (this.at < this.end && this.#readPiece(word)) {
      // Each step reads one piece of the word.
    }
    return this.at === start ? null : word.finish();
  }

  /** The text between quotes in `readWord`'s sense, up to the end: a here-document's body. */
  readAllQuoted(): WordTree {
    const word = new WordBuilder();
    this.#readQuoted(word, '');
    return word.finish();
  }

  /** One piece of an unquoted word; false when the word ends here. */
  #readPiece(word: WordBuilder): boolean {
    const from = this.at;
    let at = from;
    const { text, end } = this;
    while (at < end) {
      const code = text.charCodeAt(at);
      if (code < 128 && SPECIAL[code] === 1) break;
      at++;
    }
    this.at = at;
    if (at > from) {
      word.addText(text.slice(from, at));
      return true;
    }
    switch (text[at]) {
      case "'":
        this.#readSingle(word);
        return true;
      case '"':
        this.at++;
        this.#readQuoted(word, '"');
        return true;
      case '\\':
        this.#readBackslash(word);
        return true;
      case '$':
        this.#readDollar(word, false);
        return true;
      case '`':
        this.#readBackticks(word, false);
        return true;
      case '{':
        this.#readBrace(word, false);
        return true;
      case '<':
      case '>':
        return this.peek(1) === '(' && this.#readProcess(word);
      case '\r':
        if (this.#isLineReturn()) return false;
        word.addText('\r');
        this.at++;
        return true;
      default:
        return false;
    }
  }

  /** A carriage return is a letter, but for one that an editor put before a newline. */
  #isLineReturn(): boolean {
    return this.peek() === '\r' && (this.peek(1) === '\n' || this.peek(1) === '');
  }

  #readSingle(word: WordBuilder): void {
    const from = this.at + 1;
    let close = this.text.indexOf("'", from);
    while (close !== -1 && !this.#masks.none) {
      const end = this.#masks.endAround(close);
      if (end === -1) break;
      close = this.text.indexOf("'", end);
    }
    const end = close === -1 || close >= this.end ? this.end : close;
    word.addMasked(this.text, from, end, this.#masks);
    this.at = Math.min(end + 1, this.end);
  }

  #readBackslash(word: WordBuilder): void {
    const next = this.peek(1);
    this.at = Math.min(this.at + 2, this.end);
    if (next !== '\n') word.addQuoted(next === '' ? '\\' : next);
  }

  /** Text up to `closer`, or up to the end when it is empty. */
  #readQuoted(word: WordBuilder, closer: string): void {
    word.addQuoted('');
    const { text } = this;
    while (this.at < this.end) {
      const from = this.at;
      let at = from;
      for (; at < this.end; at++) {
        const code = text.charCodeAt(at);
        if (code < 128 && SPECIAL_QUOTED[code] === 1) break;
      }
      this.at = at;
      if (at > from) word.addQuoted(text.slice(from, at));
      if (at >= this.end) return;
      const c = text[at] as string;
      if (c === closer) {
        this.at++;
        return;
      }
      if (c === '\\') this.#readQuotedBackslash(word, closer);
      else if (c === '$') this.#readDollar(word, true);
      else if (c === '`') this.#readBackticks(word, true);
      else if (c === '{') this.#readBrace(word, true);
      else {
        word.addQuoted(c);
        this.at++;
      }
    }
  }

  #readQuotedBackslash(word: WordBuilder, closer: string): void {
    const next = this.peek(1);
    const escapes = next === '$' || next === '`' || next === '\\' || (next === closer && next);
    if (next !== '\n') word.addQuoted(escapes ? next : `\\${next}`);
    this.at = Math.min(this.at + 2, this.end);
  }

  #readBrace(word: WordBuilder, quoted: boolean): void {
    const end = this.#masks.none ? -1 : this.#masks.endAt(this.at);
    if (end !== -1) {
      word.addPart({ kind: 'opaque', text: this.text.slice(this.at, end), quoted });
      this.at = end;
      return;
    }
    if (quoted) word.addQuoted('{');
    else word.addBrace();
    this.at++;
  }

  #readDollar(word: WordBuilder, quoted: boolean): void {
    const end = this.#masks.none ? -1 : this.#masks.endAt(this.at);
    if (end !== -1) {
      word.addPart({ kind: 'opaque', text: this.text.slice(this.at, end), quoted });
      this.at = end;
      return;
    }
    const next = this.peek(1);
    if (next === '(' && this.#readSubstitution(word, quoted)) return;
    if (next === '{' && this.#readParameter(word, quoted)) return;
    if (next === "'" && !quoted) {
      this.#readAnsiQuoted(word);
      return;
    }
    if (next === '"' && !quoted) {
      // `$"…"` is a translated string; the text stays.
      this.at++;
      return;
    }
    const length = nameLength(this.text, this.at + 1, this.end);
    if (length > 0) {
      const from = this.at;
      this.at += 1 + length;
      const name = this.text.slice(from + 1, this.at);
      word.addPart(plainParameter(name, this.text.slice(from, this.at), quoted));
      return;
    }
    if (quoted) word.addQuoted('$');
    else word.addText('$');
    this.at++;
  }

  /** `$'…'` with every escape undone. */
  #readAnsiQuoted(word: WordBuilder): void {
    const { text, end } = ansiQuotedAt(this.text, this.at + 2, this.end);
    word.addQuoted(text);
    this.at = Math.min(end + 1, this.end);
  }

  #readSubstitution(word: WordBuilder, quoted: boolean): boolean {
    const from = this.at;
    if (this.peek(2) === '(' && this.#readArithmetic(word)) return true;
    const body = this.nested(() => {
      this.at += 2;
      return this.#host.parseList(this, ')');
    });
    if (body === null) return false;
    if (this.peek() === ')') this.at++;
    const raw = this.text.slice(from, this.at);
    word.addPart({ kind: 'substitution', body, raw, quoted });
    return true;
  }

  /** `$(( … ))` when its end is near; else it is a subshell inside a substitution. */
  #readArithmetic(word: WordBuilder): boolean {
    const from = this.at;
    const limit = Math.min(this.end, from + ARITHMETIC_LENGTH_MAX);
    let open = 0;
    let at = from + 1;
    for (; at < limit; at++) {
      const c = this.text[at];
      if (c === '(') open++;
      else if (c === ')' && --open === 0) break;
    }
    if (at >= limit || this.text[at - 1] !== ')') return false;
    const inner = this.nested(() =>
      this.#within(from + 3, at - 1, () => {
        const builder = new WordBuilder();
        this.#readQuoted(builder, '');
        return builder.finish();
      }),
    );
    this.at = at + 1;
    const raw = this.text.slice(from, this.at);
    if (inner) word.addPart({ kind: 'arithmetic', inner, raw });
    else word.addQuoted(raw);
    return true;
  }

  #readBackticks(word: WordBuilder, quoted: boolean): void {
    const from = this.at;
    let close = from + 1;
    let escaped = false;
    while (close < this.end && this.text[close] !== '`') {
      if (this.text[close] === '\\') {
        escaped = true;
        close++;
      }
      close++;
    }
    close = Math.min(close, this.end);
    const body = this.nested(() => {
      if (!escaped) return this.#within(from + 1, close, () => this.#host.parseList(this, ''));
      const place = this.span(from, Math.min(close + 1, this.end));
      const text = undoBackticks(this.text.slice(from + 1, close));
      const lexer = new Lexer(text, this.#host, place, this.depth);
      return this.#host.parseList(lexer, '');
    });
    this.at = Math.min(close + 1, this.end);
    const raw = this.text.slice(from, this.at);
    if (body) word.addPart({ kind: 'substitution', body, raw, quoted });
    else word.addQuoted(raw);
  }

  #readProcess(word: WordBuilder): boolean {
    const from = this.at;
    const body = this.nested(() => {
      this.at += 2;
      return this.#host.parseList(this, ')');
    });
    if (body === null) return false;
    if (this.peek() === ')') this.at++;
    word.addPart({ kind: 'process', body, raw: this.text.slice(from, this.at) });
    return true;
  }

  /** `${…}`; false, with nothing read, when no name stands there. */
  #readParameter(word: WordBuilder, quoted: boolean): boolean {
    const sign = this.peek(2);
    const signed =
      (sign === '!' || sign === '#') && nameLength(this.text, this.at + 3, this.end) > 0;
    const nameAt = this.at + (signed ? 3 : 2);
    const length = nameLength(this.text, nameAt, this.end);
    if (length === 0) return false;
    const part = this.nested((): Part => {
      const from = this.at;
      const name = this.text.slice(nameAt, nameAt + length);
      this.at = nameAt + length;
      const index = this.#readIndex();
      const operator = signed ? (sign === '!' ? '!' : 'length') : this.#readOperator();
      const divided = operator.startsWith('/');
      // In a pattern a quote quotes, also between double quotes: `"${a#'"'}"`.
      const isPattern = PATTERNED.has(operator.charAt(0));
      const argument = this.#readArgument(quoted && !isPattern, divided);
      let replacement: WordTree | null = null;
      if (divided && this.peek() === '/') {
        this.at++;
        replacement = this.#readArgument(quoted, false);
      }
      if (this.peek() === '}') this.at++;
      const raw = this.text.slice(from, this.at);
      return { kind: 'parameter', name, index, operator, argument, replacement, raw, quoted };
    });
    if (part) word.addPart(part);
    return part !== null;
  }

  #readOperator(): string {
    const operator = PARAMETER_OPERATORS.find((o) => this.startsWith(o)) ?? '';
    this.at += operator.length;
    return operator;
  }

  #readIndex(): string | null {
    if (this.peek() !== '[') return null;
    const close = this.text.slice(this.at, this.at + INDEX_LENGTH_MAX).indexOf(']');
    if (close < 0) return null;
    const index = this.text.slice(this.at + 1, this.at + close);
    this.at += close + 1;
    return index;
  }

  /** Up to `}`, or up to `/` as well when that divides a pattern from what replaces it. */
  #readArgument(quoted: boolean, divided: boolean): WordTree {
    const word = new WordBuilder();
    while (this.at < this.end) {
      const c = this.peek();
      if (c === '}' || (divided && c === '/')) break;
      if (c === "'" && quoted) {
        word.addQuoted(c);
        this.at++;
      } else if (!this.#readArgumentPiece(word, divided)) {
        word.addText(c);
        this.at++;
      }
    }
    return word.finish();
  }

  #readArgumentPiece(word: WordBuilder, divided: boolean): boolean {
    const from = this.at;
    for (; this.at < this.end; this.at++) {
      const code = this.text.charCodeAt(this.at);
      if (code < 128 && (SPECIAL[code] === 1 || code === 0x7d || (divided && code === 0x2f))) break;
    }
    if (this.at === from) return this.#readPiece(word);
    word.addText(this.text.slice(from, this.at));
    return true;
  }

  /** Runs `read` with the cursor on a stretch of the same text, as if nothing stood behind it. */
  #within<T>(start: number, end: number, read: () => T): T {
    const saved = { at: this.at, end: this.end, pending: this.#pending };
    this.at = start;
    this.end = end;
    this.#pending = [];
    const result = read();
    this.at = saved.at;
    this.end = saved.end;
    this.#pending = saved.pending;
    return result;
  }

  #readDocument(document: PendingDocument): void {
    const from = this.at;
    const found = documentEnd(this.text, from, this.end, document);
    this.at = found?.next ?? this.end;
    if (found === null) this.#readAgain(from);
    const body = this.#documentBody(from, found?.bodyEnd ?? this.end, document);
    if (body) document.redirect.target = body;
  }

  /** Without its end it may be a shift, such as `((1<<n))`: its lines are commands as well. */
  #readAgain(from: number): void {
    if (this.#readAgainLeft-- > 0) this.at = from;
    else this.#host.unread(gaveUp(`more than ${OPEN_DOCUMENTS_MAX} here-documents without an end`));
  }

  #documentBody(from: number, to: number, document: PendingDocument): WordTree | null {
    if (document.quoted) {
      const raw = this.text.slice(from, to);
      const word = new WordBuilder();
      word.addQuoted(document.stripTabs ? stripTabs(raw) : raw);
      return word.finish();
    }
    return this.nested(() => {
      if (!document.stripTabs) return this.#within(from, to, () => this.readAllQuoted());
      const text = stripTabs(this.text.slice(from, to));
      return new Lexer(text, this.#host, this.span(from, to), this.depth).readAllQuoted();
    });
  }
}
