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

/** Whether the line from `start` to `end` ends the document. */
export function isDelimiter(
  text: string,
  start: number,
  end: number,
  document: PendingDocument,
): boolean {
  const from = document.stripTabs ? start + Math.min(leadingTabs(text, start), end - start) : start;
  const to = end > from && text[end - 1] === '\r' ? end - 1 : end;
  return to - from === document.delimiter.length && text.startsWith(document.delimiter, from);
}
