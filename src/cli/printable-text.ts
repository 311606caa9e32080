/**
 * Text that the scanned tree wrote, fit for a person's terminal and for the log of a CI job. What
 * moves the cursor, colours the screen or turns the reading direction is written as an escape, and
 * so are the marks by which CI systems find commands in a log.
 */

const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Control characters, line separators, marks of direction, halves of a pair, invisible blanks. */
const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|\p{Cs}/gu;
/** `##[command]`, `##vso[…]` and `##teamcity[…]` are obeyed wherever they stand in a line. */
const LOG_COMMAND = /##[a-zA-Z]{0,20}\[/g;

/** One line, whatever the text holds. */
export function printable(text: string): string {
  return text.replace(UNSAFE, escaped).replace(LOG_COMMAND, (mark) => `${mark.slice(0, -1)}\\[`);
}

function escaped(character: string): string {
  const code = character.charCodeAt(0);
  const digits = code < 0x100 ? `x${hex(code, 2)}` : `u${hex(code, 4)}`;
  return ESCAPES[character] ?? `\\${digits}`;
}

function hex(code: number, width: number): string {
  return code.toString(16).padStart(width, '0');
}

/** At most `lengthMax` characters of a text, with a mark where it was cut. */
export function shortened(text: string, lengthMax: number): string {
  return text.length <= lengthMax ? text : `${text.slice(0, lengthMax - 1)}…`;
}

/** Stretches of wide characters, first and last: East Asian scripts, full-width forms, emoji. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x231a, 0x231b],
  [0x23e9, 0x23f3],
  [0x25fd, 0x25fe],
  [0x2614, 0x2615],
  [0x2648, 0x2653],
  [0x26a1, 0x26a1],
  [0x26bd, 0x26be],
  [0x26d4, 0x26d4],
  [0x2705, 0x2705],
  [0x270a, 0x270b],
  [0x2728, 0x2728],
  [0x274c, 0x274e],
  [0x2753, 0x2757],
  [0x2795, 0x2797],
  [0x2b1b, 0x2b1c],
  [0x2b50, 0x2b55],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1f9ff],
  [0x1fa70, 0x1faff],
  [0x20000, 0x3fffd],
];

/** Columns that a printable text takes on a terminal. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += columnsOf(character);
  return width;
}

function columnsOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  if (/^\p{M}$/u.test(character)) return 0;
  return WIDE.some(([first, last]) => code >= first && code <= last) ? 2 : 1;
}
