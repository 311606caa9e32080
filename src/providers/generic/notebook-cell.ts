/**
 * A code cell of a Python notebook, as IPython splits it before Python sees it.
 *
 *   %%bash, %%sh, %%script x, %%writefile f   first line: what runs the whole cell
 *   !command, !!command, x = !command         a line for the system's shell; may go on behind `\`
 *   %sx, %system, %pip, %conda, %run, %cd     lines that start a program
 *   %env A=b                                  a variable for them
 *   anything else                             Python
 */
import { definitionCommandsMax } from '../../base/limits.ts';
import type { Command, Variable } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { shellKindOf } from '../_text/command-words.ts';
import { fileWrite } from '../_text/file-write.ts';
import { type Edit, editSource, joinSources, sliceSource } from '../_text/source-builder.ts';

export interface NotebookCell {
  readonly commands: readonly Command[];
  readonly environment: readonly Variable[];
  readonly filesRun: readonly SourceText[];
}

/** Magics of a whole cell that run it in something else than Python. */
const CELL_SHELLS: Readonly<Record<string, Command['shell']>> = {
  bash: 'sh',
  cmd: 'sh',
  html: 'other',
  javascript: 'other',
  js: 'other',
  perl: 'other',
  powershell: 'powershell',
  pwsh: 'powershell',
  python: 'python',
  python2: 'python',
  python3: 'python',
  ruby: 'other',
  sh: 'sh',
  sx: 'sh',
  system: 'sh',
};
/** Magics of a line that are the program they start. */
const PROGRAMS: ReadonlySet<string> = new Set(['cd', 'conda', 'mamba', 'micromamba', 'pip', 'uv']);
/** Magics of the whole cell behind one another, as `%%time` and `%%capture`. */
const MAGICS_MAX = 8;

export function readCell(source: SourceText, kernel: Command['shell'], depth = 0): NotebookCell {
  const first = lineAt(source, 0);
  const isMagic = first.text.startsWith('%%') && depth < MAGICS_MAX;
  if (isMagic) return cellOfMagic(source, first, kernel, depth);
  if (kernel === 'python') return new CellLines(source).read();
  return { commands: [{ source, shell: kernel }], environment: [], filesRun: [] };
}

function lineAt(source: SourceText, start: number): SourceText {
  const end = source.text.indexOf('\n', start);
  return sliceSource(source, start, end === -1 ? source.text.length : end);
}

function cellOfMagic(
  source: SourceText,
  first: SourceText,
  kernel: Command['shell'],
  depth: number,
): NotebookCell {
  const [magic = '', given] = cutWord(first, '%%'.length);
  const body = sliceSource(source, Math.min(first.text.length + 1, source.text.length));
  const commands = (command: Command): NotebookCell => ({
    commands: [command],
    environment: [],
    filesRun: [],
  });
  if (magic === 'script') return commands({ source: body, shell: shellKindOf(given.text) });
  if (magic === 'writefile' || magic === 'file') {
    return commands({ source: written(given, body), shell: 'sh' });
  }
  const shell = Object.hasOwn(CELL_SHELLS, magic) ? CELL_SHELLS[magic] : undefined;
  if (shell !== undefined) return commands({ source: body, shell });
  // `%%time` and its like leave the rest of the cell as it is.
  return readCell(body, kernel, depth + 1);
}

/** The word at `start`, and what stands behind it. */
function cutWord(line: SourceText, start: number): readonly [string, SourceText] {
  const { text } = line;
  let end = start;
  while (end < text.length && text[end] !== ' ' && text[end] !== '\t') end++;
  const rest = sliceSource(line, end);
  return [
    text.slice(start, end),
    sliceSource(rest, rest.text.length - rest.text.trimStart().length),
  ];
}

/** A file that the cell writes, as a shell would: a later cell may run it. */
function written(target: SourceText, body: SourceText): SourceText {
  const isAppended = target.text.startsWith(APPEND);
  const name = isAppended ? sliceSource(target, APPEND.length) : target;
  return fileWrite(name, body, isAppended);
}

const APPEND = '-a ';

