import type { SourceText } from '../../model/source-text.ts';
import { type Edit, editSource } from './source-builder.ts';

/**
 * A command of Windows' `cmd` as a POSIX shell would say it, as far as variables go: `%NAME%` is
 * `${NAME}`, and a line `set NAME=value` is `NAME=value`. Everything else stays.
 */
export function windowsVariables(source: SourceText): SourceText {
  const { text } = source;
  const edits: Edit[] = [];
  for (let at = 0; at < text.length; at++) {
    const isStart = at === 0 || text[at - 1] === '\n' || text[at - 1] === '&';
    const skipped = isStart ? setLength(text, at) : 0;
    if (skipped > 0) edits.push({ start: at, end: at + skipped, text: '' });
    else if (text[at] === '%') {
      const end = nameEnd(text, at + 1);
      if (end === at + 1 || text[end] !== '%') continue;
      edits.push({ start: at, end: end + 1, text: `\${${text.slice(at + 1, end)}}` });
      at = end;
    }
  }
  return editSource(source, edits);
}

/** Characters of `set ` in front of `NAME=value`, where the value is one word. */
function setLength(text: string, at: number): number {
  let start = at;
  while (text[start] === ' ' || text[start] === '@') start++;
  if (text.slice(start, start + 4).toLowerCase() !== 'set ') return 0;
  const name = nameEnd(text, start + 4);
  if (name === start + 4 || text[name] !== '=') return 0;
  let end = name + 1;
  while (end < text.length && !' \t\r\n&|<>'.includes(text[end] ?? ' ')) end++;
  while (text[end] === ' ') end++;
  const isWord = end === text.length || '\r\n&|'.includes(text[end] ?? '');
  return isWord ? start + 4 - at : 0;
}

const NAME_LENGTH_MAX = 100;

function nameEnd(text: string, from: number): number {
  let end = from;
  while (end - from < NAME_LENGTH_MAX && isNameCharacter(text[end] ?? '')) end++;
  return end;
}

function isNameCharacter(c: string): boolean {
  const lower = c.toLowerCase();
  return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c === '_';
}
