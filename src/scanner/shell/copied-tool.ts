/**
 * What a copy of, or a link to, a program of the machine does when it is run: what the program does
 * that it was made of. Copies matter of programs that run others: shells, interpreters, `env`. Such
 * a copy is kept as a script that runs the program with the words that it is given.
 */
import { isOwnFile } from '../engine/system-folders.ts';
import { isPrefix, programName } from './command-words.ts';
import { mayRunProgram } from './program-call.ts';
import { namesShell } from './shell-names.ts';
import { quotedWord } from './variables.ts';

/** The script that a file of this name stands for, or null when it is of another kind. */
export function copiedTool(from: string, to: string): string | null {
  const isRunner = namesShell(from) || (from.startsWith('/') && runsOthers(from));
  if (!isRunner || isOwnFile(from) || runsOthers(programName(to))) return null;
  const name = namesShell(from) ? 'sh' : quotedWord(programName(from));
  return `${name} "$@"\n`;
}

function runsOthers(word: string): boolean {
  const name = programName(word);
  return isPrefix(name) || mayRunProgram(name);
}