class CellLines {
  readonly #source: SourceText;
  readonly #commands: Command[] = [];
  readonly #environment: Variable[] = [];
  readonly #filesRun: SourceText[] = [];
  /** Where the stretch of Python starts that is still open. */
  #python = 0;

  constructor(source: SourceText) {
    this.#source = source;
  }

  read(): NotebookCell {
    const { text } = this.#source;
    for (let start = 0; start < text.length && !this.#isFull; ) {
      const end = this.#lineEnd(start);
      if (isOfShell(text.slice(start, end))) {
        this.#closePython(start);
        this.#python = end + 1;
        this.#takeLine(sliceSource(this.#source, start, end));
      }
      start = end + 1;
    }
    this.#closePython(text.length);
    return {
      commands: this.#commands,
      environment: this.#environment,
      filesRun: this.#filesRun,
    };
  }

  /** The rest of a cell of very many commands stays one text, which the definition refuses. */
  get #isFull(): boolean {
    return this.#commands.length >= definitionCommandsMax;
  }

  /** A line for a shell goes on behind a backslash. */
  #lineEnd(start: number): number {
    const { text } = this.#source;
    let end = text.indexOf('\n', start);
    const isShell = shellStart(text.slice(start, end === -1 ? text.length : end)) !== -1;
    while (end !== -1 && isShell && text[end - 1] === '\\') end = text.indexOf('\n', end + 1);
    return end === -1 ? text.length : end;
  }

  #closePython(end: number): void {
    const source = sliceSource(this.#source, Math.min(this.#python, end), end);
    if (source.text.trim() === '') return;
    this.#addAssignments(source);
    this.#commands.push({ source, shell: 'python' });
    for (const call of systemCalls(source)) this.#addShell(call);
  }

  #takeLine(line: SourceText): void {
    const at = shellStart(line.text);
    if (at !== -1) this.#addShell(sliceSource(line, at));
    else this.#takeMagic(line);
  }

  #addShell(source: SourceText): void {
    this.#commands.push({ source: withVariables(source), shell: 'sh' });
  }

  #takeMagic(line: SourceText): void {
    const name = magicOf(line.text) ?? '';
    const start = line.text.indexOf('%') + 1;
    const [, given] = cutWord(line, start);
    if (name === 'env' || name === 'set_env') this.#addVariable(given);
    else if (name === 'run') this.#addRun(given);
    else if (name === 'sx' || name === 'system') this.#addShell(given);
    else this.#addShell(sliceSource(line, start));
  }

  /** `%env NAME=value` and `%env NAME value`. */
  #addVariable(given: SourceText): void {
    const { text } = given;
    const equals = text.indexOf('=');
    const blank = text.indexOf(' ');
    const at = equals === -1 || (blank !== -1 && blank < equals) ? blank : equals;
    if (at <= 0) return;
    this.#environment.push({ name: text.slice(0, at), value: sliceSource(given, at + 1) });
  }

  /** `%run -i file.py words` is Python's `python file.py words`. */
  #addRun(given: SourceText): void {
    let rest = given;
    while (rest.text.startsWith('-')) [, rest] = cutWord(rest, 0);
    const [file] = cutWord(rest, 0);
    if (file === '') return;
    this.#filesRun.push(sliceSource(rest, 0, file.length));
    const program = { ...sliceSource(rest, 0, 0), text: 'python' };
    this.#addShell(joinSources(rest.path, [program, rest], ' '));
  }

  /** `name = "text"` at the start of a line: a later `!command {name}` takes it. */
  #addAssignments(source: SourceText): void {
    const { text } = source;
    for (let at = text.indexOf('='); at !== -1; ) {
      const start = text.lastIndexOf('\n', at) + 1;
      const variable = assignmentIn(lineAt(source, start));
      if (variable !== null) this.#environment.push(variable);
      const next = text.indexOf('\n', at);
      at = next === -1 ? -1 : text.indexOf('=', next);
    }
  }
}

function isOfShell(line: string): boolean {
  return shellStart(line) !== -1 || magicOf(line) !== null;
}

