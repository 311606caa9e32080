/**
 * Brace expansion: `{curl,-o,x}` and `x{1..3}y`. Only unquoted braces count. The number of words
 * is bounded, since ten pairs one after the other make a thousand.
 */
import { shellBraceWordsMax } from '../../base/limits.ts';
import type { Part, WordTree } from './syntax-tree.ts';

/** A part of the word, or one of the characters that braces consist of. */
interface Atom {
  readonly part: Part;
  readonly mark: '{' | ',' | '}' | null;
}

/** Marks in one word. What is longer is no list that a person wrote. */
const MARKS_MAX = 1_000;

/** The words that braces make of one, or null when they are more than is followed. */
export function expandBraces(word: WordTree): readonly WordTree[] | null {
  const atoms = atomsOf(word.parts);
  if (atoms === null) return null;
  const words = expand(atoms);
  if (words === null) return null;
  return words.map((atomsOfWord) => ({
    ...{ parts: atomsOfWord.map((atom) => atom.part), plain: false, brace: false },
  }));
}

function atomsOf(parts: readonly Part[]): Atom[] | null {
  const atoms: Atom[] = [];
  let marks = 0;
  for (const part of parts) {
    if (part.kind !== 'text' || part.quoted) {
      atoms.push({ part, mark: null });
      continue;
    }
    for (const text of splitAtMarks(part.text)) {
      const mark = text === '{' || text === ',' || text === '}' ? text : null;
      if (mark && ++marks > MARKS_MAX) return null;
      atoms.push({ part: { kind: 'text', text, quoted: false }, mark });
    }
  }
  return atoms;
}

function splitAtMarks(text: string): readonly string[] {
  const pieces: string[] = [];
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const c = text[at] as string;
    if (c !== '{' && c !== ',' && c !== '}') continue;
    if (at > from) pieces.push(text.slice(from, at));
    pieces.push(c);
    from = at + 1;
  }
  if (from < text.length) pieces.push(text.slice(from));
  return pieces;
}

function expand(atoms: readonly Atom[]): readonly (readonly Atom[])[] | null {
  const pair = firstPair(atoms);
  if (!pair) return [atoms];
  const before = atoms.slice(0, pair.open);
  const after = expand(atoms.slice(pair.close + 1));
  if (after === null) return null;
  const words: (readonly Atom[])[] = [];
  for (const choice of pair.choices) {
    const expanded = expand(choice);
    if (expanded === null) return null;
    for (const middle of expanded) {
      for (const end of after) words.push([...before, ...middle, ...end]);
      if (words.length > shellBraceWordsMax) return null;
    }
  }
  return words;
}

interface Pair {
  readonly open: number;
  readonly close: number;
  readonly choices: readonly (readonly Atom[])[];
}

/** The first pair of braces that expands: one with a comma or a sequence in it. */
function firstPair(atoms: readonly Atom[]): Pair | null {
  const opens: number[] = [];
  let first: Pair | null = null;
  for (const [i, { mark }] of atoms.entries()) {
    if (mark === '{') opens.push(i);
    if (mark !== '}') continue;
    const open = opens.pop();
    if (open === undefined || (first && open > first.open)) continue;
    const choices = choicesOf(atoms.slice(open + 1, i));
    if (choices) first = { open, close: i, choices };
  }
  return first;
}

function choicesOf(inside: readonly Atom[]): readonly (readonly Atom[])[] | null {
  const choices: Atom[][] = [[]];
  let depth = 0;
  for (const atom of inside) {
    if (atom.mark === '{') depth++;
    if (atom.mark === '}') depth--;
    if (atom.mark === ',' && depth === 0) choices.push([]);
    else choices.at(-1)?.push(atom);
  }
  if (choices.length > 1) return choices;
  const [only] = inside;
  return inside.length === 1 && only?.part.kind === 'text' ? sequence(only.part.text) : null;
}

/** `1..5`, `a..e`, `0..10..2`. */
function sequence(text: string): readonly (readonly Atom[])[] | null {
  const [first = '', last = '', stated, ...more] = text.split('..');
  const letters = first.length === 1 && last.length === 1 && !isNumber(first) && !isNumber(last);
  if (more.length > 0 || (!letters && !(isNumber(first) && isNumber(last)))) return null;
  const from = letters ? first.charCodeAt(0) : Number(first);
  const to = letters ? last.charCodeAt(0) : Number(last);
  const step = Math.max(Math.abs(Number(stated ?? '1')) || 1, 1);
  const count = Math.floor(Math.abs(to - from) / step) + 1;
  const width =
    first.startsWith('0') || last.startsWith('0') ? Math.max(first.length, last.length) : 0;
  return Array.from({ length: Math.min(count, shellBraceWordsMax + 1) }, (_, i) => {
    const value = from <= to ? from + i * step : from - i * step;
    const item = letters ? String.fromCharCode(value) : String(value).padStart(width, '0');
    return [{ part: { kind: 'text', text: item, quoted: false }, mark: null }];
  });
}

function isNumber(text: string): boolean {
  return text !== '' && text.length <= 9 && Number.isInteger(Number(text)) && text.trim() === text;
}
