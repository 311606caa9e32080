/**
 * The thread that SQLite runs in. An fsync may take seconds on a bad day; here it holds up other
 * calls to the store, never the event loop, which must go on giving answers.
 */
import type { MessagePort } from 'node:worker_threads';
import type { Store } from '../../ports/store.ts';
import { DirectCalls } from './direct-calls.ts';
import type { Reply, Request, Requests } from './message.ts';
import { openDatabase, walPath } from './open-database.ts';
import { createOperations, type Operations } from './operations.ts';
import { codeOf, isSqliteError } from './sqlite-error.ts';
import { SqliteStore } from './sqlite-store.ts';
import type { StoreThreadData } from './store-thread.ts';
import { CommitCounter } from './sync-cells.ts';
import { openSyncFile } from './sync-file.ts';

export interface ServedStore {
  /** For others in the same thread. */
  readonly store: Store;
  /** Commits that what leaves the thread now may rest on. */
  commits(): number;
}

export interface ServeOptions {
  readonly onClose?: () => void;
  /** To tell how long a sync takes. */
  readonly elapsedMs?: () => number;
  /** The processor time of this thread, to tell whether it has any to spare. */
  readonly workedMs?: () => number;
}

/**
 * Opens the database and answers calls that come through `port`. Null when the database cannot be
 * opened, which `port` is told.
 */
export function serveStore(
  port: MessagePort,
  { directory, cells }: StoreThreadData,
  { onClose = () => {}, elapsedMs, workedMs }: ServeOptions = {},
): ServedStore | null {
  const opened = openDatabase(directory);
  if (!opened.ok) {
    port.postMessage({ commits: 0, replies: [['refused', opened.error]] });
    return null;
  }
  const wal = openSyncFile(walPath(directory));
  const counter = new CommitCounter(cells, () => wal.sync(), elapsedMs, workedMs);
  const operations = createOperations(opened.value, (isLast) => counter.add(isLast));
  const close = (): void => {
    wal.close();
    opened.value.close();
    port.close();
    onClose();
  };
  serve(port, operations, counter, close);
  port.postMessage({ commits: 0, replies: [['opened']] });
  const store = new SqliteStore(new DirectCalls(operations));
  return { store, commits: () => counter.commits };
}

function serve(
  port: MessagePort,
  operations: Operations,
  counter: CommitCounter,
  close: () => void,
): void {
  port.on('message', (requests: Requests) => {
    const calls = requests.filter((request) => request[0] === 'call');
    const replies = calls.map((call) => answer(operations, call));
    port.postMessage({ commits: counter.commits, replies });
    if (calls.length < requests.length) close();
  });
}

/** A bug is not answered: it ends the thread, and with it the store. */
function answer(operations: Operations, [, call, name, input]: Request & { 0: 'call' }): Reply {
  // The sender's types pair each name with its input; the pair is lost on the way.
  const operation = operations[name] as (input: unknown) => unknown;
  try {
    return ['done', call, operation(input)];
  } catch (error) {
    if (!isSqliteError(error)) throw error;
    return ['failed', call, codeOf(error), `${name}: ${error.message}`];
  }
}
