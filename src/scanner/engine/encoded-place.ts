/**
 * Where the encoded word stands that a finding was decoded from. A finding in a layer has the place
 * of the command that runs it; the word itself, often on another line, is what a reader looks for.
 */
import { type Place, placeOf } from '../../model/source-text.ts';
import { decodeBase64, decodeHex } from '../shell/decode.ts';
import type { Passage } from './job-view.ts';

/** Shorter runs are names. */
const WORD_LENGTH_MIN = 16;
/** Characters of the source that are looked through, and words that are tried. */
const SEARCHED_LENGTH_MAX = 262_144;
const WORDS_MAX = 64;
/** Characters of a layer that a decoded word is compared with. */
const COMPARED_LENGTH = 64;

/** The place of the word that comes to one of the layers, or null when none stands as it is. */
export function encodedPlace({ source, start, end, layers }: Passage): Place | null {
  if (layers.length === 0) return null;
  const to = Math.min(end, source.text.length);
  const stretch = source.text.slice(start, to);
  const whole = source.text.slice(0, SEARCHED_LENGTH_MAX);
  const found = wordOf(stretch, start, layers) ?? wordOf(whole, 0, layers);
  if (found) return placeOf(source, found.start, found.end);
  // A text in quotes stands there as it is, inside its command.
  const inner = layers.findLast((layer) => layer !== '' && stretch.includes(layer));
  if (inner === undefined || inner.length === stretch.length) return null;
  const at = start + stretch.indexOf(inner);
  return placeOf(source, at, at + inner.length);
}

interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** The word in the text whose decoded form begins as a layer does. */
function wordOf(text: string, offset: number, layers: readonly string[]): Stretch | null {
  let tried = 0;
  let from = 0;
  for (let at = 0; at <= text.length && tried < WORDS_MAX; at++) {
    if (at < text.length && isEncodedAt(text, at)) continue;
    if (at - from >= WORD_LENGTH_MIN) {
      tried++;
      const word = text.slice(from, at);
      if (comesTo(word, layers)) return { start: offset + from, end: offset + at };
    }
    from = at + 1;
  }
  return null;
}

function comesTo(word: string, layers: readonly string[]): boolean {
  const decoder = new TextDecoder();
  const texts = [decodeBase64(word), decodeHex(word)].map((bytes) => decoder.decode(bytes).trim());
  return layers.some((layer) => {
    const beginning = layer.trim().slice(0, COMPARED_LENGTH);
    return beginning !== '' && texts.some((text) => text !== '' && text.startsWith(beginning));
  });
}

/** A `=` is padding at the end of a word; before one it assigns. */
function isEncodedAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code !== 61) return isEncodedPart(code);
  const next = text.charCodeAt(at + 1);
  return next === 61 || !isEncodedPart(next);
}

/** Letters and digits, and the signs of both alphabets of base64. */
function isEncodedPart(code: number): boolean {
  if (code >= 97 && code <= 122) return true;
  if (code >= 65 && code <= 90) return true;
  if (code >= 48 && code <= 57) return true;
  return code === 43 || code === 47 || code === 45 || code === 95;
}
