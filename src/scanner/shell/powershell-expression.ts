/**
 * PowerShell expressions whose value the text alone decides: literals that are joined, formatted,
 * replaced, reversed, made of characters, decoded or unpacked. A parser that goes down and never
 * back: `parse` gives the value and where it ends, or null as soon as something is not known, and
 * then the reader takes the words as they stand.
 */
import { shellDepthMax } from '../../base/limits.ts';
import { callFunction, formatted } from './code-functions.ts';
import {
  added,
  bytesOf,
  type CodeValue,
  charactersOf,
  isList,
  isPrinted,
  joined,
  listOf,
  repeated,
  sliced,
  textOf,
} from './code-values.ts';
import { decodeUtf16, decompress } from './decode.ts';
import { quotedText } from './powershell-text.ts';
import { replaceAll } from './substitute.ts';

export interface PowershellScope {
  /** A variable by its name in lower case, or by `name.key`. */
  value(name: string): CodeValue;
  assign(name: string, value: CodeValue): void;
  spend(units: number): boolean;
}

export interface Folded {
  readonly value: CodeValue;
  readonly end: number;
  /** Something was done with the literals: it is more than one word as it stands. */
  readonly isMade: boolean;
  /** Values by their keys, of `@{a = 'x'}`. */
  readonly table: ReadonlyMap<string, CodeValue>;
}

const RANGE_MAX = 10_000;
const NAME_LENGTH_MAX = 128;
const OPERATORS = ['-join', '-f', '-replace', '-ireplace', '-creplace', '-split', '-bxor'];

/** The expression that begins at `at`, or null when its value is not known. */
export function foldExpression(text: string, at: number, scope: PowershellScope): Folded | null {
  const parser = new Parser(text, at, scope);
  const value = parser.expression();
  return parser.isFailed || value === null
    ? null
    : { value, end: parser.at, isMade: parser.isMade, table: parser.table };
}

class Parser {
  readonly #text: string;
  readonly #scope: PowershellScope;
  at: number;
  isFailed = false;
  isMade = false;
  readonly table = new Map<string, CodeValue>();
  #depth = 0;

  constructor(text: string, at: number, scope: PowershellScope) {
    this.#text = text;
    this.at = at;
    this.#scope = scope;
  }

