/**
 * Patterns of `matches`: RE2 syntax, run by the linear-time engine of @bufbuild/cel. A pattern is
 * compiled when its policy is loaded: each evaluation did it before, which took 10 to 90 µs. RE2
 * unrolls counts (`[a-z]{500}` took 21 ms, `\pL{100}` 94 ms): so the states that a pattern comes to
 * are estimated and bounded. Unicode classes, hundreds of ranges each, and `\Q…\E`, in which
 * brackets mean nothing, are not taken.
 */
import { RE2JS, RE2JSException } from '@bufbuild/re2';
import { celPatternLengthMax, celPatternStatesMax, celPatternUsesMax } from '../../base/limits.ts';
import { matches, pattern } from '../../base/regex.ts';

const UNICODE_OR_QUOTE = pattern('\\\\[pPCQ]');

/**
 * Says whether `regex`, which passed `patternProblem`, matches somewhere in a text. What the engine
 * learns of the texts it keeps, up to 10,000 states of 1 KB; so it is made anew from time to time.
 */
export function compilePattern(regex: string): (text: string) => boolean {
  let engine = RE2JS.compile(regex);
  let uses = 0;
  return (text) => {
    if (++uses > celPatternUsesMax) {
      engine = RE2JS.compile(regex);
      uses = 1;
    }
    return engine.test(text);
  };
}

/** Why a pattern is refused, or null. */
export function patternProblem(regex: string): string | null {
  if (regex.length > celPatternLengthMax) {
    return `the pattern has ${regex.length} characters, at most ${celPatternLengthMax} are taken`;
  }
  if (matches(UNICODE_OR_QUOTE, regex)) {
    return 'the pattern uses \\p, \\P, \\C or \\Q, which are not taken';
  }
  const states = patternStates(regex);
  if (states > celPatternStatesMax) {
    return `the pattern unrolls to ${states} states, at most ${celPatternStatesMax} are taken`;
  }
  try {
    RE2JS.compile(regex);
    return null;
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    return `the pattern is not valid: ${error.message.slice(0, 100)}`;
  }
}

/** Atoms of the pattern with their counts multiplied out. Total: any text has a number. */
export function patternStates(regex: string): number {
  // Of each open group its states so far, and those of its last part, which a count multiplies.
  const groups = [{ states: 0, last: 0 }];
  for (let i = 0; i < regex.length; i = partEnd(regex, i)) {
    const group = groups.at(-1) ?? { states: 0, last: 0 };
    const c = regex[i] ?? '';
    if (c === '(') groups.push({ states: 1, last: 0 });
    else if (c === ')' && groups.length > 1) {
      groups.pop();
      const parent = groups.at(-1) ?? group;
      parent.last = group.states;
      parent.states += group.states;
    } else {
      if (!'{*+?'.includes(c)) group.last = 0;
      const added = c === '{' ? bracesStates(regex, i, group.last) : 1;
      group.last += added;
      group.states += added;
    }
  }
  return groups.reduce((sum, group) => sum + group.states, 0);
}

/** The offset behind the escape, class, count or character at `start`. */
function partEnd(regex: string, start: number): number {
  const c = regex[start];
  if (c === '\\') return start + 2;
  if (c === '[') return classEnd(regex, start);
  const end = c === '{' ? regex.indexOf('}', start) : -1;
  return end === -1 ? start + 1 : end + 1;
}

/** The offset behind the class that opens at `start`. */
function classEnd(regex: string, start: number): number {
  let i = start + (regex[start + 1] === '^' ? 2 : 1);
  // A bracket that comes first stands for itself.
  if (regex[i] === ']') i++;
  while (i < regex.length && regex[i] !== ']') i += regex[i] === '\\' ? 2 : 1;
  return i + 1;
}

/** What the braces at `start` add to the `last` states. Without a count they are characters. */
function bracesStates(regex: string, start: number, last: number): number {
  const end = partEnd(regex, start);
  const counts = regex
    .slice(start + 1, end - 1)
    .split(',')
    .map(Number);
  const isCount = regex[end - 1] === '}' && counts.every(Number.isInteger);
  return isCount ? last * (Math.max(1, ...counts) - 1) : end - start;
}
