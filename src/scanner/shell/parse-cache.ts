/**
 * Trees of texts that were parsed before: a library is sourced by many scripts of one tree, and a
 * tree is half of what evaluating it costs. Only texts without a problem are kept, since a problem
 * is told of each time, and only as much of them as memory allows: a tree takes 30 times its text.
 */
import { MIB } from '../../base/limits.ts';
import { parseShell } from './parser.ts';
import type { List, Span } from './syntax-tree.ts';

/** Characters of all texts that are kept; past it all are forgotten. */
const KEPT_LENGTH_MAX = MIB / 2;
/** Characters of the texts of one run that are kept for it; past it none is added. */
const RUN_LENGTH_MAX = MIB;
/** A longer text is parsed anew, and so is a shorter one: to look it up costs as much. */
const TEXT_LENGTH_MAX = MIB / 8;
const TEXT_LENGTH_MIN = 64;

type Unread = (problem: string) => void;

/**
 * The trees of one run. It remembers calls by the very tree that is called (`call-memory.ts`), so
 * that a text of a run always has the same tree, or always a new one. By what other runs have left
 * here a call would be remembered or run again, and where work runs out the verdict would depend on
 * what was judged before: nine reports of 21,306 differed between one thread and two.
 */
export class ParsedTexts {
  readonly #lists = new Map<string, List>();
  #length = 0;

  /** The commands of a text; see `parseShell`. Those with places of their own are kept. */
  parse(text: string, unread: Unread, place: Span | null = null, isTemplate = false): List {
    // Where expressions are filled in, the same text means something else.
    const isFilled = isTemplate && text.includes('${{');
    const isFit = text.length >= TEXT_LENGTH_MIN && text.length <= TEXT_LENGTH_MAX;
    const isKept = place === null && isFit && !isFilled;
    const before = isKept ? this.#lists.get(text) : undefined;
    if (before !== undefined) return before;
    if (!isKept || this.#length + text.length > RUN_LENGTH_MAX) {
      return parseShell(text, place, unread, isFilled);
    }
    let isWhole = true;
    const list = parsedShell(text, (problem) => {
      isWhole = false;
      unread(problem);
    });
    if (!isWhole) return list;
    this.#lists.set(text, list);
    this.#length += text.length;
    return list;
  }
}

const kept = new Map<string, List>();
let keptLength = 0;

function parsedShell(text: string, unread: Unread): List {
  const before = kept.get(text);
  if (before !== undefined) return before;
  let isWhole = true;
  const note = (problem: string): void => {
    isWhole = false;
    unread(problem);
  };
  const list = parseShell(text, null, note, false);
  if (!isWhole) return list;
  if (keptLength + text.length > KEPT_LENGTH_MAX) {
    kept.clear();
    keptLength = 0;
  }
  kept.set(text, list);
  keptLength += text.length;
  return list;
}
