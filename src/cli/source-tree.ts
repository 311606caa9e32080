/**
 * Where files come from: a folder on disk here, an archive elsewhere. What a definition runs is
 * looked up in the tree of its own, and nowhere else.
 */
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
} from 'node:fs';
import { basename, dirname, relative, sep } from 'node:path';
import { scanFileBytesMax } from '../base/limits.ts';

/** Files that belong together. Their paths have `/` between folders and begin with the root. */
export interface SourceTree {
  readonly root: string;
  /** The bytes last until the next call. */
  read(path: string): FileContent;
  /** False where there is certainly no such file; cheaper than reading it. */
  mayHold?(path: string): boolean;
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
  | { readonly kind: 'absent'; readonly why?: string };

const NO_FILE: FileContent = { kind: 'absent', why: 'it is no regular file' };
const OUTSIDE: FileContent = {
  kind: 'absent',
  why: 'a symbolic link leads out of the tree that it belongs to',
};
/** One byte more than a file may have, so that one read tells whether it is too large. */
const buffer = Buffer.allocUnsafeSlow(scanFileBytesMax + 1);

export class DiskTree implements SourceTree {
  readonly root: string;
  /** The folder that the command was started in. */
  readonly #directory: string;
  /** Folders that no link leads out of the tree through. */
  readonly #foldersInside = new Set<string>();
  /** Names in folders; those that the listing told become a set when they are asked for. */
  readonly #names = new Map<string, ReadonlySet<string> | readonly string[] | null>();
  #realRoot: string | null = null;

  constructor(root: string, directory: string) {
    this.root = root;
    this.#directory = directory;
  }

  /**
   * Takes what the listing has seen of a folder, which it entered from the one above, so that no
   * link leads to it. To list it again and to ask where it leads took a tenth of a scan.
   */
  enter(folder: string, names: readonly string[]): void {
    this.#keepNames(folder, names);
    // The folder that the listing began with may itself lie behind a link.
    const isBelow = this.#foldersInside.has(folder.slice(0, folder.lastIndexOf('/')));
    if (isBelow || folder === this.root) this.#foldersInside.add(folder);
  }

  read(path: string): FileContent {
    try {
      return this.#isFolderInside(dirname(path)) ? readRegularFile(path) : OUTSIDE;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ELOOP') return this.#readLink(path);
      return { kind: 'unread', why: reasonOf(error, path) };
    }
  }

  #readLink(path: string): FileContent {
    try {
      const real = this.#realPathInside(path);
      return real === null ? OUTSIDE : readRegularFile(real);
    } catch (error) {
      return { kind: 'unread', why: reasonOf(error, path) };
    }
  }

  /**
   * From the names in its folder, which are listed once: definitions name files that are not there
   * far more often than others, and 1 µs is less than the 8 that the system takes to say no.
   */
  mayHold(path: string): boolean {
    const slash = path.lastIndexOf('/');
    return this.#namesIn(path.slice(0, slash))?.has(path.slice(slash + 1)) === true;
  }

  #namesIn(folder: string): ReadonlySet<string> | null {
    const before = this.#names.get(folder);
    if (before === null || before instanceof Set) return before;
    // A folder that is not there holds none either, so that a long path is asked about once.
    const isAbsent = folder.startsWith(`${this.root}/`) && !this.mayHold(folder);
    const known = before === undefined ? null : new Set(before as readonly string[]);
    const names = isAbsent ? null : (known ?? namesIn(folder));
    this.#keepNames(folder, names);
    return names;
  }

  #keepNames(folder: string, names: ReadonlySet<string> | readonly string[] | null): void {
    if (this.#names.size >= FOLDERS_MAX) this.#names.clear();
    this.#names.set(folder, names);
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
    this.#realRoot ??= slashed(realpathSync.native(this.root));
    const root = this.#realRoot;
    return real === root || real.startsWith(`${root}/`) ? real : null;
  }
}

/** Folders whose names are remembered. */
const FOLDERS_MAX = 10_000;

function namesIn(folder: string): ReadonlySet<string> | null {
  try {
    return new Set(readdirSync(folder));
  } catch {
    return null;
  }
}

/** A path with `/` between its folders, on every system. */
export function slashed(path: string): string {
  return sep === '/' ? path : path.split(sep).join('/');
}

/** A link is not followed (ELOOP), and a pipe that nobody writes to holds nobody up. */
const OPEN_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Four calls of the system, 7 µs together; asking for the file's kind before cost 8 µs more. */
function readRegularFile(path: string): FileContent {
  const file = openSync(path, OPEN_FLAGS);
  try {
    const stats = fstatSync(file);
    return stats.isFile() ? contentOf(file, stats.size) : NO_FILE;
  } finally {
    closeSync(file);
  }
}

/** The file may grow while it is read: what counts is what was read. */
function contentOf(file: number, size: number): FileContent {
  let length = 0;
  let wanted = Math.min(size + 1, buffer.length);
  while (length < wanted) {
    const read = readSync(file, buffer, length, wanted - length, null);
    if (read === 0) break;
    length += read;
    if (length === wanted) wanted = buffer.length;
  }
  if (length <= scanFileBytesMax) return { kind: 'bytes', bytes: buffer.subarray(0, length) };
  const why = `it has ${size} bytes, at most ${scanFileBytesMax} are read`;
  return { kind: 'unread', why, size, head: buffer.subarray(0, length) };
}

const UTF8 = new TextDecoder('utf-8');

/** What is not UTF-8 becomes U+FFFD, which the scanner reports as unread. UTF-16 has a mark. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return UTF8.decode(bytes);
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
export function reasonOf(error: unknown, path = ''): string {
  // The message would repeat the path, which may be 4,096 characters of anything.
  const { code = 'an error' } = error as NodeJS.ErrnoException;
  // Bytes of a name that are no UTF-8 became U+FFFD, and such a name leads nowhere.
  if (code === 'ENOENT' && path.includes('\ufffd')) return 'its name is not UTF-8';
  return REASONS[code] ?? `the system says ${code}`;
}
