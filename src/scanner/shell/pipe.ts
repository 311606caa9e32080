/** What goes from one stage of a pipeline to the next when nobody knows what the first prints. */
import { gaveUp } from '../../model/finding.ts';
import { isBinary, textOfPrinted } from './printed.ts';
import { namesShell } from './shell-names.ts';
import type { Input, Stream } from './stream.ts';
import type { Node, SimpleNode, WordTree } from './syntax-tree.ts';

export const SHELL_RUNS_UNKNOWN = 'a shell runs what another command prints';

/** Of what it runs there are more possible readings than are followed. */
export const TOO_MANY_READINGS = gaveUp('a text that may be one of too many');

/** Whether a program of this name runs what its words say: `eval`, `sh -c`. */
export function isRunner(name: string): boolean {
  return RUNNERS.has(name) || namesShell(name);
}

/** Whether what a command runs, and not only what it is given, depends on its words. */
export function runsItsWords({ words: [first] }: SimpleNode): boolean {
  return first !== undefined && (!first.plain || isRunner(textOf(first)));
}

const RUNNERS: ReadonlySet<string> = new Set(['eval', 'source', '.']);

/** `sudo -E env A=b bash -`, and a little more. */
export const SHELL_WORDS_MAX = 8;

/**
 * A filter that is not understood passes most of what it gets: `echo … | grep . | sh` runs it, as
 * far as anybody can tell. That it may be something else is said.
 */
export function passedOn(
  printed: Stream,
  input: Input | null,
  next: Node | undefined,
  host: { unread(sentence: string): void },
): Stream {
  const given = input?.stream ?? null;
  if (printed.isCut && next !== undefined && isShellStage(next)) host.unread(TOO_MANY_READINGS);
  if (printed.data !== null || given === null || given.data === null) return printed;
  if (next === undefined || !isShellStage(next)) return printed;
  // What is no text is packed, and the filter unpacks it.
  if (isBinary(textOfPrinted(given.data))) return printed;
  host.unread(SHELL_RUNS_UNKNOWN);
  return { ...printed, data: given.data };
}

function isShellStage(node: Node): boolean {
  if (node.kind !== 'simple') return false;
  return node.words.slice(0, SHELL_WORDS_MAX).some(isShellWord);
}

function isShellWord({ parts: [part, ...rest] }: WordTree): boolean {
  if (part === undefined || rest.length > 0) return false;
  if (part.kind === 'parameter') return namesShell(part.raw);
  return part.kind === 'text' && namesShell(part.text);
}

/** Of a word with nothing to expand; else empty. */
function textOf({ parts: [part, ...rest] }: WordTree): string {
  return part?.kind === 'text' && rest.length === 0 ? part.text : '';
}
