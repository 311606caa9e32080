/**
 * Programs in another language on a command line: `python -c`, `node -e`, `perl -e`. They are not
 * run or parsed. Their string literals are read, since a payload must be one of them: encoded ones
 * are decoded, and those that go into a call which starts a process are commands.
 */
import { decodeBase64, decodeHex, isBase64 } from './decode.ts';

/** A text and the stretch of the program that it comes from. */
export interface CodeText {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Texts in a program that a shell would run, or that were encoded. */
export function textsInCode(code: string): readonly CodeText[] {
  const hints = hintsOf(code);
  if (!hints.base64 && !hints.hex && !hints.starts) return [];
  const texts: CodeText[] = [];
  let call: Literal[] = [];
  const flush = (): void => {
    const [first] = call;
    const text = call.map((literal) => literal.text).join(' ');
    if (first) texts.push({ text, start: first.start, end: call.at(-1)?.end ?? first.end });
    call = [];
  };
  let callEnd = -1;
  for (const literal of literalsOf(code)) {
    const decoded = decodedLiteral(literal.text, hints);
    if (decoded !== null) texts.push({ ...literal, text: decoded });
    if (!hints.starts) continue;
    if (literal.start > callEnd) {
      flush();
      callEnd = startsProcess(code, literal.start) ? endOfCall(code, literal.end) : -1;
    }
    if (literal.start <= callEnd && decoded === null) call.push(literal);
  }
  flush();
  return texts;
}

interface Hints {
  readonly base64: boolean;
  readonly hex: boolean;
  /** A call that starts a process stands in it. */
  readonly starts: boolean;
}

const BASE64_HINTS = ['b64decode', 'atob', 'base64', 'decode64', 'unpack'];
const HEX_HINTS = ['fromhex', 'unhexlify', 'hex', 'H*'];
const STARTERS = [
  ...['system', 'popen', 'Popen', 'exec', 'execSync', 'execFile', 'execFileSync', 'spawn'],
  ...['spawnSync', 'run', 'call', 'check_call', 'check_output', 'getoutput', 'shell_exec'],
  ...['passthru', 'proc_open', 'qx', 'execvp', 'execv', 'execl', 'execlp'],
];

function hintsOf(code: string): Hints {
  const holds = (hints: readonly string[]): boolean => hints.some((hint) => code.includes(hint));
  return { base64: holds(BASE64_HINTS), hex: holds(HEX_HINTS), starts: holds(STARTERS) };
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

/** How far before a literal the name of the call may stand: `subprocess.run(["`. */
const CALL_LENGTH_MAX = 40;

/** Whether the literal is the first argument of a call that starts a process. */
function startsProcess(code: string, literal: number): boolean {
  let at = literal - 1;
  const limit = Math.max(literal - CALL_LENGTH_MAX, 0);
  // A prefix letter of the literal (`b"…"`), brackets and blanks stand between call and literal.
  while (at >= limit && ' ([\n\tbrf'.includes(code[at] as string)) at--;
  if (code[at + 1] !== '(' && code[at + 1] !== ' ') {
    const open = code.slice(at + 1, literal).indexOf('(');
    if (open < 0) return false;
    at += open;
  }
  let from = at;
  while (from >= limit && isNamePart(code[from] as string)) from--;
  return STARTERS.includes(code.slice(from + 1, at + 1));
}

function isNamePart(c: string): boolean {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c === '_';
}

const CALL_ARGUMENTS_LENGTH_MAX = 4_096;

/** The end of the call's arguments: the first `)` behind, literals apart. */
function endOfCall(code: string, from: number): number {
  const window = code.slice(from, from + CALL_ARGUMENTS_LENGTH_MAX);
  const close = window.indexOf(')');
  return close < 0 ? from + window.length : from + close;
}
