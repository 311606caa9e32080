/**
 * What travels between the event loop and the thread that SQLite runs in: one message a call, one
 * a reply. Calls are done in the order in which they were sent.
 */
import type { StoreProblem } from '../store-problem.ts';
import type { Operations } from './operations.ts';

export type OperationName = keyof Operations;

export type Request =
  /** The number comes back in the reply. */
  | readonly [kind: 'call', call: number, name: OperationName, input: unknown]
  /** No call follows. The thread closes the database and ends. */
  | readonly [kind: 'close'];

export type Reply =
  /** The first message: the database is open, or why not, and then the thread ends. */
  | readonly [kind: 'opened']
  | readonly [kind: 'refused', problem: StoreProblem]
  | readonly [kind: 'done', call: number, output: unknown]
  | readonly [kind: 'failed', call: number, code: 'busy' | 'failed', message: string];
