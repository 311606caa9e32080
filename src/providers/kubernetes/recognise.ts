/**
 * How a file says that it is a manifest: `apiVersion` and `kind` are keys of one document's root.
 * The root may be indented, its keys may be quoted, it may be JSON, and lines of a template's
 * control (`{{- if … }}`) may stand before them. One pass over the text.
 */
export function isManifest(text: string): boolean {
  if (!text.includes('apiVersion') || !text.includes('kind')) return false;
  let root = -1;
  let found = 0;
  for (let start = 0, next = 0; start < text.length; start = next) {
    next = lineEnd(text, start);
    let at = skipBlanks(text, start);
    if (text.startsWith('---', at) || text.startsWith('...', at)) {
      root = -1;
      found = 0;
      at = skipBlanks(text, at + '---'.length);
    }
    if (!isContent(text, at)) continue;
    if (root === -1 && text[at] === '{') {
      const flow = readFlow(text, at);
      if (flow.isManifest) return true;
      next = lineEnd(text, flow.end);
      continue;
    }
    if (root === -1) root = at - start;
    if (at - start !== root) continue;
    const key = skipMarks(text, at);
    if (isKey(text, key, 'apiVersion')) found |= API_VERSION;
    if (isKey(text, key, 'kind')) found |= KIND;
    if (found === (API_VERSION | KIND)) return true;
  }
  return false;
}

const API_VERSION = 1;
const KIND = 2;

/** Not an empty line, a comment, a directive or a line of a template. */
function isContent(text: string, at: number): boolean {
  const first = text[at];
  if (first === undefined || '\n\r#%\ufeff'.includes(first)) return false;
  return !text.startsWith('{{', at);
}

/** Passes what may stand before a key: `? `, a tag, an anchor. */
function skipMarks(text: string, from: number): number {
  let at = from;
  while (text[at] === '?' || text[at] === '!' || text[at] === '&') {
    at = skipBlanks(text, skipWord(text, at));
  }
  return at;
}

function skipWord(text: string, from: number): number {
  let at = from;
  while (at < text.length && !' \t\n'.includes(text[at] ?? '')) at++;
  return at;
}

/** `kind:`, `"kind" :` or `'kind':` at an offset; behind `?` the colon stands in the next line. */
function isKey(text: string, at: number, key: string): boolean {
  const quote = text[at] === '"' || text[at] === "'" ? (text[at] ?? '') : '';
  const quoted = quote + key + quote;
  if (!text.startsWith(quoted, at)) return false;
  const next = text[skipBlanks(text, at + quoted.length)];
  return next === ':' || (text[at - 2] === '?' && (next === '\n' || next === '\r'));
}

/**
 * JSON and its like on any number of lines: both keys stand in the outermost brackets. A schema of
 * manifests has them too, further in.
 */
function readFlow(text: string, start: number): { isManifest: boolean; end: number } {
  let depth = 0;
  let found = 0;
  /** What stands before, blanks apart: it tells a key or a text in quotes from a part of a word. */
  let before = '';
  for (let at = start; at < text.length; at++) {
    const c = text[at] ?? '';
    if (' \t\r\n'.includes(c)) continue;
    if (c === '#' && ' \t\n'.includes(text[at - 1] ?? '')) {
      at = lineEnd(text, at) - 1;
      continue;
    }
    if ((c === '!' || c === '&') && VALUE_MARKS.includes(before)) {
      at = skipWord(text, at) - 1;
      continue;
    }
    if (depth === 1 && KEY_MARKS.includes(before)) {
      if (isKey(text, at, 'apiVersion')) found |= API_VERSION;
      if (isKey(text, at, 'kind')) found |= KIND;
      if (found === (API_VERSION | KIND)) return { isManifest: true, end: at };
    }
    if (c === '{' || c === '[') depth++;
    else if (c === '}' || c === ']') depth--;
    else if ((c === '"' || c === "'") && VALUE_MARKS.includes(before)) at = quoteEnd(text, at);
    if (depth === 0) return { isManifest: false, end: at };
    before = c;
  }
  return { isManifest: false, end: text.length };
}

const KEY_MARKS = '{,?';
const VALUE_MARKS = '{[,?:';

/** Offset of the quote that ends the text in quotes at `at`. */
function quoteEnd(text: string, at: number): number {
  const quote = text[at];
  let end = at + 1;
  while (end < text.length && text[end] !== quote) {
    end += quote === '"' && text[end] === '\\' ? 2 : 1;
  }
  return end;
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ' || text[at] === '\t') at++;
  return at;
}

function lineEnd(text: string, start: number): number {
  const end = text.indexOf('\n', start);
  return end === -1 ? text.length : end + 1;
}
