import { shellDecodedLengthMax } from '../../base/limits.ts';

/** Characters that make a pattern more than plain text. */
const PATTERN_CHARACTERS = '\\.*[]^$+?(){}|';

/** `s/plain/text/g` done on a text, or null when the script is anything else. */
export function substitute(script: string, text: string): string | null {
  const divider = script[1];
  if (script[0] !== 's' || divider === undefined || divider === '\\') return null;
  const [from, to, flags, ...rest] = script.slice(2).split(divider);
  if (from === undefined || to === undefined || flags === undefined || rest.length > 0) return null;
  if (from === '' || to.includes('\\') || to.includes('&')) return null;
  for (const c of from) if (PATTERN_CHARACTERS.includes(c)) return null;
  if (flags !== '' && flags !== 'g') return null;
  if (flags === 'g') return replaceAll(text, from, to);
  const lines = text.split('\n');
  // One replacement a line: as much as all of `to` once for each.
  if (lines.length * to.length > shellDecodedLengthMax) return null;
  return lines.map((line) => replaceFirst(line, from, to)).join('\n');
}

/** Every `from` as `to`, or null when the result would be longer than anything we read. */
export function replaceAll(text: string, from: string, to: string): string | null {
  const pieces = text.split(from);
  const length = text.length + (pieces.length - 1) * (to.length - from.length);
  return length > shellDecodedLengthMax ? null : pieces.join(to);
}

export function replaceFirst(line: string, from: string, to: string): string {
  const at = line.indexOf(from);
  return at === -1 ? line : line.slice(0, at) + to + line.slice(at + from.length);
}
