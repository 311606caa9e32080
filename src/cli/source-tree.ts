/**
 * Where files come from: a folder on disk here, an archive elsewhere. What a definition runs is
 * looked up in the tree of its own, and nowhere else.
 */
import { closeSync, fstatSync, lstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { basename, dirname, relative, sep } from 'node:path';
import { scanFileBytesMax } from '../base/limits.ts';

/** Files that belong together. Their paths have `/` between folders and begin with the root. */
export interface SourceTree {
  readonly root: string;
  /** The bytes last until the next call. */
  read(path: string): FileContent;
  /** The path as a person would type it. */
  shown(path: string): string;
}

export type FileContent =
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | {
      readonly kind: 'unread';
      readonly why: string;
      /** Of a file that is too large: how large, and its beginning until the next call. */
      readonly size?: number;
      readonly head?: Buffer;
    }
  /** No regular file, or a link to nowhere or out of the tree: not part of what was asked for. */
  | { readonly kind: 'absent' };

const ABSENT: FileContent = { kind: 'absent' };
/** One byte more than a file may have, so that one read tells whether it is too large. */
const buffer = Buffer.allocUnsafeSlow(scanFileBytesMax + 1);

export class DiskTree implements SourceTree {
  readonly root: string;
  /** The folder that the command was started in. */
  readonly #directory: string;
  /** Folders that no link leads out of the tree through. */
  readonly #foldersInside = new Set<string>();

  constructor(root: string, directory: string) {
    this.root = root;
    this.#directory = directory;
  }

  read(path: string): FileContent {
    try {
      if (!this.#isFolderInside(dirname(path))) return ABSENT;
      const real = lstatSync(path).isSymbolicLink() ? this.#realPathInside(path) : path;
      return real === null ? ABSENT : readRegularFile(real);
    } catch (error) {
      return { kind: 'unread', why: reasonOf(error) };
    }
  }

  shown(path: string): string {
    const short = relative(this.#directory, path);
    return slashed(short.startsWith('..') ? path : short || basename(path));
  }

  /** A definition may name a file behind a folder that is a link, say to `/etc`. */
  #isFolderInside(folder: string): boolean {
    if (this.#foldersInside.has(folder)) return true;
    if (folder !== this.root && this.#realPathInside(folder) === null) return false;
    this.#foldersInside.add(folder);
    return true;
  }

  /** Where a path leads, or null when that is outside the tree. */
  #realPathInside(path: string): string | null {
    const real = slashed(realpathSync.native(path));
    const root = slashed(realpathSync.native(this.root));
    return real === root || real.startsWith(`${root}/`) ? real : null;
  }
}

/** A path with `/` between its folders, on every system. */
export function slashed(path: string): string {
  return sep === '/' ? path : path.split(sep).join('/');
}

function readRegularFile(path: string): FileContent {
  // A pipe or a device would hold up its opener, or have its data taken away.
  if (!lstatSync(path).isFile()) return ABSENT;
  const file = openSync(path, 'r');
  try {
    return contentOf(file);
  } finally {
    closeSync(file);
  }
}

function contentOf(file: number): FileContent {
  let length = 0;
  for (let read = -1; read !== 0 && length < buffer.length; length += read) {
    read = readSync(file, buffer, length, buffer.length - length, null);
  }
  if (length <= scanFileBytesMax) return { kind: 'bytes', bytes: buffer.subarray(0, length) };
  const { size } = fstatSync(file);
  const why = `it has ${size} bytes, at most ${scanFileBytesMax} are read`;
  return { kind: 'unread', why, size, head: buffer.subarray(0, length) };
}

/** What is not UTF-8 becomes U+FFFD, which the scanner reports as unread. UTF-16 has a mark. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return new TextDecoder('utf-8').decode(bytes);
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'it may not be read',
  EPERM: 'it may not be read',
  ELOOP: 'its symbolic links go round in a circle',
  ENOTDIR: 'there is no such file',
  ENAMETOOLONG: 'its name is too long for the system',
};

/** Why the file system refused, in words. */
export function reasonOf(error: unknown): string {
  // The message would repeat the path, which may be 4,096 characters of anything.
  const { code = 'an error' } = error as NodeJS.ErrnoException;
  return REASONS[code] ?? `the system says ${code}`;
}
