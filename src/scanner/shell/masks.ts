/**
 * Stretches that a template engine fills in before a shell sees them: `${{ … }}` in the texts of
 * services that have it, and `{{ name }}`, which engines of any tree may fill in. The shell's
 * quotes and operators mean nothing inside.
 */
export class Masks {
  /** Flat pairs of start and end, rising. */
  readonly #spans: readonly number[];
  /** The pair looked at last. Lexing goes forward, so the next question is mostly about it. */
  #at = 0;

  /** `isTemplate`: the text is a service's that fills `${{ … }}` in. */
  constructor(text: string, isTemplate: boolean) {
    this.#spans = spansOf(text, isTemplate);
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

/** The character that begins and ends a literal of an expression. */
const LITERAL = "'";
/** What stands in an expression besides names and numbers: operators, indexes and blanks. */
const EXPRESSION_MARKS = '.-_*[](),!<>=&|+ \t\r\n:';
const NAME_LENGTH_MAX = 256;
const NAME_MARKS = '.-_[]$';

function spansOf(text: string, isTemplate: boolean): readonly number[] {
  const spans: number[] = [];
  let isAccepted = isTemplate;
  for (let open = text.indexOf('{{'); open !== -1; ) {
    const dollar = text[open - 1] === '$';
    const end = dollar && isAccepted ? expressionEnd(text, open) : nameEnd(text, open);
    if (end !== -1) spans.push(dollar ? open - 1 : open, end);
    // No engine takes a text with an expression that is none, and so none is filled in behind it.
    else if (dollar) isAccepted = false;
    open = text.indexOf('{{', end === -1 ? open + 2 : end);
  }
  return spans;
}

/** Where the `${{ … }}` ends whose braces open at `open`, or -1 when it is no expression. */
function expressionEnd(text: string, open: number): number {
  for (let at = open + 2; at < text.length; at++) {
    const c = text[at] as string;
    if (c === LITERAL) {
      at = text.indexOf(LITERAL, at + 1);
      if (at === -1) return -1;
    } else if (c === '}') return text[at + 1] === '}' ? at + 2 : -1;
    else if (!isWordCharacter(c) && !EXPRESSION_MARKS.includes(c)) return -1;
  }
  return -1;
}

/**
 * Where `{{ name }}` ends, or -1. It means something only where a template engine runs, and
 * elsewhere a shell runs what stands between blanks, so that it may hold a name alone. Readers put
 * `${{ name }}` for what they do not know.
 */
function nameEnd(text: string, open: number): number {
  let at = open + 2;
  const limit = Math.min(text.length, at + NAME_LENGTH_MAX);
  while (at < limit && isBlankOrTrim(text[at] as string)) at++;
  const start = at;
  while (at < limit && isNameCharacter(text[at] as string)) at++;
  if (at === start) return -1;
  while (at < limit && isBlankOrTrim(text[at] as string)) at++;
  return text.startsWith('}}', at) ? at + 2 : -1;
}

function isBlankOrTrim(c: string): boolean {
  return c === ' ' || c === '\t' || c === '-';
}

function isNameCharacter(c: string): boolean {
  return isWordCharacter(c) || NAME_MARKS.includes(c);
}

function isWordCharacter(c: string): boolean {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c === '_';
}
