/** Texts that a shell or git runs by itself, since a variable or a setting says so. */
import { IDLE } from './context.ts';
import type { SpecialHost } from './special-commands.ts';
import type { Span } from './syntax-tree.ts';
import type { Field } from './variables.ts';

/** Runs what is assigned to a variable that something runs by itself. */
export function runAssigned(name: string, value: string, host: SpecialHost, span: Span): void {
  const kind = Object.hasOwn(RUN_VARIABLES, name) ? RUN_VARIABLES[name] : undefined;
  if (kind !== undefined && value !== '') host.runScript(LINES[kind](value), span, IDLE);
}

/** The same for `export A=b`. */
export function runExported(words: readonly Field[], host: SpecialHost, span: Span): void {
  for (const { text } of words) {
    const equals = text.indexOf('=');
    if (equals > 0) runAssigned(text.slice(0, equals), text.slice(equals + 1), host, span);
  }
}

/**
 * text    a command line
 * file    a script
 * prompt  a text that is expanded, so that `$(COMMAND)` runs
 */
type RunVariable = 'text' | 'file' | 'prompt';

const LINES: Readonly<Record<RunVariable, (value: string) => string>> = {
  text: (value) => value,
  file: (value) => (value.startsWith('/') || value.startsWith('$') ? `. ${value}` : `. ./${value}`),
  prompt: (value) => `: <<PROMPT\n${value}\nPROMPT\n`,
};

/** Of the shell, of git, and of tools that open a file or a connection for somebody. */
const RUN_VARIABLES: Readonly<Record<string, RunVariable>> = {
  PROMPT_COMMAND: 'text',
  PS0: 'prompt',
  PS1: 'prompt',
  PS4: 'prompt',
  BASH_ENV: 'file',
  ENV: 'file',
  GIT_SSH_COMMAND: 'text',
  GIT_SSH: 'text',
  GIT_EDITOR: 'text',
  GIT_SEQUENCE_EDITOR: 'text',
  GIT_PAGER: 'text',
  GIT_EXTERNAL_DIFF: 'text',
  GIT_ASKPASS: 'text',
  EDITOR: 'text',
  VISUAL: 'text',
  PAGER: 'text',
  MANPAGER: 'text',
  RSYNC_RSH: 'text',
};

/** Settings of git whose value is a command line. */
const GIT_SETTINGS: ReadonlySet<string> = new Set([
  ...['core.pager', 'core.editor', 'core.sshcommand', 'core.fsmonitor', 'core.askpass'],
  ...['sequence.editor', 'diff.external', 'interactive.difffilter', 'gpg.program'],
]);
/** The last part of settings with a name in them: `filter.x.clean`, `mergetool.x.cmd`. */
const GIT_NAMED_SETTINGS = ['.clean', '.smudge', '.process', '.cmd', '.textconv', '.driver'];

/** Command lines among the words of git that it runs some time. */
export function gitConfigured(given: readonly string[]): readonly string[] {
  return given.flatMap((word, i) => {
    const equals = word.indexOf('=');
    const name = (equals < 0 ? word : word.slice(0, equals)).toLowerCase();
    const value = equals < 0 ? (given[i + 1] ?? '') : word.slice(equals + 1);
    if (name.startsWith('alias.') || name === 'credential.helper') {
      return value.startsWith('!') ? [value.slice(1)] : [];
    }
    const isNamed = GIT_NAMED_SETTINGS.some((end) => name.endsWith(end)) && !name.includes('/');
    const isSetting = GIT_SETTINGS.has(name) || name.startsWith('pager.') || isNamed;
    return isSetting && value !== '' ? [value] : [];
  });
}
