/** What single bytes may be in YAML of the boring kind; see `plain-yaml.ts`. */
import { CODE, isBlank, isDigit } from './byte-text.ts';

/** What may stand behind `|` and `>`: how line breaks at the end are taken, and an indentation. */
export function isBlockMark(code: number): boolean {
  return code === CODE.dash || code === CODE.plus || (isDigit(code) && code !== 48);
}

/** Control characters; tabs and carriage returns among them. */
export function isOdd(code: number): boolean {
  return code < CODE.blank || code === 127;
}

export function endsFlowText(code: number): boolean {
  return (
    code === CODE.comma ||
    code === CODE.closeBracket ||
    code === CODE.closeBrace ||
    code === CODE.newline
  );
}

const NO_TEXT: ReadonlySet<number> = new Set([...'!"#%&\'*,>@[]`{|}'].map((c) => c.charCodeAt(0)));

/** Whether a plain scalar may begin so. `- x`, `? x` and `: x` are other things. */
export function beginsText(code: number, next: number): boolean {
  if (NO_TEXT.has(code) || isOdd(code)) return false;
  const isMark = code === CODE.dash || code === CODE.question || code === CODE.colon;
  return !isMark || !isBlank(next);
}

/** Escapes of one letter, and a line break that is none. */
export function isPlainEscape(code: number): boolean {
  return '"\\/abefnrtv0N_LP '.includes(String.fromCharCode(code));
}
