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
import { type Callable, CodeCallables } from './code-callables.ts';
import { beginsValue, CodeCursor, numberOf, variableName } from './code-cursor.ts';
import { edited } from './code-edits.ts';
import { CodeEffects, type CodeHost } from './code-effects.ts';
import { callFunction, isKnownFunction, remainder } from './code-functions.ts';
import { interpolated } from './code-interpolation.ts';
import { boundsAt, keyedList } from './code-lists.ts';
import { CodeLoops, type Loop } from './code-loops.ts';
import {
  APPENDERS,
  ASSIGNMENTS,
  CHARACTER_MAKERS,
  LEADERS,
  LENGTHS,
  MEMBERS,
  PRINTERS,
  STARTERS,
} from './code-names.ts';
import { CodeState } from './code-state.ts';
import { type CodeToken, codeTokens } from './code-tokens.ts';
import {
  added,
  type CodeValue,
  calculated,
  charactersOf,
  isList,
  isPrinted,
  itemsOf,
  lengthOf,
  listOf,
  repeated,
  sliced,
  textOf,
  valueAt,
} from './code-values.ts';
import type { Printed } from './printed.ts';

/** What a round of a loop costs beside its tokens. */
const ROUND_WORK = 16;

/** What the program prints. */
export function runCode(code: string, host: CodeHost): Printed {
  return new CodeEvaluator(codeTokens(code), host).run();
}

class CodeEvaluator extends CodeCursor {
  readonly #host: CodeHost;
  readonly #effects: CodeEffects;
  readonly #state: CodeState;
  readonly #read = (): CodeValue => this.#expression();
  readonly #loops = new CodeLoops(this, this.#read);
  readonly #callables = new CodeCallables(this);
  #depth = 0;
  /** What the function that runs gives back. */
  #returned: CodeValue = null;

  constructor(tokens: readonly CodeToken[], host: CodeHost) {
    super(tokens);
    this.#host = host;
    this.#state = new CodeState(host);
    this.#effects = new CodeEffects(host);
  }

  run(): Printed {
    this.#runUpTo(this.tokens.length);
    return this.#effects.printed;
  }

  #statement(): void {
    const token = this.peek();
    if (token?.kind === 'name') {
      if (this.#looped() || this.#callables.define() || this.#opensWith(token)) return;
      if (this.#gaveBack(token) || this.#assigned(token) || this.#appended(token)) return;
    }
    this.#expression();
  }

  /** `with open(path, 'w') as f:` */
  #opensWith({ text }: CodeToken): boolean {
    if (text !== 'with') return false;
    this.at++;
    const value = this.#expression();
    if (this.isName('as')) this.#state.set(this.peek(1)?.text ?? '', value);
    return true;
  }

