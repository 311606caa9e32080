/**
 * Commands of a shell text as a tree. Hostile and broken text is read on, never refused: a stray
 * closer is skipped, an open group ends with the text, and a control word that nests too deep is
 * dropped while its commands are read in the list around it.
 */
import { pattern } from '../../base/regex.ts';
import { Lexer, type LexerHost } from './lexer.ts';
import {
  type Assignment,
  EMPTY_WORD,
  type List,
  type Node,
  type Redirect,
  type Span,
  type WordTree,
} from './syntax-tree.ts';

/** Control words that open a group, and the word that closes it. */
const OPENERS: Readonly<Record<string, string>> = {
  '{': '}',
  if: 'fi',
  while: 'done',
  until: 'done',
  for: 'done',
  select: 'done',
  case: 'esac',
};

/** Words that only divide the commands around them, where a command may begin. */
const DIVIDERS = new Set(['then', 'else', 'elif', 'do', 'in', '!', 'coproc']);
/** Dividers that a branch begins behind. */
const ARMS = new Set(['then', 'else', 'elif', 'do']);
const CLOSERS = new Set(['}', 'fi', 'done', 'esac']);
const CONTROL_WORD_LENGTH_MAX = 8;
const CONTROL_WORD_STARTS = '{}!iwufsctedn';
const ENDS_WORD = ' \t\r\n;&|()<>';

/** Longest first, so that `<<-` is not read as `<<`. */
const REDIRECTS = ['<<<', '<<-', '&>>', '<<', '<&', '<>', '>>', '>&', '>|', '&>', '<', '>'];

/**
 * The commands of a whole text, with offsets in it, or all at `place` when one is given.
 * `isTemplate`: a service fills `${{ … }}` in before a shell sees the text.
 */
export function parseShell(
  text: string,
  place: Span | null,
  unread: (problem: string) => void,
  isTemplate: boolean,
): List {
  const host: LexerHost = { parseList, unread, isTemplate };
  return parseList(new Lexer(text, host, place), '');
}

/** A text as the inside of double quotes: what expands in it expands. */
export function parseQuoted(
  text: string,
  place: Span,
  unread: (problem: string) => void,
): WordTree {
  return new Lexer(text, { parseList, unread, isTemplate: true }, place).readAllQuoted();
}

/** Commands up to the closer, which stays unread; an empty closer is the end of the text. */
function parseList(lexer: Lexer, closer: string): List {
  const list: Node[] = [];
  let arm = list;
  for (;;) {
    const next = skipSeparators(lexer, closer);
    if (next === 'end') return list;
    if (next === 'arm') {
      arm = [];
      list.push({ kind: 'branch', body: arm });
    }
    const before = lexer.at;
    parseAndOr(lexer, arm);
    // Whatever cannot begin a command is skipped, so that the loop always goes on.
    if (lexer.at === before) lexer.at++;
  }
}

/** Moves to the next command, which may be the first of a branch, or to the closer or the end. */
function skipSeparators(lexer: Lexer, closer: string): 'command' | 'arm' | 'end' {
  let next: 'command' | 'arm' = 'command';
  for (;;) {
    lexer.skipBlanks();
    const c = lexer.peek();
    if (c === '') return 'end';
    if (c === '\n') lexer.newline();
    else if (c === ';' || c === '&') {
      if (closer === ';;' && c === ';' && isClauseEnd(lexer)) return 'end';
      if (c === '&' && lexer.peek(1) === '>') return next;
      lexer.at++;
    } else if (c === '|') lexer.at++;
    else if (c === ')') {
      if (closer === ')') return 'end';
      lexer.at++;
    } else {
      const word = controlWord(lexer);
      if (word === closer && word !== '') return 'end';
      if (closer === ';;' && word === 'esac') return 'end';
      if (ARMS.has(word)) next = 'arm';
      else if (!CLOSERS.has(word) && !DIVIDERS.has(word)) return next;
      lexer.at += word.length;
    }
  }
}

/**
 * `a && b || c`, and a `&` behind it: what stands behind `&&` runs together with what follows it,
 * up to the next `||`.
 */
function parseAndOr(lexer: Lexer, list: Node[]): void {
  const nodes: Node[] = [];
  const start = lexer.at;
  let part = nodes;
  for (;;) {
    const node = parsePipeline(lexer);
    if (node) part.push(node);
    const isAnd = lexer.startsWith('&&');
    if (!isAnd && !lexer.startsWith('||')) break;
    lexer.at += 2;
    skipNewlines(lexer);
    if (isAnd && part !== nodes) continue;
    part = [];
    nodes.push({ kind: 'branch', body: part });
  }
  const next = lexer.peek(1);
  const isBackground = lexer.peek() === '&' && next !== '>' && next !== '&';
  if (isBackground && nodes.length > 0) list.push(subshellOf(nodes, lexer, start));
  else list.push(...nodes);
}

