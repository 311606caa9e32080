/** A text inside another one, as settings in a YAML scalar: its parts stand where that does. */
import type { SourceText } from '../../model/source-text.ts';
import { LineStarts } from './line-starts.ts';
import { SourceBuilder, sliceSource } from './source-builder.ts';

export class EmbeddedText {
  readonly #outer: SourceText;
  readonly #lines: LineStarts;

  constructor(outer: SourceText) {
    this.#outer = outer;
    this.#lines = new LineStarts(outer.text);
  }

  /** `inner` has lines and columns of the embedded text; the result has those of the file. */
  place(inner: SourceText): SourceText {
    const { segments, text } = inner;
    const builder = new SourceBuilder(this.#outer.path);
    for (let i = 0; i < segments.length; i += 3) {
      const from = segments[i] ?? 0;
      const to = segments[i + 3] ?? text.length;
      const start = this.#lines.startOf(segments[i + 1] ?? 1) + (segments[i + 2] ?? 1) - 1;
      const places = this.#placesFrom(start, to - from);
      builder.append({ path: '', text: text.slice(from, to), segments: places });
    }
    return builder.build();
  }

  #placesFrom(start: number, length: number): readonly number[] {
    const end = this.#outer.text.length;
    const from = Math.min(start, end);
    return sliceSource(this.#outer, from, Math.min(from + length, end)).segments;
  }
}

/** Everything in an encoded text stands where the encoded text starts. */
export function placeAtStart(outer: SourceText): (inner: SourceText) => SourceText {
  const segments = [0, outer.segments[1] ?? 1, outer.segments[2] ?? 1];
  return ({ text }) => ({ path: outer.path, text, segments });
}
