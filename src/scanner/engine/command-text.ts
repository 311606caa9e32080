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
  const from = quoteStart(text, start);
  const last = skipBreaksBack(text, from - 1);
  const code = text.at(last);
  if (last === from - 1 && !isBlank(code)) return !isInsideWord(code);
  if (from < start && opensCommand(text, last)) return true;
  // Line breaks, and what opens a value of YAML: `run: x`, `- x`.
  if (isBlank(code) || endsCommand(code) || isOpener(code) || code === CODE.colon) return true;
  if (code === CODE.dash || code === CODE.exclamation) return true;
  if (BEHIND_COMMAND.has(code)) return true;
  const word = shellWordStart(text, last);
  // `NAME=value` may stand before a command.
  return text.at(word) === CODE.equals || LEADING.has(text.slice(word, last + 1));
}

/** The first byte of the word that `last` belongs to, or the equals sign in it. */
function shellWordStart(text: ByteText, last: number): number {
  let from = last;
  if (text.at(last) === CODE.equals) return last;
  while (!isBlank(text.at(from - 1)) && last - from < COMMAND_LENGTH_MAX) {
    if (text.at(from - 1) === CODE.equals) return from - 1;
    from--;
  }
  return from;
}

/** The first of the quotes that stand right before `start`, or `start` itself. */
function quoteStart(text: ByteText, start: number): number {
  let from = start;
  while (isTextQuote(text.at(from - 1)) && start - from < QUOTES_MAX) from--;
  return from;
}

/** Whether a quoted word behind `last` is a command line: `sh -c "x y"`, `ssh host "x y"`. */
function opensCommand(text: ByteText, last: number): boolean {
  const word = shellWordStart(text, last);
  return text.at(word) === CODE.dash || hasWordBefore(text, last + 1, WRAPPING);
}

const QUOTES_MAX = 8;

/** Commands that run another one, whose words follow theirs. */
export const WRAPPING: readonly string[] = (
  'sudo doas exec env nohup timeout nice setsid ssh docker podman kubectl chroot su runuser ' +
  'unshare xargs find watch screen tmux parallel stdbuf time trap'
).split(' ');

/** The last byte up to `at` that is no blank and no escaped line break. */
function skipBreaksBack(text: ByteText, at: number): number {
  let before = text.skipBlanksBack(at);
  while (text.at(before) === CODE.newline && text.at(before - 1) === CODE.backslash) {
    before = text.skipBlanksBack(before - 2);
  }
  return before;
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

/** A backtick is no quote of a text: it begins a command. */
function isTextQuote(code: number): boolean {
  return code === CODE.quote || code === CODE.apostrophe;
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