/** Where the command of a line for a shell starts, or -1. */
function shellStart(line: string): number {
  const trimmed = line.trimStart();
  let at = line.length - trimmed.length;
  if (!trimmed.startsWith('!')) {
    const equals = line.indexOf('=');
    const isName = equals > 0 && isPythonName(line.slice(0, equals).trim());
    const value = isName ? line.slice(equals + 1).trimStart() : '';
    if (!value.startsWith('!')) return -1;
    at = line.indexOf('!', equals);
  }
  while (line[at] === '!') at++;
  return at;
}

const LINE_MAGICS: ReadonlySet<string> = new Set([
  ...['env', 'run', 'set_env', 'sx', 'system'],
  ...PROGRAMS,
]);

/** The magic of a line that starts something, or null. `x = %sx ls` is one as well. */
function magicOf(line: string): string | null {
  const equals = line.indexOf('= %');
  const isAssigned = equals > 0 && isPythonName(line.slice(0, equals).trim());
  const text = isAssigned ? line.slice(equals + 2) : line.trimStart();
  if (!text.startsWith('%') || text.startsWith('%%')) return null;
  let end = 1;
  while (end < text.length && text[end] !== ' ' && text[end] !== '\t') end++;
  const name = text.slice(1, end);
  return LINE_MAGICS.has(name) ? name : null;
}

const NAME_LENGTH_MAX = 100;

function isPythonName(text: string): boolean {
  if (text === '' || text.length > NAME_LENGTH_MAX) return false;
  for (let i = 0; i < text.length; i++) if (!isNameCharacter(text[i] ?? '')) return false;
  return true;
}

function isNameCharacter(c: string): boolean {
  const lower = c.toLowerCase();
  return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c === '_';
}

/** `{name}` of Python, which IPython fills in, as the shell's `${name}`. */
function withVariables(source: SourceText): SourceText {
  const { text } = source;
  const edits: Edit[] = [];
  for (let at = text.indexOf('{'); at !== -1; at = text.indexOf('{', at + 1)) {
    const end = text.indexOf('}', at);
    if (end === -1) break;
    const isFilled = text[at - 1] !== '$' && text[at - 1] !== '{';
    if (isFilled && isPythonName(text.slice(at + 1, Math.min(end, at + 2 + NAME_LENGTH_MAX)))) {
      edits.push({ start: at, end: at, text: '$' });
    }
  }
  return editSource(source, edits);
}

/** `name = 'text'` on one line, without escapes. */
function assignmentIn(line: SourceText): Variable | null {
  const { text } = line;
  const equals = text.indexOf('=');
  const name = text.slice(0, Math.max(0, equals)).trim();
  const value = text.slice(equals + 1).trimStart();
  const quote = value[0] ?? '';
  if (!isPythonName(name) || (quote !== "'" && quote !== '"') || value[1] === quote) return null;
  const start = text.length - value.length + 1;
  const end = text.indexOf(quote, start);
  if (end === -1 || text.slice(start, end).includes('\\')) return null;
  return { name, value: sliceSource(line, start, end) };
}

const SYSTEM_CALLS = [
  'get_ipython().system(',
  'get_ipython().getoutput(',
  'get_ipython().system_raw(',
] as const;

/** What `get_ipython().system('…')` and its like are given, where that is one string. */
function* systemCalls(source: SourceText): Generator<SourceText, void, undefined> {
  const { text } = source;
  for (const call of SYSTEM_CALLS) {
    for (let at = text.indexOf(call); at !== -1; at = text.indexOf(call, at + 1)) {
      const open = at + call.length;
      const quote = text[open] ?? '';
      if (quote !== "'" && quote !== '"') continue;
      const end = closingQuote(text, open + 1, quote);
      if (end !== -1) yield withoutEscapes(sliceSource(source, open + 1, end));
    }
  }
}

function closingQuote(text: string, from: number, quote: string): number {
  for (let at = from; at < text.length && text[at] !== '\n'; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === quote) return at;
  }
  return -1;
}

function withoutEscapes(source: SourceText): SourceText {
  const { text } = source;
  const edits: Edit[] = [];
  for (let at = text.indexOf('\\'); at !== -1; at = text.indexOf('\\', at + 2)) {
    const letter = text[at + 1] ?? '';
    const made = letter === 'n' ? '\n' : letter === 't' ? '\t' : letter;
    edits.push({ start: at, end: Math.min(at + 2, text.length), text: made });
  }
  return editSource(source, edits);
}
