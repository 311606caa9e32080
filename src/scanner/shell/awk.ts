/**
 * `awk` as payloads use it: `print` with texts, fields and variables, for all lines or in `BEGIN`.
 * Conditions are not looked at, and whatever else a program does makes its output unknown.
 */
import { pattern } from '../../base/regex.ts';
import { type Arguments, argumentsOf, valuesOf } from './arguments.ts';
import { undoEscapes } from './escapes.ts';
import { type Printed, textOfPrinted } from './printed.ts';
import { formatPrintf } from './printf.ts';
import { contentOf, type ToolContext } from './tool-context.ts';

const PROGRAM_LENGTH_MAX = 2_000;
const LINES_MAX = 1_000;
const CHARACTERS_MAX = 10_000;
const PRINTED_LENGTH_MAX = 65_536;

type Piece =
  | { readonly text: string; readonly isComma?: true }
  | { readonly field: number }
  | { readonly name: string };

export function awkOutput(argument: readonly string[], context: ToolContext): string | null {
  const given = argumentsOf(argument, '-v -F -f');
  const [program = '', ...files] = given.operands;
  if (program.length > PROGRAM_LENGTH_MAX) return null;
  if (program.includes('"%c"')) return charactersOf(contentOf(files, context));
  const at = program.indexOf('print');
  const isOnly = at >= 0 && program.indexOf('print', at + 1) < 0;
  // A condition that always holds prints each line.
  const print = program.trim() === '1' ? EACH_LINE : isOnly ? printing(program.slice(at)) : null;
  if (print === null) return null;
  const variables = withAssigned(statementsOf(program), variablesOf(given));
  const separator = valuesOf(given, ['-F']).at(-1) ?? '';
  const line = (text: string): string =>
    printed(print.pieces, print.isFormat, fieldsOf(text, separator), variables) +
    (print.isFormat ? '' : (variables.get('ORS') ?? '\n'));
  const before = program.slice(0, Math.max(program.lastIndexOf('{', at), 0)).trimEnd();
  if (before.endsWith('BEGIN')) return line('');
  const content = contentOf(files, context);
  if (content === null) return null;
  const lines = linesIn(textOfPrinted(content));
  if (!before.endsWith('END')) return lines.map(line).join('');
  const [, to, from] = GATHERS.exec(program) ?? [];
  if (to === undefined || to !== from) return null;
  variables.set(to, lines.join(''));
  return line('');
}

const EACH_LINE: Printing = { isFormat: false, pieces: [{ field: 0 }] };

/** `{ s = s $0 }` before `END { print s }`: all lines as one. */
const GATHERS = pattern(
  '^ {0,8}[{] {0,8}([a-z]{1,16}) {0,8}= {0,8}([a-z]{1,16}) {0,8}[$]0 {0,8};? {0,8}[}]',
);

function linesIn(text: string): readonly string[] {
  const whole = text.endsWith('\n') ? text.slice(0, -1) : text;
  return whole.split('\n', LINES_MAX);
}

/** `for (i = 1; i <= NF; i++) printf "%c", $i`: characters of the numbers. */
function charactersOf(content: Printed | null): string | null {
  if (content === null) return null;
  const numbers = textOfPrinted(content)
    .split(/[^0-9]/)
    .filter((one) => one !== '');
  const codes = numbers.slice(0, CHARACTERS_MAX).map(Number);
  return codes.every((code) => code < 256) ? String.fromCharCode(...codes) : null;
}

/** What a program gives to a shell: `system(x)`, `print x | "sh"`, `x | getline`. */
export function awkCommands(argument: readonly string[], context: ToolContext): readonly string[] {
  const given = argumentsOf(argument, '-v -F -f');
  const [program = '', ...files] = given.operands;
  if (program.length > PROGRAM_LENGTH_MAX) return [];
  const statements = statementsOf(program);
  const commands = statements.flatMap((_, i) => commandAt(statements, i) ?? []);
  if (commands.length === 0) return [];
  const separator = valuesOf(given, ['-F']).at(-1) ?? '';
  const variables = withAssigned(statements, variablesOf(given));
  const readsLines = commands.some(({ pieces }) => pieces.some((piece) => 'field' in piece));
  const content = readsLines ? contentOf(files, context) : null;
  const lines = content === null ? [''] : linesIn(textOfPrinted(content));
  return lines.flatMap((line) => {
    const fields = fieldsOf(line, separator);
    return commands.map(({ isFormat, pieces }) => printed(pieces, isFormat, fields, variables));
  });
}

interface Statement {
  readonly text: string;
  /** The character that ends it. */
  readonly end: string;
}

/** Stretches between brackets, semicolons and lines' ends, texts in quotes left whole. */
function statementsOf(program: string): readonly Statement[] {
  const found: Statement[] = [];
  let start = 0;
  for (let at = 0; at <= program.length; at++) {
    const c = program[at] ?? '\n';
    if (c === '"') at = endOfText(program, at + 1);
    else if ('(){};\n'.includes(c)) {
      found.push({ text: program.slice(start, at).trim(), end: c });
      start = at + 1;
    }
  }
  return found;
}

