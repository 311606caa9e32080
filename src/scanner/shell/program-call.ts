/** How a command runs another text: a shell, an interpreter, a script of its own. */
import { isOwnFile } from '../engine/system-folders.ts';
import { programName } from './command-words.ts';
import { isShellName, namesShell } from './shell-names.ts';
import type { Field } from './variables.ts';

/** What an interpreter is given to run. */
export type ProgramCall =
  /** `sh -c TEXT`, `eval TEXT`. */
  | {
      readonly kind: 'text';
      readonly language: Language;
      readonly text: Field;
      /** `$0`, `$1` …, or null when the text keeps those around it. */
      readonly positional: readonly Field[] | null;
      /** It runs in the shell of its caller. */
      readonly sourced: boolean;
    }
  /** A program read from standard input. */
  | {
      readonly kind: 'input';
      readonly language: Language;
      readonly positional: readonly Field[];
      readonly sourced: boolean;
    }
  | {
      readonly kind: 'file';
      readonly language: Language;
      readonly path: Field;
      readonly positional: readonly Field[] | null;
      readonly sourced: boolean;
    }
  /** A module of Python by its path without an ending; nearly always one that is installed. */
  | { readonly kind: 'module'; readonly path: Field; readonly positional: readonly Field[] };

/** `encoded-powershell` is base64 of UTF-16, as `-EncodedCommand` takes it; `code` is any other. */
export type Language = 'shell' | 'powershell' | 'encoded-powershell' | 'code';

const POWERSHELLS = new Set(['pwsh', 'powershell']);
/** Option that carries a program, by interpreter. */
const INTERPRETERS: Readonly<Record<string, string>> = {
  python: '-c',
  python2: '-c',
  python3: '-c',
  pypy3: '-c',
  node: '-e',
  nodejs: '-e',
  deno: '-e',
  bun: '-e',
  perl: '-e',
  ruby: '-e',
  php: '-r',
  lua: '-e',
};

/** What the words run, or null when they are no interpreter's. Prefixes are stripped already. */
export function programCall(words: readonly Field[]): ProgramCall | null {
  const first = words[0];
  if (!first) return null;
  const name = programName(first.text);
  if (isShellName(name)) return shellCall(words);
  if (POWERSHELLS.has(name.toLowerCase())) return powershellCall(words);
  if (name === 'eval') return evalCall(words);
  if (name === 'source' || name === '.') return sourceCall(words);
  if (TEXT_RUNNERS.has(name)) return commandOption(words);
  if (name === 'trap') {
    const handler = words[words[1]?.text === '--' ? 2 : 1];
    if ((handler?.text ?? '') !== '') return textCall(handler, true);
  }
  const option = interpreterOption(name);
  if (option !== null && !isToolVerb(name, words)) return interpreterCall(words, option);
  // `/usr/bin/printf` is the machine's tool and no file of the job; what it prints may be known.
  const isFile = isOwnFile(first.text) && !first.text.startsWith('-');
  return isFile
    ? { kind: 'file', language: 'shell', path: first, positional: words, sourced: false }
    : null;
}

/** Whether a command that begins with this word may run something; where not, it runs nothing. */
export function mayRunProgram(word: string): boolean {
  const name = programName(word);
  const isShell = isShellName(name) || POWERSHELLS.has(name.toLowerCase()) || RUNNERS.has(name);
  return isShell || interpreterOption(name) !== null || word.includes('/');
}

/** They run the text behind their `-c`. */
const TEXT_RUNNERS = new Set(['su', 'runuser', 'script', 'sg', 'capsh']);
const RUNNERS = new Set(['eval', 'source', '.', 'trap', ...TEXT_RUNNERS]);

/** Options of interpreters with a value of their own. */
const INTERPRETER_VALUED = new Set(
  '-W -X -r -I -d -C -E -M --require --import --loader --env-file --config'.split(' '),
);

/** `bun install`, `deno task x`: interpreters that are tools as well. */
const TOOL_VERBS = new Set(
  'install i add ci run test task lint fmt check compile x create init upgrade'.split(' '),
);

function isToolVerb(name: string, words: readonly Field[]): boolean {
  return (name === 'bun' || name === 'deno') && TOOL_VERBS.has(words[1]?.text ?? '');
}

