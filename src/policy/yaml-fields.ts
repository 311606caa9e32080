/**
 * Reads YAML nodes against a fixed shape. Every reader reports what is wrong with its place and
 * then answers null, so that one pass over a file finds all its mistakes.
 */
import type { YamlMap, YamlNode, YamlScalar } from '../base/yaml.ts';
import { didYouMean } from './nearest.ts';
import type { PolicyProblems } from './policy-problem.ts';
import { quote } from './quote.ts';

/** The keys of a map, and whether each must be there. */
export type Shape = Readonly<Record<string, 'required' | 'optional'>>;

/** The values of a map by key. Unknown, duplicate and missing keys are reported. */
export function readFields<S extends Shape>(
  node: YamlNode,
  what: string,
  shape: S,
  problems: PolicyProblems,
): Partial<Record<keyof S, YamlNode>> | null {
  const map = readMap(node, what, problems);
  if (map === null) return null;
  const fields: Partial<Record<string, YamlNode>> = {};
  for (const { key, value, duplicate } of map.entries) {
    if (problems.full) break;
    const name = key.value;
    if (duplicate) problems.add('duplicate-key', `${what} has ${quote(name)} twice`, key.start);
    else if (Object.hasOwn(shape, name)) fields[name] = value;
    else {
      const message = `${what} has no key ${quote(name)}${didYouMean(name, Object.keys(shape))}`;
      problems.add('unknown-key', message, key.start);
    }
  }
  for (const [name, need] of Object.entries(shape)) {
    if (need === 'optional' || map.entries.some((e) => e.key.value === name)) continue;
    problems.add('missing-key', `${what} needs the key ${quote(name)}`, map.start);
  }
  // Only keys of the shape were put in.
  return fields as Partial<Record<keyof S, YamlNode>>;
}

export function readMap(node: YamlNode, what: string, problems: PolicyProblems): YamlMap | null {
  if (node.kind === 'map' && node.tag === '') return node;
  return wrongShape(node, `${what} is a map of keys`, problems);
}

/** The items of a list of one to `itemsMax`. */
export function readItems(
  node: YamlNode,
  what: string,
  itemsMax: number,
  problems: PolicyProblems,
): readonly YamlNode[] {
  if (node.kind !== 'sequence' || node.tag !== '') {
    wrongShape(node, `${what} is a list`, problems);
    return [];
  }
  if (node.items.length > itemsMax) {
    const message = `${what} has ${node.items.length} items, at most ${itemsMax} are read`;
    problems.add('too-many', message, node.start);
    return [];
  }
  return node.items;
}

export function readScalar(
  node: YamlNode,
  what: string,
  problems: PolicyProblems,
): YamlScalar | null {
  if (node.kind === 'scalar' && node.tag === '') return node;
  return wrongShape(node, `${what} is a single value`, problems);
}

/** A text that is not empty and at most `lengthMax` long. */
export function readText(
  node: YamlNode,
  what: string,
  lengthMax: number,
  problems: PolicyProblems,
): YamlScalar | null {
  const scalar = readScalar(node, what, problems);
  if (scalar === null) return null;
  if (scalar.value.length > 0 && scalar.value.length <= lengthMax) return scalar;
  const message = `${what} has 1 to ${lengthMax} characters, not ${scalar.value.length}`;
  problems.add('wrong-value', message, scalar.start);
  return null;
}

export function readChoice<T extends string>(
  node: YamlNode,
  what: string,
  choices: readonly T[],
  problems: PolicyProblems,
): T | null {
  const scalar = readScalar(node, what, problems);
  if (scalar === null) return null;
  const found = choices.find((choice) => choice === scalar.value);
  if (found !== undefined) return found;
  const hint = didYouMean(scalar.value, choices) || `: it is one of ${choices.join(', ')}`;
  problems.add('wrong-value', `${what} is never ${quote(scalar.value)}${hint}`, scalar.start);
  return null;
}

export interface NumberRange {
  readonly least: number;
  readonly most: number;
  readonly whole: boolean;
}

/** A plain number within the range; a quoted one is a text. */
export function readNumber(
  node: YamlNode,
  what: string,
  range: NumberRange,
  problems: PolicyProblems,
): number | null {
  const scalar = readScalar(node, what, problems);
  if (scalar === null) return null;
  const value = numberOf(scalar);
  const { least, most, whole } = range;
  if (value !== null && value >= least && value <= most && (!whole || Number.isInteger(value))) {
    return value;
  }
  const kind = whole ? 'a whole number' : 'a number';
  const message = `${what} is ${kind} from ${least} to ${most}, not ${quote(scalar.value)}`;
  problems.add('wrong-value', message, scalar.start);
  return null;
}

/** The number that a plain scalar writes in decimals, or null. */
export function numberOf({ value, style }: YamlScalar): number | null {
  if (style !== 'plain' || value === '' || value.length > 40) return null;
  for (const c of value) if (!'0123456789+-.eE'.includes(c)) return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

function wrongShape(node: YamlNode, expected: string, problems: PolicyProblems): null {
  const found = node.tag === '' ? '' : ' without a tag';
  problems.add('wrong-shape', `${expected}${found}`, node.start);
  return null;
}
