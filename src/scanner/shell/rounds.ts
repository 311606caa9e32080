/**
 * Rounds of a loop that are not followed. To count to 600 while waiting for something is everyday,
 * and then each round says what the first said; but a text may be put together in as many rounds.
 */
import { shellRoundsMax } from '../../base/limits.ts';
import { gaveUp } from '../../model/finding.ts';
import type { List, Node, Part, Redirect, WordTree } from './syntax-tree.ts';

export const TOO_MANY_ROUNDS = `a loop of more than ${shellRoundsMax} rounds`;

/** Words by which one round leaves something to the next, also behind `command`; `printf -v`. */
const STATEFUL: ReadonlySet<string> = new Set([
  ...['read', 'mapfile', 'readarray', 'eval', 'set', 'shift', 'declare', 'typeset', 'local', 'let'],
  ...['export', 'source', '.', 'getopts', 'tee', 'dd', 'sed', 'awk', 'split', 'truncate', 'trap'],
  '-v',
]);
const NOWHERE: ReadonlySet<string> = new Set(['/dev/null', '/dev/stdout', '/dev/stderr']);

type Items = readonly { readonly text: string }[];

/** Braces that make more words than are made of them stay as they stand. */
const COUNT = /^\{\d{1,9}\.\.\d{1,9}\}$/;

export function isCutShort(items: Items): boolean {
  return items.length > shellRoundsMax || items.some(({ text }) => COUNT.test(text));
}

interface Loop {
  readonly name: string;
  readonly body: List;
}

/** What is said of a loop with so many items; `wanted` when something reads what it prints. */
export function roundsLeft(loop: Loop, items: Items, wanted: boolean): string {
  const numbers = items.map(({ text }) => text).filter((text) => !COUNT.test(text));
  const isWait = !wanted && isCount(numbers) && isStateless(loop.body, loop);
  return isWait ? TOO_MANY_ROUNDS : gaveUp(TOO_MANY_ROUNDS);
}

/** Whole numbers in equal steps. */
function isCount(texts: readonly string[]): boolean {
  if (!texts.every((text) => /^\d{1,9}$/.test(text))) return false;
  const step = Number(texts[1]) - Number(texts[0]);
  return texts.every((text, i) => i === 0 || Number(text) - Number(texts[i - 1]) === step);
}

/** Whether nothing that runs in a round changes the next, or is chosen by the number of its own. */
function isStateless(list: List, loop: Loop): boolean {
  return list.every((node) => isStatelessNode(node, loop));
}

function isStatelessNode(node: Node, loop: Loop): boolean {
  switch (node.kind) {
    case 'simple':
      return (
        node.assignments.length === 0 &&
        plainText(node.words[0]) !== '' &&
        !node.words.some((word) => STATEFUL.has(plainText(word))) &&
        node.words.every((word) => isStatelessWord(word, loop)) &&
        node.redirects.every((redirect) => isStatelessRedirect(redirect, loop))
      );
    case 'pipeline':
      return node.stages.every((stage) => isStatelessNode(stage, loop));
    case 'group':
      return (
        isStateless(node.body, loop) &&
        node.redirects.every((redirect) => isStatelessRedirect(redirect, loop))
      );
    case 'branch':
      return isStateless(node.body, loop);
    case 'for':
    case 'function':
      return false;
  }
}

function isStatelessRedirect({ operator, target }: Redirect, loop: Loop): boolean {
  if (!operator.includes('>')) return isStatelessWord(target, loop);
  const text = plainText(target);
  return NOWHERE.has(text) || /^[\d-]{1,3}$/.test(text);
}

function isStatelessWord(word: WordTree, loop: Loop): boolean {
  return word.parts.every((part) => isStatelessPart(part, loop));
}

function isStatelessPart(part: Part, loop: Loop): boolean {
  switch (part.kind) {
    case 'parameter':
      // `${A[$i]}` and `${A:i:1}` are another text in each round, `$i` is another number.
      return (part.operator === '' && part.index === null) || !part.raw.includes(loop.name);
    case 'substitution':
    case 'process':
      return isStateless(part.body, loop);
    default:
      return true;
  }
}

/** Of a word without anything to expand; else empty. */
function plainText(word: WordTree | undefined): string {
  const [part, ...rest] = word?.parts ?? [];
  return part?.kind === 'text' && rest.length === 0 ? part.text : '';
}
