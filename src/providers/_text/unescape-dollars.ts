import type { SourceText } from '../../model/source-text.ts';
import { type Edit, editSource } from './source-builder.ts';

/**
 * Takes away what stands in front of a `$` that a provider is to leave for the shell, where it
 * fills variables into the whole file first: `$${HOME}` with the mark `$`, `\${HOME}` with the
 * mark `\`.
 */
export function unescapeDollars(source: SourceText, marks: readonly string[]): SourceText {
  const { text } = source;
  const edits: Edit[] = [];
  for (let i = text.indexOf('$', 1); i !== -1; i = text.indexOf('$', i + 1)) {
    if (!marks.includes(text[i - 1] ?? '') || !startsName(text.charCodeAt(i + 1))) continue;
    edits.push({ start: i - 1, end: i, text: '' });
  }
  return editSource(source, edits);
}

const BRACE = 0x7b;
const UNDERSCORE = 0x5f;

function startsName(c: number): boolean {
  const letter = c | 0x20;
  return c === BRACE || c === UNDERSCORE || (letter >= 0x61 && letter <= 0x7a);
}
