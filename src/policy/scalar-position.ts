/**
 * Where a character of a YAML scalar's value stands in the file. Folding, indentation and escapes
 * make the two differ, so value and source are walked side by side: a blank of the value answers to
 * any one blank of the source, blanks of the source before anything else are indentation, and
 * escapes are as long as their letter says.
 */
import type { YamlScalar } from '../base/yaml.ts';

/** The offset in `text` of `scalar.value[offset]`; the scalar's end when that is past the value. */
export function positionInScalar(text: string, scalar: YamlScalar, offset: number): number {
  const { value, style, end } = scalar;
  let at = scalar.start;
  for (let i = 0; i < value.length && at < end; i++) {
    const isBlank = isBlankAt(value, i);
    if (!isBlank) while (at < end && isBlankAt(text, at)) at++;
    if (style === 'double') at = skipContinuation(text, at, end);
    if (i >= offset) return at;
    const width = widthAt(text, at, style);
    at += width;
    // Only \U… of ten characters gives two units of UTF-16.
    if (width === 10) i++;
  }
  return Math.min(at, end);
}

function isBlankAt(text: string, i: number): boolean {
  const c = text[i];
  return c === ' ' || c === '\n' || c === '\t' || c === '\r';
}

/** A backslash before a line's end joins two lines and stands for nothing. */
function skipContinuation(text: string, at: number, end: number): number {
  if (text[at] !== '\\' || (text[at + 1] !== '\n' && text[at + 1] !== '\r')) return at;
  let next = at + 1;
  while (next < end && isBlankAt(text, next)) next++;
  return next;
}

const ESCAPE_WIDTHS: Readonly<Record<string, number>> = { x: 4, u: 6, U: 10 };

/** Characters of the source that one character of the value takes. */
function widthAt(text: string, at: number, style: YamlScalar['style']): number {
  if (style === 'double' && text[at] === '\\') return ESCAPE_WIDTHS[text[at + 1] ?? ''] ?? 2;
  return style === 'single' && text[at] === "'" ? 2 : 1;
}
