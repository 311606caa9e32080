/**
 * Commands that run, write or define something in a way of their own: `alias`, `at`, `crontab`,
 * `dd`, `envsubst`, `sed -i`, `ssh`, and tools that are given a command line as one word.
 */
import { pattern } from '../../base/regex.ts';
import { argumentsOf, valuesOf } from './arguments.ts';
import { awkCommands, awkOutput, awkTarget } from './awk.ts';
import type { Context } from './context.ts';
import { IDLE } from './context.ts';
import { gitCommands } from './git-commands.ts';
import { knownOutput } from './known-output.ts';
import { type Printed, textOfPrinted } from './printed.ts';
import type { ShellRecord } from './record.ts';
import { applySed } from './sed.ts';
import { sedCommands } from './sed-commands.ts';
import { NO_FETCHES, NOTHING, type Stream, UNKNOWN } from './stream.ts';
import type { Span } from './syntax-tree.ts';
import { contentOf, type ToolContext } from './tool-context.ts';
import { type Field, fieldOf, type Variables, valueOfFields } from './variables.ts';

/** What these commands need of the run around them. */
export interface SpecialHost {
  readonly variables: Variables;
  readonly record: ShellRecord;
  readonly layers: readonly string[];
  folderPath(path: string): string;
  readonly spend: (units: number) => boolean;
  valueIn(text: string): string;
  runScript(text: string, span: Span, context: Context): Stream;
  writeText(path: string, text: string, span: Span): void;
}

interface Call {
  readonly name: string;
  readonly words: readonly Field[];
  /** Texts of the words behind the name. */
  readonly given: readonly string[];
  readonly host: SpecialHost;
  readonly span: Span;
  readonly context: Context;
}

type Handler = (call: Call) => Stream | null;

/** Whether a command of this name is one of these. */
export function isSpecial(name: string): boolean {
  return Object.hasOwn(HANDLERS, name);
}

/** What the command prints, or null when it is none of these. */
export function runSpecial(
  name: string,
  words: readonly Field[],
  host: SpecialHost,
  span: Span,
  context: Context,
): Stream | null {
  const handler = Object.hasOwn(HANDLERS, name) ? HANDLERS[name] : undefined;
  if (!handler) return null;
  const given = words.slice(1).map(({ text }) => text);
  return handler({ name, words, given, host, span, context });
}

/** Each of their operands is a command line. */
const RUNNERS = new Set(['concurrently', 'start-server-and-test', 'hyperfine', 'run-p', 'run-s']);

const HANDLERS: Readonly<Record<string, Handler>> = {
  at: scheduled,
  batch: scheduled,
  parallel,
  crontab,
  dd,
  envsubst,
  sed,
  awk,
  gunzip: unpackFile,
  gzip: unpackFile,
  unzstd: unpackFile,
  zstd: unpackFile,
  brotli: unpackFile,
  unpigz: unpackFile,
  openssl: decodeFile,
  xxd: decodeFile,
  gawk: awk,
  mawk: awk,
  mapfile,
  readarray: mapfile,
  ssh,
  git,
  ...Object.fromEntries(
    Object.entries({
      npx: '-c --call',
      npm: '-c --call',
      'nix-shell': '--run --command',
      flock: '-c --command',
      tar: '--checkpoint-action --to-command --use-compress-program -I -F',
      rsync: '-e --rsh',
      man: '-P --pager -H --html',
      sort: '--compress-program',
      wget: '--use-askpass',
      nodemon: '--exec -x',
      watchexec: '--exec',
      gdb: '-ex',
      start: '/c',
      cmd: '/c /C',
      wsl: '-e',
    }).map(([name, options]) => [name, (call: Call) => runOption(call, options)]),
  ),
  ...Object.fromEntries([...RUNNERS].map((name) => [name, runOperands])),
};

function textIn({ context }: Call): string | null {
  const rest = context.input?.rest ?? null;
  return rest === null ? null : textOfPrinted(rest);
}

/** Standard input is a script. */
function runInput(call: Call): Stream | null {
  const text = textIn(call);
  return text === null ? null : call.host.runScript(text, call.span, IDLE);
}

/** `at -f FILE now`, else a script from standard input. */
function scheduled(call: Call): Stream | null {
  const { given, host, span } = call;
  const [path] = valuesOf(argumentsOf(given, '-f -q -t'), ['-f']);
  if (path === undefined) return runInput(call);
  const content = host.record.dataOf(host.folderPath(path));
  return content === null ? null : host.runScript(textOfPrinted(content), span, IDLE);
}

