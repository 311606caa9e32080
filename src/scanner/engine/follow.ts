/** Which files of the same tree a definition's words name. */
import type { DialectReader, JobDefinition } from '../../model/job-definition.ts';
import { verbatim } from '../../model/source-text.ts';

const PATH_LENGTH_MAX = 512;
const SHOWN_LENGTH_MAX = 200;
/** Endings of scripts. A program without one may have been built by the job itself. */
const SCRIPT_ENDINGS = ['.sh', '.bash', '.zsh', '.ksh', '.ps1', '.py', '.pl', '.rb', '.js', '.mjs'];
const WORKFLOWS = '.github/workflows/';

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

/** Where a script that `from` runs may be: jobs start at the root, scripts may stand beside. */
export function scriptCandidates(path: string, from: string): ScriptCandidates {
  const shown = path.slice(0, SHOWN_LENGTH_MAX);
  const isScript = SCRIPT_ENDINGS.some((ending) => path.toLowerCase().endsWith(ending));
  if (path.length > PATH_LENGTH_MAX) return { paths: [], isScript, shown };
  // `$GITHUB_WORKSPACE/x`, `${CI_PROJECT_DIR}/x`: the root, by another name.
  const inTree = path.startsWith('$') ? path.slice(path.indexOf('/') + 1) : path;
  if (inTree.startsWith('/') || inTree.startsWith('~') || inTree.includes('$')) {
    return { paths: [], isScript, shown };
  }
  const folder = from.slice(0, from.lastIndexOf('/') + 1);
  const paths = [filePath(inTree), filePath(folder + inTree)].filter((one) => one !== '');
  return { paths: [...new Set(paths)], isScript, shown };
}

/**
 * What a definition takes parts of itself from: GitLab's includes, GitHub's reusable workflows.
 * An action is a program, not a part of the definition.
 */
export function definitionReferences({ dialect, jobs }: JobDefinition): readonly string[] {
  if (dialect !== 'gitlab' && dialect !== 'github') return [];
  const references = jobs.flatMap((job) => job.remoteCode.map(({ text }) => text));
  const isPart = (text: string): boolean => dialect === 'gitlab' || text.includes(WORKFLOWS);
  return [...new Set(references.filter(isPart))];
}

/** A path relative to the tree, without `./`, `..` and a leading `/`; empty when it leaves it. */
export function filePath(path: string): string {
  const parts: string[] = [];
  for (const part of path.slice(0, PATH_LENGTH_MAX).split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return '';
  }
  return parts.join('/');
}
