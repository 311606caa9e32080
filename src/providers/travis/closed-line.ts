/**
 * Whether a line of a script is whole: quotes, parentheses, here-documents and compound commands
 * closed. Travis evaluates each line for itself, in one shell: a variable goes on to the next line,
 * an open quote does not. Lines that are whole can be read as one text; one that is not must stand
 * alone, or its quote would make a string of the lines behind it. When in doubt it is not whole.
 */
export function isClosedLine(text: string): boolean {
  return new LineScan(text).isClosed();
}

/** Words that open something, and what closes it. */
const PAIRS: readonly (readonly [opens: string, closes: string])[] = [
  ['if', 'fi'],
  ['do', 'done'],
  ['case', 'esac'],
  ['{', '}'],
];

const WORD_LENGTH_MAX = 8;
const SEPARATORS = ' \t\n;&|()<>';

class LineScan {
  readonly #text: string;
  /** Delimiters of here-documents whose lines are still to come. */
  readonly #documents: string[] = [];
  readonly #open = new Map<string, number>();
  #at = 0;
  #quote = '';
  #parentheses = 0;
  #wordStart = 0;

  constructor(text: string) {
    this.#text = text;
  }

  isClosed(): boolean {
    while (this.#at < this.#text.length) {
      if (!this.#step(this.#text[this.#at] ?? '')) return false;
    }
    this.#endWord();
    const counts = PAIRS.every(([opens, closes]) => this.#count(opens) === this.#count(closes));
    return counts && this.#quote === '' && this.#parentheses === 0 && this.#documents.length === 0;
  }

  #count(word: string): number {
    return this.#open.get(word) ?? 0;
  }

  /** Takes one character, or a here-document; false when the text ends inside of something. */
  #step(c: string): boolean {
    if (c === '\\' && this.#quote !== "'") {
      this.#at += 2;
      return this.#at <= this.#text.length;
    }
    if (c === '(' && this.#quote !== "'") this.#parentheses++;
    if (c === ')' && this.#quote !== "'") this.#parentheses--;
    if (this.#quote !== '') {
      if (c === this.#quote) this.#quote = '';
    } else if (c === '"' || c === "'" || c === '`') this.#quote = c;
    else if (c === '#' && this.#wordStart === this.#at) return this.#skipComment();
    else if (this.#text.startsWith('<<', this.#at)) return this.#openDocument();
    else if (SEPARATORS.includes(c)) {
      this.#endWord();
      this.#wordStart = this.#at + 1;
      if (c === '\n' && this.#documents.length > 0) return this.#skipDocuments();
    }
    this.#at++;
    return true;
  }

  #endWord(): void {
    if (this.#at - this.#wordStart > WORD_LENGTH_MAX) return;
    const word = this.#text.slice(this.#wordStart, this.#at);
    this.#open.set(word, (this.#open.get(word) ?? 0) + 1);
  }

  #skipComment(): boolean {
    const end = this.#text.indexOf('\n', this.#at);
    this.#at = end === -1 ? this.#text.length : end;
    this.#wordStart = this.#at;
    return true;
  }

  #openDocument(): boolean {
    this.#endWord();
    let start = this.#at + 2;
    if (this.#text[start] === '<') {
      // `<<<` brings one word, and no lines.
      this.#at = start + 1;
      this.#wordStart = this.#at;
      return true;
    }
    if (this.#text[start] === '-') start++;
    while (this.#text[start] === ' ') start++;
    let end = start;
    while (end < this.#text.length && !SEPARATORS.includes(this.#text[end] ?? '')) end++;
    this.#documents.push(this.#text.slice(start, end).replace(/['"\\]/g, ''));
    this.#at = end;
    this.#wordStart = end;
    return true;
  }

  #skipDocuments(): boolean {
    for (const delimiter of this.#documents.splice(0)) {
      let line: string | undefined;
      do {
        if (this.#at >= this.#text.length) return false;
        const end = this.#text.indexOf('\n', this.#at + 1);
        const stop = end === -1 ? this.#text.length : end;
        line = this.#text.slice(this.#at + 1, stop).trim();
        this.#at = stop;
      } while (line !== delimiter);
    }
    this.#wordStart = this.#at;
    return true;
  }
}
