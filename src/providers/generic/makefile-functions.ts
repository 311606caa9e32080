/** The functions of Make that work on words. What asks a file system is taken as it stands. */

type TextFunction = (...given: readonly string[]) => string;

export const TEXT_FUNCTIONS: ReadonlyMap<string, TextFunction> = new Map<string, TextFunction>([
  ['abspath', (names = '') => names],
  ['addprefix', (prefix = '', names = '') => each(names, (name) => prefix + name)],
  ['addsuffix', (suffix = '', names = '') => each(names, (name) => name + suffix)],
  ['basename', (names = '') => each(names, (name) => name.slice(0, suffixStart(name)))],
  ['dir', (names = '') => each(names, (name) => name.slice(0, name.lastIndexOf('/') + 1) || './')],
  ['error', () => ''],
  ['filter', (patterns = '', text = '') => chosen(patterns, text, true)],
  ['filter-out', (patterns = '', text = '') => chosen(patterns, text, false)],
  ['findstring', (find = '', text = '') => (text.includes(find) ? find : '')],
  ['firstword', (names = '') => wordsOf(names)[0] ?? ''],
  ['flavor', () => ''],
  ['info', () => ''],
  ['join', (left = '', right = '') => joined(wordsOf(left), wordsOf(right))],
  ['lastword', (names = '') => wordsOf(names).at(-1) ?? ''],
  ['notdir', (names = '') => each(names, (name) => name.slice(name.lastIndexOf('/') + 1))],
  ['origin', () => 'file'],
  ['patsubst', (from = '', to = '', text = '') => each(text, (word) => patched(word, from, to))],
  ['realpath', (names = '') => names],
  ['sort', (names = '') => [...new Set(wordsOf(names))].sort().join(' ')],
  ['strip', (text = '') => wordsOf(text).join(' ')],
  ['subst', (from = '', to = '', text = '') => replaced(text, from, to)],
  ['suffix', (names = '') => each(names, (name) => name.slice(suffixStart(name)))],
  ['warning', () => ''],
  ['wildcard', (names = '') => names],
  ['word', (at = '', text = '') => wordsOf(text)[Number(at) - 1] ?? ''],
  ['wordlist', (from = '', to = '', text = '') => list(text, Number(from), Number(to))],
  ['words', (text = '') => String(wordsOf(text).length)],
]);

/** Words between blanks of any kind. What a command prints, `$(find . -name x)`, is one word. */
export function wordsOf(text: string): readonly string[] {
  const words: string[] = [];
  let start = -1;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === OPEN && (depth > 0 || text.charCodeAt(i - 1) === DOLLAR)) depth++;
    else if (c === CLOSE && depth > 0) depth--;
    if (depth > 0 || !isBlankCode(c)) {
      if (start === -1) start = i;
    } else if (start !== -1) {
      words.push(text.slice(start, i));
      start = -1;
    }
  }
  if (start !== -1) words.push(text.slice(start));
  return words;
}

const OPEN = 0x28;
const CLOSE = 0x29;
const DOLLAR = 0x24;

function isBlankCode(c: number): boolean {
  return c === 0x20 || c === 0x09 || c === 0x0a || c === 0x0d;
}

function each(text: string, change: (word: string) => string): string {
  const changed = wordsOf(text).map(change);
  return changed.filter((word) => word !== '').join(' ');
}

function suffixStart(name: string): number {
  const dot = name.lastIndexOf('.');
  return dot > name.lastIndexOf('/') ? dot : name.length;
}

/** Past this length a text is doubled no more: a short `from` makes much of little. */
const REPLACED_LENGTH_MAX = 1_048_576;

function replaced(text: string, from: string, to: string): string {
  if (from === '') return text + to;
  if ((text.length / from.length) * to.length > REPLACED_LENGTH_MAX) return text;
  return text.replaceAll(from, () => to);
}

/** What `%` stands for when the word fits the pattern, or null. */
export function stemOf(word: string, pattern: string): string | null {
  const percent = pattern.indexOf('%');
  if (percent === -1) return word === pattern ? '' : null;
  const before = pattern.slice(0, percent);
  const after = pattern.slice(percent + 1);
  const isLongEnough = word.length >= before.length + after.length;
  if (!isLongEnough || !word.startsWith(before) || !word.endsWith(after)) return null;
  return word.slice(before.length, word.length - after.length);
}

/** The word changed as `patsubst` and `$(NAME:from=to)` do. */
export function patched(word: string, from: string, to: string): string {
  const stem = stemOf(word, from);
  if (stem === null) return word;
  return from.includes('%') ? to.replace('%', () => stem) : to;
}

/** Patterns times words are at most this many. */
const COMPARED_MAX = 100_000;

function chosen(patterns: string, text: string, keeps: boolean): string {
  const wanted = wordsOf(patterns);
  const words = wordsOf(text);
  if (wanted.length * words.length > COMPARED_MAX) return text;
  return words
    .filter((word) => wanted.some((pattern) => stemOf(word, pattern) !== null) === keeps)
    .join(' ');
}

function joined(left: readonly string[], right: readonly string[]): string {
  const longer = left.length > right.length ? left : right;
  return longer.map((_, i) => (left[i] ?? '') + (right[i] ?? '')).join(' ');
}

function list(text: string, from: number, to: number): string {
  return wordsOf(text)
    .slice(Math.max(0, from - 1), Math.max(0, to))
    .join(' ');
}