/** What runs in the background runs in a shell of its own. */
function subshellOf(body: List, lexer: Lexer, start: number): Node {
  const span = lexer.span(start, lexer.at);
  return { kind: 'group', body, redirects: [], scoped: true, loop: false, span };
}

function isClauseEnd(lexer: Lexer): boolean {
  return lexer.startsWith(';;') || lexer.startsWith(';&');
}

/** The control word at the cursor, or an empty string. */
function controlWord(lexer: Lexer): string {
  // Most commands begin with another letter, and this is asked before each of them.
  if (!CONTROL_WORD_STARTS.includes(lexer.peek())) return '';
  let word = '';
  for (let i = 0; i <= CONTROL_WORD_LENGTH_MAX; i++) {
    const c = lexer.peek(i);
    if (c === '' || ENDS_WORD.includes(c)) break;
    word += c;
  }
  const known = Object.hasOwn(OPENERS, word) || CLOSERS.has(word) || DIVIDERS.has(word);
  return known || word === 'function' ? word : '';
}

function parsePipeline(lexer: Lexer): Node | null {
  const first = parseCommand(lexer);
  lexer.skipBlanks();
  if (lexer.peek() !== '|' || lexer.peek(1) === '|') return first;
  const stages: Node[] = first ? [first] : [];
  while (lexer.peek() === '|' && lexer.peek(1) !== '|') {
    lexer.at += lexer.peek(1) === '&' ? 2 : 1;
    skipNewlines(lexer);
    const stage = parseCommand(lexer);
    if (stage) stages.push(stage);
    lexer.skipBlanks();
  }
  return { kind: 'pipeline', stages };
}

function skipNewlines(lexer: Lexer): void {
  for (lexer.skipBlanks(); lexer.peek() === '\n'; lexer.skipBlanks()) lexer.newline();
}

function parseCommand(lexer: Lexer): Node | null {
  for (let word = controlWord(lexer); DIVIDERS.has(word); word = controlWord(lexer)) {
    lexer.at += word.length;
    lexer.skipBlanks();
  }
  if (lexer.peek() === '(') return parseParenthesis(lexer);
  const word = controlWord(lexer);
  if (word === 'function') return parseFunctionWord(lexer);
  if (CLOSERS.has(word)) return null;
  return word === '' ? parseSimple(lexer) : parseCompound(lexer, word);
}

/** `( … )`, or `(( … ))`, which runs no command but may assign, as `let` does. */
function parseParenthesis(lexer: Lexer): Node | null {
  const start = lexer.at;
  if (lexer.peek(1) === '(' && skipArithmetic(lexer, false)) {
    const text = lexer.text.slice(start + 2, lexer.at - 2);
    return ASSIGNS.test(text) ? calculation(text, lexer.span(start, lexer.at)) : null;
  }
  lexer.at++;
  return parseGroup(lexer, start, ')');
}

const ASSIGNS = pattern('\\+\\+|--|[^=!<>]=[^=]|[<>]{2}=');

function calculation(text: string, span: Span): Node {
  const words = ['let', text].map((one, i): WordTree => {
    const parts = [{ kind: 'text', text: one, quoted: i > 0 }] as const;
    return { parts, plain: i === 0, brace: false };
  });
  return { kind: 'simple', fixed: undefined, assignments: [], words, redirects: [], ...span };
}

const ARITHMETIC_LENGTH_MAX = 128;

/** Steps over `(( … ))` when it ends on this line and near, and expands nothing unless told so. */
function skipArithmetic(lexer: Lexer, expands: boolean): boolean {
  let open = 0;
  for (let i = 0; i < ARITHMETIC_LENGTH_MAX; i++) {
    const c = lexer.peek(i);
    if (c === '' || c === '\n' || (!expands && (c === '$' || c === '`'))) return false;
    if (c === '(') open++;
    else if (c === ')' && --open === 0) {
      if (lexer.peek(i - 1) !== ')') return false;
      lexer.at += i + 1;
      return true;
    }
  }
  return false;
}

function parseCompound(lexer: Lexer, word: string): Node | null {
  const start = lexer.at;
  lexer.at += word.length;
  if (word === 'for' || word === 'select') return parseFor(lexer, start);
  if (word === 'case') return parseCase(lexer, start);
  return parseGroup(lexer, start, OPENERS[word] as string);
}

function parseGroup(lexer: Lexer, start: number, closer: string): Node | null {
  const body = lexer.nested(() => parseList(lexer, closer));
  if (!body) return null;
  if (!lexer.done) lexer.at += closer.length;
  return groupOf(lexer, start, body, closer);
}

