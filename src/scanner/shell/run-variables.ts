/** Variables whose value a shell or a tool that it calls runs by itself. */
import { IDLE } from './context.ts';
import type { SpecialHost } from './special-commands.ts';
import type { Span } from './syntax-tree.ts';
import type { Field } from './variables.ts';

type RunVariable =
  /** A command line. */
  | 'text'
  /** A file of commands. */
  | 'file'
  /** A text whose substitutions are made each time that it is shown. */
  | 'prompt'
  /** A command line behind a `|`. */
  | 'pipe';

const VARIABLES: ReadonlyMap<string, RunVariable> = new Map([
  ...named('file', 'BASH_ENV ENV'),
  ...named('prompt', 'PS0 PS1 PS2 PS4 PROMPT'),
  ...named('pipe', 'LESSOPEN LESSCLOSE'),
  ...named(
    'text',
    'PROMPT_COMMAND PAGER MANPAGER EDITOR VISUAL FCEDIT BROWSER SSH_ASKPASS SUDO_ASKPASS ' +
      'GIT_SSH GIT_SSH_COMMAND GIT_EDITOR GIT_SEQUENCE_EDITOR GIT_PAGER GIT_ASKPASS GIT_EXTERNAL_DIFF ' +
      'GIT_PROXY_COMMAND RSYNC_RSH CVS_RSH RUSTC_WRAPPER RUSTC_WORKSPACE_WRAPPER ' +
      'CARGO_BUILD_RUSTC_WRAPPER',
  ),
]);

function named(kind: RunVariable, names: string): readonly (readonly [string, RunVariable])[] {
  return names.split(' ').map((name) => [name, kind] as const);
}

/** The script that a variable of this name and value comes to, or null when nothing runs it. */
export function variableScript(name: string, value: string): string | null {
  const kind = VARIABLES.get(name);
  if (kind === undefined || value === '') return null;
  if (kind === 'file' || kind === 'prompt') {
    // Both are expanded first: `BASH_ENV='$(a b)'` runs `a b`, whatever file that names.
    const expands = value.includes('$(') || value.includes('`');
    if (kind === 'prompt') return expands ? `: "${value}"` : null;
    const isWhole = value.startsWith('/') || value.startsWith('$');
    return expands ? `. "${value}"` : isWhole ? `. ${value}` : `. ./${value}`;
  }
  return kind === 'pipe' ? value.slice(value.indexOf('|') + 1) : value;
}

/** Runs what is assigned to a variable that something runs by itself. */
export function runAssigned(name: string, value: string, host: SpecialHost, span: Span): void {
  const script = variableScript(name, value);
  if (script !== null) host.runScript(script, span, IDLE);
}

/** The same for `export A=b`. */
export function runExported(words: readonly Field[], host: SpecialHost, span: Span): void {
  for (const { text } of words) {
    const equals = text.indexOf('=');
    if (equals > 0) runAssigned(text.slice(0, equals), text.slice(equals + 1), host, span);
  }
}
