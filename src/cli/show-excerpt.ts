import type { Excerpt, ExcerptLine } from '../model/excerpt.ts';
import { printable, widthOf } from './printable-text.ts';

/** Room for the line numbers of files with up to 99,999 lines; larger ones move the gutter. */
const GUTTER_WIDTH = 5;
/** Tabs are written as so many blanks, so that the caret stands right on every terminal. */
const TAB = '    ';

type Paint = (text: string) => string;

/** The lines of an excerpt with their numbers, and carets below the finding. */
export function excerptLines(excerpt: Excerpt, mark: Paint, dim: Paint): readonly string[] {
  const { lines, linesLeftOut } = excerpt;
  const shown = lines.flatMap((line) => excerptLine(line, mark, dim));
  if (linesLeftOut === 0) return shown;
  const more = linesLeftOut === 1 ? '1 more line' : `${linesLeftOut} more lines`;
  return [...shown, `${gutter('', dim)} … ${more}`];
}

function excerptLine(line: ExcerptLine, mark: Paint, dim: Paint): readonly string[] {
  const { text, start, end, isCutBefore, isCutAfter } = line;
  const before = (isCutBefore ? '…' : '') + shown(text.slice(0, start));
  const found = shown(text.slice(start, end));
  const after = shown(text.slice(end)) + (isCutAfter ? '…' : '');
  const carets = '^'.repeat(Math.max(1, widthOf(found)));
  return [
    `${gutter(`${line.line}`, dim)} ${before}${found}${after}`.trimEnd(),
    `${gutter('', dim)} ${' '.repeat(widthOf(before))}${mark(carets)}`,
  ];
}

function gutter(number: string, dim: Paint): string {
  return dim(`${number.padStart(GUTTER_WIDTH)} |`);
}

function shown(text: string): string {
  return printable(text.replaceAll('\t', TAB));
}
