/**
 * What a process's memory looks like, by `/proc/PID/maps`: areas of code that no file stands
 * behind, and areas of the sizes that a proof of work needs.
 *
 * RandomX keeps 2,080 MiB (fast) or 256 MiB (light) that all threads share, and 2 MiB a thread.
 * The kernel joins neighbouring areas into one, so an area may be the shared one and some
 * scratchpads, or several scratchpads: sizes are looked at modulo what a thread has. Each own
 * allocation may carry a page or two of its allocator. Shapes are only candidates until
 * `residentBytesMin` is reached, for reserving memory costs nothing.
 */
import type { MemoryShape } from '../../model/signal.ts';

const KIB = 1_024;
const MIB = 1_024 * KIB;
const DATASET_BYTES = 2_147_483_648 + 33_554_368;
const CACHE_BYTES = 256 * MIB;
/** RandomX and CryptoNight 2 MiB; heavy 4, lite and RandomWOW 1; smaller ones are too common. */
const SCRATCHPADS = [2 * MIB, 4 * MIB, 1 * MIB] as const;
const SLACK_BYTES_MAX = 64 * KIB;
/** What a thread's stack has where nobody says otherwise: four scratchpads, and none of them. */
const STACK_BYTES = 8 * MIB;
/** A page of the allocator's own before each area, and what rounding leaves. */
const SLACK_PER_PAD_MAX = 8 * KIB;

export interface Area {
  readonly bytes: number;
  readonly isExecutable: boolean;
  readonly isWritable: boolean;
  /** Empty, or `[heap]`, `[stack]`, `/path`, `/memfd:name (deleted)`. */
  readonly name: string;
}

export interface MemoryView {
  readonly executableBytes: number;
  readonly executableRegions: number;
  readonly shape: SeenShape | null;
}

export interface SeenShape {
  readonly shape: MemoryShape;
  readonly perThreadBytes: number;
  readonly sharedBytes: number;
}

/** `7f12-7f13 rwxp 00000000 00:00 0    [heap]`; lines that do not parse are left out. */
export function parseMaps(text: string): readonly Area[] {
  const areas: Area[] = [];
  for (let start = 0; start < text.length; ) {
    let end = text.indexOf('\n', start);
    if (end === -1) end = text.length;
    const area = parseArea(text.slice(start, end));
    if (area !== null) areas.push(area);
    start = end + 1;
  }
  return areas;
}

function parseArea(line: string): Area | null {
  const dash = line.indexOf('-');
  const blank = line.indexOf(' ', dash);
  if (dash === -1 || blank === -1) return null;
  const from = Number.parseInt(line.slice(0, dash), 16);
  const bytes = Number.parseInt(line.slice(dash + 1, blank), 16) - from;
  // Behind permissions, offset and device stands the inode, then blanks and the name.
  const inodeStart = line.indexOf(' ', line.indexOf(' ', blank + 6) + 1) + 1;
  const inodeEnd = line.indexOf(' ', inodeStart);
  return Number.isFinite(bytes)
    ? {
        bytes,
        isWritable: line[blank + 2] === 'w',
        isExecutable: line[blank + 3] === 'x',
        name: inodeEnd === -1 ? '' : line.slice(inodeEnd).trim(),
      }
    : null;
}

/** What the areas show when that many threads are busy. */
export function viewMemory(areas: readonly Area[], threads: number): MemoryView {
  const code = areas.filter(({ isExecutable, name }) => isExecutable && name === '');
  const data = areas.filter((area) => area.isWritable && isData(area));
  return {
    executableBytes: code.reduce((sum, { bytes }) => sum + bytes, 0),
    executableRegions: code.length,
    shape: threads === 0 ? null : shapeOf(data, threads),
  };
}

function isData({ name }: Area): boolean {
  return name === '' || name.startsWith('/memfd:') || name.startsWith('/anon_hugepage');
}

function shapeOf(data: readonly Area[], threads: number): SeenShape | null {
  for (const [shape, shared] of [
    ['randomx-fast', DATASET_BYTES],
    ['randomx-light', CACHE_BYTES],
  ] as const) {
    const isShared = data.some(({ bytes }) => isAbout(bytes, shared, threads));
    if (isShared) return { shape, perThreadBytes: 2 * MIB, sharedBytes: shared };
  }
  const size = SCRATCHPADS.find((bytes) => {
    const count = data.reduce((sum, area) => sum + padsIn(area.bytes, bytes), 0);
    return count >= threads && count <= threads + EXTRA_PADS_MAX;
  });
  return size === undefined ? null : { shape: 'scratchpads', perThreadBytes: size, sharedBytes: 0 };
}

/** A thread pool of more stacks than busy threads is no miner's. */
const EXTRA_PADS_MAX = 2;

/** Whether an area is the shared one, alone or joined with the scratchpads of some threads. */
function isAbout(bytes: number, shared: number, threads: number): boolean {
  const over = bytes - shared;
  if (over < -4 * KIB) return false;
  const pads = Math.round(over / (2 * MIB));
  return pads <= threads + 1 && Math.abs(over - pads * 2 * MIB) <= SLACK_BYTES_MAX;
}

/** How many scratchpads of a size the area holds and nothing else. */
function padsIn(bytes: number, size: number): number {
  if (bytes >= STACK_BYTES && bytes <= STACK_BYTES + 4 * KIB) return 0;
  const pads = Math.floor(bytes / size);
  return pads > 0 && bytes - pads * size <= pads * SLACK_PER_PAD_MAX ? pads : 0;
}

/** Bytes that the process must have in use for the shape to be real: nine tenths of it. */
export function residentBytesMin({ perThreadBytes, sharedBytes }: SeenShape, threads: number) {
  return (sharedBytes + perThreadBytes * threads) * 0.9;
}
