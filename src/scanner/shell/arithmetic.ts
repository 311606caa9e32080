/** `$(( … ))` whose numbers are known: integers, the usual operators, brackets, and names. */

const LENGTH_MAX = 256;
const DEPTH_MAX = 16;

/** Operators by how closely they bind, the loosest first. */
const LEVELS: readonly (readonly string[])[] = [
  ['|'],
  ['^'],
  ['&'],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
  ['**'],
];

/** The value, or null when something in it is not known. */
export function arithmeticValue(
  text: string,
  variable: (name: string) => string | null,
): number | null {
  if (text.length > LENGTH_MAX) return null;
  const parser = new Parser(text, variable);
  const value = parser.level(0, 0);
  return value !== null && parser.isAtEnd && Number.isSafeInteger(value) ? value : null;
}

class Parser {
  readonly #text: string;
  readonly #variable: (name: string) => string | null;
  #at = 0;

  constructor(text: string, variable: (name: string) => string | null) {
    this.#text = text;
    this.#variable = variable;
  }

  get isAtEnd(): boolean {
    this.#skip();
    return this.#at >= this.#text.length;
  }

  level(level: number, depth: number): number | null {
    const operators = LEVELS[level];
    if (operators === undefined) return this.#operand(depth);
    let value = this.level(level + 1, depth);
    for (let next = this.#operator(operators); next !== null; next = this.#operator(operators)) {
      const right = this.level(level + 1, depth);
      if (value === null || right === null) return null;
      value = applied(next, value, right);
    }
    return value;
  }

  #skip(): void {
    while (' \t\n'.includes(this.#text[this.#at] ?? '.')) this.#at++;
  }

  #operator(operators: readonly string[]): string | null {
    this.#skip();
    const found = operators.find((one) => this.#text.startsWith(one, this.#at));
    const isLonger = found?.length === 1 && this.#text[this.#at + 1] === found;
    if (found === undefined || isLonger) return null;
    this.#at += found.length;
    return found;
  }

  #operand(depth: number): number | null {
    this.#skip();
    const c = this.#text[this.#at];
    if (depth > DEPTH_MAX || c === undefined) return null;
    if (c === '(') {
      this.#at++;
      const value = this.level(0, depth + 1);
      this.#skip();
      if (this.#text[this.#at++] !== ')') return null;
      return value;
    }
    if (c === '-' || c === '+') {
      this.#at++;
      const value = this.#operand(depth + 1);
      return value === null ? null : c === '-' ? -value : value;
    }
    const start = this.#at;
    while (isPart(this.#text[this.#at])) this.#at++;
    return this.#number(this.#text.slice(start, this.#at));
  }

  #number(word: string): number | null {
    const known = word !== '' && (word[0] as string) > '9' ? this.#variable(word) : word;
    if (known === null || known === '') return null;
    const hash = known.indexOf('#');
    const isOctal = known.length > 1 && known[0] === '0' && hash < 0 && !known.includes('x');
    const value =
      hash > 0
        ? Number.parseInt(known.slice(hash + 1), Number(known.slice(0, hash)))
        : isOctal
          ? Number.parseInt(known, 8)
          : Number(known);
    return Number.isSafeInteger(value) ? value : null;
  }
}

function applied(operator: string, a: number, b: number): number | null {
  switch (operator) {
    case '|':
      return a | b;
    case '^':
      return a ^ b;
    case '&':
      return a & b;
    case '<<':
      return a << b;
    case '>>':
      return a >> b;
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '**':
      return a ** b;
    default:
      return b === 0 ? null : operator === '/' ? Math.trunc(a / b) : a % b;
  }
}

function isPart(c: string | undefined): boolean {
  if (c === undefined) return false;
  const isLetter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return isLetter || (c >= '0' && c <= '9') || c === '_' || c === '#';
}
