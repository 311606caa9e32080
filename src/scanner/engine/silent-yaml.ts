/**
 * Manifests that run nothing: schemas and permissions, which the key `kind` of a document's root
 * tells. They are the largest files of real trees (a third of all bytes), and to parse one only to
 * find nothing takes up to 80 ms.
 *
 * The text must be plain (`plain-yaml.ts`), so that what stands at a line's start is a key of the
 * root, a mark between documents or a comment, and nothing else can be.
 */
import { yamlSeparatorsMax } from '../../base/limits.ts';
import { CODE } from './byte-text.ts';

const KIND = Buffer.from('kind: ');
const METADATA = Buffer.from('metadata:\n');
const MARK = Buffer.from('---\n');

/** Whether every document of a plain text says that it is of one of the kinds. */
export function isSilentYaml(bytes: Uint8Array, kinds: ReadonlySet<string>): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let start = 0; start < text.length; ) {
    const mark = nextLine(text, MARK, start);
    const end = mark < 0 ? text.length : mark;
    if (!isEmptyDocument(text, start, end) && !isSilent(text, start, end, kinds)) return false;
    start = end + MARK.length;
  }
  return true;
}

/** The parser refuses a file of more line breaks, commas and colons. */
export function hasFewSeparators(bytes: Uint8Array): boolean {
  let count = 0;
  // An iterator takes six times as long.
  for (let at = 0; at < bytes.length && bytes.length > yamlSeparatorsMax; at++) {
    const code = bytes[at];
    if (code === CODE.newline || code === CODE.comma || code === CODE.colon) count++;
  }
  return count <= yamlSeparatorsMax;
}

function isSilent(text: Buffer, start: number, end: number, kinds: ReadonlySet<string>): boolean {
  const kind = nextLine(text, KIND, start);
  if (kind < 0 || kind >= end) return false;
  const from = kind + KIND.length;
  const value = text.toString('latin1', from, lineEnd(text, from));
  const metadata = nextLine(text, METADATA, start);
  // Metadata that are no map are told of.
  return kinds.has(value) && metadata >= 0 && metadata < end && beginsMap(text, metadata, end);
}

/** `  name: x`, `  annotations:` */
function beginsMap(text: Buffer, metadata: number, end: number): boolean {
  let at = metadata + METADATA.length;
  while (text[at] === CODE.blank) at++;
  const stop = Math.min(end, lineEnd(text, at));
  const colon = text.indexOf(':', at);
  if (colon < 0 || colon >= stop || colon === at) return false;
  for (let i = at; i < colon; i++) if (!isLetter(text[i] as number)) return false;
  return colon + 1 === stop || text[colon + 1] === CODE.blank;
}

function isLetter(code: number): boolean {
  const lower = code | 32;
  return lower >= 97 && lower <= 122;
}

/** Comments and empty lines alone. */
function isEmptyDocument(text: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at = lineEnd(text, at) + 1) {
    let first = at;
    while (text[first] === CODE.blank) first++;
    if (first < end && text[first] !== CODE.newline && text[first] !== CODE.hash) return false;
  }
  return true;
}

/** Where a line from `from` on begins with these bytes, or -1. */
function nextLine(text: Buffer, bytes: Buffer, from: number): number {
  for (let at = text.indexOf(bytes, from); at >= 0; at = text.indexOf(bytes, at + 1)) {
    if (at === 0 || text[at - 1] === CODE.newline) return at;
  }
  return -1;
}

function lineEnd(text: Buffer, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}
