/** A thread that the database is open in, from outside: who waits for which reply. */
import { once } from 'node:events';
import { type Transferable, Worker } from 'node:worker_threads';
import { assert } from '../../base/assert.ts';
import { storeCallsMax } from '../../base/limits.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import { StoreError } from '../store-error.ts';
import type { StoreProblem } from '../store-problem.ts';
import type { Calls, Input, Output } from './calls.ts';
import type { OperationName, Replies, Reply, Request } from './message.ts';
import { walPath } from './open-database.ts';
import { createSyncCells, type SyncCells } from './sync-cells.ts';
import type { SyncGate } from './sync-gate.ts';
import { startSyncThread } from './sync-thread.ts';

/** What the thread is given; it opens the store by `serveStore`. */
export interface StoreThreadData {
  readonly directory: string;
  /** It counts its commits there. */
  readonly cells: SyncCells;
}

export interface StoreThreadOptions {
  readonly url: URL;
  readonly directory: string;
  /** What the thread is given beside. */
  readonly more: object;
  readonly transfer: readonly Transferable[];
  /** Who syncs what the thread commits. */
  readonly startSync?: typeof startSyncThread;
}

export interface OpenStoreThread {
  readonly calls: Calls;
  /** For what the thread says otherwise. */
  readonly gate: SyncGate;
}

/** A batch lives until the disk has it; three spaces of a third each copy it seldom enough. */
const maxYoungGenerationSizeMb = 96;

export async function openStoreThread({
  url,
  directory,
  more,
  transfer,
  startSync = startSyncThread,
}: StoreThreadOptions): Promise<Result<OpenStoreThread, StoreProblem>> {
  const cells = createSyncCells();
  const worker = new Worker(url, {
    name: 'core',
    workerData: { ...more, directory, cells } satisfies StoreThreadData,
    transferList: [...transfer],
    resourceLimits: { maxYoungGenerationSizeMb },
  });
  // A worker that ends at once delivers its message and its exit in one go: listen for both first.
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  // A worker that dies while it opens rejects here: that is a bug, the directory cannot cause it.
  const [{ replies }] = (await once(worker, 'message')) as [Replies];
  const [first] = replies;
  if (first?.[0] === 'opened') {
    const sync = await startSync({ path: walPath(directory), cells });
    const ended = exited.then(() => sync.end());
    return ok({ calls: new StoreThread(worker, sync.gate, ended), gate: sync.gate });
  }
  await exited;
  assert(first?.[0] === 'refused', 'the first message says whether the database is open');
  return fail(first[1]);
}

interface Waiting {
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: StoreError) => void;
}

/** An error of the worker is a bug there. Nobody listens for it, so that it ends the process. */
class StoreThread implements Calls {
  readonly #worker: Worker;
  readonly #ended: Promise<void>;
  readonly #waiting = new Map<number, Waiting>();
  #outgoing: Request[] = [];
  #calls = 0;
  #closed = false;

  constructor(worker: Worker, gate: SyncGate, ended: Promise<void>) {
    this.#worker = worker;
    worker.on('message', ({ commits, replies }: Replies) => {
      gate.pass(commits, () => {
        for (const reply of replies) this.#settle(reply);
      });
    });
    this.#ended = ended.then(() => this.#end());
  }

  call<Name extends OperationName>(
    name: Name,
    input: Input<Name>,
    onDone?: (output: Output<Name>) => void,
  ): Promise<Output<Name>> {
    if (this.#closed) return Promise.reject(new StoreError('closed', `${name}: closed`));
    if (this.#waiting.size >= storeCallsMax) {
      return Promise.reject(new StoreError('busy', `${name}: too many calls are under way`));
    }
    const call = ++this.#calls;
    this.#post(['call', call, name, input]);
    return new Promise((resolve, reject) => {
      const done = (output: Output<Name>): void => {
        onDone?.(output);
        resolve(output);
      };
      // The reply to this call carries what this operation returns.
      this.#waiting.set(call, { resolve: done as Waiting['resolve'], reject });
    });
  }

  close(): Promise<void> {
    if (!this.#closed) this.#post(['close']);
    this.#closed = true;
    return this.#ended;
  }

  /** Sends what this turn of the event loop asks for in one message, once the turn is over. */
  #post(request: Request): void {
    this.#outgoing.push(request);
    if (this.#outgoing.length > 1) return;
    process.nextTick(() => {
      this.#worker.postMessage(this.#outgoing);
      this.#outgoing = [];
    });
  }

  #settle(reply: Reply): void {
    assert(reply[0] === 'done' || reply[0] === 'failed', 'the database is opened once');
    const call = reply[1];
    const waiting = this.#waiting.get(call);
    assert(waiting !== undefined, 'a call is answered once');
    this.#waiting.delete(call);
    if (reply[0] === 'done') waiting.resolve(reply[2]);
    else waiting.reject(new StoreError(reply[2], reply[3]));
  }

  #end(): void {
    this.#closed = true;
    for (const { reject } of this.#waiting.values()) {
      reject(new StoreError('closed', 'the store ended before it could answer'));
    }
    this.#waiting.clear();
  }
}
