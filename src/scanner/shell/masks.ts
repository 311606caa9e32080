/**
 * Stretches that a template engine fills in before a shell sees them: `${{ … }}` of GitHub and
 * `{{ … }}` of others. The shell's quotes and operators mean nothing inside.
 */
export class Masks {
  /** Flat pairs of start and end, rising. */
  readonly #spans: readonly number[];
  /** The pair looked at last. Lexing goes forward, so the next question is mostly about it. */
  #at = 0;

  constructor(text: string) {
    this.#spans = spansOf(text);
  }

  get none(): boolean {
    return this.#spans.length === 0;
  }

  /** The end of the expression that starts at `offset`, or -1. */
  endAt(offset: number): number {
    this.#seek(offset);
    return this.#spans[this.#at] === offset ? (this.#spans[this.#at + 1] as number) : -1;
  }

  /** The end of the expression that `offset` lies in, or -1. */
  endAround(offset: number): number {
    this.#seek(offset);
    const start = this.#spans[this.#at];
    return start !== undefined && start <= offset ? (this.#spans[this.#at + 1] as number) : -1;
  }

  /** Moves to the first pair that ends behind `offset`. */
  #seek(offset: number): void {
    const spans = this.#spans;
    while (this.#at > 0 && (spans[this.#at - 1] as number) > offset) this.#at -= 2;
    while (this.#at < spans.length && (spans[this.#at + 1] as number) <= offset) this.#at += 2;
  }
}

/** A longer `{{ … }}` is no template expression but text that an attacker wants skipped. */
const BARE_LENGTH_MAX = 256;

function spansOf(text: string): readonly number[] {
  const spans: number[] = [];
  let open = text.indexOf('{{');
  let close = open;
  while (open !== -1) {
    close = text.indexOf('}}', Math.max(close, open + 2));
    if (close === -1) break;
    const dollar = text[open - 1] === '$';
    const end = close + 2;
    if (dollar || isBareExpression(text, open, end)) {
      spans.push(dollar ? open - 1 : open, end);
      open = text.indexOf('{{', end);
    } else {
      open = text.indexOf('{{', open + 2);
    }
  }
  return spans;
}

/**
 * `{{ name }}` without `$` means something only where a template engine runs. A shell would run
 * what stands between separators there, so an expression may hold none of them.
 */
function isBareExpression(text: string, open: number, end: number): boolean {
  if (end - open > BARE_LENGTH_MAX) return false;
  for (let i = open; i < end; i++) {
    if (';&|\n`(),<>'.includes(text[i] as string)) return false;
  }
  return true;
}
