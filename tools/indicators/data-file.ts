/**
 * A data file of indicators as text: an array of names in groups, each under a comment that says
 * where it comes from. A group that this tool wrote has a comment `// From SOURCE, DATE`; the others
 * are kept by hand and stay as they are.
 *
 *   export const POOL_DOMAINS: readonly string[] = [
 *     // Monero and other RandomX coins
 *     'supportxmr.com',
 *     // From pool list of example.org, 2026-11-23
 *     'pool.example.org',
 *   ];
 */
import { assert } from '../../src/base/assert.ts';

export interface Group {
  readonly source: string;
  /** As `2026-11-23`. */
  readonly date: string;
  readonly names: readonly string[];
}

const FROM = '  // From ';
const END = '\n];';

/** The text with the group in the array `constant`, in place of an earlier one of its source. */
export function withGroup(text: string, constant: string, group: Group): string {
  const { before, body, after } = splitAt(text, constant);
  const kept = withoutSource(body, group.source);
  const known = new Set(kept.flatMap(nameOf));
  const names = [...new Set(group.names)].filter((name) => !known.has(name)).sort();
  const lines = names.map((name) => `  '${name}',`);
  const added = lines.length === 0 ? [] : [`${FROM}${group.source}, ${group.date}`, ...lines];
  return [before, ...kept, ...added].join('\n') + after;
}

/** The names of the array, in order. */
export function namesOf(text: string, constant: string): readonly string[] {
  return splitAt(text, constant).body.flatMap(nameOf);
}

function splitAt(
  text: string,
  constant: string,
): { before: string; body: string[]; after: string } {
  const declaration = text.indexOf(`export const ${constant}: readonly string[] = [\n`);
  assert(declaration >= 0, `no array ${constant}`);
  const start = text.indexOf('\n', declaration);
  const end = text.indexOf(END, start);
  assert(end >= 0, `the array ${constant} has no end`);
  const body = text.slice(start + 1, end).split('\n');
  return { before: text.slice(0, start), body, after: text.slice(end) };
}

/** The lines without the group of a source: from its comment to the next one. */
function withoutSource(body: readonly string[], source: string): string[] {
  let isDropped = false;
  return body.filter((line) => {
    if (line.startsWith('  //')) isDropped = line.startsWith(`${FROM}${source}, `);
    return !isDropped;
  });
}

function nameOf(line: string): readonly string[] {
  const quoted = line.trim();
  return quoted.startsWith("'") && quoted.endsWith("',") ? [quoted.slice(1, -2)] : [];
}
