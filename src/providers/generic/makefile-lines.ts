/**
 * The lines of a Makefile, before anyone asks what they mean. Each character keeps its place.
 *
 *   recipe line  starts with the recipe prefix, a tab unless `.RECIPEPREFIX` says otherwise, behind
 *                a rule; goes on behind a backslash, which the shell gets to see
 *   other line   goes on behind a backslash, which becomes a blank; ends at a `#`
 *   body         the lines from `define` to its `endef`, as they stand
 */
import type { SourceText } from '../../model/source-text.ts';
import { SourceBuilder, sliceSource } from '../_text/source-builder.ts';

export interface MakeLine {
  readonly isRecipe: boolean;
  readonly source: SourceText;
}

export class MakeLines {
  readonly #source: SourceText;
  #at = 0;

  constructor(source: SourceText) {
    this.#source = source;
  }

  /** The next line; one that starts with `prefix` is a recipe's, where that is not null. */
  next(prefix: string | null): MakeLine | null {
    this.#skipNothing();
    if (this.#at >= this.#source.text.length) return null;
    const isRecipe = prefix !== null && this.#source.text.startsWith(prefix, this.#at);
    const source = isRecipe ? this.#recipe(prefix) : this.#joined();
    return { isRecipe, source };
  }

  /** Passes empty lines and comments of one line: files may hold millions. */
  #skipNothing(): void {
    const { text } = this.#source;
    for (;;) {
      const c = text[this.#at];
      if (c === '\n') this.#at++;
      else if (c === '#') {
        const end = text.indexOf('\n', this.#at);
        if (end === -1 || text[end - 1] === '\\') return;
        this.#at = end + 1;
      } else return;
    }
  }

  /** What stands before the `endef` that closes the `define` just read, or before the end. */
  body(): { readonly source: SourceText; readonly isClosed: boolean } {
    const start = this.#at;
    let depth = 1;
    while (this.#at < this.#source.text.length) {
      const from = this.#at;
      const line = this.#physical().trim();
      if (isDirective(line, 'define')) depth++;
      else if (isDirective(line, 'endef')) depth--;
      if (depth === 0) {
        return { source: this.#slice(start, Math.max(start, from - 1)), isClosed: true };
      }
    }
    return { source: this.#slice(start, this.#at), isClosed: false };
  }

  /** The next physical line without its line break; the cursor goes behind it. */
  #physical(): string {
    const { text } = this.#source;
    const found = text.indexOf('\n', this.#at);
    const end = found === -1 ? text.length : found;
    const line = text.slice(this.#at, text[end - 1] === '\r' ? Math.max(this.#at, end - 1) : end);
    this.#at = end + 1;
    return line;
  }

  #recipe(prefix: string): SourceText {
    const builder = new SourceBuilder(this.#source.path);
    for (let isFirst = true; this.#at < this.#source.text.length; isFirst = false) {
      const from = this.#at;
      const line = this.#physical();
      const skipped = line.startsWith(prefix) ? prefix.length : 0;
      if (!isFirst) builder.add('\n');
      builder.append(this.#slice(from + skipped, from + line.length));
      if (!goesOn(line)) break;
    }
    return builder.build();
  }

  #joined(): SourceText {
    const builder = new SourceBuilder(this.#source.path);
    for (let isFirst = true; this.#at < this.#source.text.length; isFirst = false) {
      const from = this.#at;
      const line = this.#physical();
      const start = isFirst ? 0 : line.length - line.trimStart().length;
      const isOpen = goesOn(line);
      // Blanks around the break are one blank.
      const end = isOpen ? line.slice(0, -1).trimEnd().length : line.length;
      if (!isFirst) builder.add(' ');
      builder.append(this.#slice(from + start, from + Math.max(start, end)));
      if (!isOpen) break;
    }
    const whole = builder.build();
    const comment = commentStart(whole.text);
    return comment === -1 ? whole : sliceSource(whole, 0, comment);
  }

  #slice(start: number, end: number): SourceText {
    return sliceSource(this.#source, start, Math.max(start, end));
  }
}

/** Whether a line starts with this word of Make's own. */
export function isDirective(line: string, word: string): boolean {
  if (!line.startsWith(word)) return false;
  const next = line[word.length];
  return next === undefined || next === ' ' || next === '\t';
}

/** An odd number of backslashes at its end. */
function goesOn(line: string): boolean {
  let slashes = 0;
  while (line[line.length - 1 - slashes] === '\\') slashes++;
  return slashes % 2 === 1;
}

/** Where a comment starts: at a `#` without a backslash, outside of references. Or -1. */
function commentStart(text: string): number {
  let at = text.indexOf('#');
  if (at === -1) return -1;
  for (const found of charactersOutside(text, '#')) {
    at = found;
    if (text[at - 1] !== '\\') return at;
  }
  return -1;
}

/** Offsets of the wanted characters outside of `$(…)` and `${…}`, in order. */
export function* charactersOutside(
  text: string,
  wanted: string,
): Generator<number, void, undefined> {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const c = text[at] ?? '';
    if (c === '$') {
      const opens = text[at + 1] === '(' || text[at + 1] === '{';
      if (opens) depth++;
      at++;
    } else if (depth > 0) {
      if (c === '(' || c === '{') depth++;
      else if (c === ')' || c === '}') depth--;
    } else if (wanted.includes(c)) yield at;
  }
}
