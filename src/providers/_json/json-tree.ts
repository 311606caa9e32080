/**
 * JSON as the tree that YAML readers walk, so that every string keeps its place. `JSON.parse` keeps
 * none, and YAML takes neither tabs nor comments.
 *
 * What some tool takes is taken: comments of both kinds, commas at the end of a list, line breaks
 * in a string. One pass with a stack of its own, so depth costs no stack.
 */
import { jsonDepthMax, scanFileBytesMax, yamlSeparatorsMax } from '../../base/limits.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import type { YamlEntry, YamlFile, YamlNode, YamlScalar } from '../../base/yaml.ts';

export interface JsonTreeProblem {
  readonly code: 'too-large' | 'too-deep' | 'not-json';
  readonly message: string;
  readonly offset: number;
}

/** The whole file, or the first reason why it cannot be read. Never throws. */
export function parseJsonTree(text: string): Result<YamlFile, JsonTreeProblem> {
  if (text.length > scanFileBytesMax) {
    return fail({ code: 'too-large', message: 'the file is too large', offset: 0 });
  }
  return new JsonTree(text).parse();
}

interface OpenMap {
  readonly node: { kind: 'map'; start: number; tag: string; entries: YamlEntry[] };
  readonly seen: Set<string>;
  key: YamlScalar | null;
}

interface OpenSequence {
  readonly node: { kind: 'sequence'; start: number; tag: string; items: YamlNode[] };
}

type Open = OpenMap | OpenSequence;

class JsonTree {
  readonly #text: string;
  readonly #open: Open[] = [];
  readonly #duplicateKeys: YamlScalar[] = [];
  #root: YamlNode | null = null;
  #at = 0;
  #nodes = 0;
  /** The next backslash; kept, as each string that has none would look for it again. */
  #escape = -1;
  #problem: JsonTreeProblem | null = null;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): Result<YamlFile, JsonTreeProblem> {
    if (this.#text.charCodeAt(0) === BYTE_ORDER_MARK) this.#at = 1;
    do this.#step();
    while (this.#problem === null && this.#open.length > 0);
    if (this.#problem === null && this.#skipBlanks() < this.#text.length) {
      this.#fail('not-json', 'something stands behind the value');
    }
    if (this.#problem !== null) return fail(this.#problem);
    return ok({
      text: this.#text,
      documents: [{ root: this.#root }],
      aliases: 0,
      duplicateKeys: this.#duplicateKeys,
      unknownAliases: [],
    });
  }

  /** Reads the next key, value or end of a collection. */
  #step(): void {
    const at = this.#skipBlanks();
    const open = this.#open.at(-1);
    const c = this.#text[at] ?? '';
    if (open === undefined) this.#value(c);
    else if (c === closerOf(open)) this.#close();
    else if ('key' in open && open.key === null) this.#key(open, c);
    else this.#value(c);
  }

  #key(open: OpenMap, c: string): void {
    const key = c === '"' ? this.#string() : null;
    if (key === null) this.#fail('not-json', 'a key should stand here');
    else if (this.#text[this.#skipBlanks()] !== ':') this.#fail('not-json', '`:` is missing');
    else {
      this.#at++;
      open.key = key;
    }
  }

  #value(c: string): void {
    if (++this.#nodes > yamlSeparatorsMax) {
      this.#fail('too-large', `the file has more than ${yamlSeparatorsMax} values`);
      return;
    }
    const start = this.#at;
    if (c === '{') {
      const node: OpenMap['node'] = { kind: 'map', start, tag: '', entries: [] };
      this.#put(node);
      this.#begin({ node, seen: new Set(), key: null });
    } else if (c === '[') {
      const node: OpenSequence['node'] = { kind: 'sequence', start, tag: '', items: [] };
      this.#put(node);
      this.#begin({ node });
    } else {
      const scalar = c === '"' ? this.#string() : this.#word();
      if (scalar === null) this.#fail('not-json', 'a value should stand here');
      else {
        this.#put(scalar);
        this.#comma();
      }
    }
  }

  #begin(open: Open): void {
    this.#at++;
    this.#open.push(open);
    if (this.#open.length > jsonDepthMax) {
      this.#fail('too-deep', `the file nests deeper than ${jsonDepthMax}`);
    }
  }

  #close(): void {
    const open = this.#open.at(-1);
    if (open !== undefined && 'key' in open && open.key !== null) {
      this.#fail('not-json', 'a value should stand here');
      return;
    }
    this.#at++;
    this.#open.pop();
    this.#comma();
  }

