/**
 * Words that name a shell: by its name with or without a version, by the variables that hold the
 * path of one, and by a pattern that the path of one fits.
 */
import { pattern } from '../../base/regex.ts';
import { programName } from './command-words.ts';
import { fitsName, hasPattern } from './glob.ts';
import type { Word } from './shell-run.ts';

const SHELLS: ReadonlySet<string> = new Set(
  (
    'sh bash zsh dash ash ksh mksh lksh oksh pdksh rbash rzsh yash posh fish csh tcsh osh elvish ' +
    'nu xonsh'
  ).split(' '),
);
/** `bash5`, `zsh-5.9`, `bash-static`. */
const EDITION = pattern('(?:[-.0-9]{1,12}|-static)$');

/** Whether a program of this name is a shell. */
export function isShellName(name: string): boolean {
  if (SHELLS.has(name)) return true;
  return name.includes('sh') && SHELLS.has(name.replace(EDITION, ''));
}

/** What a shell sets to its own path. `$0` is one where the text is no file. */
const VARIABLES = ['BASH', 'SHELL', '0'];
/** The program of a process: that of the shell which asks. */
const PROCESS = '/proc/';
const PROCESS_PROGRAM = '/exe';

/** Where `which` and `command -v` find a shell: null for any other name. */
export function pathOfShell(name: string): string | null {
  return isShellName(name) ? `/bin/${name}` : null;
}

const PATHS = ['/bin', '/usr/bin'].flatMap((folder) =>
  ['sh', 'bash', 'dash', 'zsh'].map((name) => `${folder}/${name}`),
);
/** A pattern of a path as long as theirs. */
const PATTERN_LENGTH_MAX = 64;

/** The words of a command, in which `$BASH` is called by a shell's name. */
export function withNamedShell<W extends Word>(words: readonly W[]): readonly W[] {
  const first = words[0];
  if (first === undefined || !isOtherName(first.text)) return words;
  return [{ ...first, text: 'sh' }, ...words.slice(1)];
}

/** Whether the word names a shell in any of these ways. */
export function namesShell(text: string): boolean {
  return isShellName(programName(text)) || isOtherName(text);
}

function isOtherName(text: string): boolean {
  const first = text[0];
  if (first === '$') return VARIABLES.some((name) => isVariable(text, name));
  if (first === '/' && text.startsWith(PROCESS)) return text.endsWith(PROCESS_PROGRAM);
  if (first !== '/' || text.length > PATTERN_LENGTH_MAX || !hasPattern(text)) return false;
  return PATHS.some((path) => fits(text, path));
}

/** `$SHELL`, `${SHELL}`, and what is left of it without a folder. */
function isVariable(text: string, name: string): boolean {
  if (text[1] !== '{') return text.length === name.length + 1 && text.endsWith(name);
  const end = 2 + name.length;
  return text.endsWith('}') && text.startsWith(name, 2) && '}#%'.includes(text[end] ?? ' ');
}

/** Whether the path fits a pattern of the shell, whose marks stand for no slash. */
function fits(glob: string, path: string): boolean {
  const pieces = glob.split('/');
  const names = path.split('/');
  return pieces.length === names.length && pieces.every((one, i) => fitsName(one, names[i] ?? ''));
}