interface Printing {
  readonly isFormat: boolean;
  readonly pieces: readonly Piece[];
}

/** What the statement gives to a shell, or null. */
function commandAt(statements: readonly Statement[], at: number): Printing | null {
  const { text } = statements[at] as Statement;
  const before = statements[at - 1];
  if (before?.end === '(' && before.text.endsWith('system')) return printing(text);
  const bar = text.lastIndexOf('|');
  if (bar < 0 || !RUNS_PRINTED.test(text.slice(bar + 1, bar + 64))) return null;
  // `print ("a" "b") | "sh"`: what is printed stands in brackets before.
  return printing(text.slice(0, bar).trim() || (before?.end === ')' ? before.text : ''));
}

/** `| "sh"`, `|& "/bin/bash -s"`, `| getline`. */
const RUNS_PRINTED = pattern('^&?\\s{0,8}(?:"[a-z/]{0,16}sh[ a-z-]{0,16}"|getline)');

function printing(text: string): Printing | null {
  const isFormat = text.startsWith('printf');
  const isPrint = text.startsWith('print');
  const pieces = piecesOf(text.slice(isFormat ? 6 : isPrint ? 5 : 0));
  return pieces && { isFormat, pieces };
}

/** `print` puts blanks between its values, `printf` fills them into the first one. */
function printed(
  pieces: readonly Piece[],
  isFormat: boolean,
  fields: readonly string[],
  variables: ReadonlyMap<string, string>,
): string {
  if (!isFormat) return filled(pieces, fields, variables);
  const values: Piece[][] = [[]];
  for (const piece of pieces) {
    if ('isComma' in piece) values.push([]);
    else values.at(-1)?.push(piece);
  }
  const [format = '', ...rest] = values.map((value) => filled(value, fields, variables));
  return textOfPrinted(formatPrintf(format, rest, PRINTED_LENGTH_MAX));
}

function variablesOf(given: Arguments): Map<string, string> {
  return new Map(
    valuesOf(given, ['-v']).map((pair): [string, string] => {
      const equals = pair.indexOf('=');
      return [pair.slice(0, equals), pair.slice(equals + 1)];
    }),
  );
}

/** `x = "a" "b"` anywhere in a program. */
function withAssigned(
  statements: readonly Statement[],
  variables: Map<string, string>,
): Map<string, string> {
  for (const { text } of statements) {
    const [, name, value] = ASSIGNED.exec(text) ?? [];
    const pieces = value === undefined ? null : piecesOf(value);
    if (name !== undefined && pieces) variables.set(name, filled(pieces, [], variables));
  }
  return variables;
}

const ASSIGNED = pattern('^([a-zA-Z_][a-zA-Z0-9_]{0,63})\\s{0,8}=([^=~].{0,2000})$');

/** The file that `print "…" > "file"` writes, or null. */
export function awkTarget(program: string): string | null {
  const [, behind] = program.slice(0, PROGRAM_LENGTH_MAX).split('>');
  const [, path] = behind?.split('"') ?? [];
  return path ?? null;
}

function fieldsOf(text: string, separator: string): readonly string[] {
  const fields =
    separator === '' ? text.split(/[ \t]/).filter((one) => one !== '') : text.split(separator);
  return [text, ...fields];
}

/** Texts, fields and names up to the end of a statement. A comma is a blank. */
function piecesOf(text: string): readonly Piece[] | null {
  const pieces: Piece[] = [];
  let at = 0;
  while (at < text.length) {
    const c = text[at] as string;
    if ('};)>|\n'.includes(c)) break;
    if (c === ' ' || c === '(') at++;
    else if (c === ',') {
      pieces.push({ text: ' ', isComma: true });
      at++;
    } else if (c === '"') {
      const end = endOfText(text, at + 1);
      pieces.push({ text: undoEscapes(text.slice(at + 1, end), 'ansi').text });
      at = end + 1;
    } else {
      const isField = c === '$';
      const start = isField ? at + 1 : at;
      let end = start;
      while (end < text.length && isNamePart(text[end] as string)) end++;
      if (end === start) return null;
      const name = text.slice(start, end);
      pieces.push(isField && Number.isInteger(Number(name)) ? { field: Number(name) } : { name });
      at = end;
    }
  }
  return pieces.length > 0 ? pieces : [{ field: 0 }];
}

function endOfText(text: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return Math.min(at, text.length);
}

function isNamePart(c: string): boolean {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c === '_';
}

function filled(
  pieces: readonly Piece[],
  fields: readonly string[],
  variables: ReadonlyMap<string, string>,
): string {
  return pieces
    .map((piece) => {
      if ('text' in piece) return piece.text;
      if ('field' in piece) return fields[piece.field] ?? '';
      return variables.get(piece.name) ?? '';
    })
    .join('');
}
