/**
 * Text that keeps where it came from. What a YAML reader hands on as one command may have been
 * folded, unquoted or joined from several places, so the text carries segments: from `offset` in
 * the text on, the source stands at `line` and `column` (both from 1) and advances with it.
 *
 * `segments` is flat, `[offset, line, column, offset, line, column, …]`, with rising offsets and
 * the first one 0: ten commands take one array, and it crosses to a worker thread for nothing.
 */
import { assert } from '../base/assert.ts';

export interface SourceText {
  /** File that the text stands in, relative to the tree that was scanned. */
  readonly path: string;
  readonly text: string;
  readonly segments: readonly number[];
}

/** A stretch of a source file. Lines and columns count from 1; the end is exclusive. */
export interface Place {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** The place of `text.slice(start, end)`. */
export function placeOf(source: SourceText, start: number, end: number): Place {
  assert(start >= 0 && end >= start, 'a place needs start <= end');
  const from = positionOf(source, start);
  // The end is the position behind the last character, on that character's own line.
  const last = end > start ? lastOf(source, start, end, from) : from;
  const endColumn = end > start ? last.column + 1 : from.column;
  return { path: source.path, ...from, endLine: last.line, endColumn };
}

/**
 * The last character's position. A text put together from several places may end in front of where
 * it starts, as where a variable is filled in; such a place ends with its first stretch.
 */
function lastOf(source: SourceText, start: number, end: number, from: Position): Position {
  const last = positionOf(source, end - 1);
  const isBehind = last.line > from.line || (last.line === from.line && last.column >= from.column);
  if (isBehind) return last;
  const { segments } = source;
  let next = end;
  for (let i = segments.length - 3; i > 0 && (segments[i] as number) > start; i -= 3) {
    next = Math.min(next, segments[i] as number);
  }
  return positionOf(source, next - 1);
}

interface Position {
  readonly line: number;
  readonly column: number;
}

const LINE_FEED = 0x0a;

/** A text that stands in its file as it is, from `line` and `column` on. */
export function verbatim(path: string, text: string, line = 1, column = 1): SourceText {
  const segments = [0, line, column];
  for (let i = text.indexOf('\n'); i !== -1; i = text.indexOf('\n', i + 1)) {
    line++;
    // An empty line has nothing to point at: 4 MiB of them would cost 12 million numbers.
    if (text.charCodeAt(i + 1) !== LINE_FEED) segments.push(i + 1, line, 1);
  }
  return { path, text, segments };
}

function positionOf(source: SourceText, offset: number): Position {
  const { segments } = source;
  let low = 0;
  let high = segments.length / 3 - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((segments[middle * 3] as number) <= offset) low = middle;
    else high = middle - 1;
  }
  const [at = 0, line = 1, column = 1] = segments.slice(low * 3, low * 3 + 3);
  return { line, column: column + offset - at };
}
