/**
 * Room for new objects, which V8 sizes when a thread starts and doubles as objects survive. It may
 * be told of threads that are yet to start; of the one that runs only not to grow, so that this one
 * is made to grow once, early, and never again.
 */
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { assert } from './assert.ts';
import { MIB } from './limits.ts';

/** V8 begins with 1 MB. */
const YOUNG_MB_BEFORE = 1;
/** Survivors that make it grow, 8 KB each; it has grown after a few hundred. */
const SURVIVORS_MAX = 4_096;

/** `ownMb` for this thread, `besideMb` for those that it starts: MiB, doubled while collected. */
export function fixYoungHeap(ownMb: number, besideMb: number): void {
  assert(ownMb > YOUNG_MB_BEFORE, 'a thread has that much already');
  setYoungMb(ownMb);
  setFlagsFromString(`--semi-space-growth-factor=${ownMb / YOUNG_MB_BEFORE}`);
  const survivors: number[][] = [];
  while (youngBytes() < 2 * ownMb * MIB && survivors.length < SURVIVORS_MAX) {
    survivors.push(new Array(1_024).fill(0.5));
  }
  setFlagsFromString('--semi-space-growth-factor=1');
  setYoungMb(besideMb);
}

function setYoungMb(mb: number): void {
  setFlagsFromString(`--min-semi-space-size=${mb}`);
  setFlagsFromString(`--max-semi-space-size=${mb}`);
}

function youngBytes(): number {
  return (
    getHeapSpaceStatistics().find((space) => space.space_name === 'new_space')?.space_size ?? 0
  );
}
