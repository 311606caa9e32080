/**
 * Runs a program of another language as far as its texts tell: literals are put together, decoded
 * and handed on, variables keep what they are assigned, and what goes into a call that starts a
 * process is a command. Nothing branches and nothing loops: every statement counts once, from the
 * top to the bottom. What is not understood is unknown, and reading goes on behind it.
 *
 * A cursor moves forward over the tokens, each expression takes its own, and nesting is bounded, so
 * the time is linear in the text.
 */
import { shellDepthMax } from '../../base/limits.ts';
import { callFunction, formatted } from './code-functions.ts';
import { type CodeToken, codeTokens } from './code-tokens.ts';
import {
  added,
  type CodeValue,
  charactersOf,
  commandOf,
  isList,
  isPrinted,
  listOf,
  repeated,
  sliced,
  textOf,
} from './code-values.ts';
import { concatPrinted, type Printed } from './printed.ts';

/** What a program does that the world around it can see. */
export interface CodeHost {
  /** A shell is given this text. */
  command(text: string, start: number, end: number): void;
  /** More code in the same language. */
  code(text: string, start: number, end: number): void;
  write(path: string, content: Printed, start: number, end: number): void;
  read(path: string): Printed | null;
  variable(name: string): string | null;
  /** `sys.argv[1]` is 1. */
  argument(index: number): string | null;
  /** Takes work off; false when none is left. */
  spend(units: number): boolean;
}

const STARTERS = new Set(
  (
    'system popen popen2 popen3 exec execsync execfile execfilesync spawn spawnsync run call ' +
    'check_call check_output getoutput getstatusoutput shell_exec passthru proc_open pcntl_exec ' +
    'execvp execv execl execlp execve execute capture2 capture2e capture3 create_subprocess_shell ' +
    'create_subprocess_exec posix_spawn startfile execa command sh shell fork_and_exec'
  ).split(' '),
);
/** `eval(text)`: code, and in some languages a command. */
const EVALUATORS = new Set(['eval', 'exec', 'function', 'runinthiscontext', 'instance_eval']);
const PRINTERS = new Set(['print', 'echo', 'puts', 'write', 'log', 'printf', 'say', 'stdout']);
const WRITERS = new Set(['writefilesync', 'writefile', 'file_put_contents', 'write_text']);
const READERS = new Set(['readfilesync', 'file_get_contents', 'readfile', 'slurp']);
const CHARACTER_MAKERS = new Set(['chr', 'fromCharCode', 'fromCodePoint', 'char']);
/** Words before an expression that change nothing of it. */
const LEADERS = new Set(
  'await new return not yield const let var my our local async throw typeof void'.split(' '),
);
const VARIABLES_MAX = 1_000;

/** What the program prints. */
export function runCode(code: string, host: CodeHost): Printed {
  return new CodeEvaluator(codeTokens(code), host).run();
}

class CodeEvaluator {
  readonly #tokens: readonly CodeToken[];
  readonly #host: CodeHost;
  readonly #variables = new Map<string, CodeValue>();
  #at = 0;
  #depth = 0;
  #printed: Printed = '';

  constructor(tokens: readonly CodeToken[], host: CodeHost) {
    this.#tokens = tokens;
    this.#host = host;
  }

  run(): Printed {
    while (this.#at < this.#tokens.length && this.#host.spend(1)) {
      const before = this.#at;
      this.#statement();
      if (this.#at === before) this.#at++;
    }
    return this.#printed;
  }

  #peek(ahead = 0): CodeToken | undefined {
    return this.#tokens[this.#at + ahead];
  }

