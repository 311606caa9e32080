/** Words of one line, parted by blanks and tabs. */
import type { SourceText } from '../../model/source-text.ts';
import { sliceSource } from '../_text/source-builder.ts';

export function isBlank(c: string): boolean {
  return c === ' ' || c === '\t';
}

/** The offset of the next character that is no blank, or the length. */
export function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && isBlank(text[at] ?? '')) at++;
  return at;
}

/** The offset behind the word that starts at `from`. */
export function wordEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && !isBlank(text[at] ?? '')) at++;
  return at;
}

/** The words of a line, each with its place. */
export function* lineWords(source: SourceText): Generator<SourceText, void, undefined> {
  const { text } = source;
  let at = skipBlanks(text, 0);
  while (at < text.length) {
    const end = wordEnd(text, at);
    yield sliceSource(source, at, end);
    at = skipBlanks(text, end);
  }
}
