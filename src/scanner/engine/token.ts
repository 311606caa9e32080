/**
 * Tokens: runs of ASCII letters and digits, case folded, as 32-bit hashes (FNV-1a). A token right
 * behind a dash (`-o`, `--url`) is a flag too and hashes differently as such, so that the letter
 * `o` of prose is not the option `-o`.
 */

/** A byte that separates and is not looked at, every one beyond ASCII included. */
export const OTHER = 0;
/** A byte that can glue words together, or begin the name of a file to run. */
export const GLUE = 1;

/**
 * What each byte is to the sweep: `OTHER`, `GLUE`, or for letters and digits the lower-case code.
 * One table, so that a byte costs one load.
 */
export const CHARACTERS: Uint8Array = characters();

/**
 * `BEFORE` and `BEHIND` for bytes that may stand right before and right behind a word that other
 * words can be joined to. The `m` of `-m`, `a.m` and `m/x` stands inside a shell's word, and no
 * joining of words puts a letter before or behind it there; the `m` of `$m` and `m=x` is a name.
 */
export const EDGES: Uint8Array = edges();
export const BEFORE = 1;
export const BEHIND = 2;

export const HASH_START: number = 0x811c9dc5 | 0;
export const HASH_PRIME = 0x01000193;
const FLAG_MARK = 0x9e3779b1;

/** `entry` is the byte's in the table. */
export function hashNext(hash: number, entry: number): number {
  return Math.imul(hash ^ entry, HASH_PRIME);
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

function characters(): Uint8Array {
  const table = new Uint8Array(256);
  for (const c of '0123456789') table[c.charCodeAt(0)] = c.charCodeAt(0);
  for (const c of 'abcdefghijklmnopqrstuvwxyz') {
    table[c.charCodeAt(0)] = c.charCodeAt(0);
    table[c.toUpperCase().charCodeAt(0)] = c.charCodeAt(0);
  }
  for (const c of '\'"`$\\{}).+/') table[c.charCodeAt(0)] = GLUE;
  return table;
}

function edges(): Uint8Array {
  const table = new Uint8Array(256).fill(1 | 2, 0, 33);
  for (const c of '\'"`\\(){}[]<>|&;,') table[c.charCodeAt(0)] = 1 | 2;
  table['='.charCodeAt(0)] = 1;
  table['$'.charCodeAt(0)] = 2;
  return table;
}
