/**
 * What comes out of an archive: files by their paths, in memory and never on disk. Every bound is
 * kept here, whatever the format: entries, bytes kept, bytes of one file. What goes over is named
 * in `unread`.
 */
import {
  archiveEntriesMax,
  archiveKeptBytesMax,
  archiveNameLengthMax,
  archiveUnreadMax,
  nestedArchiveBytesMax,
  scanFileBytesMax,
} from '../../base/limits.ts';
import type { UnreadInput } from '../judge-file.ts';
import type { FileContent } from '../source-tree.ts';

/** A file, or where a symbolic or hard link leads, from the root of the archive. */
export type ArchiveFile = FileContent | { readonly kind: 'link'; readonly target: string };

export interface NestedArchive {
  readonly path: string;
  readonly bytes: Buffer;
}

/** What several archives inside one another may keep together. */
export class ArchiveBudget {
  entriesLeft = archiveEntriesMax;
  bytesLeft = archiveKeptBytesMax;
}

const ARCHIVE_ENDINGS = ['.tar', '.tar.gz', '.tgz', '.tar.zst', '.tzst', '.zip'];

/** Whether the name is one of an archive that can be read. */
export function isArchiveName(path: string): boolean {
  const name = path.toLowerCase();
  return ARCHIVE_ENDINGS.some((ending) => name.endsWith(ending));
}

export class ArchiveContents {
  readonly files = new Map<string, ArchiveFile>();
  readonly nested: NestedArchive[] = [];
  readonly unread: UnreadInput[] = [];
  readonly #budget: ArchiveBudget;
  readonly #isExcluded: (path: string) => boolean;
  excluded = 0;
  #stopped = false;

  constructor(budget: ArchiveBudget, isExcluded: (path: string) => boolean) {
    this.#budget = budget;
    this.#isExcluded = isExcluded;
  }

  /** Reading further would go over a bound, and the reason stands in `unread`. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** Stops the reading; an empty path stands for the archive itself. */
  stop(why: string): void {
    if (!this.#stopped) this.unread.push({ path: '', why });
    this.#stopped = true;
  }

  /**
   * The path under which a file of this size will be taken, or null when it is not wanted. Names
   * are an attacker's: one that leads out of the archive is never made to fit.
   */
  wants(name: string, size: number): string | null {
    if (this.#stopped) return null;
    if (this.#budget.entriesLeft-- <= 0) {
      this.stop(`it has more than ${archiveEntriesMax} entries`);
      return null;
    }
    const path = insidePath(name);
    if (path === null) {
      this.#leave(name.slice(0, archiveNameLengthMax), 'its name leads out of the archive');
      return null;
    }
    if (path === '' || this.#isInGit(path)) return null;
    if (this.#isExcluded(path)) {
      this.excluded++;
      return null;
    }
    return this.#fits(path, size) ? path : null;
  }

  /** A folder is nothing of itself, but its `.git` makes a tree of its parent. */
  addFolder(name: string): void {
    const path = insidePath(name);
    if (path !== null) this.#isInGit(path);
  }

  add(path: string, bytes: Buffer): void {
    if (isArchiveName(path)) this.nested.push({ path, bytes });
    else this.#put(path, { kind: 'bytes', bytes });
  }

  addLink(path: string, target: string): void {
    this.#put(path, { kind: 'link', target });
  }

  addUnread(path: string, why: string): void {
    this.#put(path, { kind: 'unread', why });
  }

  /** What is in a `.git` is no part of the tree; that there is one tells where a clone begins. */
  #isInGit(path: string): boolean {
    const parts = path.split('/');
    const at = parts.indexOf('.git');
    if (at !== -1) this.files.set(parts.slice(0, at + 1).join('/'), GIT);
    return at !== -1;
  }

  #fits(path: string, size: number): boolean {
    const isNested = isArchiveName(path);
    const bytesMax = isNested ? nestedArchiveBytesMax : scanFileBytesMax;
    if (size > bytesMax) {
      const why = `it has ${size} bytes, at most ${bytesMax} are read`;
      if (isNested) this.#leave(path, why);
      else this.addUnread(path, why);
      return false;
    }
    this.#budget.bytesLeft -= size;
    if (this.#budget.bytesLeft >= 0) return true;
    this.stop(`it has more than ${archiveKeptBytesMax} bytes`);
    return false;
  }

  /** Two entries of one path: the last one is what unpacking leaves, and the other is named. */
  #put(path: string, file: ArchiveFile): void {
    if (this.files.has(path))
      this.#leave(path, 'it stands twice in the archive; the last was read');
    this.files.set(path, file);
  }

  #leave(path: string, why: string): void {
    if (this.unread.length < archiveUnreadMax) this.unread.push({ path, why });
    else this.stop(`more than ${archiveUnreadMax} of its entries could not be read`);
  }
}

const GIT: ArchiveFile = { kind: 'absent' };

/** The path without blanks of meaning (`./`, `//`), or null when it leads out or is too long. */
function insidePath(name: string): string | null {
  if (name.length > archiveNameLengthMax || name.startsWith('/') || name.includes('\0'))
    return null;
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  return parts.includes('..') ? null : parts.join('/');
}
