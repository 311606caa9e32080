/**
 * What `${NAME#pattern}` and its kin make of a known value. Patterns are understood as far as
 * payloads use them: plain text, one `*`, and a set in brackets; more is unknown.
 */
import { undoEscapes } from './escapes.ts';
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
    case ':':
      return substring(value, argument);
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
  if (!around) return null;
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
  if (!around) return null;
  const [before, after] = around;
  if (!value.endsWith(after)) return value;
  const end = value.length - after.length;
  if (before === '') return longest ? '' : value.slice(0, end);
  const at = longest ? value.indexOf(before) : value.lastIndexOf(before, end - before.length);
  return at < 0 || at + before.length > end ? value : value.slice(0, at);
}

function replaced(operator: string, value: string, from: string, to: string): string | null {
  if (from.startsWith('[') && from.endsWith(']') && operator === '//') {
    return replacedSet(value, from.slice(1, -1), to);
  }
  if (!isPlain(from)) return null;
  if (from === '') return value;
  if (operator === '//') return replaceAll(value, from, to);
  if (operator === '/') return replaceFirst(value, from, to);
  if (operator === '/#') return value.startsWith(from) ? to + value.slice(from.length) : value;
  return value.endsWith(from) ? value.slice(0, value.length - from.length) + to : value;
}

/** Every character of the set as `to`: `${A//[0-9_]/}`. */
function replacedSet(value: string, set: string, to: string): string | null {
  const negated = set[0] === '!' || set[0] === '^';
  const members = negated ? set.slice(1) : set;
  if (members.includes('[') || to.length > 1) return null;
  let result = '';
  for (const c of value) result += isMember(c, members) === negated ? c : to;
  return result;
}

function isMember(c: string, members: string): boolean {
  for (let i = 0; i < members.length; i++) {
    const low = members[i] as string;
    const high = members[i + 1] === '-' ? members[i + 2] : undefined;
    if (high === undefined ? c === low : c >= low && c <= high) return true;
    if (high !== undefined) i += 2;
  }
  return false;
}

/** `${A:2}`, `${A:2:3}`, `${A: -3}`. */
function substring(value: string, argument: string): string | null {
  const [first = '', second, ...more] = argument.split(':');
  const offset = Number(first.trim() || '0');
  const length = second === undefined ? undefined : Number(second.trim() || '0');
  if (more.length > 0 || !Number.isInteger(offset)) return null;
  const start = offset < 0 ? Math.max(value.length + offset, 0) : offset;
  if (length === undefined) return value.slice(start);
  if (!Number.isInteger(length)) return null;
  return value.slice(start, length < 0 ? value.length + length : start + length);
}
