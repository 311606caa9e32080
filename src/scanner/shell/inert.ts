/**
 * Whether a function only prints: the `log`, `die` and `usage` of every larger script, which are
 * called thousands of times. What they print is nobody's input, and their words are listed where
 * they are defined, so a call of one tells nothing.
 */
import type { List, Node, Part, SimpleNode, WordTree } from './syntax-tree.ts';

/** Commands that change nothing that a later word could come to. */
const INERT = new Set(
  'echo printf local return test [ [[ : true false exit tput date sleep wait hostname'.split(' '),
);
const DEPTH_MAX = 16;

/** Commands whose words tell nothing as long as nobody reads what they print. */
const PRINTERS = new Set(['echo', 'printf']);
/** They print nothing. */
const SILENT = new Set('test [ [[ true false exit return sleep'.split(' '));

/** Whether it does not matter which of several words such a command is given. */
export function isSilent({ words, redirects }: SimpleNode, wanted: boolean): boolean {
  const [first, second] = words;
  if (first === undefined || !first.plain) return false;
  if (SILENT.has(plainText(first))) return true;
  if (wanted || !PRINTERS.has(plainText(first))) return false;
  return redirects.every(isHarmless) && (second === undefined || plainText(second) !== '-v');
}

export interface KnownFunctions {
  /** Whether the function of this name is inert; null when there is none. */
  inertness(name: string): boolean | null;
}

export function isInertBody(body: Node, known: KnownFunctions): boolean {
  const locals = new Set<string>();
  return isInertNode(body, known, locals, 0);
}

function isInertNode(
  node: Node,
  known: KnownFunctions,
  locals: Set<string>,
  depth: number,
): boolean {
  if (depth > DEPTH_MAX) return false;
  const isList = (list: List): boolean =>
    list.every((inner) => isInertNode(inner, known, locals, depth + 1));
  switch (node.kind) {
    case 'simple':
      return isInertCommand(node, known, locals) && isInertWords(node, isList);
    case 'pipeline':
      return isList(node.stages);
    case 'group':
      return node.redirects.every(isHarmless) && isList(node.body);
    case 'branch':
      return isList(node.body);
    case 'for':
    case 'function':
      return false;
  }
}

function isInertCommand(node: SimpleNode, known: KnownFunctions, locals: Set<string>): boolean {
  const [name = '', ...given] = node.words.map(plainText);
  // `local -n A=B` is another name of B.
  if (name === 'local' && given.some((word) => word.startsWith('-'))) return false;
  if (name === 'local') for (const word of given) locals.add(word.split('=', 1)[0] ?? '');
  if (!node.assignments.every((assignment) => locals.has(assignment.name))) return false;
  if (!node.redirects.every(isHarmless)) return false;
  return node.words.length === 0 || (known.inertness(name) ?? INERT.has(name));
}

/** What is printed to a file may be run. */
function isHarmless({ operator, target }: SimpleNode['redirects'][number]): boolean {
  const to = plainText(target);
  return operator.startsWith('<') || operator === '>&' || to.startsWith('/dev/');
}

function isInertWords(node: SimpleNode, isList: (list: List) => boolean): boolean {
  const values = node.assignments.flatMap(({ value }) => ('parts' in value ? [value] : value));
  return [...node.words, ...values].every((word) =>
    word.parts.every((p) => isInertPart(p, isList)),
  );
}

function isInertPart(part: Part, isList: (list: List) => boolean): boolean {
  if (part.kind === 'substitution' || part.kind === 'process') return isList(part.body);
  // `${A:=b}` assigns.
  return part.kind !== 'parameter' || !part.operator.endsWith('=');
}

/** The text that a word begins with: its name in `x`, and in `x="$1"`. */
function plainText(word: WordTree): string {
  const [part] = word.parts;
  return part?.kind === 'text' ? part.text : '';
}
