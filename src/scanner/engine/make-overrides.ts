/**
 * Variables that a caller gives to a Makefile, as lines behind its own. The last assignment is the
 * one that recipes see, so that they hide those of the file, as `make A=b` does; a variable of the
 * environment only hides what is assigned with `?=`.
 */
import type { Dialect } from '../../model/job-definition.ts';
import type { TreeCall } from '../shell/tree.ts';

type JobsCall = Extract<TreeCall, { kind: 'jobs' }>;

const NAMES_MAX = 200;
const NAME_LENGTH_MAX = 64;

/** Lines to read behind the text; empty for what is no Makefile. */
export function makeOverrides(dialect: Dialect, text: string, call: JobsCall): string {
  if (dialect !== 'makefile') return '';
  const lines: string[] = [];
  for (const name of defaultedNames(text)) {
    const value = call.variable?.(name) ?? null;
    if (value !== null) lines.push(assignment(name, value));
  }
  for (const [name, value] of call.given) lines.push(assignment(name, value));
  return lines.join('');
}

function assignment(name: string, value: string): string {
  // A target may hold an equals sign: `make test-$(ps -o comm= -p 1)` sets nothing.
  const isPlain = !value.includes('\n') && !NO_NAME.some((mark) => name.includes(mark));
  return isPlain ? `\n${name} := ${value.replaceAll('$', '$$$$')}` : '';
}

const NO_NAME = ['\n', ' ', '$', '(', ':', '#'] as const;

/** Names that the file assigns with `?=`. */
function defaultedNames(text: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (let at = text.indexOf('?='); at >= 0; at = text.indexOf('?=', at + 2)) {
    if (names.size >= NAMES_MAX) break;
    const before = text.slice(Math.max(at - NAME_LENGTH_MAX, 0), at).trimEnd();
    const start = Math.max(before.lastIndexOf('\n'), before.lastIndexOf(' ')) + 1;
    if (start < before.length) names.add(before.slice(start));
  }
  return names;
}
