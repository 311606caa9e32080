/** Which files of the same tree a definition's words name. */
import { pattern } from '../../base/regex.ts';
import type { Dialect, DialectReader, JobDefinition } from '../../model/job-definition.ts';
import { verbatim } from '../../model/source-text.ts';
import type { Language } from '../shell/program-call.ts';

const PATH_LENGTH_MAX = 512;
const SHOWN_LENGTH_MAX = 200;
/** Endings of scripts. A program without one may have been built by the job itself. */
const SCRIPT_ENDINGS = ['.sh', '.bash', '.zsh', '.ksh', '.ps1', '.py', '.pl', '.rb', '.js', '.mjs'];
const WORKFLOWS = '.github/workflows/';
const FORGEJO_WORKFLOWS = '.forgejo/workflows/';

/** Endings of code that no shell reads, whatever the reader of scripts makes of it. */
const CODE_ENDINGS = ['.js', '.mjs', '.cjs', '.ts', '.pl', '.rb', '.php', '.lua'];

export function isCode(path: string): boolean {
  return CODE_ENDINGS.some((ending) => path.toLowerCase().endsWith(ending));
}

/** Reads code of another language: one command, which is looked at and not run. */
export const codeReader: DialectReader = {
  dialect: 'shell',
  claims: isCode,
  read(path, text) {
    const source = verbatim(path, text);
    const nothing = { images: [], environment: [], remoteCode: [], filesRun: [], schedules: [] };
    const commands = [{ source, shell: 'other' as const }];
    const job = { name: '', commands, fanOut: 1, timeoutSeconds: null, machine: [], ...nothing };
    return { dialect: 'shell', path, jobs: [job], unread: [] };
  },
};

export interface ScriptCandidates {
  /** Paths in the tree that it may mean, likeliest first. */
  readonly paths: readonly string[];
  /** It is a script by its name, so that not finding it leaves something unread. */
  readonly isScript: boolean;
  readonly shown: string;
}

/** Folders outside the tree that a path may begin with: `/home/runner/work/x/x/ci/a.sh`. */
const OUTER_FOLDERS_MAX = 6;

/**
 * Where a script may be that the last file of a chain runs: jobs start at the root, and scripts
 * may stand beside those that run them. What
 * an absolute path or an unknown variable stands for may be the root, or a folder around it, so
 * its tails are tried, the longest first.
 */
export function scriptCandidates(path: string, chain: readonly string[]): ScriptCandidates {
  const shown = path.slice(0, SHOWN_LENGTH_MAX);
  const isScript = isScriptPath(path) && !path.startsWith('/');
  if (path.length > PATH_LENGTH_MAX || !isPathLike(path)) return { paths: [], isScript, shown };
  const parts = path.split('/');
  const unknown = parts.findLastIndex((part) => UNKNOWN_MARKS.some((mark) => part.includes(mark)));
  const known = parts.slice(unknown + 1);
  const isRooted = unknown < 0 && !path.startsWith('/');
  const inner = known.slice(-OUTER_FOLDERS_MAX);
  const tails = isScriptPath(path)
    ? inner.map((_, i) => inner.slice(i).join('/'))
    : [known.join('/')];
  const folders = chain
    .slice(-CHAIN_FOLDERS_MAX)
    .map((from) => from.slice(0, from.lastIndexOf('/') + 1));
  const paths = isRooted ? ['', ...folders.toReversed()].map((folder) => folder + path) : tails;
  const inTree = paths.map(filePath).filter((one) => one !== '');
  return { paths: [...new Set(inTree)], isScript, shown };
}

/** Files of a chain whose folders a path may begin in: the nearest ones. */
const CHAIN_FOLDERS_MAX = 3;

/** `=` and `-x` are words of something else. */
function isPathLike(path: string): boolean {
  if (path.startsWith('-')) return false;
  for (const c of path) if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return true;
  return false;
}

/** What makes a part of a path unknown: an expansion, a pattern, somebody's home. */
export const UNKNOWN_MARKS = ['$', '`', '{', '*', '?', '~'];

export function isScriptPath(path: string): boolean {
  const folded = path.toLowerCase();
  return SCRIPT_ENDINGS.some((ending) => folded.endsWith(ending));
}

/** The language of a file that is run, by its name. Its first line knows better. */
export function languageOfPath(path: string, told: Language): Language {
  if (told !== 'shell') return told;
  const folded = path.toLowerCase();
  if (folded.endsWith('.ps1')) return 'powershell';
  return isCode(path) || folded.endsWith('.py') ? 'code' : told;
}

/** Another file that is a part of a definition, or that it runs. */
export interface DefinitionReference {
  readonly path: string;
  /** It is included; else it is run or built. */
  readonly isPart: boolean;
  /** What it is read as, where what names it says so. */
  readonly dialect: Dialect | null;
  readonly isOptional: boolean;
}

/**
 * What a definition takes parts of itself from (GitLab's includes, GitHub's reusable workflows),
 * and files of the tree that it names as run. Somebody else's action is a program, not a part.
 */
export function definitionReferences(definition: JobDefinition): readonly DefinitionReference[] {
  const { dialect, jobs } = definition;
  const isPart = (text: string): boolean =>
    dialect === 'gitlab' || text.includes(WORKFLOWS) || text.includes(FORGEJO_WORKFLOWS);
  const found = new Map<string, DefinitionReference>();
  const hasParts = dialect === 'gitlab' || dialect === 'github' || dialect === 'forgejo';
  for (const { remoteCode, filesRun } of jobs) {
    for (const { text } of hasParts ? remoteCode : []) {
      const part = { path: text, isPart: true, dialect: null, isOptional: false };
      if (isPart(text)) found.set(text, part);
    }
    for (const { text, dialect: named = null, isOptional = false } of filesRun) {
      found.set(text, { path: text, isPart: isPart(text), dialect: named, isOptional });
    }
  }
  return [...found.values()];
}

/** An empty part of a path, or one that begins with a dot. */
const ODD_PATH = pattern('^/|^\\.|//|/\\.|/$');

/** A path relative to the tree, without `./`, `..` and a leading `/`; empty when it leaves it. */
export function filePath(path: string): string {
  // Most are so already.
  if (path.length <= PATH_LENGTH_MAX && !ODD_PATH.test(path)) return path;
  const parts: string[] = [];
  for (const part of path.slice(0, PATH_LENGTH_MAX).split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return '';
  }
  return parts.join('/');
}
