/**
 * Files that are still templates: Helm, Jinja, ERB and their like fill in `{{ … }}`, `{% … %}` and
 * `<% … %>` before anything else reads them. What an expression makes is not known. The rest can be
 * read once expressions are out of the way, and it keeps its places when each is replaced by as
 * many characters.
 */
import type { Dialect, Job, JobDefinition } from '../../model/job-definition.ts';

interface Marks {
  readonly open: string;
  readonly close: string;
}

const HELM: Marks = { open: '{{', close: '}}' };
const MARKS: readonly Marks[] = [HELM, { open: '{%', close: '%}' }, { open: '<%', close: '%>' }];

/**
 * What was read of a template, with one sentence on the rest: all else that a reader minds about it
 * is due to its expressions. `template` starts with the mark of one.
 */
export function templateDefinition(
  dialect: Dialect,
  path: string,
  jobs: readonly Job[],
  template: string,
): JobDefinition {
  return { dialect, path, jobs, unread: [templateSentence(template)], broken: false };
}

/** What is said of a template whose expressions begin as `template` does. */
export function templateSentence(template: string): string {
  const { open, close } = MARKS.find((marks) => template.startsWith(marks.open)) ?? HELM;
  return `it is a template: what its ${open} … ${close} make was not read`;
}

/** The text from its first expression on; null where it holds none. */
export function firstExpression(text: string): string | null {
  for (const { open } of MARKS) {
    const at = text.indexOf(open);
    if (at !== -1) return text.slice(at);
  }
  return null;
}

/** The text from the first line on that starts with a mark; null where none does. */
export function firstTemplateLine(text: string): string | null {
  for (const { open } of MARKS) {
    for (let at = text.indexOf(open); at !== -1; at = text.indexOf(open, at + open.length)) {
      if (startsLine(text, at)) return text.slice(at);
    }
  }
  return null;
}

function startsLine(text: string, at: number): boolean {
  let before = at - 1;
  while (text[before] === ' ' || text[before] === '\t') before--;
  return before < 0 || text[before] === '\n';
}

interface Expression {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The text with blanks for lines that only steer, and letters for expressions of a value. */
export function withoutExpressions(text: string): string {
  let result = '';
  let done = 0;
  let isLineBlank = true;
  for (const { start, end, text: expression } of expressionsIn(text)) {
    const before = text.slice(done, start);
    const line = before.slice(before.lastIndexOf('\n') + 1);
    isLineBlank = line.trim() === '' && (isLineBlank || line.length < before.length);
    const steers: boolean = isControl(expression) || (isLineBlank && endsLine(text, end));
    isLineBlank &&= steers;
    result += before + (steers ? blanksFor(expression) : lettersFor(expression));
    done = end;
  }
  return result + text.slice(done);
}

function* expressionsIn(text: string): Generator<Expression, void, undefined> {
  const cursors = MARKS.map((marks) => new ExpressionCursor(text, marks));
  for (let done = 0; ; ) {
    const found = cursors.flatMap((cursor) => cursor.next(done) ?? []);
    const [first] = found.sort((a, b) => a.start - b.start);
    if (first === undefined) return;
    yield first;
    done = first.end;
  }
}

/** Finds the expressions of one kind. It only goes forward, so that all of them cost one pass. */
class ExpressionCursor {
  readonly #text: string;
  readonly #marks: Marks;
  /** Where the next marks stand; -1 where there are no more. */
  #open = 0;
  #close = 0;

  constructor(text: string, marks: Marks) {
    this.#text = text;
    this.#marks = marks;
    this.#open = text.indexOf(marks.open);
  }

  /** The first expression that starts at `from` or behind it. */
  next(from: number): Expression | null {
    const { open, close } = this.#marks;
    if (this.#open !== -1 && this.#open < from) this.#open = this.#text.indexOf(open, from);
    const start = this.#open;
    if (start === -1) return null;
    const behind = start + open.length;
    if (this.#close !== -1 && this.#close < behind) {
      this.#close = this.#text.indexOf(close, behind);
    }
    if (this.#close === -1) return null;
    const end = this.#close + close.length;
    return { start, end, text: this.#text.slice(start, end) };
  }
}

/** Whether only blanks, or another expression, stand between an offset and the end of its line. */
function endsLine(text: string, from: number): boolean {
  let at = from;
  while (text[at] === ' ' || text[at] === '\t' || text[at] === '\r') at++;
  if (at >= text.length || text[at] === '\n') return true;
  return MARKS.some(({ open }) => text.startsWith(open, at));
}

const CONTROL_WORDS: ReadonlySet<string> = new Set([
  ...['block', 'define', 'else', 'end', 'if', 'range', 'with'],
]);

/** `{% … %}` and `<% … %>` steer, unless they print; of `{{ … }}` the first word tells. */
function isControl(expression: string): boolean {
  const inner = expression.slice('{{'.length, -'}}'.length).slice(0, HEAD_LENGTH);
  if (expression.startsWith('<%')) return !inner.startsWith('=');
  if (expression.startsWith('{%')) return true;
  const head = inner.replace('-', '').trim();
  const word = head.split(/[ \t\n]/, 1)[0] ?? '';
  const isMark = word.startsWith('/*') || word.startsWith(')') || inner.includes(':=');
  return CONTROL_WORDS.has(word) || isMark;
}

const HEAD_LENGTH = 40;

function blanksFor(expression: string): string {
  return expression.replace(/[^\n\r]/g, ' ');
}

/** The names of the expression, which tell a reader of a finding what stood there. */
function lettersFor(expression: string): string {
  return expression.replace(/[^A-Za-z0-9.\n\r]/g, '_');
}
