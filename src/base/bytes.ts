import { fail, ok, type Result } from './result.ts';

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

/** Text of UTF-8 bytes (a byte-order mark is dropped), or where they stop being UTF-8. */
export function decodeUtf8(bytes: Uint8Array): Result<string, { code: 'not-utf8' }> {
  try {
    return ok(strictUtf8.decode(bytes));
  } catch {
    return fail({ code: 'not-utf8' });
  }
}
