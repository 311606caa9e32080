/** Commands that change what later words come to: variables, folders, copies of files. */

import { blankWords } from './blank-words.ts';
import type { Scope } from './context.ts';
import { copiedTool } from './copied-tool.ts';
import { textOfPrinted } from './printed.ts';
import { formatPrintf } from './printf.ts';
import type { ShellRecord } from './record.ts';
import { type Input, NO_FETCHES } from './stream.ts';
import type { Span } from './syntax-tree.ts';
import { type Field, fieldOf, type Variables, valueOfFields } from './variables.ts';

/** What builtins change. */
export interface BuiltinHost {
  readonly variables: Variables;
  readonly record: ShellRecord;
  readonly scope: Scope;
  readonly functions: { unset(name: string): void };
  enter(path: string): void;
  alias(name: string, text: string): void;
  calculated(text: string): number | null;
  inputOf(number: number): Input | null;
  folderPath(path: string): string;
  readPath(path: string): string;
}

interface Call {
  readonly words: readonly Field[];
  readonly host: BuiltinHost;
  readonly input: Input | null;
  readonly span: Span;
}

const BUILTINS: Readonly<Record<string, (call: Call) => boolean>> = {
  export: declare,
  local: declareOwn,
  readonly: declare,
  declare: declareOwn,
  typeset: declareOwn,
  unset,
  set: ({ words, host }) => {
    const at = words.findIndex((word) => word.text === '--');
    const [shell = fieldOf('sh')] = host.variables.positional ?? [];
    const first = words[1]?.text ?? '-';
    // Without options before them its operands are the positional parameters as well.
    const from = at > 0 ? at + 1 : first.startsWith('-') || first.startsWith('+') ? -1 : 1;
    if (from > 0) host.variables.positional = [shell, ...words.slice(from)];
    return true;
  },
  shift: ({ host }) => {
    const [shell, , ...rest] = host.variables.positional ?? [];
    if (shell) host.variables.positional = [shell, ...rest];
    return true;
  },
  alias: ({ words, host }) => {
    for (const { text } of operands(words)) {
      const equals = text.indexOf('=');
      if (equals > 0) host.alias(text.slice(0, equals), text.slice(equals + 1));
    }
    return true;
  },
  cd: enter,
  pushd: enter,
  popd: ({ host }) => {
    host.enter('');
    return true;
  },
  read,
  let: calculate,
  printf: printfIntoVariable,
  mv: copyFiles,
  cp: copyFiles,
  ln: copyFiles,
  install: copyFiles,
  chmod: ({ words, host }) => {
    const makesExecutable = words.some((word) => isExecutableMode(word.text));
    if (!makesExecutable) return true;
    for (const word of operands(words)) {
      host.record.executeFetches(host.record.fetchesAt(host.folderPath(word.text)));
    }
    return true;
  },
};

/** Whether a builtin has this name. */
export function isBuiltin(name: string): boolean {
  return Object.hasOwn(BUILTINS, name);
}

/** Does what the builtin does; false when `name` is none and may print something. */
export function runBuiltin(
  name: string,
  words: readonly Field[],
  host: BuiltinHost,
  input: Input | null,
  span: Span,
): boolean {
  const builtin = Object.hasOwn(BUILTINS, name) ? BUILTINS[name] : undefined;
  return builtin?.({ words, host, input, span }) ?? false;
}

function operands(words: readonly Field[]): readonly Field[] {
  return words.slice(1).filter((word) => !word.text.startsWith('-'));
}

/** `export A=b`; the list of `declare -a A=( … )` was assigned already. */
function declare({ words, host }: Call): boolean {
  assignWords(words, host.variables);
  return true;
}

/** In a function these make a variable the function's own. */
function declareOwn(call: Call): boolean {
  const isGlobal = call.words.some(({ text }) => text.startsWith('-') && text.includes('g'));
  if (isGlobal) return declare(call);
  if (call.words.some(({ text }) => text.startsWith('-') && text.includes('n'))) return refer(call);
  for (const { text } of operands(call.words)) {
    const name = text.split(/[+=]/, 1)[0] ?? '';
    if (name !== '') call.host.variables.localize(name);
  }
  return declare(call);
}

function refer({ words, host }: Call): boolean {
  for (const { text } of operands(words)) {
    const equals = text.indexOf('=');
    if (equals > 0) host.variables.refer(text.slice(0, equals), text.slice(equals + 1));
  }
  return true;
}

/** `let A=1+2 …` */
function calculate({ words, host }: Call): boolean {
  for (const { text } of words.slice(1, CALCULATIONS_MAX)) host.calculated(text);
  return true;
}

const CALCULATIONS_MAX = 64;

/** `unset -f` takes functions, and without an option one where no variable has the name. */
function unset({ words, host }: Call): boolean {
  const isFunction = words[1]?.text === '-f';
  for (const { text } of operands(words)) {
    const isVariable = !isFunction && host.variables.get(text) !== undefined;
    if (!isFunction) host.variables.unset(text);
    if (isFunction) host.functions.unset(text);
    else if (!isVariable && words[1]?.text !== '-v') {
      // dash does not look for a function.
      host.record.changes.branch(() => host.functions.unset(text));
    }
  }
  return true;
}

