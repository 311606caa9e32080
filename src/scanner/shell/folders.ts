/**
 * Where relative paths may lead. Whether a `cd` succeeds is not known, so that a file that was
 * written in a folder from before may be the one that is meant. Patterns name files that were
 * written; those of the tree are not looked for.
 */
import { Glob } from './glob.ts';
import { baseName, resolvePath } from './paths.ts';
import type { ShellRecord } from './record.ts';

/** Folders of before that are remembered, the last ones. */
const FOLDERS_MAX = 8;
const MATCHES_MAX = 64;

export class Folders {
  readonly #before: string[] = [];

  leave(folder: string): void {
    if (this.#before.includes(folder)) return;
    if (this.#before.length >= FOLDERS_MAX) this.#before.shift();
    this.#before.push(folder);
  }

  /** The file that a path names; one of several where several were written. */
  fileOf(path: string, folder: string, record: ShellRecord): string {
    const now = resolvePath(path, folder);
    if (this.#before.length === 0 || path.startsWith('/') || !record.knowsPaths) return now;
    if (!record.isNameWritten(baseName(now))) return now;
    const others = new Set(this.#before.map((one) => resolvePath(path, one)));
    others.delete(now);
    const written = [...others].filter((one) => record.isWritten(one));
    if (written.length === 0) return now;
    const files = record.isWritten(now) ? [now, ...written] : [...written, now];
    return files[record.choices.index(`file ${path}`, files.length)] ?? now;
  }

  /** Files that were written and match a pattern, by paths in the folder of now. */
  pathsLike(pattern: string, folder: string, record: ShellRecord): readonly string[] {
    if (!record.knowsPaths) return [];
    const whole = resolvePath(pattern, folder);
    const glob = Glob.of(whole, '/');
    if (glob === null) return [];
    const inFolder = folder === '' ? '' : `${folder}/`;
    const start = pattern.startsWith('./') ? './' : '';
    return record
      .writtenLike((path) => glob.matchesAll(path, '/'))
      .slice(0, MATCHES_MAX)
      .map((path) => (path.startsWith(inFolder) ? start + path.slice(inFolder.length) : path))
      .sort();
  }
}
