/** The thread of a store that stands alone. */
import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../../base/assert.ts';
import { serveStore } from './serve-store.ts';
import type { StoreThreadData } from './store-thread.ts';

assert(parentPort !== null, 'this file runs in a worker thread');
// Given by `openSqliteStore` alone.
serveStore(parentPort, workerData as StoreThreadData);
