/**
 * A file that an operator names, read whole or not at all. A path may lead to anything: a pipe that
 * nobody writes to would hold up a server that decides, and a device never ends. So it is opened
 * without waiting, must be a regular file, and no more is read than it may have.
 */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** The bytes of the file. Throws an Error whose message says why there are none. */
export function readOperatorFile(path: string, bytesMax: number): Buffer {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) throw new Error('it is no regular file');
    return contentOf(file, stats.size, bytesMax);
  } finally {
    closeSync(file);
  }
}

/** The same as text. What is not UTF-8 is refused: half of a letter is no word of the operator. */
export function readOperatorText(path: string, bytesMax: number): string {
  const bytes = readOperatorFile(path, bytesMax);
  try {
    return UTF8.decode(bytes);
  } catch {
    throw new Error('it is not UTF-8');
  }
}

/** The mark of order stays in the text, so that a hash of the text is that of the file. */
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The file may grow while it is read: what counts is what was read. */
function contentOf(file: number, size: number, bytesMax: number): Buffer {
  if (size > bytesMax) throw tooLarge(bytesMax);
  let bytes = Buffer.allocUnsafe(size + 1);
  for (let length = 0; ; ) {
    const read = readSync(file, bytes, length, bytes.length - length, null);
    length += read;
    if (length > bytesMax) throw tooLarge(bytesMax);
    if (read === 0) return bytes.subarray(0, length);
    if (length === bytes.length) {
      bytes = Buffer.concat([bytes], Math.min(2 * length, bytesMax + 1));
    }
  }
}

function tooLarge(bytesMax: number): Error {
  return new Error(`it has more than ${bytesMax} bytes`);
}
