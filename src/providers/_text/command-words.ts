/** Commands that a definition writes as a list of words, and the shells that run the others. */
import type { Command } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { type Edit, editSource, SourceBuilder } from './source-builder.ts';

/** The words of an exec form (`["sh", "-c", "make all"]`) as one command line for a shell. */
export function commandOfWords(path: string, words: readonly SourceText[]): SourceText {
  const builder = new SourceBuilder(path);
  for (const [i, word] of words.entries()) {
    if (i > 0) builder.add(' ');
    if (needsNoQuotes(word.text)) builder.append(word);
    else appendQuoted(builder, word);
  }
  return builder.build();
}

/** `NAME='value'` as a shell assigns it. */
export function assignment(path: string, name: string, value: SourceText): SourceText {
  const builder = new SourceBuilder(path);
  builder.mark(value.segments[1] ?? 1, value.segments[2] ?? 1);
  builder.add(`${name}=`);
  appendQuoted(builder, value);
  return builder.build();
}

function appendQuoted(builder: SourceBuilder, word: SourceText): void {
  // The quote stands where the word does, so that the whole command has a place from its start.
  builder.mark(word.segments[1] ?? 1, word.segments[2] ?? 1);
  builder.add("'");
  builder.append(escapeQuotes(word));
  builder.add("'");
}

/** Each `'` becomes `'\''`. */
function escapeQuotes(word: SourceText): SourceText {
  const edits: Edit[] = [];
  for (let i = word.text.indexOf("'"); i !== -1; i = word.text.indexOf("'", i + 1)) {
    edits.push({ start: i, end: i + 1, text: "'\\''" });
  }
  return editSource(word, edits);
}

function needsNoQuotes(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (!isPlain(text.charCodeAt(i))) return false;
  return text !== '';
}

const PLAIN = '_@%+=:,./-';

/** Whether a shell takes the character as it is: letters, digits and a few marks. */
function isPlain(c: number): boolean {
  const letter = c | 0x20;
  if (letter >= 0x61 && letter <= 0x7a) return true;
  return (c >= 0x30 && c <= 0x39) || PLAIN.includes(String.fromCharCode(c));
}

/** What runs a command, by the name of its shell (`bash -e {0}`, `/usr/bin/pwsh`, `python3`). */
export function shellKindOf(shell: string): Command['shell'] {
  const program = firstWord(shell);
  const slash = Math.max(program.lastIndexOf('/'), program.lastIndexOf('\\'));
  const name = program.slice(slash + 1).toLowerCase();
  if (name.startsWith('pwsh') || name.startsWith('powershell')) return 'powershell';
  if (name.startsWith('python') || name.startsWith('pypy')) return 'python';
  return 'sh';
}

/** The shell that the `#!` line of a script names, or undefined where there is none. */
export function shebangOf(text: string): string | undefined {
  if (!text.startsWith('#!')) return undefined;
  const end = text.indexOf('\n');
  const line = text.slice(2, Math.min(end === -1 ? text.length : end, SHEBANG_LENGTH_MAX)).trim();
  const program = firstWord(line);
  if (!program.endsWith('/env')) return program;
  const words = line.split(' ').slice(1);
  return words.find((word) => word !== '' && !word.startsWith('-') && !word.includes('='));
}

/** Linux reads at most 256 bytes of the line. */
const SHEBANG_LENGTH_MAX = 256;
const WORD_LENGTH_MAX = 256;

function firstWord(text: string): string {
  return text.slice(0, WORD_LENGTH_MAX).trimStart().split(/[ \t]/, 1)[0] ?? '';
}
