/**
 * Plain YAML: whether bytes are YAML of the boring kind that nearly every file is, so that a reader
 * would parse all of it and find nothing odd. One pass over the lines, no tree.
 *
 * Plain are block maps and lists, block scalars, quoted and plain scalars on any number of lines,
 * flow collections, comments and `---`. Everything else is for the real parser: anchors, aliases,
 * tags, merge and complex keys, tabs between words, carriage returns, duplicate keys, a root that
 * is no map, and whatever does not fit.
 *
 * State machine. `#levels` are the open block collections, outermost first, each with its column. A
 * line first closes those to the right of it, then goes on with the one at its column, or opens one
 * where the last value is still to come (`open`). What is right of the last value's collection and
 * begins nothing goes on with its plain scalar (`text`).
 *
 * The parser that it must agree with is `base/yaml.ts`; a test compares the two on real files,
 * mutated ones and generated ones.
 */
import { yamlDepthMax } from '../../base/limits.ts';
import { CODE, isBlank, isDigit } from './byte-text.ts';
import { HASH_PRIME, HASH_START } from './token.ts';
import { beginsText, endsFlowText, isBlockMark, isOdd, isPlainEscape } from './yaml-codes.ts';

/** Longer files may go over a bound of the parser, which whoever asks for them must look at. */
export const PLAIN_LENGTH_MAX = 200_000;
/** The parser takes no longer keys. */
const KEY_LENGTH_MAX = 1_000;
const FLOW_DEPTH_MAX = 16;
/** The parser counts flow collections as well, and what stands in the innermost. */
const LEVELS_MAX = yamlDepthMax - FLOW_DEPTH_MAX - 2;
/** Keys of one file; a power of two, and the table is at most half full. */
const KEY_SLOTS = 1 << 15;
/** The same of a file that may be longer. */
const MANY_KEY_SLOTS = 1 << 17;

const MAP = 0;
const LIST = 1;

/** What the last value was. */
const OPEN = 0;
const TEXT = 1;
const CLOSED = 2;

/**
 * plain     YAML of the boring kind
 * template  plain as far as a value or a line that an expression `{{ … }}` stands for
 * other     anything else
 */
export type YamlForm = 'plain' | 'template' | 'other';

export class PlainYaml {
  #bytes: Uint8Array = new Uint8Array(0);
  #end = 0;
  /** Of the next byte. */
  #at = 0;
  readonly #columns = new Int32Array(LEVELS_MAX);
  readonly #kinds = new Uint8Array(LEVELS_MAX);
  /** A number for each collection of the file, to keep the keys of two apart. */
  readonly #ids = new Int32Array(LEVELS_MAX);
  #depth = 0;
  #collections = 0;
  #last = OPEN;
  #isTemplate = false;
  #keySlots = new Int32Array(KEY_SLOTS);
  #keyFiles = new Int32Array(KEY_SLOTS);
  #keyCount = 0;
  #itemCount = 0;
  #file = 0;

  /** No fewer than the last text has, as far as it was plain. */
  get nodeCount(): number {
    return 2 * this.#keyCount + this.#itemCount;
  }

  /** What the first `end` bytes are. They must be UTF-8. */
  formOf(bytes: Uint8Array, end: number, lengthMax = PLAIN_LENGTH_MAX): YamlForm {
    if (end > lengthMax) return 'other';
    if (end > PLAIN_LENGTH_MAX) this.#growKeys();
    this.#bytes = bytes;
    this.#end = end;
    this.#at = 0;
    this.#depth = 0;
    this.#collections = 0;
    this.#last = OPEN;
    this.#keyCount = 0;
    this.#itemCount = 0;
    this.#file++;
    this.#isTemplate = false;
    while (this.#at < end) {
      if (!this.#readLine()) return this.#isTemplate ? 'template' : 'other';
    }
    return 'plain';
  }

  #growKeys(): void {
    if (this.#keySlots.length === MANY_KEY_SLOTS) return;
    this.#keySlots = new Int32Array(MANY_KEY_SLOTS);
    this.#keyFiles = new Int32Array(MANY_KEY_SLOTS);
  }

  #code(at: number): number {
    return at < this.#end ? (this.#bytes[at] as number) : CODE.newline;
  }

