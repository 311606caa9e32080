/**
 * Calls in the thread that the database is open in: each is done before `call` returns, and what
 * was committed may not be on stable storage yet. It is before anything of it leaves the thread
 * (`sync-gate.ts`).
 */
import { StoreError } from '../store-error.ts';
import type { Calls, Input, Output } from './calls.ts';
import type { OperationName } from './message.ts';
import type { Operations } from './operations.ts';
import { codeOf, isSqliteError } from './sqlite-error.ts';

export class DirectCalls implements Calls {
  readonly #operations: Operations;

  constructor(operations: Operations) {
    this.#operations = operations;
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
      return Promise.resolve(output);
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
