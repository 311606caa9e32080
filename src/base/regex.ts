/**
 * The one way to a pattern that meets outside input. JavaScript's engine backtracks, so an attacker
 * who chooses the text can make a careless pattern take years. `pattern` admits only sources that
 * run in time linear in the text, up to a constant:
 *
 *  - no back-references and no look-behind,
 *  - an unbounded quantifier (`*`, `+`) only once, on one character or class, and only behind a
 *    leading `^`: one start, one loop. Anywhere else `{0,256}` says the bound,
 *  - no quantifier on a group that holds another quantifier, unless the product is small,
 *  - never run on more than `windowLengthMax` characters: callers cut the window first.
 *
 * With bounded counts the work for one start position is a constant, and so the whole is linear.
 */
import { assert } from './assert.ts';

export const windowLengthMax = 4_096;
/** The most ways through one pattern: the product of nested counts. */
const PATHS_MAX = 4_096;

/** A checked pattern. Throws while modules load when the source breaks a rule. */
export function pattern(source: string, flags: '' | 'i' | 'g' | 'gi' | 'y' | 'iy' = ''): RegExp {
  const problem = patternProblem(source);
  assert(problem === null, `pattern /${source}/: ${problem}`);
  return new RegExp(source, flags);
}

/** Loops and optional parts of a foreign pattern: the ways through several of them multiply. */
const FOREIGN_LOOPS_MAX = 1;
const FOREIGN_OPTIONS_MAX = 4;

/**
 * A pattern that somebody else wrote, or null when it is none or could take long. `a*a*a*b` keeps
 * every rule above and takes minutes on 4,000 letters, so one loop on one character is all it gets.
 */
export function foreignPattern(source: string, flags: '' | 'i' | 'g' | 'gi' = ''): RegExp | null {
  if (patternProblem(source) !== null || !isShortOfLoops(source)) return null;
  try {
    return new RegExp(source, flags);
  } catch {
    return null;
  }
}

/** Whether `regex` matches in `text`. The text may be at most `windowLengthMax` long. */
export function matches(regex: RegExp, text: string): boolean {
  return find(regex, text) !== null;
}

export function find(regex: RegExp, text: string): RegExpExecArray | null {
  assert(text.length <= windowLengthMax, 'a pattern was given more than its window');
  regex.lastIndex = 0;
  return regex.exec(text);
}

function isShortOfLoops(source: string): boolean {
  let loops = 0;
  let options = 0;
  let inClass = false;
  for (let i = 0; i < source.length; i++) {
    const c = source[i] as string;
    if (c === '\\') i++;
    else if (inClass) inClass = c !== ']';
    else if (c === '[') inClass = true;
    else if ('*+{?'.includes(c)) {
      if (source[i - 1] === ')') return false;
      if (c === '?') options++;
      else loops++;
    }
  }
  return loops <= FOREIGN_LOOPS_MAX && options <= FOREIGN_OPTIONS_MAX;
}

/** Why a source is refused, or null. */
export function patternProblem(source: string): string | null {
  if (/\\[1-9]|\\k</.test(source)) return 'has a back-reference';
  if (/\(\?<?[=!]/.test(source)) return 'has look-around';
  const groups: number[] = [1];
  let inClass = false;
  // One start and one loop are linear; a second loop, or a start anywhere, is not.
  let unboundedLeft = source.startsWith('^') && !source.includes('|') ? 1 : 0;
  for (let i = 0; i < source.length; i++) {
    const c = source[i];
    if (c === '\\') i++;
    else if (inClass) inClass = c !== ']';
    else if (c === '[') inClass = true;
    else if (c === '*' || c === '+') {
      if (unboundedLeft-- <= 0 || source[i - 1] === ')') return `has an unbounded ${c}`;
      groups[groups.length - 1] = Infinity;
    } else if (c === '(') groups.push(1);
    else if (c === ')') {
      const inner = groups.pop() ?? 1;
      const [count, width] = quantifierAt(source, i + 1);
      if (count === Infinity) return 'has an unbounded quantifier';
      if (count > 1 && inner > 1 && inner * count > PATHS_MAX) return 'nests quantifiers';
      i += width;
      groups[groups.length - 1] = Math.max(groups.at(-1) ?? 1, inner * count);
      continue;
    }
    const [count, width] = quantifierAt(source, i + 1);
    if (count === Infinity) return 'has an unbounded quantifier';
    if (count > 1 && !inClass) groups[groups.length - 1] = Math.max(groups.at(-1) ?? 1, count);
    if (!inClass) i += width;
  }
  return null;
}

/** The upper count of a `{…}` or `?` at `i`, and how many characters it takes. */
function quantifierAt(source: string, i: number): [count: number, width: number] {
  if (source[i] === '?') return [1, 1];
  const braces = /^\{(\d+)(,(\d*))?\}/.exec(source.slice(i, i + 12));
  if (!braces) return [1, 0];
  const [whole, low, range, high] = braces;
  if (range === undefined) return [Number(low), whole.length];
  return [high === '' ? Infinity : Number(high), whole.length];
}
