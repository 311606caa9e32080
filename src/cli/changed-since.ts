/**
 * Which files of a tree differ from a commit. Git tells the names and hashes in the commit, and the
 * working files are hashed here: when git itself looks at them it runs what a configuration names.
 */
import { hash } from 'node:crypto';
import { lstatSync, readlinkSync } from 'node:fs';
import { posix } from 'node:path';
import { UsageError } from './command.ts';
import { commitFiles, commitOf, type GitEnvironment } from './git.ts';
import { type SourceTree, slashed } from './source-tree.ts';

/** Links that lead to links. */
const LINKS_MAX = 8;

/** Paths from the root of a tree to the hashes of their blobs. */
type CommitFiles = ReadonlyMap<string, string>;

export class ChangedSince {
  readonly #revision: string;
  readonly #environment: GitEnvironment;
  readonly #trees = new Map<string, CommitFiles | null>();
  readonly #changed = new Map<string, boolean>();

  constructor(revision: string, environment: GitEnvironment) {
    this.#revision = revision;
    this.#environment = environment;
  }

  /** Whether one of the files differs. Where a tree does not know the commit, every file does. */
  isAnyChanged(paths: Iterable<string>, tree: SourceTree): boolean {
    for (const path of paths) if (this.#isChanged(path, tree, LINKS_MAX)) return true;
    return false;
  }

  /** The tree must know the commit. */
  require(root: string): void {
    const commit = commitOf(root, this.#revision, this.#environment);
    if (commit.ok) return;
    throw new UsageError(`--changed-since ${this.#revision}: ${commit.error.message}`);
  }

  /** A sentence for each tree that was scanned whole. When all were, the revision was wrong. */
  notes(): readonly string[] {
    const whole = [...this.#trees].flatMap(([root, files]) => (files === null ? [root] : []));
    const [first] = whole;
    if (first !== undefined && whole.length === this.#trees.size) this.require(first);
    return whole.map((root) => `${root} does not know ${this.#revision} and was scanned whole`);
  }

  #isChanged(path: string, tree: SourceTree, linksLeft: number): boolean {
    const known = this.#changed.get(path);
    if (known !== undefined) return known;
    const files = this.#filesOf(tree.root);
    const changed = files === null || this.#differs(path, files, tree, linksLeft);
    this.#changed.set(path, changed);
    return changed;
  }

  #differs(path: string, files: CommitFiles, tree: SourceTree, linksLeft: number): boolean {
    const before = files.get(path.slice(tree.root.length + 1));
    // A file that a definition asks for in vain was not there before either.
    if (before === undefined) return isThere(path);
    const target = linkTarget(path);
    if (target !== null) {
      const isOther = blobHash(Buffer.from(target), before.length) !== before;
      const end = slashed(posix.join(posix.dirname(path), target));
      return isOther || linksLeft === 0 || this.#isChanged(end, tree, linksLeft - 1);
    }
    const content = tree.read(path);
    return content.kind !== 'bytes' || blobHash(content.bytes, before.length) !== before;
  }

  #filesOf(root: string): CommitFiles | null {
    const known = this.#trees.get(root);
    if (known !== undefined) return known;
    const files = commitFiles(root, this.#revision, this.#environment);
    this.#trees.set(root, files.ok ? files.value : null);
    return files.ok ? files.value : null;
  }
}

/** A name that is too long for the file system is no file of it. */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENAMETOOLONG';
  }
}

function linkTarget(path: string): string | null {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : null;
  } catch {
    return null;
  }
}

/** As git names a blob: SHA-1, or SHA-256 in repositories whose hashes have 64 digits. */
function blobHash(bytes: Buffer, digits: number): string {
  const whole = Buffer.concat([Buffer.from(`blob ${bytes.length}\0`), bytes]);
  return hash(digits === 64 ? 'sha256' : 'sha1', whole, 'hex');
}
