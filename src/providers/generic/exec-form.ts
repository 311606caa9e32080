/**
 * The JSON form of a Dockerfile's arguments, `["sh", "-c", "make"]`, as words with their places.
 * Null when it is not one: Docker takes the text as shell form then.
 */
import type { SourceText } from '../../model/source-text.ts';
import { type Edit, editSource, sliceSource } from '../_text/source-builder.ts';

export function execForm(source: SourceText): readonly SourceText[] | null {
  const { text } = source;
  let at = skipJsonBlanks(text, 0);
  if (text[at] !== '[') return null;
  const words: SourceText[] = [];
  at = skipJsonBlanks(text, at + 1);
  if (text[at] === ']') return isEnd(text, at + 1) ? words : null;
  for (;;) {
    const end = text[at] === '"' ? stringEnd(text, at) : -1;
    if (end === -1) return null;
    const word = unescaped(sliceSource(source, at + 1, end));
    if (word === null) return null;
    words.push(word);
    if (words.length > WORDS_MAX) return null;
    at = skipJsonBlanks(text, end + 1);
    if (text[at] === ']') return isEnd(text, at + 1) ? words : null;
    if (text[at] !== ',') return null;
    at = skipJsonBlanks(text, at + 1);
  }
}

/** A longer list is read as a line. */
const WORDS_MAX = 10_000;

function isEnd(text: string, at: number): boolean {
  return skipJsonBlanks(text, at) === text.length;
}

function skipJsonBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && ' \t\r\n'.includes(text[at] ?? '')) at++;
  return at;
}

/** The offset of the quote that closes the string opened at `start`, or -1. */
function stringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at;
  }
  return -1;
}

/** The word with its escapes undone, or null when JSON knows one of them not. */
function unescaped(word: SourceText): SourceText | null {
  const edits: Edit[] = [];
  const { text } = word;
  for (let at = text.indexOf('\\'); at !== -1; at = text.indexOf('\\', edits.at(-1)?.end)) {
    const end = at + (text[at + 1] === 'u' ? 6 : 2);
    const made = jsonString(text.slice(at, end));
    if (made === null) return null;
    edits.push({ start: at, end, text: made });
  }
  return editSource(word, edits);
}

const ESCAPES: Readonly<Record<string, string>> = { '\\"': '"', '\\\\': '\\', '\\/': '/' };

function jsonString(sequence: string): string | null {
  const known = ESCAPES[sequence];
  if (known !== undefined) return known;
  try {
    return String(JSON.parse(`"${sequence}"`));
  } catch {
    return null;
  }
}
