/**
 * A name that an attacker chose, fit for a log line, a sentence or a path: at most `lengthMax`
 * characters, and those that move a terminal's cursor or turn its text around replaced.
 */
export function printable(text: string, lengthMax: number): string {
  if (text.length <= lengthMax && isPlain(text)) return text;
  const cut = text.length > lengthMax ? `${text.slice(0, lengthMax - 1)}…` : text;
  let result = '';
  for (const character of cut) result += isUnsafe(character) ? '\ufffd' : character;
  return result;
}

/** Printable ASCII, as nearly every name is. */
function isPlain(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c < 0x20 || c > 0x7e) return false;
  }
  return true;
}

/** Control characters, line separators, marks of direction and halves of a pair. */
function isUnsafe(character: string): boolean {
  const c = character.codePointAt(0) ?? 0;
  if (c < 0x20 || (c >= 0x7f && c < 0xa0)) return true;
  if (c === 0x2028 || c === 0x2029 || (c >= 0xd800 && c < 0xe000)) return true;
  return (
    c === 0x200e || c === 0x200f || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069)
  );
}
