/**
 * Encodings undone, as the usual tools undo them: a decoder prints what it has understood before
 * the first wrong character. Results are bounded by `shellDecodedLengthMax`.
 */
import {
  brotliDecompressSync,
  gunzipSync,
  inflateRawSync,
  inflateSync,
  constants as zlib,
  zstdDecompressSync,
} from 'node:zlib';
import { shellDecodedLengthMax } from '../../base/limits.ts';
import { fail, ok, type Result } from '../../base/result.ts';

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

const BASE64_VALUES = valuesOf(BASE64);
const BASE32_VALUES = valuesOf(BASE32);
const HEX_VALUES = valuesOf('0123456789abcdef');
for (const [i, c] of [...'ABCDEF'].entries()) HEX_VALUES[c.charCodeAt(0)] = 10 + i;

/** Base64 with blanks and newlines anywhere. `lenient` skips other characters, as `-i` does. */
export function decodeBase64(text: string, lenient = false): Uint8Array {
  return decodeGroups(text, BASE64_VALUES, 6, lenient);
}

export function decodeBase32(text: string, lenient = false): Uint8Array {
  return decodeGroups(text, BASE32_VALUES, 5, lenient);
}

export function decodeHex(text: string): Uint8Array {
  return decodeGroups(text, HEX_VALUES, 4, false);
}

/** Whether the whole text is base64 of some length: letters of the alphabet, then padding. */
export function isBase64(text: string): boolean {
  let end = text.length;
  while (end > 0 && text[end - 1] === '=' && text.length - end < 2) end--;
  for (let i = 0; i < end; i++) if ((BASE64_VALUES[text.charCodeAt(i)] ?? -1) < 0) return false;
  return end > 0 && end % 4 !== 1;
}

export function decodeUtf16(bytes: Uint8Array): string {
  return new TextDecoder('utf-16le').decode(bytes);
}

export type Compression = 'gzip' | 'zlib' | 'deflate' | 'zstd' | 'brotli';

/** Never throws: broken data, or data that unpacks to too much, is an expected failure. */
export function decompress(
  bytes: Uint8Array,
  compression: Compression,
): Result<Uint8Array, { readonly code: 'broken' | 'too-large' }> {
  const maxOutputLength = shellDecodedLengthMax;
  try {
    if (compression === 'zstd') return ok(zstdDecompressSync(bytes, { maxOutputLength }));
    if (compression === 'brotli') return ok(brotliDecompressSync(bytes, { maxOutputLength }));
    // Data that was cut off still prints what came before, as `gunzip` does.
    const options = { maxOutputLength, finishFlush: zlib.Z_SYNC_FLUSH };
    if (compression === 'gzip') return ok(gunzipSync(bytes, options));
    if (compression === 'deflate') return ok(inflateRawSync(bytes, options));
    return ok(inflateSync(bytes, options));
  } catch (error) {
    const code = (error as { readonly code?: unknown } | null)?.code;
    return fail({ code: code === 'ERR_BUFFER_TOO_LARGE' ? 'too-large' : 'broken' });
  }
}

function valuesOf(alphabet: string): Int8Array {
  const values = new Int8Array(128).fill(-1);
  for (let i = 0; i < alphabet.length; i++) values[alphabet.charCodeAt(i)] = i;
  return values;
}

/** Characters of `width` bits each to bytes. Padding ends a group; what follows begins anew. */
function decodeGroups(
  text: string,
  values: Int8Array,
  width: number,
  lenient: boolean,
): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((text.length * width) / 8));
  let length = 0;
  let bits = 0;
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const digit = values[code] ?? -1;
    if (digit >= 0) {
      value = ((value << width) | digit) & 0xffff;
      bits += width;
      if (bits >= 8) {
        bits -= 8;
        bytes[length++] = value >> bits;
      }
    } else if (code === 0x3d) bits = 0;
    else if (!lenient && code !== 0x0a && code !== 0x0d && code !== 0x20 && code !== 0x09) break;
  }
  return bytes.subarray(0, length);
}
