/**
 * What `ENV` and `ARG` set: `NAME=value NAME2="two words"`. Quotes and backslashes are undone; each
 * character keeps its place.
 */
import type { Variable } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { type Edit, editSource, sliceSource } from '../_text/source-builder.ts';
import { isBlank, skipBlanks, wordEnd } from './words.ts';

/**
 * What a name without `=` does: nothing, take the rest of the line as its value when it stands
 * first (Docker's old `ENV NAME value`), or take the next word (`ENV A=b C d` of Layerfiles).
 */
export type BareNames = 'ignored' | 'take-line' | 'take-word';

export function* assignmentsOf(
  source: SourceText,
  bareNames: BareNames,
): Generator<Variable, void, undefined> {
  const { text } = source;
  const end = wordEnd(text, 0);
  if (bareNames === 'take-line' && !text.slice(0, end).includes('=')) {
    yield { name: text.slice(0, end), value: sliceSource(source, skipBlanks(text, end)) };
    return;
  }
  let bareName = '';
  for (let at = skipBlanks(text, 0); at < text.length; ) {
    const nameEnd = nameEndOf(text, at);
    const isAssignment = text[nameEnd] === '=';
    const takesWord = !isAssignment && bareName !== '' && bareNames === 'take-word';
    const valueStart = isAssignment ? nameEnd + 1 : at;
    const valueEnd = isAssignment || takesWord ? valueEndOf(text, valueStart) : nameEnd;
    const name = takesWord ? bareName : text.slice(at, nameEnd);
    if (isAssignment || takesWord) {
      yield { name, value: unquoted(sliceSource(source, valueStart, valueEnd)) };
    }
    if (!isAssignment) bareName = takesWord ? '' : name;
    at = skipBlanks(text, Math.max(valueEnd, at + 1));
  }
}

function nameEndOf(text: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== '=' && !isBlank(text[at] ?? '')) at++;
  return at;
}

/** Behind the value: at the first blank that is neither quoted nor escaped. */
function valueEndOf(text: string, from: number): number {
  let quote = '';
  let at = from;
  for (; at < text.length; at++) {
    const c = text[at] ?? '';
    if (c === '\\' && quote !== "'") at++;
    else if (quote !== '') quote = c === quote ? '' : quote;
    else if (c === '"' || c === "'") quote = c;
    else if (isBlank(c)) break;
  }
  return Math.min(at, text.length);
}

function unquoted(source: SourceText): SourceText {
  const { text } = source;
  const edits: Edit[] = [];
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const c = text[at] ?? '';
    const isEscape = c === '\\' && quote !== "'";
    const isQuote = quote === '' ? c === '"' || c === "'" : c === quote;
    if (isEscape || isQuote) edits.push({ start: at, end: at + 1, text: '' });
    if (isEscape) at++;
    else if (isQuote) quote = quote === '' ? c : '';
  }
  return editSource(source, edits);
}
