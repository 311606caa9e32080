/**
 * A command as far as the bytes around a word tell: where it begins and ends, and whether the word
 * is its first. Shells are not lexed here, so every answer errs on the side of a command.
 */
import { type ByteText, CODE, isBlank, isQuote } from './byte-text.ts';
import { isAlphanumeric } from './token.ts';

/** Bytes of a command that are looked over on each side of a cue; a longer one is a candidate. */
export const COMMAND_LENGTH_MAX = 2_000;

/** The end of the command that a word stands in, or -1 when it is too long to tell. */
export function commandEnd(text: ByteText, at: number): number {
  const limit = Math.min(text.lineEnd(at), at + COMMAND_LENGTH_MAX);
  for (let end = at; end < limit; end++) {
    const code = text.at(end);
    if (endsCommand(code) || code === CODE.closeParenthesis || code === CODE.backtick) return end;
  }
  return limit === at + COMMAND_LENGTH_MAX ? -1 : limit;
}

/** Whether the word from `start` on may be a command's first, as far as what is before it tells. */
export function isCommandAt(text: ByteText, start: number): boolean {
  const last = text.skipBlanksBack(start - 1);
  const code = text.at(last);
  if (last === start - 1 && !isBlank(code)) return !isInsideWord(code);
  // Line breaks, and what opens a value of YAML: `run: x`, `- x`.
  if (isBlank(code) || endsCommand(code) || isOpener(code) || code === CODE.colon) return true;
  if (code === CODE.dash || code === CODE.exclamation || code === CODE.backslash) return true;
  if (BEHIND_COMMAND.has(code)) return true;
  let from = last;
  while (!isBlank(text.at(from - 1)) && last - from < COMMAND_LENGTH_MAX) {
    // `NAME=value` may stand before a command.
    if (text.at(from - 1) === CODE.equals) return true;
    from--;
  }
  return LEADING.has(text.slice(from, last + 1));
}

/** Whether one of the words stands before `word` in its command: `apt-get install -y bash`. */
export function hasWordBefore(text: ByteText, word: number, names: readonly string[]): boolean {
  let from = word;
  const line = Math.max(text.lineStart(word), word - COMMAND_LENGTH_MAX);
  while (from > line && !endsCommand(text.at(from - 1)) && !isOpener(text.at(from - 1))) from--;
  for (let at = from; at < word; at++) {
    const isWord = isBlank(text.at(at - 1)) || at === from;
    const found = isWord && names.find((name) => text.isWord(at, name));
    if (found && isBlank(text.at(at + found.length))) return true;
  }
  return false;
}

export function endsCommand(code: number): boolean {
  return code === CODE.bar || code === CODE.semicolon || code === CODE.ampersand;
}

export function endsWord(code: number): boolean {
  const isBracket = code === CODE.closeParenthesis || code === CODE.openParenthesis;
  const isRedirect = code === CODE.less || code === CODE.greater || code === CODE.equals;
  return (
    endsCommand(code) ||
    isQuote(code) ||
    isBracket ||
    isRedirect ||
    code === CODE.comma ||
    code === CODE.openBracket ||
    code === CODE.closeBracket
  );
}

export function isOpener(code: number): boolean {
  return code === CODE.openParenthesis || code === CODE.openBrace || isQuote(code);
}

export function isCloser(code: number): boolean {
  return code === CODE.closeParenthesis || code === CODE.closeBrace || isQuote(code);
}

export function isRedirect(code: number): boolean {
  return code === CODE.less || code === CODE.greater;
}

/** What stands before a word that is a part of a name: `$rev`, `git-rev`, `x.rev`. */
export function isGluedToName(code: number): boolean {
  return GLUED_TO_NAME.has(code);
}

/** The same, and what stands before a value. */
function isInsideWord(code: number): boolean {
  return GLUED_TO_NAME.has(code) || BEFORE_VALUE.has(code) || isAlphanumeric(code);
}

const GLUED_TO_NAME: ReadonlySet<number> = new Set([
  CODE.dollar,
  CODE.dash,
  CODE.underscore,
  CODE.dot,
  CODE.at,
]);

/** What may end the command, the condition or the mark before one: `) x`, `} x`, `@ x`. */
const BEHIND_COMMAND: ReadonlySet<number> = new Set([
  CODE.closeParenthesis,
  CODE.closeBrace,
  CODE.closeBracket,
  CODE.at,
]);

const BEFORE_VALUE: ReadonlySet<number> = new Set([
  CODE.slash,
  CODE.equals,
  CODE.colon,
  CODE.plus,
  CODE.percent,
  CODE.hash,
  CODE.less,
  CODE.greater,
]);

/** Words behind which a command begins. */
const LEADING: ReadonlySet<string> = new Set(
  'then do else elif if while until sudo time exec command builtin nohup env eval and or RUN'.split(
    ' ',
  ),
);
