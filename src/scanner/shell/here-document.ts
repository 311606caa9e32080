import type { Redirect } from './syntax-tree.ts';

/** A here-document that was announced and begins on the next line. */
export interface PendingDocument {
  readonly delimiter: string;
  readonly quoted: boolean;
  readonly stripTabs: boolean;
  readonly redirect: Redirect;
}

/** Every line without the tabs before it, as `<<-` wants it. */
export function stripTabs(text: string): string {
  return text
    .split('\n')
    .map((line) => line.slice(leadingTabs(line, 0)))
    .join('\n');
}

function leadingTabs(text: string, from: number): number {
  let count = 0;
  while (text[from + count] === '\t') count++;
  return count;
}

/** Where a body that begins at `from` ends, and what is behind its last line; null: nowhere. */
export function documentEnd(
  text: string,
  from: number,
  end: number,
  document: PendingDocument,
): { readonly bodyEnd: number; readonly next: number } | null {
  for (let start = from; start < end; ) {
    const newline = text.indexOf('\n', start);
    const lineEnd = newline === -1 || newline > end ? end : newline;
    const next = Math.min(lineEnd + 1, end);
    if (isDelimiter(text, start, lineEnd, document)) return { bodyEnd: start, next };
    start = next;
  }
  return null;
}

/** Whether the line from `start` to `end` ends the document. */
function isDelimiter(text: string, start: number, end: number, document: PendingDocument): boolean {
  const from = document.stripTabs ? start + Math.min(leadingTabs(text, start), end - start) : start;
  const to = end > from && text[end - 1] === '\r' ? end - 1 : end;
  return to - from === document.delimiter.length && text.startsWith(document.delimiter, from);
}
