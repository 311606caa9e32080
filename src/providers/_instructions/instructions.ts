/**
 * The instructions of a Dockerfile or a Layerfile, before anyone asks what they mean. A line that
 * ends with the escape character goes on in the next one, and each character keeps its place.
 *
 *   instruction: KEYWORD arguments [line continuations] [bodies of here-documents]
 *   directives:  `# key=value` before anything else, of which `escape` and `syntax` matter here
 *
 * Dockerfiles drop comments and empty lines between lines that go on, and know directives and
 * here-documents. Layerfiles know neither: they join lines before they look at anything else.
 */
import { definitionCommandsMax } from '../../base/limits.ts';
import { gaveUp } from '../../model/finding.ts';
import type { SourceText } from '../../model/source-text.ts';
import { SourceBuilder, sliceSource } from '../_text/source-builder.ts';
import { isBlank, skipBlanks, wordEnd } from './words.ts';

export interface HereDocument {
  readonly word: string;
  readonly body: SourceText;
}

export interface Instruction {
  /** Upper case. */
  readonly keyword: string;
  /** What stands behind the keyword, on one line. */
  readonly rest: SourceText;
  readonly documents: readonly HereDocument[];
  readonly line: number;
}

export interface Instructions {
  readonly instructions: readonly Instruction[];
  /** The value of `# syntax=`, which names what reads the file. */
  readonly syntax: SourceText | null;
  readonly unread: readonly string[];
}

export type InstructionFile = 'dockerfile' | 'layerfile';

export function readInstructions(kind: InstructionFile, path: string, text: string): Instructions {
  return new Lines(kind, path, text).read();
}

class Lines {
  readonly #isDockerfile: boolean;
  readonly #path: string;
  readonly #text: string;
  readonly #instructions: Instruction[] = [];
  readonly #unread: string[] = [];
  #escape = '\\';
  #syntax: SourceText | null = null;
  /** The next line: where it starts, and its number. */
  #at = 0;
  #line = 1;

  constructor(kind: InstructionFile, path: string, text: string) {
    this.#isDockerfile = kind === 'dockerfile';
    this.#path = path;
    this.#text = text;
  }

  read(): Instructions {
    if (this.#isDockerfile) this.#readDirectives();
    while (this.#at < this.#text.length && this.#instructions.length < definitionCommandsMax) {
      this.#readInstruction();
    }
    if (this.#at < this.#text.length) {
      const more = `more than ${definitionCommandsMax} instructions`;
      this.#unread.push(gaveUp(`line ${this.#line} and behind it: ${more}`));
    }
    return { instructions: this.#instructions, syntax: this.#syntax, unread: this.#unread };
  }

  /** The next line without its line break, or null at the end. */
  #peek(): string | null {
    if (this.#at >= this.#text.length) return null;
    const end = this.#text.indexOf('\n', this.#at);
    const line = this.#text.slice(this.#at, end === -1 ? this.#text.length : end);
    return line.endsWith('\r') ? line.slice(0, -1) : line;
  }

  #step(): void {
    const end = this.#text.indexOf('\n', this.#at);
    this.#at = end === -1 ? this.#text.length : end + 1;
    this.#line++;
  }

  #readDirectives(): void {
    for (let line = this.#peek(); line !== null; line = this.#peek()) {
      const equals = line.indexOf('=');
      const key = line.slice(0, Math.max(equals, 0)).replaceAll(' ', '').toLowerCase();
      const value = line.slice(equals + 1).trim();
      if (key === '#escape' && (value === '`' || value === '\\')) this.#escape = value;
      else if (key === '#syntax') this.#syntax = this.#directiveValue(line, value);
      else if (key !== '#check') return;
      this.#step();
    }
  }

  #directiveValue(line: string, value: string): SourceText {
    const builder = new SourceBuilder(this.#path);
    builder.mark(this.#line, line.lastIndexOf(value) + 1);
    builder.add(value);
    return builder.build();
  }

  #readInstruction(): void {
    const line = this.#line;
    const logical = this.#logicalLine();
    const start = skipBlanks(logical.text, 0);
    if (start === logical.text.length) return;
    const end = wordEnd(logical.text, start);
    const keyword = logical.text.slice(start, end).toUpperCase();
    const rest = sliceSource(logical, skipBlanks(logical.text, end));
    const mayOpen = this.#isDockerfile && HERE_KEYWORDS.has(keyword);
    const documents = mayOpen ? this.#hereDocuments(rest.text) : [];
    this.#instructions.push({ keyword, rest, documents, line });
  }

