/**
 * The trees of an archive. One that holds clones (folders with a `.git`) has a tree for each; one
 * whose entries all lie in a single folder, as forges make them, is that folder.
 */
import type { FileContent, SourceTree } from '../source-tree.ts';
import type { ArchiveFile } from './archive-contents.ts';

/** Links that lead to links. */
const LINKS_MAX = 8;
const ABSENT: FileContent = { kind: 'absent' };

export class ArchiveTree implements SourceTree {
  readonly root: string;
  readonly #name: string;
  readonly #files: ReadonlyMap<string, ArchiveFile>;

  /** `name` is the archive as a person typed it; paths begin with a `/` in place of it. */
  constructor(name: string, files: ReadonlyMap<string, ArchiveFile>, root: string) {
    this.#name = name;
    this.#files = files;
    this.root = root;
  }

  read(path: string): FileContent {
    let at = path.slice(1);
    for (let links = 0; links <= LINKS_MAX; links++) {
      const file = this.#files.get(at);
      if (file === undefined) return ABSENT;
      if (file.kind !== 'link') return file;
      const target = withoutDots(file.target);
      if (target === null || !`/${target}`.startsWith(`${this.root}/`)) return ABSENT;
      at = target;
    }
    return { kind: 'unread', why: 'its symbolic links go round in a circle' };
  }

  shown(path: string): string {
    return this.#name === '' ? path.slice(1) : this.#name + path;
  }
}

/** Each file with the tree that it belongs to, in the order of their paths. */
export function* archiveTrees(
  name: string,
  files: ReadonlyMap<string, ArchiveFile>,
): Generator<{ readonly path: string; readonly tree: SourceTree }> {
  const paths = [...files.keys()].sort();
  const top = soleFolder(paths);
  const trees = new Map<string, SourceTree>();
  for (const path of paths) {
    if (path.endsWith('/.git') || path === '.git') continue;
    const root = rootOf(path, files, top);
    const tree = trees.get(root) ?? new ArchiveTree(name, files, root);
    trees.set(root, tree);
    yield { path: `/${path}`, tree };
  }
}

/** `/folder` of the nearest clone, else that of the archive: `/name`, or empty for the top. */
function rootOf(path: string, files: ReadonlyMap<string, ArchiveFile>, top: string): string {
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
    if (files.has(`${path.slice(0, end)}/.git`)) return `/${path.slice(0, end)}`;
  }
  return files.has('.git') ? '' : top;
}

function soleFolder(paths: readonly string[]): string {
  const [first = ''] = paths;
  const folder = first.slice(0, first.indexOf('/') + 1);
  return folder !== '' && paths.every((path) => path.startsWith(folder))
    ? `/${folder.slice(0, -1)}`
    : '';
}

/** `a/../b` as `b`, or null when it leads out. */
function withoutDots(path: string): string | null {
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..' && kept.pop() === undefined) return null;
    if (part !== '..' && part !== '.' && part !== '') kept.push(part);
  }
  return path.startsWith('/') ? null : kept.join('/');
}
