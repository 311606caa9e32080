/**
 * Command lines that `git` runs by itself: aliases, settings that name a program, and the commands
 * of `bisect run`, `rebase --exec`, `submodule foreach` and `filter-branch`.
 */
import { argumentsOf, valuesOf } from './arguments.ts';
import { quotedWord } from './variables.ts';

/** Settings whose value a shell runs, by their whole name. */
const SETTINGS: ReadonlySet<string> = new Set(
  (
    'core.pager core.editor core.sshcommand core.fsmonitor core.askpass core.gitproxy ' +
    'core.alternaterefscommand sequence.editor diff.external interactive.difffilter ' +
    'credential.helper uploadpack.packobjectshook gpg.program'
  ).split(' '),
);
/** The same of settings with a name of their own in the middle: `filter.x.clean`. */
const NAMED_SETTINGS: ReadonlySet<string> = new Set([
  ...['clean', 'smudge', 'process', 'textconv', 'command', 'driver', 'cmd', 'helper'],
]);
const EXEC_OPTIONS = ['-x', '--exec', '--extcmd'];
const FILTER_OPTIONS = [
  ...['--setup', '--env-filter', '--tree-filter', '--index-filter', '--parent-filter'],
  ...['--msg-filter', '--commit-filter', '--tag-name-filter'],
];
/** Verbs behind whose second word a command line stands. */
const RUNNERS: Readonly<Record<string, string>> = { bisect: 'run', submodule: 'foreach' };

/** What `git` with these words behind its name gives to a shell. */
export function gitCommands(given: readonly string[]): readonly string[] {
  const global = argumentsOf(given, '-c -C --git-dir --work-tree --namespace');
  const [verb = '', ...operands] = global.operands;
  const verbAt = given.indexOf(verb);
  const found = valuesOf(global, ['-c']).flatMap(inlineSetting);
  if (verb === 'config') return [...found, ...storedSetting(operands)];
  if (verb === 'rebase' || verb === 'difftool') {
    const own = argumentsOf(given.slice(verbAt + 1), EXEC_OPTIONS.join(' '));
    return [...found, ...valuesOf(own, EXEC_OPTIONS)];
  }
  if (verb === 'filter-branch') {
    const own = argumentsOf(given.slice(verbAt + 1), FILTER_OPTIONS.join(' '));
    return [...found, ...valuesOf(own, FILTER_OPTIONS)];
  }
  return [...found, ...behindVerb(verb, given.slice(verbAt + 1))];
}

/** `bisect run a b` runs its words, `submodule foreach 'a b'` a text. */
function behindVerb(verb: string, words: readonly string[]): readonly string[] {
  const second = Object.hasOwn(RUNNERS, verb) ? RUNNERS[verb] : undefined;
  const at = second === undefined ? -1 : words.indexOf(second);
  if (at < 0) return [];
  const rest = words.slice(at + 1).filter((word, i) => i > 0 || !word.startsWith('-'));
  if (rest.length === 0) return [];
  return [rest.length === 1 ? (rest[0] as string) : rest.map(quotedWord).join(' ')];
}

/** `-c core.pager='a b'` */
function inlineSetting(pair: string): readonly string[] {
  const equals = pair.indexOf('=');
  return equals < 0 ? [] : valueRun(pair.slice(0, equals), pair.slice(equals + 1));
}

/** `git config [set] core.pager 'a b'` */
function storedSetting(operands: readonly string[]): readonly string[] {
  const [key = '', value = ''] = operands[0] === 'set' ? operands.slice(1) : operands;
  return valueRun(key, value);
}

function valueRun(key: string, value: string): readonly string[] {
  const name = key.toLowerCase();
  const isShell = value.startsWith('!');
  const line = isShell ? value.slice(1) : value;
  if (line === '') return [];
  // An alias without `!` is a verb of git's own.
  if (name.startsWith('alias.')) return isShell ? [line] : [];
  const parts = name.split('.');
  const isNamed = parts.length > 2 && NAMED_SETTINGS.has(parts.at(-1) ?? '');
  return isNamed || parts[0] === 'pager' || SETTINGS.has(name) ? [line] : [];
}