/** `parallel COMMAND ::: A B`, `parallel ::: 'COMMAND'`, and command lines from standard input. */
function parallel(call: Call): Stream | null {
  const at = call.given.findIndex((word) => word.startsWith(':::'));
  if (at < 0) return runInput(call);
  const { operands } = argumentsOf(call.given.slice(0, at), '-j -P -n -N -I --jobs --delay');
  const command = operands.join(' ');
  for (const word of call.given.slice(at + 1, at + 1 + WORDS_MAX)) {
    const line = command.includes('{}') ? command.replaceAll('{}', word) : `${command} ${word}`;
    call.host.runScript(line, call.span, IDLE);
  }
  return UNKNOWN;
}

const WORDS_MAX = 64;

/** A table that is loaded from a file or from standard input, which is looked at as input too. */
function crontab(call: Call): Stream | null {
  const { words, given, host, span } = call;
  const { operands } = argumentsOf(given, '-u');
  const [path = '-'] = operands;
  const made = words.find(({ text }) => text === path)?.file ?? null;
  const content = made ?? (path === '-' ? null : host.record.dataOf(host.folderPath(path)));
  if (content !== null) host.record.addCode(textOfPrinted(content), span, host.layers);
  const text = content === null ? textIn(call) : textOfPrinted(content);
  for (const line of (text ?? '').split('\n', LINES_MAX)) {
    const command = cronCommand(line);
    if (command !== '') host.runScript(command, span, IDLE);
  }
  return null;
}

/** What a line of a table gives to a shell, behind five fields of time or one name. */
function cronCommand(line: string): string {
  const isComment = line.startsWith('#') || line.trim() === '';
  let at = 0;
  for (let left = line.startsWith('@') ? 1 : TIME_FIELDS; left > 0 && !isComment; left--) {
    while (isBlank(line[at])) at++;
    while (at < line.length && !isBlank(line[at])) at++;
  }
  return isComment ? '' : line.slice(at).trim();
}

const TIME_FIELDS = 5;

function isBlank(c: string | undefined): boolean {
  return c === ' ' || c === '\t';
}

/** `dd if=a of=b`. */
function dd(call: Call): Stream | null {
  const value = (name: string): string | undefined =>
    call.given.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
  const from = value('if');
  const to = value('of');
  const read = from === undefined ? textIn(call) : null;
  const content: Printed | null =
    from === undefined ? read : call.host.record.dataOf(call.host.folderPath(from));
  if (content === null) return null;
  if (to === undefined) return { data: content, dynamic: false, fetches: NO_FETCHES };
  call.host.writeText(to, textOfPrinted(content), call.span);
  return NOTHING;
}

/** `gunzip x.gz` leaves `x`; with `-c` it prints, and that is a tool like others. */
function unpackFile({ name, given, host, span }: Call): Stream | null {
  const { options, operands } = argumentsOf(given, '-o -S --suffix');
  const flags = options.map(([option]) => option).join('');
  const isPrinted = flags.includes('c') || flags.includes('--stdout');
  const unpacks = name.startsWith('un') || name === 'gunzip' || flags.includes('d');
  const [path] = operands;
  if (isPrinted || !unpacks || path === undefined) return null;
  const printed = toolOutput(name, [...given, '-c'], host);
  const dot = path.lastIndexOf('.');
  if (printed !== null) host.writeText(dot > 0 ? path.slice(0, dot) : path, printed, span);
  return NOTHING;
}

/** `openssl … -out FILE`, `xxd -r -p IN OUT`. */
function decodeFile({ name, given, host, span }: Call): Stream | null {
  const { operands } = argumentsOf(given, '-in -out -s -l -c -k -pass');
  const at = given.indexOf('-out');
  const path = name === 'xxd' ? operands[1] : at < 0 ? undefined : given[at + 1];
  if (path === undefined) return null;
  const argument = name === 'xxd' ? given.filter((word) => word !== path) : given;
  const printed = toolOutput(name, argument, host);
  if (printed !== null) host.writeText(path, printed, span);
  return NOTHING;
}

function toolContext(host: SpecialHost, { input }: Context): ToolContext {
  return {
    input: input?.rest ?? null,
    file: (path) => host.record.dataOf(host.folderPath(path)),
    unread: (problem) => host.record.unread(problem),
    spend: host.spend,
  };
}

/** What a tool makes of the files that it names. */
function toolOutput(name: string, given: readonly string[], host: SpecialHost): string | null {
  const printed = knownOutput(name, given, toolContext(host, IDLE));
  return printed === null ? null : textOfPrinted(printed);
}

function envsubst(call: Call): Stream | null {
  const text = textIn(call);
  if (text === null) return null;
  return { data: call.host.valueIn(text), dynamic: true, fetches: NO_FETCHES };
}

