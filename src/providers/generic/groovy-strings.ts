/** What a Groovy string comes to, each character with its place. */
import type { SourceText } from '../../model/source-text.ts';
import { type Edit, editSource, sliceSource } from '../_text/source-builder.ts';
import { expressionEnd, type GroovyString } from './groovy-tokens.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  '\n': '',
  'b': '\b',
  'f': '\f',
  'n': '\n',
  'r': '\r',
  's': ' ',
  't': '\t',
};

/**
 * The text of a string. Where Groovy fills in `${env.NAME}` or `${params.NAME}` the shell's
 * `${NAME}` stands, since both are in its environment; other expressions stay as they are.
 */
export function stringSource(file: SourceText, token: GroovyString): SourceText {
  const source = sliceSource(file, token.start, token.end);
  const { quote } = token;
  if (quote === '/') return editSource(source, replacedPairs(source.text, ['\\/'], 1));
  if (quote === '$/') return editSource(source, replacedPairs(source.text, ['$$', '$/'], 1));
  return editSource(source, edits(source.text, quote.startsWith('"')));
}

/** Each pair becomes its character at `keep`. */
function replacedPairs(text: string, pairs: readonly string[], keep: number): readonly Edit[] {
  const found: Edit[] = [];
  for (let at = 0; at < text.length - 1; at++) {
    const pair = text.slice(at, at + 2);
    if (!pairs.includes(pair)) continue;
    found.push({ start: at, end: at + 2, text: pair[keep] ?? '' });
    at++;
  }
  return found;
}

function edits(text: string, isFilled: boolean): readonly Edit[] {
  const found: Edit[] = [];
  for (let at = 0; at < text.length; at++) {
    const c = text[at];
    const edit = c === '\\' ? escapeAt(text, at) : null;
    const filled = isFilled && c === '$' ? variableAt(text, at) : null;
    const made = edit ?? filled;
    if (made === null) continue;
    found.push(made);
    at = made.end - 1;
  }
  return found;
}

function escapeAt(text: string, at: number): Edit {
  const letter = text[at + 1] ?? '';
  if (letter === 'u') {
    const code = Number.parseInt(text.slice(at + 2, at + 6), 16);
    const made = Number.isNaN(code) ? 'u' : String.fromCharCode(code);
    return { start: at, end: at + (Number.isNaN(code) ? 2 : 6), text: made };
  }
  return { start: at, end: Math.min(at + 2, text.length), text: ESCAPES[letter] ?? letter };
}

const OWNERS = ['env.', 'params.'] as const;

/** `${env.NAME}`, `$env.NAME` and their like as a shell's variable, or null. */
function variableAt(text: string, at: number): Edit | null {
  const isLong = text[at + 1] === '{';
  const start = at + (isLong ? 2 : 1);
  const end = isLong ? expressionEnd(text, start) : nameEnd(text, start);
  if (end === -1) return null;
  const inner = text.slice(start, end).trim();
  const owner = OWNERS.find((each) => inner.startsWith(each));
  const name = owner === undefined ? '' : inner.slice(owner.length);
  if (name === '' || nameEnd(name, 0) !== name.length || name.includes('.')) return null;
  return { start: at, end: end + (isLong ? 1 : 0), text: `\${${name}}` };
}

/** Behind a name with dots between its parts. */
function nameEnd(text: string, from: number): number {
  let end = from;
  while (isNameCharacter(text[end] ?? '') || (text[end] === '.' && end > from)) end++;
  return text[end - 1] === '.' ? end - 1 : end;
}

function isNameCharacter(c: string): boolean {
  const lower = c.toLowerCase();
  return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c === '_';
}