  #gaveBack({ text }: CodeToken): boolean {
    if (text !== 'return') return false;
    this.at++;
    const value = this.#expression();
    this.#returned ??= value;
    return true;
  }

  /** What a function of the program gives back for these arguments. */
  #invoke(callable: Callable, given: readonly CodeValue[]): CodeValue {
    const { parameters, start, end, isExpression } = callable;
    const isPaid = this.#host.spend(ROUND_WORK + end - start);
    if (this.#depth >= shellDepthMax || !isPaid || !this.#state.takesRounds([null, ...given]))
      return null;
    const saved = { at: this.at, returned: this.#returned };
    this.#depth++;
    this.#returned = null;
    for (const [i, name] of parameters.entries()) this.#state.set(name, given[i] ?? null);
    // Those of Perl are `$_[0]` and so on.
    this.#state.set('_', listOf(given));
    this.at = start;
    if (isExpression) this.#returned = this.#expression();
    else this.#runUpTo(end);
    const value = this.#returned;
    this.#depth--;
    this.at = saved.at;
    this.#returned = saved.returned;
    return value;
  }

  /** Runs the body of a loop whose values are known for each of them; any other is read once. */
  #looped(): boolean {
    if (this.#depth >= shellDepthMax) return false;
    this.#depth++;
    const loop = this.#loops.read();
    if (loop !== null && this.#state.takesRounds(loop.items)) this.#rounds(loop);
    this.#depth--;
    return loop !== null;
  }

  #rounds({ name, items, start, end }: Loop): void {
    for (const item of items) {
      if (!this.#host.spend(ROUND_WORK + end - start)) break;
      this.#state.set(name, item);
      this.at = start;
      this.#runUpTo(end);
    }
    this.at = end;
  }

  #runUpTo(end: number): void {
    while (this.at < end && this.#host.spend(1)) {
      const before = this.at;
      this.#statement();
      if (this.at === before) this.at++;
    }
  }

  /** `name = value`, `name += value`, also behind `const` and with a type. */
  #assigned(token: CodeToken): boolean {
    if (LEADERS.has(token.text)) {
      this.at++;
      return true;
    }
    const sign = this.peek(1);
    if (sign?.kind !== 'mark' || !ASSIGNMENTS.has(sign.text)) return false;
    const name = variableName(token.text);
    const edit = this.isMark('~', 2) ? this.peek(3) : undefined;
    if (edit?.style === 'edit') {
      this.at += 4;
      this.#edit(name, edit.text);
      return true;
    }
    this.at += 2;
    if (sign.text === '=') this.#callables.assign(name, this.at);
    const value = this.#expression();
    // What was never set is an empty text to those who put texts together by dots.
    const before = this.#state.get(name) ?? (sign.text === '.=' ? '' : null);
    this.#state.set(name, sign.text === '=' ? value : this.#state.joined(before, value));
    return true;
  }

  /** `list.append(x)`, `list.extend(other)`, `list.push(x, y)`, `push @list, x`. */
  #appended(token: CodeToken): boolean {
    const isMethod = this.isMark('.', 1) && APPENDERS.has(this.peek(2)?.text ?? '');
    const isOpen = token.text === 'push' && this.peek(1)?.kind === 'name';
    if (!(isMethod && this.isMark('(', 3)) && !isOpen) return false;
    const name = variableName((isMethod ? token : this.peek(1))?.text ?? '');
    const before = this.#state.get(name) ?? null;
    if (!isList(before)) return false;
    this.at += isMethod ? 4 : 2;
    const given = isMethod ? this.#items(')') : this.#list(() => this.isEnd());
    for (const value of given)
      this.#state.set(name, this.#state.joined(this.#state.get(name) ?? null, value));
    return true;
  }

  /** `$a =~ s/b/c/`, and without a name of `$_`. */
  #edit(name: string, script: string): void {
    const text = textOf(this.#state.get(name) ?? null);
    const spend = (units: number): boolean => this.#host.spend(units);
    if (text !== null) this.#state.set(name, edited(text, script, spend));
  }

  /** A value and the operators behind it. */
  #expression(): CodeValue {
    if (this.#depth >= shellDepthMax) return null;
    this.#depth++;
    let value = this.#product();
    for (;;) {
      if (this.skipMark('+')) value = this.#state.paid(added(value, this.#product()));
      else if (this.isConcatenation()) {
        this.at++;
        value = this.#state.paid(added(value, this.#product()));
      } else if (this.skipMark('-')) value = calculated('-', value, this.#product());
      else if (this.skipMark('^')) value = calculated('^', value, this.#product());
      else if (this.skipMark('||') || this.skipMark('??')) {
        const other = this.#product();
        value ??= other;
      } else break;
    }
    this.#depth--;
    return value;
  }

  /** A value and the operators behind it that bind more than a sum does. */
  #product(): CodeValue {
    let value = this.#term();
    for (;;) {
      if (this.skipMark('%')) {
        const given = this.#term();
        value = this.#state.paid(remainder(value, given));
      } else if (this.skipMark('*')) {
        const times = this.#term();
        value = this.#state.paid(repeated(value, typeof times === 'number' ? times : 0));
      } else if (isPrinted(value) && this.timesOfPerl() !== null) {
        value = this.#state.paid(repeated(value, this.timesOfPerl() ?? 0));
        this.at += this.isName('x') ? 2 : 1;
      } else return value;
    }
  }

  /** A value with its members, calls and indexes. */
  #term(): CodeValue {
    const first = this.peek();
    if (first?.kind === 'name' && LEADERS.has(first.text)) this.at++;
    let { value, name } = this.#primary();
    for (;;) {
      if (this.isMember()) {
        this.at++;
        name = this.peek()?.text ?? '';
        this.at++;
        if (!this.isMark('(')) value = this.#memberOf(value, name);
      } else if (this.isMark('(') && name !== '') {
        value = this.#call(name, value, first?.start ?? 0);
        name = 'call';
      } else if (value !== null && this.isBlock()) {
        value = this.#block(value);
        name = '';
      } else if (this.isMark('[') && this.peek()?.isFirst === false) {
        value = this.#indexed(value, name);
        name = '';
      } else return value;
    }
  }

  #primary(): { value: CodeValue; name: string } {
    const token = this.peek();
    if (!token) return { value: null, name: '' };
    if (token.style === 'edit') {
      this.at++;
      this.#edit('_', token.text);
      return { value: null, name: '' };
    }
    if (token.kind === 'string') return { value: this.#strings(), name: '' };
    if (token.kind === 'number') {
      this.at++;
      return { value: numberOf(token.text), name: '' };
    }
    if (token.kind === 'name') return this.#named(token);
    if (this.skipMark('[')) return { value: listOf(this.#items(']')), name: '' };
    if (this.skipMark('{')) return { value: keyedList(this, this.#read), name: '' };
    if (this.skipMark('(')) {
      const items = this.#items(')');
      return { value: items.length === 1 ? (items[0] ?? null) : listOf(items), name: '' };
    }
    if (this.isMark('<') && this.isMark('>', 2)) {
      // `<STDIN>`
      this.at += 3;
      return { value: this.#state.standardInput(this.peek(-2)?.text ?? ''), name: '' };
    }
    if (token.text === '-' && this.peek(1)?.kind === 'number') {
      this.at += 2;
      return { value: -(numberOf(this.peek(-1)?.text ?? '') ?? 0), name: '' };
    }
    if (token.text === '!' || token.text === '-' || token.text === '&') this.at++;
    return { value: null, name: '' };
  }

  /** A name alone is a variable; before an argument without brackets it is a call. */
  #named(token: CodeToken): { value: CodeValue; name: string } {
    this.at++;
    const next = this.peek();
    if (this.isMark('{') && token.text === 'map') return { value: this.#mapBlock(), name: '' };
    const isOpen = next?.isApart === true && !next.isFirst && beginsValue(next);
    if (isOpen && takesOpenList(token.text)) {
      const given = this.#list(() => this.isEnd());
      return { value: this.#called(token.text, given, null, token.start), name: '' };
    }
    const own = this.#state.get(variableName(token.text));
    const topic = this.#state.get('_');
    // Functions of Perl take `$_` where they are given nothing.
    if (own === undefined && topic !== undefined && this.isEnd() && isKnownFunction(token.text)) {
      if (token.text === 'chomp') this.#state.set('_', textOf(topic)?.replaceAll('\n', '') ?? null);
      return { value: callFunction(token.text, [topic], null), name: '' };
    }
    return { value: own ?? this.#state.standardInput(token.text), name: token.text };
  }

  /** `map { chr($_ - 1) } LIST` */
  #mapBlock(): CodeValue {
    const close = this.closeOf(this.at);
    const from = this.at + 1;
    this.at = close + 1;
    const items = listOf(this.#list(() => this.isEnd()));
    const only = itemsOf(items.items.length === 1 ? (items.items[0] ?? null) : items);
    return this.#mapped(listOf(only.length > 0 ? only : items.items), '_', from);
  }

  /** The expression that begins at a token, for each item of a list. */
  #mapped(source: CodeValue, name: string, from: number): CodeValue {
    const saved = this.at;
    const made: CodeValue[] = [];
    const items = itemsOf(source);
    if (!this.#state.takesRounds(items)) return null;
    for (const item of items) {
      if (!this.#host.spend(ROUND_WORK)) break;
      this.#state.set(name, item);
      this.at = from;
      made.push(this.#expression());
    }
    this.at = saved;
    return listOf(made);
  }

  /** Neighbouring literals are one. */
  #strings(): CodeValue {
    let text: CodeValue = null;
    for (let token = this.peek(); token?.kind === 'string'; token = this.peek()) {
      this.at++;
      const own = this.#interpolated(token);
      if (token.style === 'command') {
        this.#host.command(textOf(own) ?? '', token.start, token.end);
        return null;
      }
      text = text === null ? own : added(text, own);
      if (this.peek()?.isFirst && this.#depth < 2) break;
    }
    return text;
  }

  /** Fills known names into a literal; an unknown one stays as it stands. */
  #interpolated(token: CodeToken): string {
    return interpolated(token, {
      valueNamed: (expression) => this.#valueNamed(expression),
      variable: (name) => textOf(this.#state.get(name) ?? null),
      spend: (units) => this.#host.spend(units),
    });
  }

  /** `a`, `process.env.A`, `os.environ["A"]`, as an inner program of one expression. */
  #valueNamed(expression: string): string | null {
    const own = this.#state.get(variableName(expression.trim()));
    if (own !== undefined) return textOf(own);
    if (expression.length > NAMED_LENGTH_MAX || this.#depth >= shellDepthMax) return null;
    const inner = new CodeEvaluator(codeTokens(expression), this.#host);
    inner.#depth = this.#depth + 1;
    return textOf(inner.#expression());
  }

  /** Values up to a closing mark, which is taken. */
  #items(closer: string): readonly CodeValue[] {
    const items = this.#list(() => this.at >= this.tokens.length || this.isMark(closer));
    this.skipMark(closer);
    return items;
  }

  #list(isEnd: () => boolean): readonly CodeValue[] {
    const items: CodeValue[] = [];
    while (!isEnd()) {
      const before = this.at;
      const dots = this.isMark('.') && this.isMark('.', 1) && this.isMark('.', 2) ? 3 : 0;
      const isSpread = dots > 0 || this.isMark('*');
      if (isSpread) this.at += Math.max(dots, 1);
      const value = this.#argument();
      if (this.at === before) this.at++;
      else if (isSpread) items.push(...itemsOf(value));
      else items.push(value);
      if (this.isName('for')) this.#comprehension(items, before);
    }
    return items;
  }

  /** A value, also behind the name it is given to: `args=[…]`, `shell: true`. */
  #argument(): CodeValue {
    if (this.skipMark(',')) return this.isMark(',') ? null : this.#argument();
    const isNamed = this.peek()?.kind === 'name' && (this.isMark('=', 1) || this.isMark(':', 1));
    if (isNamed) this.at += 2;
    return this.#expression();
  }

  /** `chr(x - 1) for x in [121, 110]`: what stands before is made of each item. */
  #comprehension(items: CodeValue[], from: number): void {
    const name = variableName(this.peek(1)?.text ?? '');
    while (this.peek() && !this.isName('in')) this.at++;
    this.at++;
    const source = this.#expression();
    items.pop();
    items.push(this.#mapped(source, name, from));
    // What a condition leaves out is not looked at.
    if (this.isName('if')) while (this.peek() && !this.isEnd()) this.#pass();
  }

  /** Steps over a token, or over all between brackets. */
  #pass(): void {
    const isOpen = this.isMark('(') || this.isMark('[') || this.isMark('{');
    this.at = isOpen ? this.closeOf(this.at) + 1 : this.at + 1;
  }

  #call(name: string, self: CodeValue, start: number): CodeValue {
    const from = this.at;
    this.at++;
    const given = this.#items(')');
    const source = given.find(isList) ?? self;
    if (name === 'map' || name === 'forEach') {
      const body = this.functionAt(from + 1);
      if (body !== null) return this.#mapped(source, body.name, body.start);
      // `map(chr, list)`, `list.map(&:chr)`.
      if (this.holdsName(from, CHARACTER_MAKERS)) return charactersOf([source]);
    }
    return this.#called(name, given, self, start);
  }

  /** `list.map { |x| … }`, `list.each do |x| … end` of Ruby. */
  #block(self: CodeValue): CodeValue {
    const isBraced = this.isMark('{');
    const name = this.peek(2)?.text ?? '';
    const start = this.at + 4;
    const end = isBraced ? this.closeOf(this.at) : this.endOfBlock();
    const made: CodeValue[] = [];
    const items = this.#state.takesRounds(itemsOf(self)) ? itemsOf(self) : [];
    for (const item of items) {
      if (!this.#host.spend(ROUND_WORK + end - start)) break;
      this.#state.set(name, item);
      this.at = start;
      const first = this.peek();
      const isStatement = first?.kind === 'name' && ASSIGNMENTS.has(this.peek(1)?.text ?? '');
      if (!isStatement) made.push(this.#expression());
      this.#runUpTo(end);
    }
    this.at = end + 1;
    return listOf(made);
  }

  #called(name: string, given: readonly CodeValue[], self: CodeValue, start: number): CodeValue {
    const callable = self === null ? this.#callables.get(name) : undefined;
    if (callable !== undefined) return this.#invoke(callable, given);
    const place = { start, end: this.peek(-1)?.end ?? start };
    const done = this.#effects.call(name.toLowerCase(), given, self, place);
    if (done !== undefined) return done;
    if (name === 'eval') return this.#valueNamed(textOf(given[0] ?? null) ?? '');
    return this.#state.paid(callFunction(name, given, self));
  }

  #memberOf(value: CodeValue, name: string): CodeValue {
    if (value === null) return this.#state.standardInput(name) ?? this.#host.variable(name);
    const own = valueAt(value, name);
    if (own !== undefined) return own;
    if (LENGTHS.has(name)) return lengthOf(value);
    if (name === 'join' && isPrinted(value)) return value;
    // Without brackets it is Ruby's, which joins without a comma.
    return MEMBERS.has(name) ? callFunction(name, name === 'join' ? [''] : [], value) : value;
  }

  /** `a[1]`, `a[::-1]`, `os.environ["A"]`, `sys.argv[1]`. */
  #indexed(value: CodeValue, name: string): CodeValue {
    const bounds = boundsAt(this, this.#read);
    const [only = null] = bounds;
    const own = isPrinted(only) ? valueAt(value, textOf(only) ?? '') : undefined;
    if (own !== undefined) return own;
    if (bounds.length === 1 && isPrinted(only)) return this.#effects.environment([only]);
    const numbers = bounds.map((one) => (typeof one === 'number' ? one : null));
    if (name.toLowerCase() !== 'argv' || bounds.length > 1) return sliced(value, numbers);
    return this.#host.argument(numbers[0] ?? 0);
  }
}

const NAMED_LENGTH_MAX = 256;

/** Whether a list may follow the name without brackets. */
function takesOpenList(name: string): boolean {
  return STARTERS.has(name) || PRINTERS.has(name) || isKnownFunction(name) || name === 'eval';
}
