/**
 * Glue: the ways in which a shell, or a reader of another dialect, puts one word together from
 * parts, so that the token a rule looks for never stands in the text. Each is recognised from the
 * character that does it and a few around it:
 *
 *   quotes inside a word        x""m  "xm"'rig'  'xm'+'rig' (PowerShell)
 *   a backslash inside a word   x\mrig  and at a line's end
 *   escapes                     \x78  \170  $'…'
 *   expansions side by side     $A$B  ${A}${B}  xm$B  ${A}rig  $(echo xm)rig
 *   expansions that cut         ${A#x}  ${A%x}  ${A/x/y}  ${A:1:2}
 *   braces                      x{m,}rig
 *   assignments that append     a=xm; a+=rig
 *
 * and two that name a file to run: `./x` and `. x`. What needs a whole word to hide (`base64`,
 * `printf`, `eval`) stands in `cues.ts`. Ordinary scripts glue too (`v$VERSION`); being wrong here
 * costs one lexing, being silent would cost a miner.
 */
import { isAlphanumeric } from './token.ts';

const APOSTROPHE = 39;
const QUOTE = 34;
const BACKTICK = 96;
const DOLLAR = 36;
const BACKSLASH = 92;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const CLOSE_PARENTHESIS = 41;
const DOT = 46;
const DASH = 45;
const SLASH = 47;
const PLUS = 43;
const EQUALS = 61;
const UNDERSCORE = 95;
const NEWLINE = 10;

/** Quotes in a row that are looked over. More of them are glue whatever follows. */
const QUOTES_MAX = 8;
/** Characters of a variable's name that are looked over. */
const NAME_LENGTH_MAX = 64;

/** Whether the character at `at` (its code is `code`) glues, or names a file to run. */
export function isGlue(text: string, at: number, code: number): boolean {
  switch (code) {
    case APOSTROPHE:
    case QUOTE:
    case BACKTICK:
      return joins(text, at - 1) && continuesAfterQuotes(text, at);
    case DOLLAR:
      return dollarGlues(text, at);
    case BACKSLASH:
      return backslashGlues(text, at);
    case OPEN_BRACE:
      return joins(text, at - 1) && !isBlank(text.charCodeAt(at + 1));
    case CLOSE_BRACE:
    case CLOSE_PARENTHESIS:
      return isAlphanumeric(text.charCodeAt(at + 1));
    case PLUS:
      return text.charCodeAt(at + 1) === EQUALS;
    case DOT:
      return runsFile(text, at);
    default:
      return false;
  }
}

/** Whether a word may go on behind this character: it is a word's, or it ends an expansion. */
function joins(text: string, at: number): boolean {
  if (at < 0) return false;
  const code = text.charCodeAt(at);
  if (isAlphanumeric(code) || code === UNDERSCORE) return true;
  if (code === CLOSE_BRACE || code === CLOSE_PARENTHESIS) return true;
  // `$@$A`, `$*$A`, and an option's dash at the beginning of a word.
  if (code === 64 || code === 42) return text.charCodeAt(at - 1) === DOLLAR;
  return code === DASH && !isAlphanumeric(text.charCodeAt(at - 1));
}

function continuesAfterQuotes(text: string, at: number): boolean {
  let next = at + 1;
  while (isQuote(text.charCodeAt(next)) && next - at < QUOTES_MAX) next++;
  if (next - at >= QUOTES_MAX) return true;
  const code = text.charCodeAt(next);
  if (isAlphanumeric(code) || code === DOLLAR || code === BACKSLASH) return true;
  if (code === OPEN_BRACE) return true;
  // PowerShell and JavaScript: 'xm' + 'rig'.
  let plus = next;
  while (text.charCodeAt(plus) === 32 && plus - next < QUOTES_MAX) plus++;
  return text.charCodeAt(plus) === PLUS;
}

function dollarGlues(text: string, at: number): boolean {
  const next = text.charCodeAt(at + 1);
  if (next === APOSTROPHE) return true;
  if (next === OPEN_BRACE && expansionCuts(text, at + 2)) return true;
  const expands =
    isAlphanumeric(next) ||
    next === UNDERSCORE ||
    next === OPEN_BRACE ||
    next === 40 ||
    next === 64 ||
    next === 42;
  return expands && joins(text, at - 1);
}

/** `${A#x}`, `${A%x}`, `${A/x/y}`, `${A:1}` or `${A@E}`, from the first character of the name. */
function expansionCuts(text: string, from: number): boolean {
  let at = from;
  const end = from + NAME_LENGTH_MAX;
  while (at < end && (isAlphanumeric(text.charCodeAt(at)) || text[at] === '_')) at++;
  if (at === end) return true;
  const operator = text[at] ?? '';
  if (operator === ':') return !'-=?+'.includes(text[at + 1] ?? '');
  // The length `${#A}` has no name before the mark.
  return at > from && '#%/@['.includes(operator);
}

function backslashGlues(text: string, at: number): boolean {
  const next = text.charCodeAt(at + 1);
  if (next >= 48 && next <= 57) return true;
  if (next === 120 || next === 88 || next === 117 || next === 85) return true;
  return joins(text, at - 1) && (next === NEWLINE || !isBlank(next));
}

function runsFile(text: string, at: number): boolean {
  const next = text.charCodeAt(at + 1);
  const before = at === 0 ? NEWLINE : text.charCodeAt(at - 1);
  if (next === SLASH) return before !== DOT && !isAlphanumeric(before);
  return next === 32 && (isBlank(before) || before === 59 || before === 38 || before === 124);
}

function isQuote(code: number): boolean {
  return code === APOSTROPHE || code === QUOTE || code === BACKTICK;
}

/** Also true past the end, where there is no code. */
function isBlank(code: number): boolean {
  return !(code > 32);
}
