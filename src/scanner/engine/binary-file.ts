/**
 * Files of the tree that are no text. A program that is committed and run cannot be read, and the
 * report says so; what its bytes spell is looked at all the same, since a miner holds its
 * protocol's words.
 */

/** A file that is no text, as whoever knows the tree gives it. */
export interface BinaryFile {
  readonly size: number;
  /** Its beginning, as much as may be read of a file. They are not kept. */
  readonly bytes: Uint8Array;
}

/** Bytes in which a zero tells that a file is no text; longer text files have none either. */
const HEAD_LENGTH = 8_192;
/** Shorter runs are chance, and the rules' words are longer. */
const RUN_LENGTH_MIN = 6;
const STRINGS_LENGTH_MAX = 1_048_576;

export function isBinary(bytes: Uint8Array): boolean {
  // UTF-16 has zeros and says what it is.
  const mark = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
  if (mark === 0xfffe || mark === 0xfeff) return false;
  return bytes.subarray(0, HEAD_LENGTH).includes(0);
}

/** Whether a text was made of bytes that are none. */
export function isBinaryText(text: string): boolean {
  const zero = text.indexOf('\0');
  return zero >= 0 && zero < HEAD_LENGTH;
}

/** Runs of printable characters, a line each. */
export function stringsIn(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const runs: string[] = [];
  let length = 0;
  let start = 0;
  for (let at = 0; at <= text.length && length < STRINGS_LENGTH_MAX; at++) {
    const code = at < text.length ? text.charCodeAt(at) : 0;
    if (code >= 0x20 && code < 0x7f) continue;
    if (at - start >= RUN_LENGTH_MIN) {
      runs.push(text.slice(start, at));
      length += at - start + 1;
    }
    start = at + 1;
  }
  return runs.join('\n');
}
