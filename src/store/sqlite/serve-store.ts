/**
 * The thread that SQLite runs in. An fsync may take seconds on a bad day; here it holds up other
 * calls to the store, never the event loop, which must go on giving answers.
 */
import type { MessagePort } from 'node:worker_threads';
import type { Store } from '../../ports/store.ts';
import { DirectCalls } from './direct-calls.ts';
import type { Replies, Reply, Request, Requests } from './message.ts';
import { type OpenDatabase, openDatabase } from './open-database.ts';
import { createOperations, type Operations } from './operations.ts';
import { codeOf, isSqliteError } from './sqlite-error.ts';
import { SqliteStore } from './sqlite-store.ts';

/**
 * Opens the database and answers calls that come through `port`. The store is for others in the
 * same thread; null when the database cannot be opened, which `port` is told.
 */
export function serveStore(
  port: MessagePort,
  directory: string,
  onClose: () => void = () => {},
): Store | null {
  const send = (replies: Replies): void => port.postMessage(replies);
  const opened = openDatabase(directory);
  if (!opened.ok) {
    send([['refused', opened.error]]);
    return null;
  }
  const operations = createOperations(opened.value);
  serve(port, opened.value, operations, onClose);
  send([['opened']]);
  return new SqliteStore(new DirectCalls(operations, opened.value.sync));
}

function serve(
  port: MessagePort,
  open: OpenDatabase,
  operations: Operations,
  onClose: () => void,
): void {
  const close = (): void => {
    open.close();
    port.close();
    onClose();
  };
  port.on('message', (requests: Requests) => {
    const calls = requests.filter((request) => request[0] === 'call');
    const replies: Replies = calls.map((call) => answer(operations, call));
    // Nobody outside sees what a loss of power could take back.
    void open.sync.settled().then(() => {
      port.postMessage(replies);
      if (calls.length < requests.length) close();
    });
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
