/**
 * Encoded string literals of programs in another language. Those that the program itself is seen
 * to decode come out of `code-evaluator.ts`; these are all others, since a payload must be one.
 */
import { decodeBase64, decodeHex, isBase64 } from './decode.ts';

/** A text and the stretch of the program that it comes from. */
export interface CodeText {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Texts in a program that were encoded. */
export function encodedLiterals(code: string): readonly CodeText[] {
  const hints = hintsOf(code);
  if (!hints.base64 && !hints.hex) return [];
  return literalsOf(code).flatMap((literal) => {
    const text = decodedLiteral(literal.text, hints);
    return text === null ? [] : [{ ...literal, text }];
  });
}

/** Whether the program decodes, prints, writes or starts anything. */
export function mayRunText(code: string): boolean {
  return DOING_HINTS.some((hint) => code.includes(hint));
}

interface Hints {
  readonly base64: boolean;
  readonly hex: boolean;
}

const BASE64_HINTS = ['b64decode', 'atob', 'base64', 'decode64', 'unpack'];
const HEX_HINTS = ['fromhex', 'unhexlify', 'hex', 'H*'];
const DOING_HINTS = [
  ...['system', 'open', 'exec', 'spawn', 'run', 'call', 'output', 'eval', 'print', 'echo', 'puts'],
  ...['write', 'log', 'qx', '`', '%x', 'capture', 'start', 'Start', 'shell', 'command', 'put_'],
];

function hintsOf(code: string): Hints {
  const holds = (hints: readonly string[]): boolean => hints.some((hint) => code.includes(hint));
  return { base64: holds(BASE64_HINTS), hex: holds(HEX_HINTS) };
}

type Literal = CodeText;

const LITERALS_MAX = 10_000;

/** Texts between quotes of one kind; escapes stay, but an escaped quote does not end one. */
function literalsOf(code: string): readonly Literal[] {
  const literals: Literal[] = [];
  for (let at = 0; at < code.length && literals.length < LITERALS_MAX; at++) {
    const quote = code[at];
    if (quote !== '"' && quote !== "'" && quote !== '`') continue;
    const start = at;
    const triple = quote !== '`' && code.startsWith(quote.repeat(3), at);
    const closer = triple ? quote.repeat(3) : quote;
    at += closer.length;
    const from = at;
    while (at < code.length && !code.startsWith(closer, at)) at += code[at] === '\\' ? 2 : 1;
    const end = Math.min(at, code.length);
    literals.push({ text: code.slice(from, end), start, end });
    at = end + closer.length - 1;
  }
  return literals;
}

/** Encoded texts are longer than words such as `utf8`, which are base64 by their letters too. */
const BASE64_LENGTH_MIN = 16;
const HEX_LENGTH_MIN = 16;

function decodedLiteral(text: string, hints: Hints): string | null {
  if (hints.hex && text.length >= HEX_LENGTH_MIN) {
    const bytes = decodeHex(text);
    if (bytes.length * 2 === text.length) return printable(bytes);
  }
  if (!hints.base64 || text.length < BASE64_LENGTH_MIN || !isBase64(text)) return null;
  return printable(decodeBase64(text));
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

/** The text of bytes that are text: valid UTF-8 without control characters. */
function printable(bytes: Uint8Array): string | null {
  for (const byte of bytes) {
    if (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) return null;
  }
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return null;
  }
}
