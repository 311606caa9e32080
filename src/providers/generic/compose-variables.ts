/**
 * Variables in the texts of a Compose file, which Compose fills in before anything runs. What they
 * are is not known here, but a default stands in the file: of `$POOL` with one (`:-a:1`) that is
 * read. A variable without one stays as it is, and `$$` stands for the `$` that a shell sees.
 */
import type { SourceText } from '../../model/source-text.ts';
import { type Edit, editSource } from '../_text/source-builder.ts';

export function withDefaults(source: SourceText): SourceText {
  const { text } = source;
  const edits: Edit[] = [];
  /** For each open `${`: whether it goes away and leaves its default. */
  const open: boolean[] = [];
  let at = nextMark(text, 0);
  while (at !== -1) {
    let end = at + 1;
    if (text[at] === '}') {
      if (open.pop() === true) edits.push({ start: at, end, text: '' });
    } else if (text[at + 1] === '$') {
      end = at + 2;
      edits.push({ start: at, end, text: '$' });
    } else if (text[at + 1] === '{') {
      const start = defaultStart(text, at + 2);
      open.push(start !== -1);
      end = start === -1 ? at + 2 : start;
      if (start !== -1) edits.push({ start: at, end, text: '' });
    }
    at = nextMark(text, end);
  }
  return editSource(source, edits);
}

/** The next `$`, or the next `}`, which closes one. */
function nextMark(text: string, from: number): number {
  for (let at = from; at < text.length; at++) if (text[at] === '$' || text[at] === '}') return at;
  return -1;
}

/** Where the default of `NAME:-default` or `NAME-default` starts, or -1. */
function defaultStart(text: string, from: number): number {
  let at = from;
  while (at - from < NAME_LENGTH_MAX && isNameCode(text.charCodeAt(at))) at++;
  if (at === from) return -1;
  if (text.startsWith(':-', at)) return at + 2;
  return text[at] === '-' ? at + 1 : -1;
}

const NAME_LENGTH_MAX = 256;

function isNameCode(c: number): boolean {
  const letter = c | 0x20;
  return (letter >= 0x61 && letter <= 0x7a) || (c >= 0x30 && c <= 0x39) || c === 0x5f;
}
