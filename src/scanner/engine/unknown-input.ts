import { SHELL_WORDS_MAX } from '../shell/pipe.ts';
import { isShellName, namesShell } from '../shell/shell-names.ts';
import type { ShellRun, SimpleCommand, Word } from '../shell/shell-run.ts';
import { programOf } from './program.ts';

/**
 * A shell that is given neither a text nor a file runs its standard input, here the output of a
 * command that is not known. What `curl` gives it has a sentence of its own, and `command: bash` of
 * a container waits for somebody to type: nothing feeds it.
 */
export function runsUnknownText(run: ShellRun): boolean {
  if (run.fetched.some(({ executed, path }) => executed && path === null)) return false;
  if (!run.commands.some(isBareShell)) return false;
  const sources = new Set(run.commands.map(({ origin }) => origin.source));
  return [...sources].some(({ text }) => FEEDS.some((mark) => text.includes(mark)));
}

function isBareShell({ words, input, layers }: SimpleCommand): boolean {
  if (words.length > SHELL_WORDS_MAX || !words.some(endsLikeShell)) return false;
  const { name, arguments: given, image } = programOf(words);
  const isBare = given.every((word) => word === '-' || word === '-s' || word === '-e');
  return isBare && image === '' && input === null && layers.length === 0 && isShellName(name);
}

/** A pipe and a redirection. */
const FEEDS = ['|', '<'] as const;

/** Asked first, since nearly no command has such a word. */
function endsLikeShell({ text }: Word): boolean {
  return text.endsWith('sh') || ((text[0] === '$' || text[0] === '/') && namesShell(text));
}
