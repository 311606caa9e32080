/**
 * Trees of texts that were parsed before: a library is sourced by many scripts of one tree, and a
 * tree is half of what evaluating it costs. Only texts without a problem are kept, since a problem
 * is told of each time, and only as much of them as memory allows: a tree takes 30 times its text.
 */
import { MIB } from '../../base/limits.ts';
import { parseShell } from './parser.ts';
import type { List } from './syntax-tree.ts';

/** Characters of all texts that are kept; past it all are forgotten. */
const KEPT_LENGTH_MAX = MIB / 2;
/** A longer text is parsed anew, and so is a shorter one: to look it up costs as much. */
const TEXT_LENGTH_MAX = MIB / 8;
const TEXT_LENGTH_MIN = 64;

const kept = new Map<string, List>();
let keptLength = 0;

/** The commands of a text that stands in the open; see `parseShell`. */
export function parsedShell(text: string, unread: (problem: string) => void): List {
  if (text.length < TEXT_LENGTH_MIN || text.length > TEXT_LENGTH_MAX) {
    return parseShell(text, null, unread);
  }
  const before = kept.get(text);
  if (before !== undefined) return before;
  let isWhole = true;
  const list = parseShell(text, null, (problem) => {
    isWhole = false;
    unread(problem);
  });
  if (!isWhole) return list;
  if (keptLength + text.length > KEPT_LENGTH_MAX) {
    kept.clear();
    keptLength = 0;
  }
  kept.set(text, list);
  keptLength += text.length;
  return list;
}
