import { fetchTargets } from './fetch-command.ts';
import type { ShellRecord } from './record.ts';
import { joinFetches, NO_FETCHES, type Stream } from './stream.ts';
import type { Span } from './syntax-tree.ts';
import type { Field } from './variables.ts';

/** What a fetch needs of the run around it. */
interface FetchHost {
  readonly record: ShellRecord;
  folderPath(path: string): string;
}

/** The stream that a fetch prints, or null when the command is none or keeps what it brings. */
export function fetchedBy(words: readonly Field[], host: FetchHost, node: Span): Stream | null {
  let printed: Stream | null = null;
  for (const { url, path } of fetchTargets(words)) {
    const kept = path === null ? null : host.folderPath(path);
    const fetch = host.record.addFetch({ url, path: kept }, node);
    if (fetch < 0 || kept !== null) continue;
    const fetches = joinFetches(printed?.fetches ?? NO_FETCHES, [fetch]);
    printed = { data: null, dynamic: true, fetches };
  }
  return printed;
}
