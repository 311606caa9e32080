/**
 * CEL text as the tree of @bufbuild/cel, bounded before and after: the parser is recursive and runs
 * at 0.3 to 1.8 MB/s, so length and brackets are counted first, and what it throws is a problem.
 */
import { parse } from '@bufbuild/cel';
import { celDepthMax, celLengthMax } from '../../base/limits.ts';
import { find, pattern } from '../../base/regex.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import type { PolicyProblemCode } from '../policy-problem.ts';
import { quote } from '../quote.ts';

export type CelTree = ReturnType<typeof parse>;
export type CelNode = CelTree['expr'];

/** A problem at an offset of the CEL text. */
export interface CelProblem {
  readonly code: PolicyProblemCode;
  readonly message: string;
  readonly offset: number;
}

export function parseCel(text: string): Result<CelTree, CelProblem> {
  if (text.length > celLengthMax) {
    const message = `the condition has ${text.length} characters, at most ${celLengthMax} are read`;
    return fail({ code: 'cel-too-long', message, offset: 0 });
  }
  const deep = deepBracket(text);
  if (deep !== null) return fail({ code: 'cel-too-deep', message: TOO_DEEP, offset: deep });
  try {
    return ok(parse(text));
  } catch (error) {
    return fail(problemOf(error, text));
  }
}

export const TOO_DEEP = `the condition nests deeper than ${celDepthMax}`;

/** The offset of the first bracket that opens too deep. Brackets in strings count as well. */
function deepBracket(text: string): number | null {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '(' || c === '[' || c === '{') depth++;
    else if (c === ')' || c === ']' || c === '}') depth = Math.max(0, depth - 1);
    if (depth > celDepthMax) return i;
  }
  return null;
}

function problemOf(error: unknown, text: string): CelProblem {
  if (error instanceof RangeError) return { code: 'cel-too-deep', message: TOO_DEEP, offset: 0 };
  const offset = Math.min(syntaxOffset(error) ?? 0, text.length);
  return { code: 'cel-syntax', message: syntaxMessage(text, offset), offset };
}

/** The parser's errors carry `location.start.offset`, which its types do not say. */
function syntaxOffset(error: unknown): number | null {
  if (typeof error !== 'object' || error === null || !('location' in error)) return null;
  const { location } = error;
  if (typeof location !== 'object' || location === null || !('start' in location)) return null;
  const { start } = location;
  if (typeof start !== 'object' || start === null || !('offset' in start)) return null;
  return typeof start.offset === 'number' ? start.offset : null;
}

const HINTS: readonly (readonly [starts: string, hint: string])[] = [
  ['=', 'to compare write =='],
  ['&', 'both must hold is written &&'],
  ['|', 'one must hold is written ||'],
  ['and ', 'both must hold is written &&'],
  ['or ', 'one must hold is written ||'],
  ['not ', 'write !'],
];

const TOKEN = pattern('^(?:\\w{1,40}|[^\\w\\s]{1,2})');

/** The parser only says that it expected the end, so the message says what it stopped at. */
function syntaxMessage(text: string, offset: number): string {
  const rest = text.slice(offset);
  if (rest.trim() === '') return 'the condition is not complete';
  const hint = HINTS.find(([starts]) => rest.startsWith(starts) && rest[1] !== starts)?.[1];
  const token = find(TOKEN, rest.slice(0, 40))?.[0] ?? rest.slice(0, 1);
  const told = `the condition cannot be read from ${quote(token)} on`;
  return hint === undefined ? told : `${told}: ${hint}`;
}