  #readLine(): boolean {
    const start = this.#at;
    const first = this.#skipSpaces(start);
    const code = this.#code(first);
    if (code === CODE.newline || code === CODE.hash) {
      // A plain scalar does not go on behind a comment.
      if (code === CODE.hash && this.#last === TEXT) this.#last = CLOSED;
      return this.#endLine(first);
    }
    const column = first - start;
    if (column === 0 && this.#isMarker(first)) return this.#readMarker(first);
    this.#at = first;
    return this.#readNode(column);
  }

  #skipSpaces(at: number): number {
    const bytes = this.#bytes;
    const end = this.#end;
    let next = at;
    while (next < end && bytes[next] === CODE.blank) next++;
    return next;
  }

  /** Goes to the next line over a comment; false when the line holds what no comment may. */
  #endLine(from: number): boolean {
    const at = from;
    if (this.#code(at) === CODE.hash) {
      // Directly behind a value it is no comment, and nothing else.
      if (at > 0 && !isBlank(this.#code(at - 1))) return false;
      return this.#skipLine(at);
    }
    if (this.#code(at) !== CODE.newline) return false;
    this.#at = at + 1;
    return true;
  }

  #isMarker(at: number): boolean {
    const code = this.#code(at);
    return (
      code === CODE.percent ||
      this.#isDashes(at) ||
      (code === CODE.dot && this.#code(at + 1) === CODE.dot)
    );
  }

  #isDashes(at: number): boolean {
    return (
      this.#code(at) === CODE.dash &&
      this.#code(at + 1) === CODE.dash &&
      this.#code(at + 2) === CODE.dash &&
      isBlank(this.#code(at + 3))
    );
  }

  /** `---` alone begins a document; `...`, directives and `--- x` are not plain. */
  #readMarker(at: number): boolean {
    if (!this.#isDashes(at)) return false;
    this.#depth = 0;
    this.#last = OPEN;
    return this.#endLine(this.#skipSpaces(at + 3));
  }

  /** An item or an entry whose first byte stands at `column`, and its value. */
  #readNode(column: number): boolean {
    if (this.#last === TEXT && column > this.#parentColumn() && !this.#continuesBlock(column)) {
      return this.#readText(false);
    }
    const at = this.#at;
    if (this.#isExpression(at)) return false;
    const isFlow = this.#code(at) === CODE.openBracket || this.#code(at) === CODE.openBrace;
    if (isFlow) return this.#isBelowKey(column) && this.#readValue();
    const isItem = this.#code(at) === CODE.dash && isBlank(this.#code(at + 1));
    if (!this.#enter(column, isItem ? LIST : MAP)) return false;
    return isItem ? this.#readItem(column) : this.#readEntry();
  }

  /** `key:` with its value in a line of its own, or an item with one. */
  #isBelowKey(column: number): boolean {
    return this.#depth > 0 && this.#last === OPEN && column > this.#parentColumn();
  }

  /** The column that a scalar's further lines must be right of. */
  #parentColumn(): number {
    return this.#depth === 0 ? -1 : (this.#columns[this.#depth - 1] as number);
  }

  #continuesBlock(column: number): boolean {
    return this.#depth > 0 && this.#columns[this.#depth - 1] === column;
  }