/** `python3.12` is `python3`. */
function interpreterOption(name: string): string | null {
  const dot = name.indexOf('.');
  const family = dot < 0 ? name : name.slice(0, dot);
  return Object.hasOwn(INTERPRETERS, family) ? (INTERPRETERS[family] as string) : null;
}

function isStandardInput(path: string): boolean {
  return (
    path === '-' || path === '/dev/stdin' || path === '/dev/fd/0' || path === '/proc/self/fd/0'
  );
}

const SHELL_VALUED = new Set(['-o', '+o', '-O', '+O', '--rcfile', '--init-file']);

function shellCall(words: readonly Field[]): ProgramCall {
  const language = 'shell';
  let at = 1;
  let command = false;
  let input = false;
  let startup: Field | undefined;
  for (; at < words.length; at++) {
    const word = words[at]?.text ?? '';
    if (word === '--' || word === '-') {
      at++;
      break;
    }
    if (SHELL_VALUED.has(word)) {
      if (word.endsWith('file')) startup = words[at + 1];
      at++;
    } else if (word.startsWith('--')) continue;
    else if (word.startsWith('-') || word.startsWith('+')) {
      if (word.startsWith('-') && word.includes('c')) command = true;
      if (word.startsWith('-') && word.includes('s')) input = true;
      // The name of the option stands behind a cluster such as `-eo pipefail`.
      if (word.length > 2 && word.endsWith('o')) at++;
    } else break;
  }
  const operand = words[at];
  const positional = words.slice(at);
  if (command && operand) {
    const own = words.slice(at + 1);
    return { kind: 'text', language, text: operand, positional: own, sourced: false };
  }
  if (startup && !operand) {
    return { kind: 'file', language, path: startup, positional: null, sourced: true };
  }
  const shell = words[0] as Field;
  const sourced = false;
  if (!operand || input) {
    return { kind: 'input', language, positional: [shell, ...positional], sourced };
  }
  if (isStandardInput(operand.text)) return { kind: 'input', language, positional, sourced };
  return { kind: 'file', language, path: operand, positional, sourced };
}

/** `eval` joins its words and reads them again. */
function evalCall(words: readonly Field[]): ProgramCall | null {
  const rest = words.slice(words[1]?.text === '--' ? 2 : 1);
  if (rest.length === 0) return null;
  const text = rest.map((word) => word.text).join(' ');
  const dynamic = rest.some((word) => word.dynamic);
  const fetches = rest.flatMap((word) => word.fetches);
  const unknown = rest.length === 1 && rest[0]?.unknown === true;
  const joined: Field = { text, dynamic, fetches, unknown, file: null };
  return { kind: 'text', language: 'shell', text: joined, positional: null, sourced: true };
}

function sourceCall(words: readonly Field[]): ProgramCall | null {
  const path = words[1];
  if (!path) return null;
  const positional = words.slice(1);
  const sourced = true;
  if (isStandardInput(path.text)) return { kind: 'input', language: 'shell', positional, sourced };
  // Without arguments of its own a sourced file sees those of its caller.
  const own = positional.length > 1 ? positional : null;
  return { kind: 'file', language: 'shell', path, positional: own, sourced };
}

function textCall(text: Field | undefined, sourced: boolean): ProgramCall | null {
  return text ? { kind: 'text', language: 'shell', text, positional: null, sourced } : null;
}

/** `su -c TEXT user`, `script -qc TEXT /dev/null`, `su --command=TEXT`, `su -cTEXT`. */
function commandOption(words: readonly Field[]): ProgramCall | null {
  for (const [i, word] of words.entries()) {
    const { text } = word;
    const joined = JOINED_COMMANDS.find((option) => text.startsWith(option));
    const isLong = text.startsWith('--');
    if (text === '--command' || (isTextOption(text) && !isLong))
      return textCall(words[i + 1], false);
    if (joined !== undefined) return textCall({ ...word, text: text.slice(joined.length) }, false);
  }
  return null;
}

const JOINED_COMMANDS = ['--command=', '--session-command=', '-c'];
/** Letters of one word with `-c`. */
const CLUSTER_LENGTH_MAX = 8;

function isTextOption(word: string): boolean {
  return word.startsWith('-') && word.endsWith('c') && word.length <= CLUSTER_LENGTH_MAX;
}

/**
 * The words of a shell among those of another command that is given a text: whatever runs a program
 * with its words, `prlimit --nproc=4 sh -c TEXT`, runs this one.
 */
