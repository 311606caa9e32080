/** Names and expressions that stand in a text of another language: `{a}`, `${a}`, `#{a}`, `$a`. */
import type { CodeToken } from './code-tokens.ts';

/** What filling a text in needs of the program around it. */
export interface Lookups {
  /** What an expression between braces comes to, or null. */
  valueNamed(expression: string): string | null;
  variable(name: string): string | null;
  spend(units: number): boolean;
}

const NAMED_LENGTH_MAX = 256;

/** The text with what is known filled in; what is not stays as it stands. */
export function interpolated({ text, style }: CodeToken, lookups: Lookups): string {
  if (style === 'plain' || !(text.includes('{') || text.includes('$'))) return text;
  const mark = style === 'braces' ? '{' : style === 'template' ? '${' : '#{';
  let result = '';
  let at = 0;
  for (let open = text.indexOf(mark); open >= 0; open = text.indexOf(mark, at)) {
    const close = text.indexOf('}', open);
    if (close < 0) break;
    const name = text.slice(open + mark.length, close);
    result += text.slice(at, open) + (lookups.valueNamed(name) ?? text.slice(open, close + 1));
    at = close + 1;
  }
  result += text.slice(at);
  return style === 'dollar' || style === 'command' ? withDollars(result, lookups) : result;
}

/** `$a` and `{$a}` where a is known. */
function withDollars(text: string, { variable, spend }: Lookups): string {
  const pieces = text.split('$');
  let result = pieces[0] ?? '';
  for (const piece of pieces.slice(1)) {
    const end = nameEnd(piece);
    const known = end === 0 ? null : variable(piece.slice(0, end));
    if (known === null || !spend(known.length)) result += `$${piece}`;
    else if (result.endsWith('{') && piece[end] === '}') {
      result = result.slice(0, -1) + known + piece.slice(end + 1);
    } else result += known + piece.slice(end);
  }
  return result;
}

/** How many characters of the text are a name. */
function nameEnd(text: string): number {
  let end = 0;
  for (; end < text.length && end < NAMED_LENGTH_MAX; end++) {
    const c = text[end] as string;
    const isLetter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c === '_';
    if (!isLetter && !(c >= '0' && c <= '9')) break;
  }
  return end;
}