  /** Lines joined where one goes on in the next. Empty for a comment or an empty line. */
  #logicalLine(): SourceText {
    const builder = new SourceBuilder(this.#path);
    let isFirst = true;
    for (let line = this.#peek(); line !== null; line = this.#peek()) {
      const number = this.#line;
      this.#step();
      const start = skipBlanks(line, 0);
      const isDropped = start === line.length || line[start] === '#';
      if (isDropped && isFirst) break;
      if (isDropped && this.#isDockerfile) continue;
      const end = this.#continuation(line);
      builder.mark(number, 1);
      builder.add(end === null ? line : line.slice(0, end));
      isFirst = false;
      if (end === null) break;
    }
    return builder.build();
  }

  /** Where a line stops that goes on in the next one: blanks may follow the escape character. */
  #continuation(line: string): number | null {
    const end = line.trimEnd().length - 1;
    const isEscaped = this.#isDockerfile && line[end - 1] === this.#escape;
    return line[end] === this.#escape && !isEscaped ? end : null;
  }

  #hereDocuments(rest: string): readonly HereDocument[] {
    const documents: HereDocument[] = [];
    // Docker builds no file with an open one. Looking for the ends of more costs n².
    if (this.#unread.length > 0) return documents;
    for (const { word, stripsTabs } of hereWords(rest)) {
      const body = this.#hereBody(word, stripsTabs);
      if (body === null) break;
      documents.push({ word, body });
    }
    return documents;
  }

  /** The lines up to the one that is the word alone. Without such a line there is no document. */
  #hereBody(word: string, stripsTabs: boolean): SourceText | null {
    const from = { at: this.#at, line: this.#line };
    const builder = new SourceBuilder(this.#path);
    for (let line = this.#peek(); line !== null; line = this.#peek()) {
      const number = this.#line;
      this.#step();
      const tabs = stripsTabs ? skipTabs(line) : 0;
      if (line.slice(tabs) === word) return builder.build();
      builder.mark(number, tabs + 1);
      builder.add(`${line.slice(tabs)}\n`);
    }
    this.#unread.push(`line ${from.line - 1}: the here-document has no end`);
    this.#at = from.at;
    this.#line = from.line;
    return null;
  }
}

/** Instructions whose arguments may open a here-document. */
const HERE_KEYWORDS: ReadonlySet<string> = new Set(['RUN', 'COPY', 'ADD']);
/** Here-documents that one instruction may open; Docker states no number. */
const HERE_DOCUMENTS_MAX = 16;
const WORD_LENGTH_MAX = 100;

/** The words behind each `<<` or `<<-` that starts a word of its own. */
function hereWords(rest: string): readonly { word: string; stripsTabs: boolean }[] {
  const words: { word: string; stripsTabs: boolean }[] = [];
  for (let at = rest.indexOf('<<'); at !== -1; at = rest.indexOf('<<', at + 2)) {
    const before = rest[at - 1] ?? ' ';
    const stripsTabs = rest[at + 2] === '-';
    const word = hereWord(rest, at + (stripsTabs ? 3 : 2));
    if (word !== '' && (isBlank(before) || isDigit(before))) words.push({ word, stripsTabs });
    if (words.length === HERE_DOCUMENTS_MAX) break;
  }
  return words;
}

/** The word at `start` without its quotes; empty when there is none. */
function hereWord(rest: string, start: number): string {
  const quote = rest[start] === '"' || rest[start] === "'" ? rest[start] : '';
  const from = start + quote.length;
  let end = from;
  while (end < rest.length && end - from < WORD_LENGTH_MAX && isWordCharacter(rest[end] ?? ''))
    end++;
  return quote !== '' && rest[end] !== quote ? '' : rest.slice(from, end);
}

function isWordCharacter(c: string): boolean {
  const lower = c.toLowerCase();
  return (lower >= 'a' && lower <= 'z') || isDigit(c) || c === '_' || c === '-' || c === '.';
}

function isDigit(c: string): boolean {
  return c >= '0' && c <= '9';
}

function skipTabs(text: string): number {
  let at = 0;
  while (text[at] === '\t') at++;
  return at;
}
