/** What goes from one stage of a pipeline to the next when nobody knows what the first prints. */
import { isBinary, textOfPrinted } from './printed.ts';
import { namesShell } from './shell-names.ts';
import type { Input, Stream } from './stream.ts';
import type { Node } from './syntax-tree.ts';

export const SHELL_RUNS_UNKNOWN = 'a shell runs what another command prints';

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
  if (printed.data !== null || given === null || given.data === null) return printed;
  if (next === undefined || !isShellStage(next)) return printed;
  // What is no text is packed, and the filter unpacks it.
  if (isBinary(textOfPrinted(given.data))) return printed;
  host.unread(SHELL_RUNS_UNKNOWN);
  return { ...printed, data: given.data };
}

function isShellStage(node: Node): boolean {
  if (node.kind !== 'simple') return false;
  return node.words.slice(0, SHELL_WORDS_MAX).some(({ parts: [part, ...rest] }) => {
    if (part === undefined || rest.length > 0) return false;
    if (part.kind === 'parameter') return namesShell(part.raw);
    return part.kind === 'text' && namesShell(part.text);
  });
}
