/**
 * The thread that SQLite runs in. An fsync may take seconds on a bad day; here it holds up other
 * calls to the store, never the event loop, which must go on giving answers.
 */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { assert } from '../../base/assert.ts';
import type { Replies, Reply, Request, Requests } from './message.ts';
import { type OpenDatabase, openDatabase } from './open-database.ts';
import { createOperations, type Operations } from './operations.ts';
import { codeOf, isSqliteError } from './sqlite-error.ts';

assert(parentPort !== null, 'this file runs in a worker thread');
start(parentPort, String(workerData));

function start(port: MessagePort, directory: string): void {
  const send = (replies: Replies): void => port.postMessage(replies);
  const opened = openDatabase(directory);
  if (opened.ok) serve(port, opened.value, send);
  send([opened.ok ? ['opened'] : ['refused', opened.error]]);
}

function serve(port: MessagePort, open: OpenDatabase, send: (replies: Replies) => void): void {
  const operations = createOperations(open.database, open.log);
  port.on('message', (requests: Requests) => {
    const calls = requests.filter((request) => request[0] === 'call');
    send(calls.map((call) => answer(operations, call)));
    if (calls.length === requests.length) return;
    open.close();
    port.close();
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