  #fail(): null {
    this.isFailed = true;
    return null;
  }

  #skipBlanks(): void {
    while (this.at < this.#text.length && ' \t\r\n'.includes(this.#text[this.at] as string)) {
      this.at++;
    }
  }

  #take(part: string): boolean {
    if (!this.#text.startsWith(part, this.at)) return false;
    this.at += part.length;
    return true;
  }

  #made(value: CodeValue): CodeValue {
    this.isMade = true;
    const length = isPrinted(value) ? value.length : isList(value) ? value.items.length : 1;
    if (value === null || !this.#scope.spend(length)) return this.#fail();
    return value;
  }

  expression(): CodeValue {
    if (this.#depth >= shellDepthMax || !this.#scope.spend(1)) return this.#fail();
    this.#depth++;
    let value = this.#unary();
    while (!this.isFailed) {
      const before = this.at;
      this.#skipBlanks();
      const next = this.#operated(value);
      if (next === undefined) {
        this.at = before;
        break;
      }
      value = next;
    }
    this.#depth--;
    return value;
  }

  /** The value with the operator that follows, or undefined when none does. */
  #operated(value: CodeValue): CodeValue | undefined {
    if (this.#take('..')) return this.#made(range(value, this.#unary()));
    if (this.#take(',')) return this.#listed(value);
    if (this.#text[this.at] === '+' && this.#text[this.at + 1] !== '=') {
      this.at++;
      return this.#made(added(value, this.#unary()));
    }
    if (this.#take('*')) return this.#made(repeated(value, numberOf(this.#unary())));
    if (this.#text[this.at] === '|') return this.#mapped(value);
    const folded = this.#text.slice(this.at, this.at + 10).toLowerCase();
    const operator = OPERATORS.find(
      (one) => folded.startsWith(one) && !isNamePart(folded[one.length]),
    );
    if (operator === undefined) return undefined;
    this.at += operator.length;
    return this.#made(binary(operator, value, this.expression()));
  }

  #listed(first: CodeValue): CodeValue {
    const items = isList(first) && !this.#isGrouped ? [...first.items] : [first];
    items.push(this.#unary());
    this.#isGrouped = false;
    return this.#made(listOf(items));
  }

  /** The value before was in brackets of its own, and is one item. */
  #isGrouped = false;

  /** `… | % { [char]$_ }`, also with `-bxor` and a number: characters of the numbers. */
  #mapped(value: CodeValue): CodeValue | undefined {
    const open = this.#text.indexOf('{', this.at);
    const close = open < 0 ? -1 : this.#text.indexOf('}', open);
    if (close < 0 || close - this.at > NAME_LENGTH_MAX) return undefined;
    const head = this.#text
      .slice(this.at + 1, open)
      .trim()
      .toLowerCase();
    const body = this.#text.slice(open + 1, close).toLowerCase();
    if ((head !== '%' && !head.startsWith('foreach')) || !body.includes('[char]')) return undefined;
    this.at = close + 1;
    const key = body.split('-bxor')[1];
    const mask = key === undefined ? 0 : Number.parseInt(key.trim(), key.includes('x') ? 16 : 10);
    const numbers = isList(value) ? value.items : [value];
    const unmasked = numbers.map((one) => (typeof one === 'number' ? one ^ (mask || 0) : one));
    return this.#made(charactersOf(unmasked));
  }

  #unary(): CodeValue {
    if (this.#depth >= shellDepthMax) return this.#fail();
    this.#depth++;
    const value = this.#operand();
    this.#depth--;
    return value;
  }

  #operand(): CodeValue {
    this.#skipBlanks();
    if (this.#text.slice(this.at, this.at + 5).toLowerCase() === '-join') {
      this.at += 5;
      const value = this.expression();
      return this.#made(isList(value) ? joined(value, '') : value);
    }
    if (this.#text[this.at] === '-' && isDigit(this.#text[this.at + 1])) {
      this.at++;
      return -numberOf(this.#primary());
    }
    if (this.#take('-(')) {
      const value = this.#grouped();
      return typeof value === 'number' ? -value : this.#fail();
    }
    if (this.#text[this.at] === '[') return this.#typed();
    return this.#postfixed(this.#primary());
  }

  /** `[char]120`, `[Convert]::FromBase64String(…)`. */
  #typed(): CodeValue {
    const close = this.#text.indexOf(']', this.at);
    if (close < 0 || close - this.at > NAME_LENGTH_MAX) return this.#fail();
    const isArray = this.#text.startsWith('[]]', close - 1);
    const end = isArray ? close + 2 : close + 1;
    const type = this.#text
      .slice(this.at + 1, close)
      .replace('[', '')
      .trim()
      .toLowerCase();
    this.at = end;
    if (this.#text.startsWith('::', this.at)) return this.#postfixed(this.#member(type));
    const value = this.#unary();
    if (type.endsWith('char')) {
      // `[char[]]'ab'` keeps its characters, `[char[]](120, 109)` and `[char]120` make them.
      return this.#made(isPrinted(value) ? value : charactersOf([value]));
    }
    return value;
  }

  /** `::Name`, then what is called on it: the type itself counts for packed streams only. */
  #member(type: string): CodeValue {
    this.at += 2;
    const name = this.#name();
    if (name === null) return this.#fail();
    if (this.#text[this.at] !== '(') return '';
    this.at++;
    const given = this.#items(')');
    if (this.isFailed) return null;
    return this.#called(`${type}::${name.toLowerCase()}`, given, null);
  }

  #called(name: string, given: readonly CodeValue[], self: CodeValue): CodeValue {
    const [first = null] = given;
    const [type = '', method = name] = name.split('::');
    if (name === 'array::reverse' || name === 'system.array::reverse') return this.#reversed(first);
    if (method === 'new' || method === 'create') return this.#made(streamOf(type, first));
    if (method === 'getstring') return this.#made(encodedText(first));
    if (method === 'concat') return this.#made(textOf(listOf(given)));
    if (method === 'join') {
      const items =
        given.length === 2 && isList(given[1] ?? null) ? given[1] : listOf(given.slice(1));
      return this.#made(isList(items ?? null) ? joined(items as never, textOf(first) ?? '') : null);
    }
    if (method === 'format') return this.#made(formatted(textOf(first), given.slice(1)));
    if (SAME.has(method)) return self ?? first;
    return this.#made(callFunction(method, given, self));
  }

  /** `[array]::Reverse($s)` changes the variable. */
  #reversed(value: CodeValue): CodeValue {
    const name = this.#lastVariable;
    const turned = value === null ? null : callFunction('reverse', [value], null);
    if (name !== '' && turned !== null) this.#scope.assign(name, turned);
    return turned;
  }

  #lastVariable = '';

  #postfixed(from: CodeValue): CodeValue {
    let value = from;
    while (!this.isFailed) {
      const c = this.#text[this.at];
      if (c === '[') {
        this.at++;
        value = this.#indexed(value);
      } else if (
        c === '.' &&
        isNamePart(this.#text[this.at + 1]) &&
        !isDigit(this.#text[this.at + 1])
      ) {
        this.at++;
        const name = this.#name() ?? '';
        if (this.#text[this.at] !== '(') value = this.#property(value, name);
        else {
          this.at++;
          const given = this.#items(')');
          if (!this.isFailed) value = this.#called(name.toLowerCase(), given, value);
        }
      } else break;
    }
    return value;
  }

  #property(value: CodeValue, name: string): CodeValue {
    const keyed = this.#scope.value(`${this.#lastVariable}.${name.toLowerCase()}`);
    if (keyed !== null) return this.#made(keyed);
    if (name.toLowerCase() === 'length' || name.toLowerCase() === 'count') {
      if (isList(value)) return value.items.length;
      return isPrinted(value) ? value.length : this.#fail();
    }
    // `[Text.Encoding]::UTF8.GetString(…)`: the encoding shows in the bytes.
    return value === '' ? '' : this.#fail();
  }

  #indexed(value: CodeValue): CodeValue {
    const items = this.#items(']');
    if (this.isFailed) return null;
    const [only = null] = items;
    if (isPrinted(only)) return this.#property(value, textOf(only) ?? '');
    const indexes = isList(only) ? only.items : items;
    if (indexes.length === 1) return this.#made(sliced(value, [numberOf(indexes[0] ?? null)]));
    const all = isList(value) ? value.items : isPrinted(value) ? [...(textOf(value) ?? '')] : [];
    return this.#made(listOf(indexes.map((one) => all.at(numberOf(one)) ?? null)));
  }

  #items(closer: string): readonly CodeValue[] {
    const items: CodeValue[] = [];
    for (this.#skipBlanks(); !this.#take(closer); this.#skipBlanks()) {
      if (this.at >= this.#text.length || this.isFailed) {
        this.#fail();
        break;
      }
      const value = this.expression();
      if (isList(value) && closer !== ']') items.push(...value.items);
      else items.push(value);
      this.#skipBlanks();
      if (!this.#take(',')) this.#take(';');
    }
    return items;
  }

  #grouped(): CodeValue {
    const value = this.expression();
    this.#skipBlanks();
    if (!this.#take(')')) return this.#fail();
    this.#isGrouped = true;
    return value;
  }

  #primary(): CodeValue {
    const c = this.#text[this.at];
    if (c === "'" || c === '"') return this.#literal();
    if (isDigit(c)) return this.#number();
    if (this.#take('@{')) return this.#keyed();
    if (c === '@' && isNamePart(this.#text[this.at + 1])) return this.#variable();
    if (this.#take('@(')) return this.#made(listOf(this.#items(')')));
    if (this.#take('$(') || this.#take('(')) {
      this.isMade = true;
      return this.#grouped();
    }
    if (this.#text.slice(this.at, this.at + 10).toLowerCase() === 'new-object')
      return this.#object();
    if (c === '$') return this.#variable();
    return this.#fail();
  }

  /** `@{a = 'x'; b = 'y'}` */
  #keyed(): CodeValue {
    for (this.#skipBlanks(); !this.#take('}'); this.#skipBlanks()) {
      const key = this.#text[this.at] === "'" ? textOf(this.#literal()) : this.#name();
      this.#skipBlanks();
      if (key === null || this.isFailed || !this.#take('=')) return this.#fail();
      this.table.set(key.toLowerCase(), this.expression());
      this.#skipBlanks();
      this.#take(';');
    }
    return this.#made(listOf([...this.table.values()]));
  }

  /** `New-Object IO.MemoryStream(,$bytes)`. */
  #object(): CodeValue {
    this.at += 'new-object'.length;
    this.#skipBlanks();
    const start = this.at;
    while (isNamePart(this.#text[this.at]) || this.#text[this.at] === '.') this.at++;
    const type = this.#text.slice(start, this.at).toLowerCase();
    this.#skipBlanks();
    if (!this.#take('(')) return this.#fail();
    this.#skipBlanks();
    this.#take(',');
    const given = this.#items(')');
    return this.isFailed ? null : this.#made(streamOf(type, given[0] ?? null));
  }

  #literal(): CodeValue {
    const read = quotedText(this.#text, this.at, (name) => textOf(this.#scope.value(name)));
    if (read.dynamic) return this.#fail();
    this.at = read.end;
    return read.text;
  }

  #number(): CodeValue {
    const start = this.at;
    while (isNamePart(this.#text[this.at]) && this.#text[this.at] !== ':') this.at++;
    const value = Number(this.#text.slice(start, this.at));
    return Number.isFinite(value) ? value : this.#fail();
  }

  #variable(): CodeValue {
    this.at++;
    const name = this.#name();
    if (name === null) return this.#fail();
    this.#lastVariable = name.toLowerCase();
    const value = this.#scope.value(this.#lastVariable);
    if (isList(value)) this.isMade = true;
    if (value !== null) return value;
    // A table has no value of its own, only its keys.
    return this.#text[this.at] === '.' || this.#text[this.at] === '[' ? '' : this.#fail();
  }

  #name(): string | null {
    const start = this.at;
    while (isNamePart(this.#text[this.at]) && this.at - start < NAME_LENGTH_MAX) this.at++;
    return this.at === start ? null : this.#text.slice(start, this.at);
  }
}

/** Methods that leave a text as it is, for what it is used here. */
const SAME = new Set(['tochararray', 'tostring', 'readtoend', 'toarray', 'getbytes', 'trim']);

function binary(operator: string, left: CodeValue, right: CodeValue): CodeValue {
  if (operator === '-join') return isList(left) ? joined(left, textOf(right) ?? '') : left;
  if (operator === '-f') return formatted(textOf(left), isList(right) ? right.items : [right]);
  if (operator === '-bxor') return numberOf(left) ^ numberOf(right);
  const [from, to] = isList(right) ? right.items : [right];
  const text = textOf(left);
  const pattern = textOf(from ?? null)?.replaceAll('\\', '') ?? '';
  if (text === null || pattern === '') return null;
  if (operator === '-split') return listOf(text.split(pattern));
  return replaceAll(text, pattern, textOf(to ?? '') ?? '');
}

function range(from: CodeValue, to: CodeValue): CodeValue {
  if (typeof from !== 'number' || typeof to !== 'number') return null;
  const count = Math.abs(to - from) + 1;
  if (count > RANGE_MAX) return null;
  const step = to < from ? -1 : 1;
  return listOf(Array.from({ length: count }, (_, i) => from + i * step));
}

/** What reading a stream of this type gives; other types are what they are made of. */
function streamOf(type: string, content: CodeValue): CodeValue {
  const isPacked = type.endsWith('gzipstream') || type.endsWith('deflatestream');
  if (!isPacked) return content;
  const bytes = bytesOf(content);
  const result = bytes && decompress(bytes, type.endsWith('gzipstream') ? 'gzip' : 'deflate');
  return result?.ok ? result.value : null;
}

/** Text of bytes: UTF-16 when every second one is zero, else UTF-8. */
function encodedText(value: CodeValue): string | null {
  const bytes = bytesOf(value);
  if (bytes === null) return null;
  return bytes[1] === 0 ? decodeUtf16(bytes) : new TextDecoder().decode(bytes);
}

function numberOf(value: CodeValue): number {
  return typeof value === 'number' ? value : 0;
}

function isDigit(c: string | undefined): boolean {
  return c !== undefined && c >= '0' && c <= '9';
}

function isNamePart(c: string | undefined): boolean {
  if (c === undefined) return false;
  const isLetter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return isLetter || isDigit(c) || c === '_' || c === ':';
}
