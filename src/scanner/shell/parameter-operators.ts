/**
 * What `${NAME#pattern}` and its kin make of a known value. Patterns are those of `glob.ts`; most
 * are plain text or hold one `*`, which is looked for directly.
 */
import { undoEscapes } from './escapes.ts';
import { Glob } from './glob.ts';
import { replaceAll, replaceFirst } from './substitute.ts';

/** The value after the operator, or null when it cannot be known. */
export function applyOperator(
  operator: string,
  value: string,
  argument: string,
  replacement: string,
): string | null {
  switch (operator) {
    case '#':
    case '##':
      return withoutPrefix(value, argument, operator === '##');
    case '%':
    case '%%':
      return withoutSuffix(value, argument, operator === '%%');
    case '/':
    case '//':
    case '/#':
    case '/%':
      return replaced(operator, value, argument, replacement);
    case '^':
      return value.slice(0, 1).toUpperCase() + value.slice(1);
    case ',':
      return value.slice(0, 1).toLowerCase() + value.slice(1);
    case '^^':
      return value.toUpperCase();
    case ',,':
      return value.toLowerCase();
    case '@':
      if (argument === 'E') return undoEscapes(value, 'ansi').text;
      return argument === 'U'
        ? value.toUpperCase()
        : argument === 'L'
          ? value.toLowerCase()
          : value;
    default:
      return null;
  }
}

/** Plain text before and after the one `*`, or null for any other pattern. */
function aroundStar(pattern: string): readonly [string, string] | null {
  const star = pattern.indexOf('*');
  const before = pattern.slice(0, star);
  const after = pattern.slice(star + 1);
  return star !== -1 && isPlain(before) && isPlain(after) ? [before, after] : null;
}

function isPlain(pattern: string): boolean {
  for (const c of pattern) if ('*?[]\\'.includes(c)) return false;
  return true;
}

function withoutPrefix(value: string, pattern: string, longest: boolean): string | null {
  if (isPlain(pattern)) return value.startsWith(pattern) ? value.slice(pattern.length) : value;
  const around = aroundStar(pattern);
  if (!around) return withoutMatch([...value], Glob.of(pattern), longest)?.join('') ?? null;
  const [before, after] = around;
  if (!value.startsWith(before)) return value;
  if (after === '') return longest ? '' : value.slice(before.length);
  const at = longest ? value.lastIndexOf(after) : value.indexOf(after, before.length);
  return at < before.length ? value : value.slice(at + after.length);
}

function withoutSuffix(value: string, pattern: string, longest: boolean): string | null {
  if (isPlain(pattern)) {
    return value.endsWith(pattern) ? value.slice(0, value.length - pattern.length) : value;
  }
  const around = aroundStar(pattern);
  if (!around) {
    const letters = [...value].reverse();
    const rest = withoutMatch(letters, Glob.of(pattern)?.reversed() ?? null, longest);
    return rest?.reverse().join('') ?? null;
  }
  const [before, after] = around;
  if (!value.endsWith(after)) return value;
  const end = value.length - after.length;
  if (before === '') return longest ? '' : value.slice(0, end);
  const at = longest ? value.indexOf(before) : value.lastIndexOf(before, end - before.length);
  return at < 0 || at + before.length > end ? value : value.slice(0, at);
}

/** Without the beginning that the pattern matches. */
function withoutMatch(value: string[], glob: Glob | null, longest: boolean): string[] | null {
  if (glob === null) return null;
  const found = glob.match(value);
  return found === null ? value : value.slice(found[longest ? 1 : 0]);
}

function replaced(operator: string, value: string, from: string, to: string): string | null {
  if (!isPlain(from)) return replacedMatches(operator, value, from, to);
  if (from === '') return value;
  if (operator === '//') return replaceAll(value, from, to);
  if (operator === '/') return replaceFirst(value, from, to);
  if (operator === '/#') return value.startsWith(from) ? to + value.slice(from.length) : value;
  return value.endsWith(from) ? value.slice(0, value.length - from.length) + to : value;
}

/** Longer values are not looked over for a pattern, which may begin anywhere. */
const MATCHED_LENGTH_MAX = 2_048;

/** With what the pattern matches replaced: the first longest match, or all of them. */
function replacedMatches(
  operator: string,
  value: string,
  pattern: string,
  to: string,
): string | null {
  const glob = Glob.of(pattern);
  if (glob === null || value.length > MATCHED_LENGTH_MAX) return null;
  const letters = [...value];
  let result = '';
  for (let at = 0; at < letters.length; ) {
    const length = glob.match(letters, at)?.[1] ?? 0;
    const isMatch = length > 0 && (operator !== '/%' || at + length === letters.length);
    result += isMatch ? to : letters[at];
    at += isMatch ? length : 1;
    if ((isMatch && operator !== '//') || operator === '/#') {
      return result + letters.slice(at).join('');
    }
  }
  return result;
}

/** `${A:2}`, `${A:2:3}`, `${A: -3}`: characters of a text or elements of a list. */
export function slice<T extends string | readonly string[]>(
  value: T,
  offset: number,
  length: number | null,
): T {
  const start = offset < 0 ? Math.max(value.length + offset, 0) : offset;
  const end = length === null ? value.length : length < 0 ? value.length + length : start + length;
  return value.slice(start, end) as T;
}
