/** What the cells of `trace.ts` hold, and when two of their states are the same. */
import type { ShellFunction } from './functions.ts';
import type { WrittenFile } from './shell-run.ts';
import type { Origin } from './tree.ts';
import type { Uncertain } from './uncertain.ts';
import type { Value } from './variables.ts';

/** Folders of a chain that paths are looked up in. */
const CHAIN_FOLDERS_MAX = 3;

/** Where a call stands, as far as what its paths mean depends on it. */
export function placeOf({ source, via }: Origin): string {
  const chain = [...via.slice(-CHAIN_FOLDERS_MAX), source.path];
  const folders = chain.map((path) => path.slice(0, path.lastIndexOf('/') + 1));
  return `${via.length} ${folders.join('\0')}`;
}

/** The same, with the same others that are possible. */
export function isSameState(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  return isSameOption(a, b) && isSameDoubt(a as Doubtful, b as Doubtful);
}

type Doubtful = Uncertain<object>;

function isSameDoubt(a: Doubtful, b: Doubtful): boolean {
  if ((a.mayBeMissing === true) !== (b.mayBeMissing === true)) return false;
  if ((a.isCut === true) !== (b.isCut === true)) return false;
  if (a.others === b.others) return true;
  if (a.others === undefined || a.others.length !== b.others?.length) return false;
  return a.others.every((one, i) => isSameOption(one, b.others?.[i]));
}

/** The same, whatever else is possible. */
export function isSameOption(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) && Array.isArray(b)) return isEqualList(a, b);
  if (isValue(a) && isValue(b)) return isEqualValue(a, b);
  if (isFunction(a) && isFunction(b)) return isEqualFunction(a, b);
  // Bytes are taken for different.
  return isFile(a) && isFile(b) && typeof a.content === 'string' && a.content === b.content;
}

function isEqualList(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((one, i) => one === b[i]);
}

function isFile(state: object): state is WrittenFile {
  return 'content' in state;
}

function isFunction(state: object): state is ShellFunction {
  return 'body' in state;
}

/** A file that is sourced again defines the same functions again. */
function isEqualFunction(a: ShellFunction, b: ShellFunction): boolean {
  if (a.body !== b.body || a.isInert !== b.isInert) return false;
  const isSameFile = a.origin.source.path === b.origin.source.path;
  return isSameFile && placeOf(a.origin) === placeOf(b.origin);
}

function isValue(state: object): state is Value {
  return 'texts' in state;
}

function isEqualValue(a: Value, b: Value): boolean {
  return (
    a.dynamic === b.dynamic &&
    (a.unknown === true) === (b.unknown === true) &&
    isEqualList(a.texts, b.texts) &&
    isEqualList(a.fetches, b.fetches)
  );
}

/** Characters that a state keeps in memory, and costs whoever reads it. */
export function lengthOfState(state: object): number {
  if (isValue(state)) return state.texts.reduce((sum, { length }) => sum + length, 0);
  return isFile(state) ? state.text.length : 0;
}
