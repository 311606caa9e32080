/**
 * Which files of a tree differ from a commit. The tree is somebody else's, and its `.git` may be
 * too: git runs commands that a configuration names (filters, monitors, hooks, text conversions)
 * when it looks at working files. So git is only asked for the names and hashes in the commit,
 * which runs nothing, and the working files are hashed here.
 */
import { spawnSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { lstatSync, readlinkSync } from 'node:fs';
import { posix } from 'node:path';
import { gitMsMax, gitOutputBytesMax } from '../base/limits.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { UsageError } from './command.ts';
import { type SourceTree, slashed } from './source-tree.ts';

/** Links that lead to links. */
const LINKS_MAX = 8;

export type GitProblem = { readonly code: 'no-git' | 'not-there'; readonly message: string };

/** Paths from the root of a tree to the hashes of their blobs. */
type CommitFiles = ReadonlyMap<string, string>;

export class ChangedSince {
  readonly #revision: string;
  readonly #environment: GitEnvironment;
  readonly #trees = new Map<string, CommitFiles | null>();
  readonly #changed = new Map<string, boolean>();
  /** Definitions that are left out. */
  unchanged = 0;

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

/** The search path for programs, and nothing else: hooks set variables that redirect git. */
export interface GitEnvironment {
  readonly path: string;
  /** Time one call may take; tests shorten it. */
  readonly msMax?: number;
}

function commitFiles(
  root: string,
  revision: string,
  environment: GitEnvironment,
): Result<CommitFiles, GitProblem> {
  const commit = commitOf(root, revision, environment);
  if (!commit.ok) return commit;
  const listed = git(root, ['ls-tree', '-r', '-z', '--full-tree', commit.value], environment);
  if (!listed.ok) return listed;
  const files = new Map<string, string>();
  for (const line of listed.value.split('\0')) {
    // `MODE TYPE HASH<TAB>PATH`
    const tab = line.indexOf('\t');
    const [, type, name = ''] = line.slice(0, tab).split(' ');
    if (type === 'blob') files.set(line.slice(tab + 1), name);
  }
  return ok(files);
}

function commitOf(
  root: string,
  revision: string,
  environment: GitEnvironment,
): Result<string, GitProblem> {
  if (revision.includes('\0')) return fail(notThere());
  const parse = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`];
  const parsed = git(root, parse, environment);
  if (!parsed.ok) return parsed;
  const commit = parsed.value.trim();
  return /^[0-9a-f]{40,64}$/.test(commit) ? ok(commit) : fail(notThere());
}

function notThere(): GitProblem {
  return { code: 'not-there', message: 'there is no such commit, or no git repository' };
}

function git(
  root: string,
  args: readonly string[],
  { path, msMax = gitMsMax }: GitEnvironment,
): Result<string, GitProblem> {
  const { error, status, stdout } = spawnSync('git', [...SAFE, ...args], {
    cwd: root,
    encoding: 'utf8',
    // Given outright, `.git` is not searched for, and nothing above the tree is taken for it.
    env: { ...ENVIRONMENT, PATH: path, GIT_DIR: `${root}/.git` },
    maxBuffer: gitOutputBytesMax,
    timeout: msMax,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  if (error !== undefined) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const message = isMissing ? 'git is not installed' : `git failed: ${error.message}`;
    return fail({ code: 'no-git', message });
  }
  return status === 0 ? ok(stdout) : fail(notThere());
}

/** Against a configuration that means harm, also where today's commands would not obey it. */
const SAFE = [
  '--no-pager',
  '--no-replace-objects',
  ...['-c', 'core.fsmonitor=false'],
  ...['-c', 'core.hooksPath=/dev/null'],
  ...['-c', 'core.alternateRefsCommand='],
  ...['-c', 'protocol.allow=never'],
];

const ENVIRONMENT = {
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_NO_LAZY_FETCH: '1',
  GIT_TERMINAL_PROMPT: '0',
  LC_ALL: 'C',
};
