/** The lines of source that a finding stands in, for people to look at. */
export interface Excerpt {
  readonly lines: readonly ExcerptLine[];
  /** Lines of the finding behind the last of `lines`. */
  readonly linesLeftOut: number;
  /** What a comment beside it asks to ignore, as it stands there (`[rule] why`), or empty. */
  readonly ignoreComment: string;
}

/** A line, of a long one the part around the finding. */
export interface ExcerptLine {
  /** From 1. */
  readonly line: number;
  readonly text: string;
  /** The stretch of `text` that belongs to the finding; the end is exclusive. */
  readonly start: number;
  readonly end: number;
  readonly isCutBefore: boolean;
  readonly isCutAfter: boolean;
}
