/**
 * Tokens: runs of ASCII letters and digits, case folded, as 32-bit hashes (FNV-1a). A token right
 * behind a dash that begins a word (`-o`, `--url`) is a flag and hashes differently, so that the
 * letter `o` of prose is not the option `-o`.
 */

/** A character that separates and is not looked at. */
export const OTHER = 0;
/** A character that can glue words together, or begin the name of a file to run. */
export const GLUE = 1;
/** Bits of a character that belongs to tokens. */
export const DIGIT = 1 << 8;
export const LETTER = 1 << 9;
export const LETTER_BEYOND_HEX = 1 << 10;

/**
 * What each UTF-16 unit below 128 is to the sweep: `OTHER`, `GLUE`, or its lower-case code with the
 * bits above. One table, so that a character costs one load.
 */
export const CHARACTERS: Uint16Array = characters();

export const HASH_START = 0x811c9dc5;
const HASH_PRIME = 0x01000193;
const FLAG_MARK = 0x9e3779b1;

/** `entry` is the character's in the table. */
export function hashNext(hash: number, entry: number): number {
  return Math.imul(hash ^ (entry & 0x7f), HASH_PRIME);
}

export function asFlag(hash: number): number {
  return Math.imul(hash ^ FLAG_MARK, HASH_PRIME);
}

/** The hash of a token as text: `xmrig`, or `-o` for a flag. */
export function tokenHash(token: string): number {
  const isFlag = token.startsWith('-');
  let hash = HASH_START;
  for (let i = isFlag ? 1 : 0; i < token.length; i++) {
    hash = hashNext(hash, CHARACTERS[token.charCodeAt(i)] ?? OTHER);
  }
  return isFlag ? asFlag(hash) : hash;
}

export function isAlphanumeric(code: number): boolean {
  return (CHARACTERS[code] ?? OTHER) > GLUE;
}

/** The tokens of a text in lower case, flags left aside. For short texts such as names. */
export function tokensOf(text: string): readonly string[] {
  const tokens: string[] = [];
  let start = 0;
  for (let i = 0; i <= text.length; i++) {
    if (i < text.length && isAlphanumeric(text.charCodeAt(i))) continue;
    if (i > start) tokens.push(text.slice(start, i).toLowerCase());
    start = i + 1;
  }
  return tokens;
}

function characters(): Uint16Array {
  const table = new Uint16Array(128);
  for (const c of '0123456789') table[c.charCodeAt(0)] = DIGIT | c.charCodeAt(0);
  for (const c of 'abcdefghijklmnopqrstuvwxyz') {
    const entry = LETTER | (c > 'f' ? LETTER_BEYOND_HEX : 0) | c.charCodeAt(0);
    table[c.charCodeAt(0)] = entry;
    table[c.toUpperCase().charCodeAt(0)] = entry;
  }
  for (const c of '\'"`$\\{}).+') table[c.charCodeAt(0)] = GLUE;
  return table;
}
