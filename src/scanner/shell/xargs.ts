/** `xargs` gives its input to a command as words. */
import { quotedWords } from './blank-words.ts';
import { programName } from './command-words.ts';
import { textOfPrinted } from './printed.ts';
import type { Input } from './stream.ts';
import { replaceAll } from './substitute.ts';
import { type Field, fieldOf } from './variables.ts';

/** Words that are handed on, and characters that replace one marker. */
const INPUT_WORDS_MAX = 1_000;
const INPUT_WORD_LENGTH_MAX = 4_096;

/** The words of the command behind the `xargs` in `prefix`, or null when nothing is added. */
export function xargsWords(
  prefix: readonly Field[],
  words: readonly Field[],
  input: Input | null,
): readonly Field[] | null {
  if (!prefix.some((word) => programName(word.text) === 'xargs')) return null;
  if (input === null) return null;
  const { rest } = input;
  const { dynamic, fetches } = input.stream;
  const marker = markerOf(prefix);
  if (rest === null) {
    // Not known, but where it came from is.
    const marked = (word: Field) => marker !== null && word.text.includes(marker);
    return words.map((word) => (marked(word) ? { ...word, dynamic: true, fetches } : word));
  }
  const text = textOfPrinted(rest);
  if (marker === null) {
    return [...words, ...inputWords(text, prefix).map((w) => fieldOf(w, dynamic, fetches))];
  }
  const line = text.trim().slice(0, INPUT_WORD_LENGTH_MAX);
  return words.map((word) => {
    const replaced = word.text.includes(marker) ? replaceAll(word.text, marker, line) : null;
    return replaced === null ? word : { ...word, text: replaced, dynamic, fetches };
  });
}

/** The file of `xargs -a FILE`, which is read in the place of the input. */
export function argumentFile(prefix: readonly Field[]): Field | null {
  const from = prefix.findIndex((word) => programName(word.text) === 'xargs');
  if (from < 0) return null;
  for (const [i, word] of prefix.entries()) {
    if (i < from) continue;
    if (word.text === '-a' || word.text === '--arg-file') return prefix[i + 1] ?? null;
    const joined = ['--arg-file=', '-a'].find((option) => word.text.startsWith(option));
    if (joined !== undefined) return { ...word, text: word.text.slice(joined.length) };
  }
  return null;
}

/** Words of the input: between blanks and outside quotes, or between the delimiter of `-d`. */
function inputWords(text: string, prefix: readonly Field[]): readonly string[] {
  const delimiter = delimiterOf(prefix);
  if (delimiter === null) return quotedWords(text, INPUT_WORDS_MAX);
  return text.split(delimiter, INPUT_WORDS_MAX).filter((word) => word !== '');
}

/** Of `xargs -0`, `-d X` or `-dX`; null when blanks are it. */
function delimiterOf(prefix: readonly Field[]): string | null {
  for (const [i, { text }] of prefix.entries()) {
    if (text === '-0' || text === '--null') return '\0';
    const joined = DELIMITED.find((option) => text.startsWith(option));
    if (joined === undefined) continue;
    const given = text.slice(joined.length) || (prefix[i + 1]?.text ?? '');
    return given === '\\0' ? '\0' : given === '\\n' ? '\n' : given || null;
  }
  return null;
}

const DELIMITED = ['--delimiter=', '--delimiter', '-d'];

/** The marker of `xargs -I{}`, or null. */
function markerOf(prefix: readonly Field[]): string | null {
  for (const [i, { text }] of prefix.entries()) {
    if (text === '-I') return prefix[i + 1]?.text || null;
    if (text.startsWith('-I')) return text.slice(2);
    if (text === '-i' || text === '--replace') return '{}';
    if (text.startsWith('--replace=')) return text.slice('--replace='.length);
  }
  return null;
}
