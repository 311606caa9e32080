/**
 * What travels between the event loop and the thread that SQLite runs in. Calls are done in the
 * order in which they were made. Those that are made in one turn of the event loop travel in one
 * message, and so do their replies: to wake a thread costs more than the message that it is woken
 * for, and under load the pipeline writes one batch and reads the next in the same turn.
 */
import type { StoreProblem } from '../store-problem.ts';
import type { Operations } from './operations.ts';

export type OperationName = keyof Operations;

export type Requests = readonly Request[];
export interface Replies {
  /** Commits that the replies may rest on. */
  readonly commits: number;
  readonly replies: readonly Reply[];
}

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
