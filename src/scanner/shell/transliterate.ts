/** `tr`: characters replaced, deleted or squeezed by sets with ranges, escapes and classes. */
import { escapeAt } from './escapes.ts';

const CLASSES: Readonly<Record<string, string>> = {
  '[:upper:]': 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  '[:lower:]': 'abcdefghijklmnopqrstuvwxyz',
  '[:digit:]': '0123456789',
  '[:space:]': ' \t\n\r\v\f',
  '[:blank:]': ' \t',
  '[:alpha:]': 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
  '[:alnum:]': '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
  '[:punct:]': '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
};
const CLASS_LENGTH_MAX = 9;
const SET_LENGTH_MAX = 512;

/** The text after `tr` with these arguments, or null when they are not understood. */
export function transliterate(argument: readonly string[], text: string): string | null {
  let flags = '';
  const sets: string[] = [];
  for (const word of argument) {
    if (sets.length === 0 && word.startsWith('-') && word.length > 1) flags += word.slice(1);
    else sets.push(word);
  }
  const [first, second] = sets.map(expandSet);
  if (first === undefined) return null;
  const complement = flags.includes('c') || flags.includes('C');
  if (flags.includes('d')) return filter(text, new Set(first), complement);
  const squeezed = flags.includes('s') ? new Set(second ?? first) : null;
  const mapped = second === undefined ? text : replace(text, first, second, complement);
  return squeezed ? squeeze(mapped, squeezed) : mapped;
}

function expandSet(text: string): readonly string[] {
  const set: string[] = [];
  for (let at = 0; at < text.length && set.length < SET_LENGTH_MAX; ) {
    const named = classAt(text, at);
    if (named) {
      set.push(...(CLASSES[named] as string));
      at += named.length;
      continue;
    }
    const [from, length] = characterAt(text, at);
    at += length;
    if (text[at] !== '-' || at + 1 >= text.length) {
      set.push(from);
      continue;
    }
    const [to, toLength] = characterAt(text, at + 1);
    at += 1 + toLength;
    const last = Math.min(to.charCodeAt(0), from.charCodeAt(0) + SET_LENGTH_MAX);
    for (let code = from.charCodeAt(0); code <= last; code++) set.push(String.fromCharCode(code));
  }
  return set;
}

function classAt(text: string, at: number): string | null {
  if (!text.startsWith('[:', at)) return null;
  const end = text.slice(at, at + CLASS_LENGTH_MAX).indexOf(':]');
  const name = text.slice(at, at + end + 2);
  return end > 0 && Object.hasOwn(CLASSES, name) ? name : null;
}

function characterAt(text: string, at: number): readonly [string, number] {
  if (text[at] !== '\\') return [text[at] as string, 1];
  const found = escapeAt(text, at, 'printf');
  const plain = found.text.length > 1 ? found.text.slice(1) : found.text;
  return [plain, found.length];
}

function filter(text: string, set: ReadonlySet<string>, complement: boolean): string {
  let result = '';
  for (const c of text) if (set.has(c) === complement) result += c;
  return result;
}

function replace(
  text: string,
  from: readonly string[],
  to: readonly string[],
  complement: boolean,
): string {
  const last = to.at(-1) ?? '';
  const map = new Map(from.map((c, i) => [c, to[i] ?? last]));
  let result = '';
  for (const c of text) result += complement ? (map.has(c) ? c : last) : (map.get(c) ?? c);
  return result;
}

function squeeze(text: string, set: ReadonlySet<string>): string {
  let result = '';
  let before = '';
  for (const c of text) {
    if (c !== before || !set.has(c)) result += c;
    before = c;
  }
  return result;
}