export function shellWithin(words: readonly Field[]): readonly Field[] | null {
  for (let at = 1; at + 2 < words.length; at++) {
    const option = words[at + 1]?.text ?? '';
    if (isTextOption(option) && namesShell(words[at]?.text ?? '')) return words.slice(at);
  }
  return null;
}

function interpreterCall(words: readonly Field[], option: string): ProgramCall | null {
  const language = 'code';
  for (let at = 1; at < words.length; at++) {
    const word = words[at] as Field;
    const { text } = word;
    if (!text.startsWith('-') || isStandardInput(text)) {
      const positional = words.slice(at);
      return isStandardInput(text)
        ? { kind: 'input', language, positional, sourced: false }
        : { kind: 'file', language, path: word, positional, sourced: false };
    }
    // `-e`, and clusters such as `-ne`; `-m module` runs no text.
    const letter = option[1] as string;
    const program = !text.startsWith('--') && (text === option || text.endsWith(letter));
    const long = text === '--eval' || text === '--print' || text === '-p';
    if (program || (long && option === '-e')) {
      const code = words[at + 1];
      if (code) {
        const printed = { ...code, text: wholeProgram(code.text, words.slice(1, at + 1), option) };
        // A language counts its arguments from the program's own name.
        const positional = [words[0] as Field, ...words.slice(at + 2)];
        return { kind: 'text', language, text: printed, positional, sourced: false };
      }
    }
    if (text === '-m') return moduleCall(words, at + 1);
    if (INTERPRETER_VALUED.has(text)) {
      at++;
    }
  }
  return { kind: 'input', language, positional: words.slice(0, 1), sourced: false };
}

/** What a program on the command line comes to with what its options put around it. */
function wholeProgram(code: string, options: readonly Field[], option: string): string {
  const last = options.at(-1)?.text ?? '';
  if (last === '-p' || last === '--print') return `puts(${code})`;
  const letters = options.map(({ text }) => (text.startsWith('--') ? '' : text)).join('');
  // `-n` and `-p` of Perl and Ruby give each line to the program.
  if (option !== '-e' || !(letters.includes('n') || letters.includes('p'))) return code;
  const isPrinted = letters.includes('p');
  return `$_ = STDIN;\n${code}${isPrinted ? ';\nprint $_;' : ''}`;
}

/** `python -m pkg.tool` runs `pkg/tool.py` or `pkg/tool/__main__.py` when the tree has them. */
function moduleCall(words: readonly Field[], at: number): ProgramCall | null {
  const name = words[at];
  if (!name) return null;
  const path = { ...name, text: name.text.replaceAll('.', '/') };
  return { kind: 'module', path, positional: words.slice(at) };
}

/** `-EncodedCommand` may be cut down to `-e`, `-Command` to `-c`, `-File` to `-f`. */
function powershellCall(words: readonly Field[]): ProgramCall {
  const language = 'powershell';
  for (let at = 1; at < words.length; at++) {
    const word = words[at] as Field;
    const option = word.text.toLowerCase().replace('/', '-');
    const next = words[at + 1];
    if (next && isShortened(option, '-encodedcommand', 2)) {
      const encoded = 'encoded-powershell';
      return { kind: 'text', language: encoded, text: next, positional: null, sourced: false };
    }
    if (next && isShortened(option, '-command', 2)) {
      const rest = words.slice(at + 1);
      const text: Field = { ...next, text: rest.map((w) => w.text).join(' ') };
      return { kind: 'text', language, text, positional: null, sourced: false };
    }
    if (next && isShortened(option, '-file', 2)) {
      const positional = words.slice(at + 1);
      return { kind: 'file', language, path: next, positional, sourced: false };
    }
    if (!option.startsWith('-')) {
      const positional = words.slice(at);
      return { kind: 'file', language, path: word, positional, sourced: false };
    }
    if (option === '-ep' || POWERSHELL_VALUED.some((name) => isShortened(option, name, 2))) at++;
  }
  return { kind: 'input', language, positional: [], sourced: false };
}

const POWERSHELL_VALUED = [
  '-executionpolicy',
  '-windowstyle',
  '-inputformat',
  '-outputformat',
  '-version',
];

function isShortened(option: string, name: string, least: number): boolean {
  if (option === '-ec' || option === '-enc') return name === '-encodedcommand';
  return option.length >= least && name.startsWith(option);
}
