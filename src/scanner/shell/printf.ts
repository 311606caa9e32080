/** `printf FORMAT ARGUMENT…`: the format runs again until the arguments are used up. */
import { undoEscapes } from './escapes.ts';
import { type Printed, printedOfEscaped } from './printed.ts';

/** Padding that a width may ask for. */
const WIDTH_MAX = 64;
const FLAGS = '-+ #0';

/** What it prints, at most `lengthMax` characters and a little. */
export function formatPrintf(
  format: string,
  values: readonly string[],
  lengthMax: number,
): Printed {
  const pieces = piecesOf(format);
  let result = '';
  let next = 0;
  do {
    const before = next;
    for (const piece of pieces) {
      if (piece.kind === 'text') result += piece.text;
      else if (piece.conversion === '%') result += '%';
      else {
        const formatted = convert(piece, values[next++] ?? '');
        result += formatted.text;
        if (formatted.stopped || result.length > lengthMax) {
          return printedOfEscaped(format + values.join(''), result);
        }
      }
    }
    if (next === before) break;
  } while (next < values.length && result.length <= lengthMax);
  return printedOfEscaped(format + values.join(''), result);
}

type Piece = { readonly kind: 'text'; readonly text: string } | Directive;

interface Directive {
  readonly kind: 'directive';
  readonly left: boolean;
  readonly zero: boolean;
  readonly width: number;
  /** -1 for none. */
  readonly precision: number;
  readonly conversion: string;
}

function piecesOf(format: string): readonly Piece[] {
  const pieces: Piece[] = [];
  for (let at = 0; at < format.length; ) {
    const percent = format.indexOf('%', at);
    const end = percent === -1 ? format.length : percent;
    const literal = undoEscapes(format.slice(at, end), 'printf');
    if (literal.text !== '') pieces.push({ kind: 'text', text: literal.text });
    if (literal.stopped || percent === -1) break;
    const [directive, length] = directiveAt(format, percent);
    pieces.push(directive);
    at = percent + length;
  }
  return pieces;
}

function directiveAt(format: string, percent: number): readonly [Directive, number] {
  let at = percent + 1;
  const flagsFrom = at;
  while (at < format.length && FLAGS.includes(format[at] as string)) at++;
  const flags = format.slice(flagsFrom, at);
  const [width, afterWidth] = numberAt(format, at);
  at = afterWidth;
  let precision = -1;
  if (format[at] === '.') [precision, at] = numberAt(format, at + 1);
  while (format[at] === 'l' || format[at] === 'h') at++;
  const conversion = format[at] ?? '%';
  const left = flags.includes('-');
  const zero = flags.includes('0');
  const directive: Directive = {
    ...{ kind: 'directive', left, zero, width: Math.min(width, WIDTH_MAX), precision, conversion },
  };
  return [directive, at + 1 - percent];
}

function numberAt(text: string, from: number): [value: number, end: number] {
  let at = from;
  let value = 0;
  for (; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) break;
    value = Math.min(value * 10 + digit, 1e9);
  }
  return [value, at];
}

function convert(
  directive: Directive,
  value: string,
): { readonly text: string; readonly stopped: boolean } {
  const { conversion, precision } = directive;
  const unescaped = conversion === 'b' ? undoEscapes(value, 'printf') : null;
  let text = unescaped ? unescaped.text : converted(conversion, value);
  const isText = conversion === 's' || conversion === 'b' || conversion === 'q';
  if (precision >= 0) {
    const digits = Math.min(precision, WIDTH_MAX);
    text = isText ? text.slice(0, precision) : text.padStart(digits, '0');
  }
  const fill = directive.zero && !directive.left && !isText ? '0' : ' ';
  const { width } = directive;
  text = directive.left ? text.padEnd(width) : text.padStart(width, fill);
  return { text, stopped: unescaped?.stopped ?? false };
}

function converted(conversion: string, value: string): string {
  if (conversion === 's' || conversion === 'q') return value;
  if (conversion === 'c') return value.slice(0, 1);
  const number = numberOf(value);
  if (conversion === 'x') return number.toString(16);
  if (conversion === 'X') return number.toString(16).toUpperCase();
  if (conversion === 'o') return number.toString(8);
  return 'diu'.includes(conversion) ? String(number) : value;
}

/** A number as the shell reads it: decimal, 0x…, 0…, or a quote and the character it stands for. */
function numberOf(value: string): number {
  if (value.startsWith("'") || value.startsWith('"')) return value.codePointAt(1) ?? 0;
  const octal = value.length > 1 && value[0] === '0' && value[1] !== 'x' && value[1] !== 'X';
  const number = octal ? Number.parseInt(value, 8) : Number(value.slice(0, 20));
  return Number.isFinite(number) ? Math.trunc(number) : 0;
}