  /** Closes what ends before `column` and opens a collection there if none is. */
  #enter(column: number, kind: number): boolean {
    while (this.#depth > 0 && (this.#columns[this.#depth - 1] as number) > column) {
      this.#depth--;
      this.#last = CLOSED;
    }
    const top = this.#depth - 1;
    if (top >= 0 && this.#columns[top] === column) {
      if (this.#kinds[top] === kind) return true;
      // `key:` may have its list at its own column.
      if (kind === LIST) return this.#last === OPEN && this.#open(column, kind);
      this.#depth--;
      const isEntry = top > 0 && this.#columns[top - 1] === column;
      return isEntry && this.#kinds[top - 1] === MAP;
    }
    if (this.#depth === 0 && (column !== 0 || kind !== MAP)) return false;
    return this.#last === OPEN && this.#open(column, kind);
  }

  #open(column: number, kind: number): boolean {
    if (this.#depth >= LEVELS_MAX) return false;
    this.#columns[this.#depth] = column;
    this.#kinds[this.#depth] = kind;
    this.#ids[this.#depth] = ++this.#collections;
    this.#depth++;
    return true;
  }

  /** Behind a dash: another item, an entry of a map, a scalar, or nothing yet. */
  #readItem(column: number): boolean {
    const at = this.#skipSpaces(this.#at + 1);
    this.#at = at;
    this.#itemCount++;
    const code = this.#code(at);
    this.#last = OPEN;
    if (code === CODE.newline || code === CODE.hash) return this.#endLine(at);
    const inner = column + (at - this.#lineColumn(at, column));
    const isItem = code === CODE.dash && isBlank(this.#code(at + 1));
    if (isItem) return this.#enter(inner, LIST) && this.#readItem(inner);
    if (this.#keyEnd(at) < 0) return this.#readValue();
    return this.#enter(inner, MAP) && this.#readEntry();
  }

  /** The offset of the dash at `column`, so that columns count from the line's start. */
  #lineColumn(at: number, column: number): number {
    let start = at;
    while (start > 0 && this.#bytes[start - 1] !== CODE.newline) start--;
    return start + column;
  }

  #readEntry(): boolean {
    const colon = this.#keyEnd(this.#at);
    const map = this.#ids[this.#depth - 1] as number;
    if (colon < 0 || !this.#addKey(this.#at, colon, map)) return false;
    this.#at = this.#skipSpaces(colon + 1);
    const code = this.#code(this.#at);
    this.#last = OPEN;
    if (code === CODE.newline || code === CODE.hash) return this.#endLine(this.#at);
    return this.#readValue();
  }

  /** The offset of the colon behind a key from `at` on, or -1: no key, or one that is not plain. */
  #keyEnd(at: number): number {
    const first = this.#code(at);
    const limit = at + KEY_LENGTH_MAX;
    if (first === CODE.quote || first === CODE.apostrophe) {
      let end = at + 1;
      for (; this.#code(end) !== first; end++) {
        const code = this.#code(end);
        if (isOdd(code) || code === CODE.backslash || end > limit) return -1;
      }
      return this.#isColon(end + 1) ? end + 1 : -1;
    }
    if (!beginsText(first, this.#code(at + 1))) return -1;
    const bytes = this.#bytes;
    const stop = Math.min(limit, this.#end);
    for (let end = at; end < stop; end++) {
      const code = bytes[end] as number;
      if (isOdd(code)) return -1;
      if (code === CODE.hash && bytes[end - 1] === CODE.blank) return -1;
      if (code === CODE.colon && this.#isColon(end)) return end;
    }
    return -1;
  }

  #isColon(at: number): boolean {
    return this.#code(at) === CODE.colon && isBlank(this.#code(at + 1));
  }

  /** Takes a key of a map by its number; false when it stood there before, or may have. */
  #addKey(start: number, colon: number, map: number): boolean {
    const isQuoted = this.#code(start) === CODE.quote || this.#code(start) === CODE.apostrophe;
    let to = colon;
    while (this.#code(to - 1) === CODE.blank) to--;
    const from = isQuoted ? start + 1 : start;
    if (isQuoted) to--;
    const bytes = this.#bytes;
    let hash = Math.imul(HASH_START, map);
    for (let at = from; at < to; at++) hash = Math.imul(hash ^ (bytes[at] as number), HASH_PRIME);
    if (to - from === 2 && this.#code(from) === CODE.less) return false;
    const mask = this.#keySlots.length - 1;
    if (++this.#keyCount > mask / 2) return false;
    hash |= 1;
    for (let slot = (hash >>> 1) & mask; ; slot = (slot + 1) & mask) {
      if (this.#keyFiles[slot] !== this.#file) {
        this.#keyFiles[slot] = this.#file;
        this.#keySlots[slot] = hash;
        return true;
      }
      if (this.#keySlots[slot] === hash) return false;
    }
  }

  /** An expression where a node should begin makes a template of the file, whatever follows. */
  #isExpression(at: number): boolean {
    const isOpen = this.#code(at) === CODE.openBrace && this.#code(at + 1) === CODE.openBrace;
    this.#isTemplate ||= isOpen;
    return isOpen;
  }

  #readValue(): boolean {
    if (this.#isExpression(this.#at)) return false;
    const code = this.#code(this.#at);
    this.#last = CLOSED;
    switch (code) {
      case CODE.bar:
      case CODE.greater:
        return this.#readBlock();
      case CODE.quote:
      case CODE.apostrophe:
        return this.#readQuoted() && this.#endLine(this.#skipSpaces(this.#at));
      case CODE.openBracket:
      case CODE.openBrace:
        return this.#readFlow(0) && this.#endLine(this.#skipSpaces(this.#at));
      default:
        return beginsText(code, this.#code(this.#at + 1)) && this.#readText(true);
    }
  }

  /** A plain scalar up to the end of its line; a comment behind it ends it for good. */
  #readText(isFirst: boolean): boolean {
    let at = this.#at;
    if (!isFirst && this.#code(at) === CODE.hash) return this.#endLine(at);
    const bytes = this.#bytes;
    const end = this.#end;
    for (; at < end; at++) {
      const code = bytes[at] as number;
      if (isOdd(code)) {
        if (code === CODE.newline) break;
        return false;
      }
      if (code === CODE.colon && isBlank(this.#code(at + 1))) return false;
      if (code === CODE.hash && bytes[at - 1] === CODE.blank) {
        this.#last = CLOSED;
        return this.#endLine(at);
      }
    }
    this.#last = TEXT;
    this.#at = at + 1;
    return true;
  }

  /** `|` and `>`: all lines to the right of the collection that the scalar stands in. */
  #readBlock(): boolean {
    const [first, second] = [this.#code(this.#at + 1), this.#code(this.#at + 2)];
    const isLong = isBlockMark(first) && isBlockMark(second) && isDigit(first) !== isDigit(second);
    const header = this.#at + 1 + Number(isBlockMark(first)) + Number(isLong);
    if (!this.#endLine(this.#skipSpaces(header))) return false;
    const parent = this.#parentColumn();
    const told = isDigit(first) ? first : isLong && isDigit(second) ? second : 0;
    let indent = told === 0 ? -1 : parent + told - 48;
    let blankMost = 0;
    while (this.#at < this.#end) {
      const start = this.#at;
      const first = this.#skipSpaces(start);
      const column = first - start;
      if (this.#code(first) === CODE.newline) {
        if (indent < 0) blankMost = Math.max(blankMost, column);
        this.#at = first + 1;
        continue;
      }
      if (indent < 0) {
        if (column <= parent) break;
        // Blank lines before the first one may not be longer than its indentation.
        if (blankMost > column) return false;
        indent = column;
      }
      if (column < indent) break;
      if (!this.#skipLine(first)) return false;
    }
    return true;
  }

  #skipLine(from: number): boolean {
    const bytes = this.#bytes;
    const end = this.#end;
    let at = from;
    for (; at < end; at++) {
      const code = bytes[at] as number;
      if (!isOdd(code)) continue;
      if (code === CODE.newline) break;
      if (code !== CODE.tab) return false;
    }
    this.#at = at + 1;
    return true;
  }

  /** A quoted scalar, to behind its quote. */
  #readQuoted(): boolean {
    const quote = this.#code(this.#at);
    const parent = this.#parentColumn();
    let at = this.#at + 1;
    for (; at < this.#end; at++) {
      const code = this.#code(at);
      if (code === quote) {
        if (quote === CODE.quote || this.#code(at + 1) !== quote) break;
        at++;
      } else if (code === CODE.backslash && quote === CODE.quote) {
        if (!isPlainEscape(this.#code(++at))) return false;
      } else if (code === CODE.newline) {
        const next = this.#skipSpaces(at + 1);
        const isEmpty = this.#code(next) === CODE.newline;
        if (!isEmpty && next - at - 1 <= parent) return false;
        if (!isEmpty) at = next - 1;
      } else if (isOdd(code)) return false;
    }
    this.#at = at + 1;
    return at < this.#end;
  }

  /** A flow collection, to behind its bracket: scalars, and pairs in maps, apart by commas. */
  #readFlow(depth: number): boolean {
    if (depth >= FLOW_DEPTH_MAX) return false;
    const isMap = this.#code(this.#at) === CODE.openBrace;
    const close = isMap ? CODE.closeBrace : CODE.closeBracket;
    const map = ++this.#collections;
    this.#at++;
    for (;;) {
      if (!this.#skipFlowBlanks()) return false;
      if (this.#code(this.#at) === close) break;
      if (isMap && !this.#readFlowKey(map)) return false;
      if (!this.#readFlowNode(depth)) return false;
      const next = this.#code(this.#at);
      if (next === CODE.comma) this.#at++;
      else if (next !== close) return false;
    }
    this.#at++;
    return true;
  }

  /** A key on one line, and its colon. */
  #readFlowKey(map: number): boolean {
    const start = this.#at;
    const first = this.#code(start);
    if (first === CODE.openBracket || first === CODE.openBrace) return false;
    if (!this.#readFlowNode(0) || this.#code(this.#at) !== CODE.colon) return false;
    for (let at = start; at < this.#at; at++) {
      const code = this.#code(at);
      if (code === CODE.newline || code === CODE.backslash) return false;
    }
    if (!this.#addKey(start, this.#at, map)) return false;
    this.#at++;
    return isBlank(this.#code(this.#at)) && this.#skipFlowBlanks();
  }

  /** Blanks and line breaks between the parts of a flow collection. */
  #skipFlowBlanks(): boolean {
    const parent = this.#parentColumn();
    for (;;) {
      this.#at = this.#skipSpaces(this.#at);
      if (this.#at >= this.#end) return false;
      if (this.#code(this.#at) !== CODE.newline) return true;
      const start = ++this.#at;
      const first = this.#skipSpaces(start);
      if (this.#code(first) !== CODE.newline && first - start <= parent) return false;
    }
  }

  /** A scalar on one line or a collection, with the blanks behind it. */
  #readFlowNode(depth: number): boolean {
    const code = this.#code(this.#at);
    this.#itemCount++;
    if (code === CODE.openBracket || code === CODE.openBrace) {
      return this.#readFlow(depth + 1) && this.#skipFlowBlanks();
    }
    if (code === CODE.quote || code === CODE.apostrophe) {
      return this.#readQuoted() && this.#skipFlowBlanks();
    }
    const next = this.#code(this.#at + 1);
    if (!beginsText(code, endsFlowText(next) ? CODE.blank : next)) return false;
    let at = this.#at;
    while (!endsFlowText(this.#code(at))) {
      const one = this.#code(at);
      if (one === CODE.colon && isBlank(this.#code(at + 1))) break;
      if (isOdd(one) || one === CODE.openBrace || one === CODE.openBracket) return false;
      if (one === CODE.hash || one === CODE.colon) return false;
      at++;
    }
    this.#at = at;
    return this.#skipFlowBlanks();
  }
}
