/**
 * What the garbage collector is told of a server: little lives longer than a request, and that is
 * known from the start. It is told before the first thread is started.
 */
import { setFlagsFromString } from 'node:v8';
import { fixYoungHeap } from '../base/young-heap.ts';

/**
 * Room for new objects of the event loop, and of each thread beside it. With V8's own 32 and 16 the
 * server took 557 MB under 64 callers and 587 under 256, with these 461 and 489, and as long.
 */
const YOUNG_MB = 16;
const YOUNG_MB_BESIDE = 8;

export function keepServerHeap(): void {
  // Its helpers took 19 µs of processor time a decision on two cores, and saved the loop none.
  setFlagsFromString('--no-parallel-scavenge');
  // Else V8 takes what the first requests leave in a young heap for long-lived, and all that
  // follow with it: 256 callers got 14,600 decisions a second then, and get 16,100.
  setFlagsFromString('--no-allocation-site-pretenuring');
  fixYoungHeap(YOUNG_MB, YOUNG_MB_BESIDE);
}
