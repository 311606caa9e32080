/**
 * Asks git about somebody else's repository. Its `.git` may be hostile: git runs commands that a
 * configuration names (filters, monitors, hooks, text conversions) when it looks at working files.
 * So it is only asked for names and hashes, in a commit or in the index, which runs nothing.
 */
import { spawnSync } from 'node:child_process';
import { gitMsMax, gitOutputBytesMax } from '../base/limits.ts';
import { fail, ok, type Result } from '../base/result.ts';

export type GitProblem = { readonly code: 'no-git' | 'not-there'; readonly message: string };

/** The search path for programs, and nothing else: hooks set variables that redirect git. */
export interface GitEnvironment {
  readonly path: string;
  /** Time one call may take; tests shorten it. */
  readonly msMax?: number;
}

/** The files of a commit. */
export function commitFiles(
  root: string,
  revision: string,
  environment: GitEnvironment,
): Result<ReadonlyMap<string, string>, GitProblem> {
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

/** The hash of the commit that a revision names. */
export function commitOf(
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

/** The files that git tracks, by their paths from the root of the repository. */
export function trackedFiles(
  root: string,
  environment: GitEnvironment,
): Result<ReadonlySet<string>, GitProblem> {
  const listed = git(root, ['ls-files', '-z', '--cached', '--full-name'], environment);
  return listed.ok ? ok(new Set(listed.value.split('\0'))) : listed;
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
