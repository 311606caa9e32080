/**
 * The thread that syncs the write-ahead log. After a failed sync nobody knows what the disk has,
 * and a second try may say yes for nothing: the error ends the process, and its next start reads
 * what is there.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../../base/assert.ts';
import { syncCommits } from './sync-cells.ts';
import { openSyncFile } from './sync-file.ts';
import type { SyncThreadData } from './sync-thread.ts';

assert(parentPort !== null, 'this file runs in a worker thread');
// Given by `startSyncThread` alone.
run(parentPort, workerData as SyncThreadData);

function run(port: NonNullable<typeof parentPort>, { path, cells }: SyncThreadData): void {
  const file = openSyncFile(path);
  port.postMessage('open');
  syncCommits(cells, file.sync, () => port.postMessage('synced'));
  file.close();
}
