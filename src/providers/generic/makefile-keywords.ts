/** The words that start a line of a Makefile, those of BSD's and Microsoft's make included. */
import type { SourceText } from '../../model/source-text.ts';
import { sliceSource } from '../_text/source-builder.ts';
import { type Assignment, assignmentOf, trimmed } from './makefile-assignment.ts';
import { isDirective } from './makefile-lines.ts';

export const CONDITIONS: ReadonlySet<string> = new Set([
  ...['ifeq', 'ifneq', 'ifdef', 'ifndef', '.if', '.ifdef', '.ifndef', '.ifmake', '!if', '!ifdef'],
  ...['!IF', '!IFDEF', '!IFNDEF', 'if', '.for'],
]);
export const ENDINGS: ReadonlySet<string> = new Set([
  'endif',
  '.endif',
  '!endif',
  '!ENDIF',
  '.endfor',
]);
export const ELSES: ReadonlySet<string> = new Set([
  ...['else', '.else', '.elif', '!else', '!ELSE', '!elseif', '!ELSEIF'],
]);
export const INCLUDES: ReadonlySet<string> = new Set([
  ...['include', '-include', 'sinclude', '.include', '.sinclude', '.-include', '!include'],
  ...['!INCLUDE', 'load', '-load'],
]);
export const MODIFIERS: ReadonlySet<string> = new Set([
  'export',
  'unexport',
  'override',
  'private',
]);
/** Lines that neither run nor set anything. */
export const SILENT: ReadonlySet<string> = new Set([
  'vpath',
  'undefine',
  '.undef',
  '.error',
  '.warning',
]);

export function isKeyword(word: string): boolean {
  const isCondition = CONDITIONS.has(word) || ELSES.has(word) || ENDINGS.has(word);
  const isOther = INCLUDES.has(word) || MODIFIERS.has(word) || SILENT.has(word);
  return isCondition || isOther || word === 'define' || word.startsWith('$');
}

/** `export = x` and `export: x` are a variable and a target called so. */
export function assignmentWords(text: string): number {
  const next = text.slice(blankFrom(text, 0)).trimStart();
  return next.startsWith('=') || next.startsWith(':') ? 0 : 1;
}

/** `$(X)` alone aside, what `configure` fills in: `@SET_MAKE@`. */
export function isTemplate(text: string): boolean {
  return text.length > 1 && text.startsWith('@') && text.endsWith('@');
}

export function blankFrom(text: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== ' ' && text[at] !== '\t') at++;
  return at;
}

/** Where the first word ends; `ifeq(` and `ifeq"` need no blank. */
export function wordEnd(text: string): number {
  let at = 0;
  while (at < text.length && !' \t("\''.includes(text[at] ?? ' ')) at++;
  return at;
}

export function behind(line: SourceText, word: string): SourceText {
  return trimmed(sliceSource(line, word.length));
}

export function lineOf(source: SourceText): number {
  return source.segments[1] ?? 1;
}

/** A text of our own at the place of another one. */
export function here(source: SourceText, text: string): SourceText {
  return { path: source.path, text, segments: source.segments.slice(0, 3) };
}

/** `target: NAME = value`, with modifiers. */
export function targetAssignment(rest: SourceText): Assignment | null {
  let line = trimmed(rest);
  for (let word = modifierOf(line); word !== undefined; word = modifierOf(line)) {
    line = behind(line, word);
  }
  return assignmentOf(line);
}

function modifierOf({ text }: SourceText): string | undefined {
  return [...MODIFIERS].find((word) => isDirective(text, word));
}

/** Whether Make goes on where a file to include is missing. */
export function isOptional(include: string): boolean {
  return OPTIONAL.has(include);
}

const OPTIONAL: ReadonlySet<string> = new Set([
  ...['-include', 'sinclude', '.sinclude', '.-include', '-load'],
]);
