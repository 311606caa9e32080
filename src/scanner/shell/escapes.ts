/**
 * Backslash escapes of `$'…'`, `echo -e` and `printf`. `\xHH` and octal escapes give bytes; a byte
 * of 128 or more stands as the character of that number, and `printedOfEscaped` makes it a byte.
 */

/** `ansi` for `$'…'`; `echo` wants a zero before octal digits; `printf` does not. */
export type EscapeStyle = 'ansi' | 'echo' | 'printf';

export interface Escape {
  readonly text: string;
  /** Characters taken, the backslash included; at least 1. */
  readonly length: number;
  /** `\c` of `echo -e` and `printf`: nothing is printed any more. */
  readonly stops?: true;
}

const SIMPLE: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  E: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};

/** The escape that begins with the backslash at `at`. */
export function escapeAt(text: string, at: number, style: EscapeStyle): Escape {
  const c = text[at + 1];
  if (c === undefined) return { text: '\\', length: 1 };
  const simple = Object.hasOwn(SIMPLE, c) ? SIMPLE[c] : undefined;
  if (simple !== undefined) return { text: simple, length: 2 };
  if (c === 'x') return numeric(text, at, 2, 2, 16);
  if (c === 'u') return numeric(text, at, 2, 4, 16);
  if (c === 'U') return numeric(text, at, 2, 8, 16);
  if (c >= '0' && c <= '7') return octal(text, at, style);
  if (c === 'c') {
    if (style !== 'ansi') return { text: '', length: 2, stops: true };
    const control = (text.charCodeAt(at + 2) || 0) & 31;
    return { text: String.fromCharCode(control), length: 3 };
  }
  if (style !== 'echo' && (c === "'" || c === '"' || c === '?')) return { text: c, length: 2 };
  return { text: `\\${c}`, length: 2 };
}

/** Text with every escape undone, and whether `\c` ended it. */
export function undoEscapes(text: string, style: EscapeStyle): { text: string; stopped: boolean } {
  let result = '';
  for (let at = 0; at < text.length; ) {
    const slash = text.indexOf('\\', at);
    if (slash === -1) return { text: result + text.slice(at), stopped: false };
    const found = escapeAt(text, slash, style);
    result += text.slice(at, slash) + found.text;
    if (found.stops) return { text: result, stopped: true };
    at = slash + found.length;
  }
  return { text: result, stopped: false };
}

/** What stands in `$'…'` from `at` on, and where its quote ends it. */
export function ansiQuotedAt(
  text: string,
  at: number,
  end: number,
): { readonly text: string; readonly end: number } {
  let result = '';
  while (at < end && text[at] !== "'") {
    const from = at;
    while (at < end && text[at] !== "'" && text[at] !== '\\') at++;
    result += text.slice(from, at);
    if (text[at] !== '\\' || at >= end) continue;
    const found = escapeAt(text, at, 'ansi');
    result += found.text;
    at = Math.min(at + found.length, end);
  }
  return { text: result, end: at };
}

/** The text between backticks without the backslashes that only backticks need. */
export function undoBackticks(text: string): string {
  let result = '';
  for (let at = 0; at < text.length; ) {
    const slash = text.indexOf('\\', at);
    if (slash === -1) return result + text.slice(at);
    const next = text[slash + 1] ?? '';
    result += text.slice(at, slash) + ('`\\$'.includes(next) ? next : `\\${next}`);
    at = slash + 2;
  }
  return result;
}

function octal(text: string, at: number, style: EscapeStyle): Escape {
  if (style === 'echo') {
    if (text[at + 1] !== '0') return { text: `\\${text[at + 1]}`, length: 2 };
    const found = numeric(text, at, 2, 3, 8);
    return found.length > 2 ? found : { text: '\0', length: 2 };
  }
  // `%b` and `\0nnn` take a zero and three digits more.
  const digits = style === 'printf' && text[at + 1] === '0' ? 4 : 3;
  return numeric(text, at, 1, digits, 8);
}

function numeric(text: string, at: number, skip: number, most: number, radix: 8 | 16): Escape {
  let value = 0;
  let count = 0;
  for (; count < most; count++) {
    const digit = digitOf(text.charCodeAt(at + skip + count));
    if (digit >= radix) break;
    value = value * radix + digit;
  }
  if (count === 0) return { text: text.slice(at, at + skip), length: skip };
  const code = radix === 8 ? value & 0xff : value;
  const valid = code <= 0x10ffff;
  return { text: valid ? String.fromCodePoint(code) : '\ufffd', length: skip + count };
}

/** The value of a hexadecimal digit, or 99. */
function digitOf(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : 99;
}
