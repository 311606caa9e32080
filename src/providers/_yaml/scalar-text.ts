/**
 * The text of a YAML scalar with the place of each character in the file.
 *
 * A scalar's value was folded, unindented or unescaped. All that these do is to change blanks, and
 * in quotes to shorten escapes; every other character of the value stands in the file in the same
 * order. So the file is walked beside the value: blanks are skipped on both sides, an escape is
 * taken for what it makes, and whenever the distance between the two changes, a segment starts.
 */
import type { YamlScalar } from '../../base/yaml.ts';
import type { SourceText } from '../../model/source-text.ts';
import type { LineStarts } from '../_text/line-starts.ts';

export interface YamlSource {
  readonly path: string;
  readonly text: string;
  readonly lines: LineStarts;
}

export function scalarText(source: YamlSource, node: YamlScalar): SourceText {
  const line = source.lines.lineOf(node.start);
  const column = node.start - source.lines.startOf(line) + 1;
  const segments = [0, line, column];
  if (isBinary(node)) {
    // Psych, GitLab's reader, decodes such a scalar: the script that runs is not the one you see.
    const text = Buffer.from(node.value, 'base64').toString('utf8');
    return { path: source.path, text, segments };
  }
  if (node.value.includes('\n') || !source.text.startsWith(node.value, node.start)) {
    new Walk(source.text, node, segments).run(line, node.start - column + 1);
  }
  return { path: source.path, text: node.value, segments };
}

/** Whether the scalar is base64 of what it stands for. */
export function isBinary(node: YamlScalar): boolean {
  return node.tag.endsWith('binary') || node.tag.endsWith('binary>');
}

class Walk {
  readonly #file: string;
  readonly #value: string;
  readonly #style: YamlScalar['style'];
  readonly #start: number;
  readonly #end: number;
  readonly #segments: number[];
  /** Line of the last segment, and its column minus its offset. */
  #markedLine = -1;
  #markedShift = 0;

  constructor(file: string, node: YamlScalar, segments: number[]) {
    this.#file = file;
    this.#value = node.value;
    this.#style = node.style;
    this.#start = node.start;
    this.#end = node.end;
    this.#segments = segments;
  }

  run(firstLine: number, firstLineStart: number): void {
    let line = firstLine;
    let lineStart = firstLineStart;
    let inFile = this.#start;
    let inValue = 0;
    while (inFile < this.#end && inValue < this.#value.length) {
      const c = this.#file.charCodeAt(inFile);
      if (isBlank(c)) {
        inFile++;
        if (c === LINE_FEED) {
          line++;
          lineStart = inFile;
        }
        continue;
      }
      const unit = this.#unitAt(inFile);
      const at = unit.made === 0 ? inValue : this.#find(inValue, unit.first);
      if (unit.made > 0 && at < this.#value.length) this.#mark(inFile, at, line, lineStart);
      inFile += unit.taken;
      inValue = at + unit.made;
    }
  }

  /** Where the value goes on with `first`; only blanks may stand before it. */
  #find(from: number, first: number): number {
    let at = from;
    while (this.#value.charCodeAt(at) !== first && isBlank(this.#value.charCodeAt(at))) at++;
    // An escaped blank that was not found is one of those just passed.
    return isBlank(first) && this.#value.charCodeAt(at) !== first ? from : at;
  }

  /** Characters that one unit of the file takes, what it makes of them, and the first of those. */
  #unitAt(at: number): { taken: number; made: number; first: number } {
    const c = this.#file.charCodeAt(at);
    if (this.#style === 'single' && c === QUOTE) return { taken: 2, made: 1, first: c };
    if (this.#style === 'double' && c === BACKSLASH) return escapeAt(this.#file, at);
    return { taken: 1, made: 1, first: c };
  }

  #mark(inFile: number, inValue: number, line: number, lineStart: number): void {
    const shift = inFile - lineStart + 1 - inValue;
    if (line === this.#markedLine && shift === this.#markedShift) return;
    this.#markedLine = line;
    this.#markedShift = shift;
    // Blanks that both sides have before it (a block's own indentation) belong to the segment.
    let back = 0;
    while (back < inValue && inFile - back > lineStart && this.#sameBlank(inFile, inValue, back)) {
      back++;
    }
    const segments = this.#segments;
    const offset = inValue - back;
    while (segments.length > 0 && (segments.at(-3) ?? 0) >= offset) segments.length -= 3;
    segments.push(offset, line, shift + offset);
  }

  #sameBlank(inFile: number, inValue: number, back: number): boolean {
    const c = this.#file.charCodeAt(inFile - back - 1);
    return (c === SPACE || c === TAB) && c === this.#value.charCodeAt(inValue - back - 1);
  }
}

const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x27;
const BACKSLASH = 0x5c;

function isBlank(c: number): boolean {
  return c === SPACE || c === LINE_FEED || c === TAB || c === CARRIAGE_RETURN;
}

const HEX_LENGTHS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };
/** What the one-letter escapes of YAML 1.2 make; any other character makes itself. */
const ESCAPES: Readonly<Record<string, number>> = {
  '0': 0x00,
  'a': 0x07,
  'b': 0x08,
  't': TAB,
  'n': LINE_FEED,
  'v': 0x0b,
  'f': 0x0c,
  'r': CARRIAGE_RETURN,
  'e': 0x1b,
  'N': 0x85,
  '_': 0xa0,
  'L': 0x2028,
  'P': 0x2029,
};

function escapeAt(file: string, at: number): { taken: number; made: number; first: number } {
  const letter = file[at + 1] ?? '';
  const hexLength = HEX_LENGTHS[letter];
  if (hexLength !== undefined) {
    const code = Number.parseInt(file.slice(at + 2, at + 2 + hexLength), 16) | 0;
    // Above U+FFFF the value has a surrogate pair; its first half is enough to find the place.
    const made = code > 0xffff ? 2 : 1;
    const first = made === 2 ? ((code - 0x10000) >> 10) + 0xd800 : code & 0xffff;
    return { taken: 2 + hexLength, made, first: first & 0xffff };
  }
  // `\` at the end of a line makes nothing: the break itself is skipped as a blank.
  if (letter === '\n' || letter === '\r') return { taken: 1, made: 0, first: 0 };
  return { taken: 2, made: 1, first: ESCAPES[letter] ?? letter.charCodeAt(0) };
}
