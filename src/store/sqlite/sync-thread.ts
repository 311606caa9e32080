/** The thread that syncs, from outside. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { endCommits, type SyncCells } from './sync-cells.ts';
import { SyncGate } from './sync-gate.ts';

const WORKER = new URL('./sync-worker.ts', import.meta.url);

export interface SyncThreadData {
  /** The write-ahead log, which is there while the database is open. */
  readonly path: string;
  readonly cells: SyncCells;
}

export interface SyncThread {
  readonly gate: SyncGate;
  /** Once the database is closed. All that waits at the gate has left when it resolves. */
  end(): Promise<void>;
}

/** Resolves once the file is open. From then on an error ends the process: nobody listens. */
export async function startSyncThread(data: SyncThreadData): Promise<SyncThread> {
  const worker = new Worker(WORKER, { name: 'sync', workerData: data });
  const gate = new SyncGate(data.cells);
  worker.on('message', () => gate.open());
  const exited = new Promise<void>((resolve) => void worker.once('exit', () => resolve()));
  await once(worker, 'message');
  return {
    gate,
    end: async () => {
      endCommits(data.cells);
      await exited;
    },
  };
}
