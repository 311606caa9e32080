/**
 * One direction of a TCP connection, put in order: segments that come twice, overlap, come too
 * early or never. Bytes are handed on as soon as everything before them is there.
 *
 * What comes too early is held, bounded in bytes, segments and time. When the bounds are reached
 * the missing bytes are given up (`gap`) and reading goes on behind them: a kernel that drops
 * packets must not blind us to the rest. Where the beginning was not seen, the first segment is the
 * beginning, and one from before it is handed on by itself, between two gaps.
 */
import { flowHeldBytesMax, flowHeldSegmentsMax } from '../../base/sensor-limits.ts';
import type { EpochMs } from '../../base/time.ts';

/** Hands bytes on. `gap`: bytes before these are missing. */
export type OnBytes = (bytes: Uint8Array, gap: boolean) => void;

/** A segment from further away is of another connection, or of nobody's. */
const WINDOW = 2 ** 24;
/** How long bytes wait for those before them; a retransmission takes 0.2 to 1 s. */
const HELD_MS_MAX = 3_000;

interface Held {
  readonly sequence: number;
  readonly bytes: Uint8Array;
  readonly at: EpochMs;
}

export class TcpStream {
  #next: number | null = null;
  /** Lowest sequence number handed on, where the beginning was missed. */
  #lowest: number | null = null;
  #held: Held[] = [];
  #heldBytes = 0;

  get held(): number {
    return this.#heldBytes;
  }

  /** A SYN: its number stands before the first byte. One that comes again changes nothing. */
  open(sequence: number): void {
    const first = (sequence + 1) >>> 0;
    const read = this.#next === null ? -1 : (this.#next - first) | 0;
    if (read >= 0 && read < WINDOW) return;
    this.#next = first;
    this.#lowest = null;
    this.#forget();
  }

  push(sequence: number, bytes: Uint8Array, at: EpochMs, onBytes: OnBytes): void {
    if (this.#next === null) {
      this.#next = sequence;
      this.#lowest = sequence;
    }
    const offset = (sequence - this.#next) | 0;
    if (offset > WINDOW || offset < -WINDOW) {
      this.#restart(sequence, bytes, onBytes);
    } else if (offset > 0) {
      this.#hold({ sequence, bytes: new Uint8Array(bytes), at });
    } else if (offset + bytes.length > 0) {
      this.#deliver(bytes.subarray(-offset), false, onBytes);
      this.#drain(onBytes);
    } else {
      this.#late(sequence, bytes, onBytes);
    }
    if (this.#isOverfull(at)) this.flush(onBytes);
  }

  /** Nothing more will come: what is held goes on, whatever is missing before it. */
  flush(onBytes: OnBytes): void {
    const [first] = this.#held;
    if (first === undefined) return;
    this.#next = first.sequence;
    this.#drain(onBytes, true);
  }

  #isOverfull(at: EpochMs): boolean {
    const oldest = this.#held[0];
    if (oldest === undefined) return false;
    return (
      this.#heldBytes > flowHeldBytesMax ||
      this.#held.length > flowHeldSegmentsMax ||
      this.#held.some((held) => at - held.at > HELD_MS_MAX)
    );
  }

  #restart(sequence: number, bytes: Uint8Array, onBytes: OnBytes): void {
    this.#forget();
    this.#next = sequence;
    this.#lowest = sequence;
    this.#deliver(bytes, true, onBytes);
  }

  #deliver(bytes: Uint8Array, gap: boolean, onBytes: OnBytes): void {
    this.#next = ((this.#next ?? 0) + bytes.length) >>> 0;
    onBytes(bytes, gap);
  }

  /** From before the first segment that was seen. */
  #late(sequence: number, bytes: Uint8Array, onBytes: OnBytes): void {
    if (this.#lowest === null || bytes.length === 0) return;
    const before = (this.#lowest - sequence) | 0;
    if (before < bytes.length) return;
    this.#lowest = sequence;
    onBytes(bytes, true);
    onBytes(bytes.subarray(bytes.length), true);
  }

  #hold(segment: Held): void {
    const base = this.#next ?? 0;
    const offset = (segment.sequence - base) | 0;
    let at = this.#held.length;
    while (at > 0 && (((this.#held[at - 1] as Held).sequence - base) | 0) > offset) at--;
    this.#held.splice(at, 0, segment);
    this.#heldBytes += segment.bytes.length;
  }

  /** Hands on what has become next; `gap` for the first of it. */
  #drain(onBytes: OnBytes, gap = false): void {
    let isGap = gap;
    for (let first = this.#held[0]; first !== undefined; first = this.#held[0]) {
      const offset = (first.sequence - (this.#next ?? 0)) | 0;
      if (offset > 0) return;
      this.#held.shift();
      this.#heldBytes -= first.bytes.length;
      if (offset + first.bytes.length <= 0) continue;
      this.#deliver(first.bytes.subarray(-offset), isGap, onBytes);
      isGap = false;
    }
  }

  #forget(): void {
    this.#held = [];
    this.#heldBytes = 0;
  }
}
