/**
 * Calls in the thread that the database is open in: each is done before `call` returns. What it
 * gives is told once all that it may rest on is on stable storage, but for what is read for a
 * batch: that leaves the thread only in a batch, which is recorded.
 */
import { StoreError } from '../store-error.ts';
import type { Calls, Input, Output } from './calls.ts';
import type { CommitSync } from './commit-sync.ts';
import type { OperationName } from './message.ts';
import type { Operations } from './operations.ts';
import { codeOf, isSqliteError } from './sqlite-error.ts';

export class DirectCalls implements Calls {
  readonly #operations: Operations;
  readonly #sync: CommitSync;

  constructor(operations: Operations, sync: CommitSync) {
    this.#operations = operations;
    this.#sync = sync;
  }

  call<Name extends OperationName>(
    name: Name,
    input: Input<Name>,
    onDone?: (output: Output<Name>) => void,
  ): Promise<Output<Name>> {
    // Each name has its own input; the pair is lost on the way.
    const operation = this.#operations[name] as (input: Input<Name>) => Output<Name>;
    try {
      const output = operation(input);
      onDone?.(output);
      if (name === 'gather' || name === 'ledger') return Promise.resolve(output);
      return this.#sync.settled().then(() => output);
    } catch (error) {
      if (isSqliteError(error)) {
        return Promise.reject(new StoreError(codeOf(error), `${name}: ${error.message}`));
      }
      // A bug is not answered: it ends the thread, and with it the process.
      queueMicrotask(() => {
        throw error;
      });
      return new Promise(() => {});
    }
  }

  /** The thread closes the database. */
  close(): Promise<void> {
    return Promise.resolve();
  }
}
