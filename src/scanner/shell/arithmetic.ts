/**
 * `$(( … ))` and `(( … ))` whose numbers are known: integers, operators, brackets, and names, whose
 * values are calculated in turn. What is assigned on the way counts for what follows.
 */

const LENGTH_MAX = 256;
const DEPTH_MAX = 16;

/** Operators by how closely they bind, the loosest first; longer ones before their beginnings. */
const LEVELS: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<=', '>=', '<', '>'],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
  ['**'],
];
const ASSIGNMENTS = ['<<=', '>>=', '+=', '-=', '*=', '/=', '%=', '&=', '^=', '|=', '='];

/** What names stand for in a calculation. */
export interface ArithmeticNames {
  get(name: string): string | null;
  set?(name: string, value: string): void;
}

/** The value, or null when something in it is not known. */
export function arithmeticValue(text: string, names: ArithmeticNames, depth = 0): number | null {
  if (text.length > LENGTH_MAX || depth > DEPTH_MAX) return null;
  const parser = new Parser(text, names, depth);
  const value = parser.list(depth);
  return value !== null && parser.isAtEnd && Number.isSafeInteger(value) ? value : null;
}

class Parser {
  readonly #text: string;
  readonly #names: ArithmeticNames;
  readonly #depth: number;
  #at = 0;

  constructor(text: string, names: ArithmeticNames, depth: number) {
    this.#text = text;
    this.#names = names;
    this.#depth = depth;
  }

  get isAtEnd(): boolean {
    this.#skip();
    return this.#at >= this.#text.length;
  }

  /** `a, b`: the last one is the value. */
  list(depth: number): number | null {
    let value = this.#choice(depth);
    while (this.#take(',')) value = this.#choice(depth);
    return value;
  }

  /** `a ? b : c` */
  #choice(depth: number): number | null {
    const value = this.#level(0, depth);
    if (depth > DEPTH_MAX || !this.#take('?')) return value;
    const yes = this.#choice(depth + 1);
    if (!this.#take(':')) return null;
    const no = this.#choice(depth + 1);
    return value === null ? null : value !== 0 ? yes : no;
  }

  #level(level: number, depth: number): number | null {
    const operators = LEVELS[level];
    if (operators === undefined) return this.#operand(depth);
    let value = this.#level(level + 1, depth);
    for (let next = this.#operator(operators); next !== null; next = this.#operator(operators)) {
      const right = this.#level(level + 1, depth);
      value = value === null || right === null ? null : applied(next, value, right);
    }
    return value;
  }

  #skip(): void {
    while (' \t\n'.includes(this.#text[this.#at] ?? '.')) this.#at++;
  }

  #take(text: string): boolean {
    this.#skip();
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #operator(operators: readonly string[]): string | null {
    this.#skip();
    const found = operators.find((one) => this.#text.startsWith(one, this.#at));
    if (found === undefined) return null;
    const isLonger = found.length === 1 && this.#text[this.#at + 1] === found;
    if (isLonger) return null;
    this.#at += found.length;
    return found;
  }

  #operand(depth: number): number | null {
    this.#skip();
    const c = this.#text[this.#at];
    if (depth > DEPTH_MAX || c === undefined) return null;
    if (c === '(') {
      this.#at++;
      const value = this.list(depth + 1);
      return this.#take(')') ? value : null;
    }
    if (this.#take('++')) return this.#step(this.#word(), 1, 1);
    if (this.#take('--')) return this.#step(this.#word(), -1, -1);
    if ('-+!~'.includes(c)) {
      this.#at++;
      const value = this.#operand(depth + 1);
      return value === null ? null : UNARY[c as keyof typeof UNARY](value);
    }
    return this.#named(this.#word(), depth);
  }

  #word(): string {
    this.#skip();
    const start = this.#at;
    while (isPart(this.#text[this.#at])) this.#at++;
    return this.#text.slice(start, this.#at);
  }

  /** A number, a name, or an assignment to one. */
  #named(word: string, depth: number): number | null {
    const isName = word !== '' && (word[0] as string) > '9';
    if (!isName) return this.#number(word);
    if (this.#take('++')) return this.#step(word, 1, 0);
    if (this.#take('--')) return this.#step(word, -1, 0);
    const operator = this.#assignment();
    if (operator === null) return this.#value(word);
    const before = operator === '=' ? 0 : this.#value(word);
    const right = this.#choice(depth + 1);
    if (right === null || before === null) return null;
    const value = operator === '=' ? right : applied(operator.slice(0, -1), before, right);
    if (value !== null) this.#names.set?.(word, String(value));
    return value;
  }

  #assignment(): string | null {
    this.#skip();
    const found = ASSIGNMENTS.find((one) => this.#text.startsWith(one, this.#at));
    if (found === undefined || (found === '=' && this.#text[this.#at + 1] === '=')) return null;
    this.#at += found.length;
    return found;
  }

  /** Changes a name by one and gives its value before or after. */
  #step(name: string, by: number, given: number): number | null {
    const before = this.#value(name);
    if (before === null) return null;
    this.#names.set?.(name, String(before + by));
    return before + given;
  }

  #value(name: string): number | null {
    const text = this.#names.get(name);
    if (text === null || text === '') return null;
    return this.#number(text) ?? arithmeticValue(text, this.#names, this.#depth + 1);
  }

  #number(known: string): number | null {
    if (known === '') return null;
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

const UNARY = {
  '-': (value: number) => -value,
  '+': (value: number) => value,
  '!': (value: number) => Number(value === 0),
  '~': (value: number) => ~value,
} as const;

function applied(operator: string, a: number, b: number): number | null {
  switch (operator) {
    case '||':
      return Number(a !== 0 || b !== 0);
    case '&&':
      return Number(a !== 0 && b !== 0);
    case '==':
      return Number(a === b);
    case '!=':
      return Number(a !== b);
    case '<':
      return Number(a < b);
    case '>':
      return Number(a > b);
    case '<=':
      return Number(a <= b);
    case '>=':
      return Number(a >= b);
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
