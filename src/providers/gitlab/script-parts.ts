/**
 * The body has the lines of `before_script`, `script` and `after_script` in one list, and does not
 * say where the last begins. GitLab runs that in a shell of its own, whatever the first ones leave
 * open: a quote, a here-document, a function, a line that goes on. So behind an item that leaves
 * something open the others are read once more: by themselves where they leave something open as
 * well, and those that do not as one script.
 */
import { pattern } from '../../base/regex.ts';

/** Items that are read by themselves. Real lists have none. */
const OPEN_ITEMS_MAX = 64;
/** Here-documents whose end is looked for in an item; one with more counts as open. */
const DOCUMENTS_MAX = 64;
/** Not `<<<`, behind which a text stands. */
const DOCUMENT = pattern('(?:^|[^<])<<-?[ \\t]{0,8}["\'\\\\]?([A-Za-z_][A-Za-z0-9_]{0,63})', 'g');

/** Scripts that the items may be as well; nearly always none. */
export function scriptParts(items: readonly string[]): readonly string[] {
  const from = items.findIndex(isOpen) + 1;
  if (from === 0 || from === items.length) return [];
  const rest = items.slice(from);
  const open = rest.filter(isOpen).slice(0, OPEN_ITEMS_MAX);
  const closed = rest.filter((item) => !isOpen(item));
  return closed.length > 0 ? [closed.join('\n'), ...open] : open;
}

/** Whether what follows the item may belong to it. */
function isOpen(item: string): boolean {
  if (item.endsWith('\\') || item.endsWith('\\\n')) return true;
  return hasOpenQuoteOrBracket(item) || hasOpenDocument(item);
}

function hasOpenQuoteOrBracket(item: string): boolean {
  let quote = '';
  let depth = 0;
  for (let at = 0; at < item.length; at++) {
    const c = item[at] as string;
    if (c === '\\' && quote !== "'") at++;
    else if (quote !== '') quote = c === quote ? '' : quote;
    else if (c === "'" || c === '"' || c === '`') quote = c;
    else if (c === '#' && (at === 0 || ' \t\n;'.includes(item[at - 1] as string))) {
      const newline = item.indexOf('\n', at);
      if (newline === -1) break;
      at = newline;
    } else if (c === '{' || c === '(') depth++;
    // `a)` of a `case` closes nothing.
    else if ((c === '}' || c === ')') && depth > 0) depth--;
  }
  return quote !== '' || depth > 0;
}

function hasOpenDocument(item: string): boolean {
  if (!item.includes('<<')) return false;
  let left = DOCUMENTS_MAX;
  for (const [, mark = ''] of item.matchAll(DOCUMENT)) {
    const end = item.lastIndexOf(mark);
    const line = item.slice(item.lastIndexOf('\n', end) + 1, end + mark.length + 1);
    if (line.trim() !== mark || left-- === 0) return true;
  }
  return false;
}
