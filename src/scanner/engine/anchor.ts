import type { SourceText } from '../../model/source-text.ts';

/** Where something stands. A text that is unpacked or written stands where one command does. */
export interface Anchor {
  readonly source: SourceText;
  readonly start: number;
  readonly end: number;
  readonly layers: readonly string[];
  /** Files from the definition to `source`, both included; empty for the definition itself. */
  readonly via: readonly string[];
}

export function wholeOf(source: SourceText, via: readonly string[] = []): Anchor {
  return { source, start: 0, end: source.text.length, layers: [], via };
}