  /** Behind a value: a comma, or the end of the collection that it stands in. */
  #comma(): void {
    const open = this.#open.at(-1);
    if (open === undefined) return;
    const c = this.#text[this.#skipBlanks()] ?? '';
    if (c === ',') this.#at++;
    else if (c !== closerOf(open)) this.#fail('not-json', 'a comma or an end is missing');
  }

  #put(node: YamlNode): void {
    const open = this.#open.at(-1);
    if (open === undefined) this.#root = node;
    else if ('key' in open) this.#entry(open, node);
    else open.node.items.push(node);
  }

  #entry(open: OpenMap, value: YamlNode): void {
    const { key, seen, node } = open;
    if (key === null) return;
    const duplicate = seen.has(key.value);
    if (duplicate) this.#duplicateKeys.push(key);
    seen.add(key.value);
    node.entries.push({ key, value, duplicate });
    open.key = null;
  }

  /** The string whose opening quote stands here. */
  #string(): YamlScalar | null {
    const start = this.#at + 1;
    const end = this.#stringEnd(start);
    if (end === -1) return null;
    const raw = this.#text.slice(start, end);
    const value = raw.includes('\\') ? unescaped(raw) : raw;
    if (value === null) return null;
    this.#at = end + 1;
    return { kind: 'scalar', value, start, end, style: 'double', tag: '' };
  }

  /** The offset of the quote that closes the string whose content starts at `start`, or -1. */
  #stringEnd(start: number): number {
    const text = this.#text;
    let end = text.indexOf('"', start);
    if (this.#escape < start) this.#escape = indexFrom(text, '\\', start);
    while (this.#escape < end) {
      const next = this.#escape + 2;
      if (end < next) end = text.indexOf('"', next);
      this.#escape = indexFrom(text, '\\', next);
    }
    return end;
  }

  /** A number, `true`, `false` or `null`. */
  #word(): YamlScalar | null {
    const start = this.#at;
    let end = start;
    while (end - start < WORD_LENGTH_MAX && isWordCode(this.#text.charCodeAt(end))) end++;
    const value = this.#text.slice(start, end);
    const isKnown = value === 'true' || value === 'false' || value === 'null';
    if (!isKnown && !isNumber(value)) return null;
    this.#at = end;
    return { kind: 'scalar', value, start, end, style: 'plain', tag: '' };
  }

  /** Passes blanks and comments; the result is where it stopped. */
  #skipBlanks(): number {
    const text = this.#text;
    for (;;) {
      while (isBlankCode(text.charCodeAt(this.#at))) this.#at++;
      const opening = text[this.#at] === '/' ? text[this.#at + 1] : '';
      if (opening !== '/' && opening !== '*') return this.#at;
      const end = opening === '/' ? text.indexOf('\n', this.#at) : text.indexOf('*/', this.#at + 2);
      if (end === -1) this.#at = text.length;
      else this.#at = opening === '/' ? end + 1 : end + 2;
    }
  }

  #fail(code: JsonTreeProblem['code'], message: string): void {
    this.#problem ??= { code, message, offset: Math.min(this.#at, this.#text.length) };
  }
}

const BYTE_ORDER_MARK = 0xfeff;
/** A number has at most some 25 characters. */
const WORD_LENGTH_MAX = 64;

function closerOf(open: Open): string {
  return 'key' in open ? '}' : ']';
}

/** The string with its escapes undone, or null when JSON knows one of them not. */
function unescaped(raw: string): string | null {
  try {
    // A line break or a tab may not stand in JSON's strings, but some tools take it.
    return String(JSON.parse(`"${escapeControls(raw)}"`));
  } catch {
    return null;
  }
}

function escapeControls(raw: string): string {
  let escaped = '';
  let done = 0;
  for (let i = 0; i < raw.length; i++) {
    const c = raw.charCodeAt(i);
    if (c >= 0x20) continue;
    escaped += `${raw.slice(done, i)}\\u${c.toString(16).padStart(4, '0')}`;
    done = i + 1;
  }
  return done === 0 ? raw : escaped + raw.slice(done);
}

/** As `indexOf`, with the length where there is none. */
function indexFrom(text: string, part: string, from: number): number {
  const at = text.indexOf(part, from);
  return at === -1 ? text.length : at;
}

function isNumber(word: string): boolean {
  const first = word.charCodeAt(0);
  const isStart = (first >= 0x30 && first <= 0x39) || first === 0x2d;
  return isStart && Number.isFinite(Number(word));
}

function isWordCode(c: number): boolean {
  const letter = c | 0x20;
  if (letter >= 0x61 && letter <= 0x7a) return true;
  return (c >= 0x30 && c <= 0x39) || c === 0x2b || c === 0x2d || c === 0x2e;
}

function isBlankCode(c: number): boolean {
  return c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09;
}
