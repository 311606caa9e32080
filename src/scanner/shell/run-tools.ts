import type { Context } from './context.ts';
import { joinStreams, type Stream } from './stream.ts';
import type { TreeCall } from './tree.ts';
import { treeRequests } from './tree-call.ts';
import type { TreeManner } from './tree-runner.ts';
import type { Field } from './variables.ts';

/** What running tools needs of the run around it. */
interface ToolHost {
  readonly folder: string;
  runTree(call: TreeCall, manner: TreeManner, context: Context): Stream | null;
}

/** What a tool runs of the tree: `make`, `npm test`, `docker build`. */
export function runTools(words: readonly Field[], host: ToolHost, context: Context): Stream | null {
  const caller = { folder: host.folder, input: context.input?.rest ?? null };
  let printed: Stream | null = null;
  for (const { call, manner } of treeRequests(words, caller)) {
    const stream = host.runTree(call, manner, context);
    if (stream) printed = printed ? joinStreams(printed, stream) : stream;
  }
  return printed;
}
