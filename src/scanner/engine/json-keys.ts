/**
 * Keys of a JSON body and the texts behind them, read by their quotes alone: the body may hold
 * comments, variables or half a document, and escaped quotes when it stands in another text.
 */

export interface KeyedText {
  readonly key: string;
  /** The string behind the colon, or an empty one when something else stands there. */
  readonly value: string;
}

const KEYS_MAX = 2_000;
const KEY_LENGTH_MAX = 40;
const VALUE_LENGTH_MAX = 512;

/** In one pass; keys in lower case. */
export function keyedTextsIn(text: string): readonly KeyedText[] {
  const found: KeyedText[] = [];
  for (let at = text.indexOf('"'); at !== -1 && found.length < KEYS_MAX; ) {
    const close = text.indexOf('"', at + 1);
    if (close === -1) break;
    const colon = skipBlanks(text, close + 1);
    const isKey = text[colon] === ':' && close - at <= KEY_LENGTH_MAX;
    if (!isKey) {
      at = close;
      continue;
    }
    const key = text.slice(at + 1, beforeEscape(text, close)).toLowerCase();
    const from = skipEscape(text, skipBlanks(text, colon + 1));
    const end = text[from] === '"' ? text.indexOf('"', from + 1) : -1;
    const isText = end !== -1 && end - from <= VALUE_LENGTH_MAX;
    const value = isText ? text.slice(from + 1, beforeEscape(text, end)) : '';
    found.push({ key, value });
    at = text.indexOf('"', isText ? end + 1 : colon + 1);
  }
  return found;
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) <= 32) at++;
  return at;
}

/** A quote that is escaped ends before its backslash. */
function beforeEscape(text: string, quote: number): number {
  return text[quote - 1] === '\\' ? quote - 1 : quote;
}

function skipEscape(text: string, at: number): number {
  return text[at] === '\\' ? at + 1 : at;
}
