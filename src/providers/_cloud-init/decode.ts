/** Base64 in user data, with gzip inside it, bounded before it is unpacked. */
import { gunzipSync } from 'node:zlib';
import { fail, ok, type Result } from '../../base/result.ts';

export type DecodeProblem =
  | { readonly code: 'not-base64' }
  | { readonly code: 'not-text' }
  | { readonly code: 'too-large' }
  | { readonly code: 'not-gzip' };

export const DECODE_PROBLEMS: Readonly<Record<DecodeProblem['code'], string>> = {
  'not-base64': 'is no base64 and was not read',
  'not-text': 'is no UTF-8 text and was not read',
  'too-large': 'unpacks to more than a definition may hold and was not read',
  'not-gzip': 'is packed and broken and was not read',
};

/** The texts that encoded user data comes to, outermost first: one, or two when it is packed. */
export function decodeUserData(encoded: string, lengthMax: number): Result<string, DecodeProblem> {
  if (!isBase64(encoded)) return fail({ code: 'not-base64' });
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.length > lengthMax) return fail({ code: 'too-large' });
  return isGzip(bytes) ? unpack(bytes, lengthMax) : textOfBytes(bytes);
}

function unpack(bytes: Uint8Array, lengthMax: number): Result<string, DecodeProblem> {
  try {
    return textOfBytes(gunzipSync(bytes, { maxOutputLength: Math.max(1, lengthMax) }));
  } catch (error) {
    const isLarge = error instanceof RangeError;
    return fail({ code: isLarge ? 'too-large' : 'not-gzip' });
  }
}

function textOfBytes(bytes: Uint8Array): Result<string, DecodeProblem> {
  try {
    return ok(STRICT_UTF8.decode(bytes));
  } catch {
    return fail({ code: 'not-text' });
  }
}

const STRICT_UTF8 = new TextDecoder('utf-8', { fatal: true });

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** Standard or URL-safe letters, blanks between them, padding at the end. */
export function isBase64(text: string): boolean {
  let letters = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    const letter = c | 0x20;
    const isLetter = (letter >= 0x61 && letter <= 0x7a) || (c >= 0x30 && c <= 0x39);
    if (isLetter || c === 0x2b || c === 0x2f || c === 0x2d || c === 0x5f) letters++;
    else if (c !== 0x3d && c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09) return false;
  }
  return letters > 0;
}
