/**
 * How a file says that it is a manifest: `apiVersion` and `kind` are keys of one document's root.
 * The root may be indented, its keys may be quoted, it may be JSON, and lines of a template's
 * control (`{{- if … }}`) may stand before them. One pass over the lines.
 */
export function isManifest(text: string): boolean {
  if (!text.includes('apiVersion') || !text.includes('kind')) return false;
  let root = -1;
  let found = 0;
  for (let start = 0; start < text.length; start = lineEnd(text, start)) {
    let at = skipBlanks(text, start);
    if (text.startsWith('---', at) || text.startsWith('...', at)) {
      root = -1;
      found = 0;
      at = skipBlanks(text, at + '---'.length);
    }
    if (!isContent(text, at)) continue;
    if (root === -1 && text[at] === '{') return isFlowManifest(text);
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
    while (at < text.length && !' \t\n'.includes(text[at] ?? '')) at++;
    at = skipBlanks(text, at);
  }
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

/** JSON on any number of lines: both keys, wherever they stand. */
function isFlowManifest(text: string): boolean {
  return hasKey(text, 'apiVersion') && hasKey(text, 'kind');
}

function hasKey(text: string, key: string): boolean {
  for (let at = text.indexOf(key); at !== -1; at = text.indexOf(key, at + key.length)) {
    const isQuoted = text[at - 1] === '"' || text[at - 1] === "'";
    if (isKey(text, isQuoted ? at - 1 : at, key)) return true;
  }
  return false;
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
