/**
 * `A=b C="d e"`: the variables of one line of `env`. Travis writes each word behind `export`, so a
 * shell takes its quotes off, and runs what a `$(…)` in it says.
 */
import type { Variable } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { type Edit, editSource, sliceSource } from '../_text/source-builder.ts';
import type { YamlReading } from '../_yaml/yaml-reading.ts';

export interface Assignments {
  readonly variables: readonly Variable[];
  /** Words that run something when they are set. */
  readonly commands: readonly SourceText[];
}

export function assignmentsIn(source: SourceText, reading: YamlReading): Assignments {
  const variables: Variable[] = [];
  const commands: SourceText[] = [];
  for (const { start, end, quotes } of wordsOf(source.text)) {
    if (!reading.visit()) break;
    const word = sliceSource(source, start, end);
    const equals = word.text.indexOf('=');
    if (equals <= 0) continue;
    const plain = editSource(
      word,
      quotes.map((at) => ({ start: at - start, end: at - start + 1, text: '' }) satisfies Edit),
    );
    variables.push({ name: word.text.slice(0, equals), value: sliceSource(plain, equals + 1) });
    if (runsSomething(word.text)) commands.push(word);
  }
  return { variables, commands };
}

/** Whether a shell that sets a variable to this text runs a command. */
export function runsSomething(text: string): boolean {
  return text.includes('$(') || text.includes('`');
}

interface Word {
  readonly start: number;
  readonly end: number;
  /** Offsets of the marks that a shell takes away: quotes and backslashes. */
  readonly quotes: readonly number[];
}

/** Words as a shell parts them: blanks in quotes and in `$(…)` part nothing. */
function wordsOf(text: string): readonly Word[] {
  const words: Word[] = [];
  let start = -1;
  let quotes: number[] = [];
  let quote = '';
  let depth = 0;
  for (let i = 0; i <= text.length; i++) {
    const c = text[i] ?? '';
    const isBlank = c === ' ' || c === '\t' || c === '\n';
    if (i === text.length || (isBlank && quote === '' && depth === 0)) {
      if (start !== -1) words.push({ start, end: i, quotes });
      start = -1;
      quotes = [];
      depth = 0;
      continue;
    }
    if (start === -1) start = i;
    if (c === '\\' && quote !== "'" && i + 1 < text.length) {
      if (depth === 0) quotes.push(i);
      i++;
    } else if (c === quote || (quote === '' && (c === '"' || c === "'" || c === '`'))) {
      // Quotes inside of `$(…)` belong to the command there, and backticks are one.
      if (depth === 0 && c !== '`') quotes.push(i);
      quote = quote === '' ? c : '';
    } else if (quote !== "'" && (c === '(' || c === ')')) {
      depth = Math.max(0, depth + (c === '(' ? 1 : -1));
    }
  }
  return words;
}
