/**
 * How much memory a scan takes. 40 to 75 MB of a thread are in use; what a definition leaves behind
 * is garbage at once, and V8 would let it grow to six times as much before it looks.
 *
 * V8 sizes the room for new objects when a thread starts, and doubles it as objects survive. It may
 * be told of threads that are yet to start; of the first one only not to grow, so that it is told
 * before the scanner is loaded (`src/main/cli.ts`), and is made to grow once.
 */

import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** Of what is in use, before the garbage of all threads is collected again. */
const GROWTH_PERCENT = 30;
/**
 * Room for new objects of a thread. V8 would take up to 64 MB, twice that while it is collected.
 * On five trees a scan peaked at 376 MiB then, with 8 at 203, with 4 at 185 and with 2 at 184; it
 * took 11.5, 13.4, 14.4 and 15.4 s of processor time, that of V8's own threads included. On 48
 * trees with 16, 8 and 4: 297, 248 and 244 MiB, 28.1, 27.5 and 29.3 s.
 */
const YOUNG_MB = 8;
/**
 * The same of threads beside the first. Two threads peaked at 342 MiB on 21,306 definitions with 8
 * and at 319 with 4, in 21.8 and 21.3 s of processor time, three runs each; with 4 for the first
 * one as well, one thread alone took 5 % more.
 */
const YOUNG_MB_BESIDE = 4;
/** V8 begins with 1 MB. */
const YOUNG_MB_BEFORE = 1;
/** Survivors that make it grow, 8 KB each; it has grown after a few hundred. */
const SURVIVORS_MAX = 4_096;

export function keepHeapLean(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
  setFlagsFromString(`--min-semi-space-size=${YOUNG_MB}`);
  setFlagsFromString(`--max-semi-space-size=${YOUNG_MB}`);
  // Collecting so little with several threads takes a tenth more time than with one.
  setFlagsFromString('--no-parallel-scavenge');
  growOnce();
  setFlagsFromString(`--min-semi-space-size=${YOUNG_MB_BESIDE}`);
  setFlagsFromString(`--max-semi-space-size=${YOUNG_MB_BESIDE}`);
}

function growOnce(): void {
  setFlagsFromString(`--semi-space-growth-factor=${YOUNG_MB / YOUNG_MB_BEFORE}`);
  const survivors: number[][] = [];
  while (youngBytes() < 2 * YOUNG_MB * 2 ** 20 && survivors.length < SURVIVORS_MAX) {
    survivors.push(new Array(1_024).fill(0.5));
  }
  setFlagsFromString('--semi-space-growth-factor=1');
}

function youngBytes(): number {
  return (
    getHeapSpaceStatistics().find((space) => space.space_name === 'new_space')?.space_size ?? 0
  );
}