/** `sed` may run commands, and with `-i` it changes files written here or of the tree. */
function sed(call: Call): Stream | null {
  const { given, host, span, context } = call;
  const parsed = argumentsOf(given, '-e --expression -f');
  const named = valuesOf(parsed, ['-e', '--expression']);
  const scripts = named.length > 0 ? named : parsed.operands.slice(0, 1);
  const files = named.length > 0 ? parsed.operands : parsed.operands.slice(1);
  const flags = parsed.options.map(([name]) => name).join('');
  const isExtended = flags.includes('E') || flags.includes('r');
  const how = { isExtended, isQuiet: false, spend: host.spend };
  const around = toolContext(host, context);
  for (const command of sedCommands(scripts, () => contentOf(files, around), how)) {
    host.runScript(command, span, IDLE);
  }
  if (!given.some((word) => word.startsWith('-i') || word.startsWith('--in-place'))) return null;
  for (const file of files.slice(0, WORDS_MAX)) {
    const content = around.file(file);
    let text = content === null ? null : textOfPrinted(content);
    for (const script of scripts) text = text === null ? null : applySed(script, text, how);
    if (text !== null) host.writeText(file, text, span);
  }
  return NOTHING;
}

/** `awk` may run commands and write files on its way. */
function awk({ given, host, span, context }: Call): Stream | null {
  const program = argumentsOf(given, '-v -F -f').operands[0] ?? '';
  const isRunning = program.includes('system') || program.includes('|');
  if (!isRunning && !program.includes('>')) return null;
  const around = toolContext(host, context);
  if (isRunning) {
    for (const command of awkCommands(given, around)) host.runScript(command, span, IDLE);
  }
  const target = awkTarget(program);
  const printed = target === null ? null : awkOutput(given, { ...around, input: null });
  if (target !== null && printed !== null) host.writeText(target, printed, span);
  return target === null ? null : NOTHING;
}

/** `mapfile -t NAME` takes the lines of its input as elements. */
function mapfile(call: Call): Stream | null {
  const text = textIn(call);
  const { operands } = argumentsOf(call.given, '-d -n -O -s -u -c -C');
  if (text === null) return null;
  const lines = (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
  const elements = lines.slice(0, LINES_MAX).map((line) => fieldOf(line));
  call.host.variables.set(operands[0] ?? 'MAPFILE', valueOfFields(elements));
  return NOTHING;
}

const LINES_MAX = 1_000;
const SSH_VALUED = '-b -c -D -E -e -F -I -i -J -L -l -m -O -o -p -Q -R -S -W -w';

/** Settings of `ssh -o` that name a command line of this machine. */
const SSH_COMMAND = pattern(
  '^(?:proxycommand|localcommand|knownhostscommand)[= ] {0,8}(.{1,4096})$',
  'i',
);

/** The words behind the host are a command line for its shell. */
function ssh({ words, host, span, context }: Call): Stream | null {
  const { options, operands } = argumentsOf(
    words.slice(1).map(({ text }) => text),
    SSH_VALUED,
  );
  for (const [option, value] of options) {
    const setting = option.length > 2 ? `${option.slice(2)}=${value}` : value;
    const line = SSH_COMMAND.exec(setting)?.[1];
    if (line !== undefined) host.runScript(line, span, IDLE);
  }
  const command = operands.slice(1).join(' ');
  return command === '' ? null : host.runScript(command, span, context);
}

function git({ given, host, span }: Call): Stream | null {
  for (const line of gitCommands(given)) host.runScript(line, span, IDLE);
  return null;
}

/** A command line that is an option's value: `npx -c 'COMMAND'`. */
function runOption(call: Call, valued: string): Stream | null {
  const { given, host, span } = call;
  if (RUNNERS.has(given[0] ?? '')) return runOperands({ ...call, given: given.slice(1) });
  const parsed = argumentsOf(
    given.map((word) => word.replace('/', '-')),
    valued.replaceAll('/', '-'),
  );
  for (const value of valuesOf(parsed, valued.replaceAll('/', '-').split(' '))) {
    const text = value.startsWith('exec=') ? value.slice('exec='.length) : value;
    if (text.includes(' ')) host.runScript(text, span, IDLE);
  }
  return null;
}

/** Every operand is a command line. */
function runOperands({ given, host, span }: Call): Stream | null {
  const { operands } = argumentsOf(given, '-n -c --names --prefix --warmup --runs -w -r');
  for (const text of operands.slice(0, WORDS_MAX)) {
    if (text.includes(' ')) host.runScript(text, span, IDLE);
  }
  return null;
}
