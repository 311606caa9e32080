/**
 * Lists the files of trees. Directories behind symbolic links are not entered (a link may point up
 * again), a linked file is read when it stays inside the tree. Nothing is left out but `.git`: a
 * folder that a scan skips is a place to hide.
 */
import { type Dirent, readdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { scanFilesMax } from '../base/limits.ts';
import { reasonOf, slashed } from './source-tree.ts';

export type Listed =
  | {
      readonly kind: 'file';
      readonly path: string;
      /** The root of the tree that it belongs to. */
      readonly root: string;
      /** The user named the file itself, so it must be of a known dialect. */
      readonly isNamed: boolean;
      /** How far the list has come, from 0 to 1: each folder is as long as its neighbours. */
      readonly progress: number;
    }
  /** A folder of the tree, before what is in it. It is no link. */
  | {
      readonly kind: 'folder';
      readonly path: string;
      readonly root: string;
      readonly names: readonly string[];
    }
  | { readonly kind: 'unread'; readonly path: string; readonly why: string };

/** Every file below `paths`, which are relative to `directory`, in the order of their names. */
export function* listFiles(
  paths: readonly string[],
  directory: string,
  filesMax: number = scanFilesMax,
): Generator<Listed, void, undefined> {
  let files = 0;
  for (const [i, path] of paths.entries()) {
    const absolute = slashed(resolve(directory, path));
    for (const listed of listPath(absolute, i / paths.length, 1 / paths.length)) {
      if (listed.kind === 'file' && ++files > filesMax) {
        yield { kind: 'unread', path: absolute, why: `it has more than ${filesMax} files` };
        return;
      }
      yield listed;
    }
  }
}

function* listPath(
  absolute: string,
  progress: number,
  share: number,
): Generator<Listed, void, undefined> {
  try {
    if (!statSync(absolute).isDirectory()) {
      yield { kind: 'file', path: absolute, root: treeOf(absolute), isNamed: true, progress };
      return;
    }
  } catch (error) {
    yield { kind: 'unread', path: absolute, why: reasonOf(error, absolute) };
    return;
  }
  const root = repositoryOf(absolute) ?? absolute;
  yield* listFolder({ path: absolute, root, isFolder: true, progress, share });
}

interface Waiting {
  readonly path: string;
  readonly root: string;
  readonly isFolder: boolean;
  /** Where it begins in the whole list, and how much of the list it is. */
  readonly progress: number;
  readonly share: number;
}

/** Folders wait on a stack of their own: attackers nest them deeper than calls may go. */
function* listFolder(top: Waiting): Generator<Listed, void, undefined> {
  const waiting = [top];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { path, root, isFolder, progress } = next;
    if (!isFolder) {
      yield { kind: 'file', path, root, isNamed: false, progress };
      continue;
    }
    let entries: readonly Dirent[];
    try {
      entries = readdirSync(path, { withFileTypes: true });
    } catch (error) {
      yield { kind: 'unread', path, why: reasonOf(error, path) };
      continue;
    }
    const names = entries.map(({ name }) => name);
    const tree = names.includes('.git') ? path : root;
    yield { kind: 'folder', path, root: tree, names };
    const share = next.share / entries.length;
    for (const [i, entry] of entries.toSorted(lastNameFirst).entries()) {
      const isFolder = entry.isDirectory();
      if (isFolder ? entry.name === '.git' : !entry.isFile() && !entry.isSymbolicLink()) continue;
      const at = progress + share * (entries.length - 1 - i);
      const place = { path: `${path}/${entry.name}`, root: tree, isFolder };
      waiting.push({ ...place, progress: at, share });
    }
  }
}

/** Two runs print the same; the stack gives the last one first. */
function lastNameFirst(a: Dirent, b: Dirent): number {
  return a.name < b.name ? 1 : -1;
}

/** The tree that a file belongs to: its repository, or its own folder when it is in none. */
export function treeOf(absolute: string): string {
  return repositoryOf(dirname(absolute)) ?? dirname(absolute);
}

/** The nearest folder with a `.git`, this one or one above, or null. */
export function repositoryOf(folder: string): string | null {
  for (let at = folder; ; at = dirname(at)) {
    if (hasGit(at)) return at;
    if (dirname(at) === at) return null;
  }
}

function hasGit(folder: string): boolean {
  return statSync(`${folder}/.git`, { throwIfNoEntry: false }) !== undefined;
}