function groupOf(lexer: Lexer, start: number, body: List, closer: string): Node {
  const span = lexer.span(start, lexer.at);
  const redirects = parseRedirects(lexer);
  return { kind: 'group', body, redirects, scoped: closer === ')', loop: closer === 'done', span };
}

function parseFor(lexer: Lexer, start: number): Node | null {
  lexer.skipBlanks();
  const from = lexer.at + 2;
  const counts = lexer.startsWith('((') && skipArithmetic(lexer, true);
  const [first = '', test = '', step = ''] = lexer.text.slice(from, lexer.at - 2).split(';');
  const counting = counts ? ([first, test, step] as const) : null;
  if (counting !== null) skipListEnd(lexer);
  const name = counting ? (first.split('=', 1)[0] ?? '').trim() : plainText(lexer.readWord());
  skipNewlines(lexer);
  let items: WordTree[] | null = null;
  if (controlWord(lexer) === 'in') {
    lexer.at += 2;
    items = readWords(lexer);
  }
  const body = lexer.nested(() => parseList(lexer, 'done'));
  if (!body) return null;
  if (!lexer.done) lexer.at += 'done'.length;
  const span = lexer.span(start, lexer.at);
  return { kind: 'for', name, items, counting, body, redirects: parseRedirects(lexer), span };
}

/** What may stand between `((A; B; C))` and the body. */
function skipListEnd(lexer: Lexer): void {
  skipNewlines(lexer);
  if (lexer.peek() === ';') lexer.at++;
}

function readWords(lexer: Lexer): WordTree[] {
  const words: WordTree[] = [];
  for (;;) {
    lexer.skipBlanks();
    const word = lexer.readWord();
    if (!word) return words;
    words.push(word);
  }
}

function parseCase(lexer: Lexer, start: number): Node | null {
  lexer.skipBlanks();
  lexer.readWord();
  skipNewlines(lexer);
  if (controlWord(lexer) === 'in') lexer.at += 2;
  const body = lexer.nested(() => parseClauses(lexer));
  if (!body) return null;
  return groupOf(lexer, start, body, 'esac');
}

/** All clauses of a `case` and the `esac` behind them. */
function parseClauses(lexer: Lexer): List {
  const list: Node[] = [];
  for (;;) {
    skipNewlines(lexer);
    if (lexer.done) return list;
    if (controlWord(lexer) === 'esac') {
      lexer.at += 'esac'.length;
      return list;
    }
    const before = lexer.at;
    skipPattern(lexer);
    list.push({ kind: 'branch', body: parseList(lexer, ';;') });
    while (lexer.peek() === ';' || lexer.peek() === '&') lexer.at++;
    if (lexer.at === before) lexer.at++;
  }
}

/** `(a | "b")`, up to and with the parenthesis that ends it. */
function skipPattern(lexer: Lexer): void {
  if (lexer.peek() === '(') lexer.at++;
  for (;;) {
    readWords(lexer);
    if (lexer.peek() === '|') lexer.at++;
    else break;
  }
  if (lexer.peek() === ')') lexer.at++;
}

/** `function name { … }`, with or without parentheses. */
function parseFunctionWord(lexer: Lexer): Node | null {
  lexer.at += 'function'.length;
  lexer.skipBlanks();
  return parseFunction(lexer, plainText(lexer.readWord()));
}

/** What follows a function's name. */
function parseFunction(lexer: Lexer, name: string): Node | null {
  lexer.skipBlanks();
  if (lexer.peek() === '(') {
    lexer.at++;
    lexer.skipBlanks();
    if (lexer.peek() === ')') lexer.at++;
  }
  skipNewlines(lexer);
  const body = lexer.nested(() => parseCommand(lexer));
  return body && { kind: 'function', name, body };
}

function parseSimple(lexer: Lexer): Node | null {
  const start = lexer.at;
  let end = start;
  const assignments: Assignment[] = [];
  const words: WordTree[] = [];
  const redirects: Redirect[] = [];
  for (;;) {
    const redirect = parseRedirect(lexer);
    if (redirect) redirects.push(redirect);
    else {
      const assignment =
        words.length === 0 || isDeclaring(words)
          ? parseAssignment(lexer, words.length === 0)
          : null;
      if (assignment) assignments.push(assignment);
      else {
        const word = lexer.readWord();
        if (!word) {
          const called = words.length === 1 && assignments.length === 0 && lexer.peek() === '(';
          if (called) return parseFunction(lexer, plainText(words[0] ?? null));
          break;
        }
        words.push(word);
        const isFirst = words.length === 1 && assignments.length + redirects.length === 0;
        if (isFirst && word.plain && plainText(word) === '[[') readTest(lexer, words);
      }
    }
    end = lexer.at;
    lexer.skipBlanks();
  }
  if (words.length + assignments.length + redirects.length === 0) return null;
  const span = lexer.span(start, end);
  return { kind: 'simple', fixed: undefined, assignments, words, redirects, ...span };
}