/** Names of the words that have the form `NAME=value`. */
export function assignedNames(words: readonly Field[]): readonly string[] {
  const names: string[] = [];
  for (const { text } of operands(words)) {
    const equals = text.indexOf('=');
    if (equals > 0) names.push(text.slice(0, text[equals - 1] === '+' ? equals - 1 : equals));
  }
  return names;
}

/** Words behind the first that have the form `NAME=value`. */
export function assignWords(words: readonly Field[], variables: Variables): void {
  for (const word of operands(words)) {
    const equals = word.text.indexOf('=');
    if (equals < 1) continue;
    const append = word.text[equals - 1] === '+';
    const name = word.text.slice(0, append ? equals - 1 : equals);
    const value = valueOfFields([{ ...word, text: word.text.slice(equals + 1) }]);
    if (append) variables.append(name, value, false);
    else variables.set(name, value);
  }
}

function enter({ words, host }: Call): boolean {
  const target = operands(words)[0];
  host.enter(target?.text ?? '');
  return true;
}

/** `read A B` takes a line apart; the last name gets the rest. `read -a A` gets elements. */
function read({ words, host, input }: Call): boolean {
  const { names, list, descriptor } = namesOfRead(words);
  const from = descriptor === null ? input : host.inputOf(descriptor);
  const line = from?.line() ?? null;
  if (line === null) return true;
  const separators = host.variables.get('IFS')?.texts[0];
  const isBlank = separators === undefined || separators.trim() === '';
  const pieces = isBlank ? blankWords(line) : line.split(separators[0] as string);
  const { dynamic, fetches } = from?.stream ?? { dynamic: true, fetches: NO_FETCHES };
  if (list !== null) host.variables.set(list, { texts: pieces, dynamic, fetches });
  for (const [i, name] of list === null ? names.entries() : []) {
    const last = i === names.length - 1;
    const rest = (): string => pieces.slice(i).join(isBlank ? ' ' : separators[0]);
    const text = last ? rest() : (pieces[i] ?? '');
    host.variables.set(name, { texts: [separators === '' ? line : text], dynamic, fetches });
  }
  return true;
}

function namesOfRead(words: readonly Field[]): {
  readonly names: readonly string[];
  readonly list: string | null;
  readonly descriptor: number | null;
} {
  const names: string[] = [];
  let list: string | null = null;
  let descriptor: number | null = null;
  for (let i = 1; i < words.length; i++) {
    const text = words[i]?.text ?? '';
    const last = text.at(-1) as string;
    if (!text.startsWith('-')) names.push(text);
    else if (last === 'a') list = words[++i]?.text ?? null;
    else if (last === 'u') descriptor = Number(words[++i]?.text ?? 0);
    else if ('dnNpti'.includes(last)) i++;
  }
  return { names: names.length > 0 ? names : ['REPLY'], list, descriptor };
}

/** `printf -v NAME FORMAT …`; without `-v` it prints. */
function printfIntoVariable({ words, host }: Call): boolean {
  if (words[1]?.text !== '-v') return false;
  const [name, format, ...values] = words.slice(2);
  if (!name || !format) return true;
  const given = [format, ...values];
  const texts = values.map((word) => word.text);
  const text = textOfPrinted(formatPrintf(format.text, texts, FORMATTED_LENGTH_MAX));
  host.variables.set(name.text, { ...valueOfFields(given), texts: [text] });
  return true;
}

const FORMATTED_LENGTH_MAX = 65_536;

/** What is known of a file is known of its copies. `install -m 755 a b` has an option's value. */
function copyFiles({ words, host, span }: Call): boolean {
  const { layers } = host.scope;
  const paths = operands(words);
  const to = paths.at(-1);
  const { length } = paths;
  for (const from of to ? paths.slice(Math.max(length - 1 - COPIES_MAX, 0), -1) : []) {
    const target = folderTarget(host, to?.text ?? '');
    const tool = copiedTool(from.text, to?.text ?? '');
    if (tool !== null) host.record.write(host.folderPath(to?.text ?? ''), tool, span, layers);
    const path = host.readPath(from.text);
    // Several files, or one of a pattern, go into a folder.
    const isInto = length > 2 && !target.endsWith('/');
    host.record.copy(path, target, span, layers);
    if (isInto) host.record.copy(path, `${target}/`, span, layers);
  }
  return true;
}

const COPIES_MAX = 64;

function folderTarget(host: BuiltinHost, path: string): string {
  const resolved = host.folderPath(path);
  return path.endsWith('/') || path === '.' ? `${resolved}/` : resolved;
}

/** `+x`, `u+rwx`, or an octal mode with an odd digit. */
function isExecutableMode(word: string): boolean {
  if (word.includes('+') || word.includes('=')) return word.includes('x') && !word.includes('/');
  if (word.length < 3 || word.length > 4) return false;
  for (const c of word) if (c < '0' || c > '7') return false;
  return [...word].some((c) => Number(c) % 2 === 1);
}
