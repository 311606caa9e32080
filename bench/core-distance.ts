/**
 * How far apart two cores are: what a word takes from a thread on one to a thread on the other. On
 * a virtual machine it is the host that says which cores they are, and it may say otherwise in the
 * next minute: 40 to 65 ns where they share a cache, 165 to 200 where they do not. A client and a
 * server that do nothing but hand small texts to each other, as the bare echo does, reach 103,000
 * requests a second in the one state and 69,000 in the other; the product's server makes as many in
 * both.
 */
import { availableParallelism } from 'node:os';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { median } from './measure.ts';

const PARTS = 9;
const HOPS_OF_PART = 4_000;

if (!isMainThread) answer(workerData as Int32Array);

/** Nanoseconds one way, the median of short parts; NaN where there is one core. */
export async function coreDistanceNs(): Promise<number> {
  // Two threads that take turns on it would wait for the scheduler at each hop.
  if (availableParallelism() < 2) return Number.NaN;
  const word = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const worker = new Worker(import.meta.filename, { workerData: word });
  await new Promise((resolve) => worker.once('online', resolve));
  const parts = Array.from({ length: PARTS }, (_, part) => {
    const started = performance.now();
    for (let i = 0; i < HOPS_OF_PART; i++) {
      const sent = 2 * (part * HOPS_OF_PART + i) + 1;
      Atomics.store(word, 0, sent);
      waitFor(word, sent + 1);
    }
    return ((performance.now() - started) * 1e6) / (2 * HOPS_OF_PART);
  });
  await worker.terminate();
  return median(parts);
}

function answer(word: Int32Array): void {
  for (let i = 0; i < PARTS * HOPS_OF_PART; i++) {
    waitFor(word, 2 * i + 1);
    Atomics.store(word, 0, 2 * i + 2);
  }
}

/** Without rest: to be woken takes longer than the way. */
function waitFor(word: Int32Array, value: number): void {
  while (Atomics.load(word, 0) !== value);
}