const DECLARING = new Set(['declare', 'typeset', 'local', 'export', 'readonly']);

/** `declare -a A=( … )`: the list behind the name is no word. */
function isDeclaring(words: readonly WordTree[]): boolean {
  return DECLARING.has(plainText(words[0] ?? null));
}

/** `NAME=…`, `NAME+=…`, `NAME[1]=…`, `NAME=( … )`. Without `any`, only the form with a list. */
function parseAssignment(lexer: Lexer, any: boolean): Assignment | null {
  const length = assignedNameLength(lexer);
  if (length === 0) return null;
  let ahead = length;
  if (lexer.peek(ahead) === '[') {
    // An element of an array: kept in order, and by its key when that is no number.
    const close = lexer.text.slice(lexer.at, lexer.at + INDEX_LENGTH_MAX).indexOf(']=');
    if (close < 0) return null;
    ahead = close + 1;
  }
  const indexed = ahead > length;
  const index = indexed ? lexer.text.slice(lexer.at + length + 1, lexer.at + ahead - 1) : null;
  const append = lexer.peek(ahead) === '+';
  if (append) ahead++;
  if (lexer.peek(ahead) !== '=') return null;
  const list = lexer.peek(ahead + 1) === '(';
  if (!any && !list) return null;
  const name = lexer.text.slice(lexer.at, lexer.at + length);
  lexer.at += ahead + 1;
  if (!list) {
    const value = lexer.readWord() ?? EMPTY_WORD;
    return indexed ? { name, index, append: true, value: [value] } : { name, index, append, value };
  }
  lexer.at++;
  const values: WordTree[] = [];
  for (skipNewlines(lexer); !lexer.done && lexer.peek() !== ')'; skipNewlines(lexer)) {
    const value = lexer.readWord();
    if (value) values.push(value);
    else lexer.at++;
  }
  if (lexer.peek() === ')') lexer.at++;
  return { name, index: null, append, value: values };
}

const INDEX_LENGTH_MAX = 64;
const NAME_LENGTH_MAX = 256;

function assignedNameLength(lexer: Lexer): number {
  let length = 0;
  for (; length < NAME_LENGTH_MAX; length++) {
    const c = lexer.peek(length);
    const letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c === '_';
    if (!letter && !(length > 0 && c >= '0' && c <= '9')) break;
  }
  return length;
}

/** Everything up to `]]`: comparison signs are words of the test, not redirections. */
function readTest(lexer: Lexer, words: WordTree[]): void {
  while (!lexer.done) {
    lexer.skipBlanks();
    const word = lexer.readWord();
    if (word) {
      words.push(word);
      if (word.plain && plainText(word) === ']]') return;
    } else if (lexer.peek() === '\n') lexer.newline();
    else if (!lexer.done) lexer.at++;
  }
}

function parseRedirects(lexer: Lexer): readonly Redirect[] {
  const redirects: Redirect[] = [];
  for (;;) {
    lexer.skipBlanks();
    const redirect = parseRedirect(lexer);
    if (!redirect) return redirects;
    redirects.push(redirect);
  }
}

/** A redirection at the cursor with the descriptor before it, or null with nothing read. */
function parseRedirect(lexer: Lexer): Redirect | null {
  let digits = 0;
  while (digits < 3 && isDigit(lexer.peek(digits))) digits++;
  const c = lexer.peek(digits);
  if (c !== '<' && c !== '>' && !(c === '&' && digits === 0 && lexer.peek(1) === '>')) return null;
  if (digits === 0 && (c === '<' || c === '>') && lexer.peek(1) === '(') return null;
  const descriptor = digits === 0 ? -1 : Number(lexer.text.slice(lexer.at, lexer.at + digits));
  const from = lexer.at;
  lexer.at += digits;
  const operator = REDIRECTS.find((o) => lexer.startsWith(o));
  if (operator === undefined) {
    lexer.at = from;
    return null;
  }
  lexer.at += operator.length;
  lexer.skipBlanks();
  const target = lexer.readWord() ?? EMPTY_WORD;
  if (operator !== '<<' && operator !== '<<-') return { operator, descriptor, target };
  const redirect: Redirect = { operator: '<<', descriptor, target: EMPTY_WORD };
  lexer.announceDocument(redirect, target, operator === '<<-');
  return redirect;
}

function isDigit(c: string): boolean {
  return c >= '0' && c <= '9';
}

/** The text of a plain word, or an empty string. */
function plainText(word: WordTree | null): string {
  const part = word?.plain ? word.parts[0] : undefined;
  return part?.kind === 'text' ? part.text : '';
}
