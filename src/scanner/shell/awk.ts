/**
 * `awk` as payloads use it: `print` with texts, fields and variables, for all lines or in `BEGIN`.
 * Conditions are not looked at, and whatever else a program does makes its output unknown.
 */
import { argumentsOf, valuesOf } from './arguments.ts';
import { undoEscapes } from './escapes.ts';
import { type Printed, textOfPrinted } from './printed.ts';
import { contentOf, type ToolContext } from './tool-context.ts';

const PROGRAM_LENGTH_MAX = 2_000;
const LINES_MAX = 1_000;
const CHARACTERS_MAX = 10_000;

type Piece = { readonly text: string } | { readonly field: number } | { readonly name: string };

export function awkOutput(argument: readonly string[], context: ToolContext): string | null {
  const given = argumentsOf(argument, '-v -F -f');
  const [program = '', ...files] = given.operands;
  if (program.length > PROGRAM_LENGTH_MAX) return null;
  if (program.includes('"%c"')) return charactersOf(contentOf(files, context));
  const pieces = printedPieces(program);
  if (pieces === null) return null;
  const variables = new Map(
    valuesOf(given, ['-v']).map((pair): [string, string] => {
      const equals = pair.indexOf('=');
      return [pair.slice(0, equals), pair.slice(equals + 1)];
    }),
  );
  const separator = valuesOf(given, ['-F']).at(-1) ?? '';
  const line = (text: string): string =>
    `${filled(pieces, fieldsOf(text, separator), variables)}\n`;
  if (program.trimStart().startsWith('BEGIN')) return line('');
  const content = contentOf(files, context);
  if (content === null) return null;
  const text = textOfPrinted(content);
  const lines = (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
  return lines.slice(0, LINES_MAX).map(line).join('');
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

/** Texts that `system("…")` of a program is given. */
export function awkCommands(program: string): readonly string[] {
  const commands: string[] = [];
  for (const call of program.slice(0, PROGRAM_LENGTH_MAX).split('system(').slice(1)) {
    const pieces = piecesOf(call);
    if (pieces) commands.push(filled(pieces, [], new Map()));
  }
  return commands;
}

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

/** What the one `print` of a program prints, or null. */
function printedPieces(program: string): readonly Piece[] | null {
  const at = program.indexOf('print');
  if (at < 0 || program.indexOf('print', at + 1) >= 0 || program.startsWith('printf', at))
    return null;
  return piecesOf(program.slice(at + 'print'.length));
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
      pieces.push({ text: ' ' });
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
