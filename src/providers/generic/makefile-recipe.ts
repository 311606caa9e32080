/** A rule's recipe: what its lines come to for a shell, and what Make sets for it. */
import type { Command } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { shellKindOf } from '../_text/command-words.ts';
import { baseNameOf } from '../_text/file-name.ts';
import { sliceSource } from '../_text/source-builder.ts';
import { type MakeVariable, madeVariable } from './makefile-expansion.ts';

/** What runs a recipe, by the value of `SHELL`. */
export function shellOf(text: string): Command['shell'] {
  return text.startsWith('$') || text === '' ? 'sh' : shellKindOf(text);
}

/** `$@`, `$<`, `$^` and the rest, with their folders (`$(@D)`) and names (`$(@F)`). */
export function automaticVariables(
  target: string,
  needs: readonly string[],
  stem: string,
): ReadonlyMap<string, MakeVariable> {
  const values: readonly (readonly [string, readonly string[]])[] = [
    ...([
      ['@', [target]],
      ['<', needs.slice(0, 1)],
      ['*', [stem]],
      ['%', []],
    ] as const),
    ...([
      ['^', needs],
      ['+', needs],
      ['?', needs],
      ['|', []],
    ] as const),
  ];
  const folder = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf('/'))) || '.';
  return new Map(
    values.flatMap(([name, words]) => [
      [name, madeVariable(words.join(' '))] as const,
      [`${name}D`, madeVariable(words.map(folder).join(' '))] as const,
      [`${name}F`, madeVariable(words.map(baseNameOf).join(' '))] as const,
    ]),
  );
}

/** The lines that an expanded recipe line comes to, without Make's own marks in front. */
export function commandLines(line: SourceText): readonly SourceText[] {
  const lines: SourceText[] = [];
  let start = 0;
  for (let at = 0; at <= line.text.length; at++) {
    const isEnd = at === line.text.length || (line.text[at] === '\n' && line.text[at - 1] !== '\\');
    if (!isEnd) continue;
    let from = start;
    while (from < at && MARKS.includes(line.text[from] ?? 'x')) from++;
    if (line.text.slice(from, at).trim() !== '') lines.push(sliceSource(line, from, at));
    start = at + 1;
  }
  return lines;
}

/** `@` is silent, `-` goes on, `+` runs anyway; blanks may stand around them. */
const MARKS = '@-+ \t';
