/**
 * What `rounding.bpf.c` writes: records of four 32-bit numbers, `pid tid mxcsr switches`. Of MXCSR
 * the upper half is reserved and zero, and this process masks all floating-point exceptions: by
 * that it is known from the reader's own record whether the registers were found at all.
 */
import type { RoundingCount } from './rounding-table.ts';

const RECORD_BYTES = 16;
const RESERVED = 0xffff_0000;
const EXCEPTIONS_MASKED = 0x1f80;

export interface RoundingRecords {
  /** Threads whose registers were put away since the read before, in a mode not the default. */
  readonly counts: readonly RoundingCount[];
  /** How often each thread of these had been switched out, for the next read. */
  readonly switches: ReadonlyMap<number, number>;
  readonly malformed: number;
  /** The reader's own registers are among them, and are what they must be. */
  readonly isSound: boolean;
}

export function readRoundingRecords(
  bytes: Buffer,
  reader: number,
  before: ReadonlyMap<number, number>,
): RoundingRecords {
  const counts: RoundingCount[] = [];
  const switches = new Map<number, number>();
  let malformed = bytes.length % RECORD_BYTES === 0 ? 0 : 1;
  let isSound = false;
  for (let at = 0; at + RECORD_BYTES <= bytes.length; at += RECORD_BYTES) {
    const [pid, tid] = [bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4)];
    const [mxcsr, switched] = [bytes.readUInt32LE(at + 8), bytes.readUInt32LE(at + 12)];
    if (pid === 0 || tid === 0 || (mxcsr & RESERVED) !== 0) {
      malformed++;
      continue;
    }
    if (tid === reader) isSound = (mxcsr & EXCEPTIONS_MASKED) === EXCEPTIONS_MASKED;
    const mode = (mxcsr >> 13) & 3;
    if (mode === 0) continue;
    switches.set(tid, switched);
    if (before.get(tid) !== switched) counts.push({ pid, tid, mode, samples: 1 });
  }
  return { counts, switches, malformed, isSound };
}