  #isMark(text: string, ahead = 0): boolean {
    const token = this.#peek(ahead);
    return token?.kind === 'mark' && token.text === text;
  }

  #skipMark(text: string): boolean {
    if (!this.#isMark(text)) return false;
    this.#at++;
    return true;
  }

  #statement(): void {
    const token = this.#peek();
    if (token?.kind === 'name' && this.#assigned(token)) return;
    this.#expression();
  }

  /** `name = value`, `name += value`, also behind `const` and with a type. */
  #assigned(token: CodeToken): boolean {
    if (LEADERS.has(token.text)) {
      this.#at++;
      return true;
    }
    const sign = this.#peek(1);
    if (sign?.kind !== 'mark' || !['=', '+=', '.='].includes(sign.text)) return false;
    this.#at += 2;
    const value = this.#expression();
    const name = variableName(token.text);
    const before = this.#variables.get(name) ?? null;
    const whole = sign.text === '=' ? value : this.#paid(added(before, value));
    if (this.#variables.size < VARIABLES_MAX || this.#variables.has(name)) {
      this.#variables.set(name, whole);
    }
    return true;
  }

  /** A value and the operators behind it. */
  #expression(): CodeValue {
    if (this.#depth >= shellDepthMax) return null;
    this.#depth++;
    let value = this.#term();
    for (;;) {
      if (this.#skipMark('+')) value = this.#paid(added(value, this.#term()));
      else if (this.#isConcatenation()) {
        this.#at++;
        value = this.#paid(added(value, this.#term()));
      } else if (this.#skipMark('%')) {
        const given = this.#term();
        value = this.#paid(formatted(textOf(value), isList(given) ? given.items : [given]));
      } else if (this.#skipMark('*')) {
        const times = this.#term();
        value = this.#paid(repeated(value, typeof times === 'number' ? times : 0));
      } else if (this.#skipMark('||') || this.#skipMark('??')) {
        const other = this.#term();
        value ??= other;
      } else break;
    }
    this.#depth--;
    return value;
  }

  /** A value that was made, when the account has its length. */
  #paid(value: CodeValue): CodeValue {
    const length = isPrinted(value) ? value.length : isList(value) ? value.items.length : 1;
    return this.#host.spend(length) ? value : null;
  }

  /** `.` between texts, as Perl and PHP put them together. */
  #isConcatenation(): boolean {
    if (!this.#isMark('.')) return false;
    const next = this.#peek(1);
    if (!next) return false;
    return next.kind === 'string' || next.text.startsWith('$') || next.isApart;
  }

  /** A value with its members, calls and indexes. */
  #term(): CodeValue {
    const first = this.#peek();
    if (first?.kind === 'name' && LEADERS.has(first.text)) this.#at++;
    let { value, name } = this.#primary();
    for (;;) {
      if (this.#isMember()) {
        this.#at++;
        name = this.#peek()?.text ?? '';
        this.#at++;
        if (!this.#isMark('(')) value = this.#memberOf(value, name);
      } else if (this.#isMark('(') && name !== '') {
        value = this.#call(name, value, first?.start ?? 0);
        name = 'call';
      } else if (this.#isMark('[') && this.#peek()?.isFirst === false) {
        value = this.#indexed(value, name);
        name = '';
      } else return value;
    }
  }

  #isMember(): boolean {
    const next = this.#peek(1);
    if (next?.kind !== 'name') return false;
    if (this.#isMark('->') || this.#isMark('::')) return true;
    return this.#isMark('.') && !this.#isConcatenation();
  }

  #primary(): { value: CodeValue; name: string } {
    const token = this.#peek();
    if (!token) return { value: null, name: '' };
    if (token.kind === 'string') return { value: this.#strings(), name: '' };
    if (token.kind === 'number') {
      this.#at++;
      return { value: numberOf(token.text), name: '' };
    }
    if (token.kind === 'name') return this.#named(token);
    if (this.#skipMark('[')) return { value: listOf(this.#items(']')), name: '' };
    if (this.#skipMark('{')) return { value: listOf(this.#items('}')), name: '' };
    if (this.#skipMark('(')) {
      const items = this.#items(')');
      return { value: items.length === 1 ? (items[0] ?? null) : listOf(items), name: '' };
    }
    if (token.text === '!' || token.text === '-' || token.text === '&') this.#at++;
    return { value: null, name: '' };
  }

  /** A name alone is a variable; before an argument without brackets it is a call. */
  #named(token: CodeToken): { value: CodeValue; name: string } {
    this.#at++;
    const next = this.#peek();
    const isOpen = next?.isApart === true && !next.isFirst && beginsValue(next);
    if (isOpen && (STARTERS.has(token.text) || PRINTERS.has(token.text))) {
      const given = this.#list(() => this.#isEnd());
      return { value: this.#called(token.text, given, null, token.start), name: '' };
    }
    const value = this.#variables.get(variableName(token.text)) ?? null;
    return { value, name: token.text };
  }

  #isEnd(): boolean {
    const token = this.#peek();
    return !token || token.isFirst || (token.kind === 'mark' && ';})]'.includes(token.text));
  }

  /** Neighbouring literals are one. */
  #strings(): CodeValue {
    let text: CodeValue = null;
    for (let token = this.#peek(); token?.kind === 'string'; token = this.#peek()) {
      this.#at++;
      const own = this.#interpolated(token);
      if (token.style === 'command') {
        this.#host.command(textOf(own) ?? '', token.start, token.end);
        return null;
      }
      text = text === null ? own : added(text, own);
      if (this.#peek()?.isFirst && this.#depth < 2) break;
    }
    return text;
  }

  /** Fills known names into a literal; an unknown one stays as it stands. */
  #interpolated({ text, style }: CodeToken): string {
    if (style === 'plain' || !(text.includes('{') || text.includes('$'))) return text;
    const mark = style === 'braces' ? '{' : style === 'template' ? '${' : '#{';
    let result = '';
    let at = 0;
    for (let open = text.indexOf(mark); open >= 0; open = text.indexOf(mark, at)) {
      const close = text.indexOf('}', open);
      if (close < 0) break;
      const name = text.slice(open + mark.length, close);
      result += text.slice(at, open) + (this.#valueNamed(name) ?? text.slice(open, close + 1));
      at = close + 1;
    }
    result += text.slice(at);
    return style === 'dollar' || style === 'command' ? this.#withDollars(result) : result;
  }

  /** `$a` and `{$a}` where a is known. */
  #withDollars(text: string): string {
    const pieces = text.split('$');
    let result = pieces[0] ?? '';
    for (const piece of pieces.slice(1)) {
      const end = nameEnd(piece);
      const value = end === 0 ? undefined : this.#variables.get(piece.slice(0, end));
      const known = value === undefined ? null : textOf(value);
      if (known === null || !this.#host.spend(known.length)) result += `$${piece}`;
      else if (result.endsWith('{') && piece[end] === '}') {
        result = result.slice(0, -1) + known + piece.slice(end + 1);
      } else result += known + piece.slice(end);
    }
    return result;
  }

  /** `a`, `process.env.A`, `os.environ["A"]`, as an inner program of one expression. */
  #valueNamed(expression: string): string | null {
    const own = this.#variables.get(variableName(expression.trim()));
    if (own !== undefined) return textOf(own);
    if (expression.length > NAMED_LENGTH_MAX || this.#depth >= shellDepthMax) return null;
    const inner = new CodeEvaluator(codeTokens(expression), this.#host);
    inner.#depth = this.#depth + 1;
    return textOf(inner.#expression());
  }

  /** Values up to a closing mark, which is taken. */
  #items(closer: string): readonly CodeValue[] {
    const items = this.#list(() => this.#at >= this.#tokens.length || this.#isMark(closer));
    this.#skipMark(closer);
    return items;
  }

  #list(isEnd: () => boolean): readonly CodeValue[] {
    const items: CodeValue[] = [];
    while (!isEnd()) {
      const before = this.#at;
      const value = this.#argument();
      if (this.#at === before) this.#at++;
      else items.push(value);
      if (this.#peek()?.text === 'for') this.#comprehension(items, before);
    }
    return items;
  }

  /** A value, also behind the name it is given to: `args=[…]`, `shell: true`. */
  #argument(): CodeValue {
    if (this.#skipMark(',')) return this.#isMark(',') ? null : this.#argument();
    const isNamed = this.#peek()?.kind === 'name' && (this.#isMark('=', 1) || this.#isMark(':', 1));
    if (isNamed) this.#at += 2;
    return this.#expression();
  }

  /** `chr(x) for x in [120, 109]`: characters of the numbers. */
  #comprehension(items: CodeValue[], from: number): void {
    const makesCharacters = this.#holdsName(from, CHARACTER_MAKERS);
    while (this.#peek() && this.#peek()?.text !== 'in') this.#at++;
    this.#at++;
    const source = this.#expression();
    items.pop();
    items.push(makesCharacters ? charactersOf([source]) : null);
  }

  #holdsName(from: number, names: ReadonlySet<string>): boolean {
    return this.#tokens.slice(from, this.#at).some(({ text }) => names.has(text));
  }

  #call(name: string, self: CodeValue, start: number): CodeValue {
    const from = this.#at;
    this.#at++;
    const given = this.#items(')');
    // `map(chr, list)`, `list.map(c => String.fromCharCode(c))`.
    if (name === 'map' && this.#holdsName(from, CHARACTER_MAKERS)) {
      return charactersOf([given.find(isList) ?? self]);
    }
    return this.#called(name, given, self, start);
  }

  #called(name: string, given: readonly CodeValue[], self: CodeValue, start: number): CodeValue {
    const folded = name.toLowerCase();
    const end = this.#peek(-1)?.end ?? start;
    if (READERS.has(folded) || folded === 'open') return this.#opened(given);
    if (EVALUATORS.has(folded)) this.#evaluate(given, start, end);
    else if (STARTERS.has(folded)) this.#start(given, start, end);
    if (WRITERS.has(folded)) this.#write(given, self, start, end);
    else if (PRINTERS.has(folded)) this.#print(given, self, folded, start, end);
    if (folded === 'getenv' || folded === 'get') return this.#environment(given);
    if (folded === 'read' || folded === 'readlines') return self;
    return this.#paid(callFunction(name, given, self));
  }

  #start(given: readonly CodeValue[], start: number, end: number): void {
    const text = commandOf(given);
    if (text !== '') this.#host.command(text, start, end);
  }

  #evaluate(given: readonly CodeValue[], start: number, end: number): void {
    const text = textOf(given[0] ?? null);
    if (text === null) return;
    if (text.includes('(') || text.includes('=')) this.#host.code(text, start, end);
    else this.#start(given, start, end);
  }

  /** A file that is opened is its path when it is written, and its content when it is read. */
  #opened([path = null, mode = null]: readonly CodeValue[]): CodeValue {
    const name = textOf(path);
    if (name === null) return null;
    const isWritten = (textOf(mode) ?? 'r').startsWith('w') || textOf(mode) === 'a';
    return isWritten ? name : this.#host.read(name);
  }

  #write(given: readonly CodeValue[], self: CodeValue, start: number, end: number): void {
    const [path = null, content = null] = given.length > 1 ? given : [self, given[0]];
    const name = textOf(path);
    if (name !== null && isPrinted(content)) this.#host.write(name, content, start, end);
  }

  #print(
    given: readonly CodeValue[],
    self: CodeValue,
    name: string,
    start: number,
    end: number,
  ): void {
    const [content = null] = given;
    if (name === 'write' && (isPrinted(self) || given.length > 1)) {
      this.#write(given, self, start, end);
      return;
    }
    if (!isPrinted(content)) return;
    this.#printed = concatPrinted(this.#printed, content);
    if (name !== 'write') this.#printed = concatPrinted(this.#printed, '\n');
  }

  #environment([name = null]: readonly CodeValue[]): CodeValue {
    const text = textOf(name);
    return text === null ? null : this.#host.variable(text);
  }

  #memberOf(value: CodeValue, name: string): CodeValue {
    if (value !== null) return name === 'reverse' ? callFunction(name, [], value) : value;
    return this.#host.variable(name);
  }

  /** `a[1]`, `a[::-1]`, `os.environ["A"]`, `sys.argv[1]`. */
  #indexed(value: CodeValue, name: string): CodeValue {
    this.#at++;
    const bounds: CodeValue[] = [null];
    while (this.#at < this.#tokens.length && !this.#isMark(']')) {
      const before = this.#at;
      if (this.#skipMark(':')) bounds.push(null);
      else if (this.#skipMark('::')) bounds.push(null, null);
      else bounds[bounds.length - 1] = this.#bound();
      if (this.#at === before) this.#at++;
    }
    this.#skipMark(']');
    const [only = null] = bounds;
    if (bounds.length === 1 && isPrinted(only)) return this.#environment([only]);
    const numbers = bounds.map((one) => (typeof one === 'number' ? one : null));
    if (name.toLowerCase() !== 'argv' || bounds.length > 1) return sliced(value, numbers);
    return this.#host.argument(numbers[0] ?? 0);
  }

  #bound(): CodeValue {
    const isNegative = this.#skipMark('-');
    const value = this.#expression();
    return isNegative && typeof value === 'number' ? -value : value;
  }
}

const NAMED_LENGTH_MAX = 256;

/** `$a` and `@a` are `a`. */
function variableName(name: string): string {
  return name.startsWith('$') || name.startsWith('@') ? name.slice(1) : name;
}

function numberOf(text: string): number | null {
  const value = Number(text.replaceAll('_', ''));
  return Number.isFinite(value) ? value : null;
}

function beginsValue(token: CodeToken): boolean {
  if (token.kind === 'string' || token.kind === 'number') return true;
  return token.kind === 'name' && !['if', 'unless', 'for', 'in', 'and', 'or'].includes(token.text);
}

/** How many characters of the text are a name. */
function nameEnd(text: string): number {
  let end = 0;
  for (; end < text.length && end < NAMED_LENGTH_MAX; end++) {
    const c = text[end] as string;
    const isLetter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c === '_';
    if (!isLetter && !(c >= '0' && c <= '9')) break;
  }
  return end;
}
