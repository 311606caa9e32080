/**
 * Patterns of `matches`: RE2 syntax, run by the linear-time engine inside @bufbuild/cel. Its public
 * interface compiles the pattern at each evaluation, 10 to 90 µs for an ordinary one, and RE2
 * unrolls counts (`[a-z]{500}` took 21 ms, `\pL{100}` 94 ms): so the states that a pattern comes to
 * are estimated and bounded. Unicode classes, hundreds of ranges each, and `\Q…\E`, in which
 * brackets mean nothing, are not taken.
 */
import { celEnv, isCelError, parse, plan } from '@bufbuild/cel';
import { celPatternLengthMax, celPatternStatesMax } from '../../base/limits.ts';
import { matches, pattern } from '../../base/regex.ts';

const UNICODE_OR_QUOTE = pattern('\\\\[pPCQ]');

const evaluate = plan(celEnv(), parse('text.matches(regex)'));

/** Whether `regex` matches somewhere in the text. The regex passed `patternProblem`. */
export function patternMatches(regex: string, text: string): boolean {
  return evaluate({ regex, text }) === true;
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
  const tried = evaluate({ regex, text: '' });
  return isCelError(tried) ? `the pattern is not valid: ${tried.message.slice(0, 100)}` : null;
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
