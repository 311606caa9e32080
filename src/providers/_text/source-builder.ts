/**
 * Puts a `SourceText` together from pieces, each with the place where it stands. A mark says that
 * what follows stands at a line and a column; one that only repeats what the last mark implies is
 * dropped, so a one-line command has one segment however many pieces it came in.
 */
import type { SourceText } from '../../model/source-text.ts';

export class SourceBuilder {
  readonly #path: string;
  readonly #segments: number[] = [];
  #text = '';

  constructor(path: string) {
    this.#path = path;
  }

  get length(): number {
    return this.#text.length;
  }

  /** What follows stands at `line` and `column`. */
  mark(line: number, column: number): void {
    const segments = this.#segments;
    const offset = this.#text.length;
    const last = segments.length - 3;
    if (last >= 0 && segments[last] === offset) segments.length = last;
    else if (last >= 0) {
      const implied = (segments[last + 2] ?? 1) + offset - (segments[last] ?? 0);
      if (segments[last + 1] === line && implied === column) return;
    }
    segments.push(offset, line, column);
  }

  /** Adds text behind the last mark; a joining blank, which stands nowhere, counts to it too. */
  add(text: string): void {
    if (this.#segments.length === 0) this.mark(1, 1);
    this.#text += text;
  }

  append(source: SourceText): void {
    const { segments, text } = source;
    let done = 0;
    for (let i = 0; i < segments.length; i += 3) {
      const offset = segments[i] ?? 0;
      this.add(text.slice(done, offset));
      this.mark(segments[i + 1] ?? 1, segments[i + 2] ?? 1);
      done = offset;
    }
    this.add(text.slice(done));
  }

  build(): SourceText {
    if (this.#segments.length === 0) this.mark(1, 1);
    return { path: this.#path, text: this.#text, segments: this.#segments };
  }
}

/** All sources as one text with `separator` between them; each keeps its places. */
export function joinSources(
  path: string,
  sources: readonly SourceText[],
  separator: string,
): SourceText {
  const [only] = sources;
  if (only !== undefined && sources.length === 1) return only;
  const builder = new SourceBuilder(path);
  for (const [i, source] of sources.entries()) {
    if (i > 0) builder.add(separator);
    builder.append(source);
  }
  return builder.build();
}

/** `source.text.slice(start, end)` with its places. */
export function sliceSource(
  source: SourceText,
  start: number,
  end = source.text.length,
): SourceText {
  const { segments } = source;
  const builder = new SourceBuilder(source.path);
  let done = start;
  for (let i = segmentAt(segments, start); i < segments.length; i += 3) {
    const offset = segments[i] ?? 0;
    if (offset > start && offset >= end) break;
    const from = Math.max(offset, start);
    builder.add(source.text.slice(done, from));
    builder.mark(segments[i + 1] ?? 1, (segments[i + 2] ?? 1) + from - offset);
    done = from;
  }
  builder.add(source.text.slice(done, end));
  return builder.build();
}

/** Index of the segment that holds `offset`; searched, as a text is cut into many words. */
function segmentAt(segments: readonly number[], offset: number): number {
  let low = 0;
  let high = segments.length / 3 - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((segments[middle * 3] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low * 3;
}

/** A stretch of a text and what takes its place. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The text with edits in rising order. Each is marked, up to a number past which the text is a
 * payload that nobody points into: 4 million quotes in one word cost 3.7 s to mark.
 */
export function editSource(source: SourceText, edits: readonly Edit[]): SourceText {
  if (edits.length === 0) return source;
  const isMarked = edits.length <= EDITS_MARKED_MAX;
  const builder = new SourceBuilder(source.path);
  builder.mark(source.segments[1] ?? 1, source.segments[2] ?? 1);
  const addPart = (start: number, end: number): void => {
    if (isMarked) builder.append(sliceSource(source, start, end));
    else builder.add(source.text.slice(start, end));
  };
  let done = 0;
  for (const { start, end, text } of edits) {
    addPart(done, start);
    builder.add(text);
    done = end;
  }
  addPart(done, source.text.length);
  return builder.build();
}

const EDITS_MARKED_MAX = 1_000;
