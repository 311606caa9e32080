/**
 * Files that the kernel makes up when they are read: `/proc` and cgroups. One buffer for all, for
 * they are small and read many times a second: 5.5 ms for 500 files, 11.2 with a fresh buffer each.
 * A file may vanish at any moment, with its process; that is no error, it is `null`.
 */
import { closeSync, openSync, readlinkSync, readSync } from 'node:fs';
import { procFileBytesMax } from '../base/sensor-limits.ts';

const buffer = Buffer.allocUnsafeSlow(procFileBytesMax);

/** The bytes of a file, valid until the next call; null when it cannot be read. */
export function readKernelBytes(path: string): Buffer | null {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return null;
  }
  try {
    return readOpen(file);
  } catch {
    return null;
  } finally {
    closeSync(file);
  }
}

/** The same as text. Bytes beyond ASCII, which only names have, become one character each. */
export function readKernelFile(path: string): string | null {
  return readKernelBytes(path)?.toString('latin1') ?? null;
}

/** Where a link of the kernel points to; null when it may not be read or is gone. */
export function readKernelLink(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

/** The kernel gives at most a page at once of some files, so it is asked until it has no more. */
function readOpen(file: number): Buffer {
  let length = 0;
  while (length < buffer.length) {
    const read = readSync(file, buffer, length, buffer.length - length, null);
    if (read === 0) break;
    length += read;
  }
  return buffer.subarray(0, length);
}
