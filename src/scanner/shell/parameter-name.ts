/** Characters of a parameter's name at `at`: an identifier, digits, or one special character. */
export function nameLength(text: string, at: number, end: number): number {
  let length = 0;
  while (at + length < end && isNameCode(text.charCodeAt(at + length))) length++;
  // `$10` is `$1` and a zero, but `${10}` is the tenth: both begin with digits only.
  if (length > 0) return isDigitCode(text.charCodeAt(at)) ? digitsLength(text, at, end) : length;
  return at < end && '@*#?$!-'.includes(text[at] as string) ? 1 : 0;
}

function digitsLength(text: string, at: number, end: number): number {
  const braced = text[at - 1] !== '$';
  let length = 1;
  while (braced && at + length < end && isDigitCode(text.charCodeAt(at + length))) length++;
  return length;
}

function isNameCode(code: number): boolean {
  const lower = code | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || code === 0x5f || isDigitCode(code);
}

function isDigitCode(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** What may stand behind the name in `${NAME…}`, longest first. */
export const PARAMETER_OPERATORS = [
  ...[':-', ':=', ':?', ':+', '##', '%%', '//', '/#', '/%', '^^', ',,'],
  ...['-', '=', '?', '+', '#', '%', '/', ':', '^', ',', '@'],
];
