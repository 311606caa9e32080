import type { OperationName } from './message.ts';
import type { Operations } from './operations.ts';

export type Input<Name extends OperationName> = Parameters<Operations[Name]>[0];
export type Output<Name extends OperationName> = ReturnType<Operations[Name]>;

/** How a store reaches its operations: in the thread of the database, or from another. */
export interface Calls {
  /** In the order in which they are made. Rejects with a `StoreError` when the outside failed. */
  call<Name extends OperationName>(
    name: Name,
    input: Input<Name>,
    /** It is done, and other calls see it, but a loss of power may still take it back. */
    onDone?: (output: Output<Name>) => void,
  ): Promise<Output<Name>>;
  /** Calls that were made before are done first. */
  close(): Promise<void>;
}
