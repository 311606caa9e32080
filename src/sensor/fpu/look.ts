/**
 * A look at the rounding modes of all threads, for nine seconds, by one of two ways: the registers
 * that the kernel keeps (`register-look.ts`), or bpftrace on its tracepoint (`trace-look.ts`).
 */
import { SECOND_MS } from '../../base/time.ts';
import type { RoundingCount } from './rounding-table.ts';

export const LOOK_MS = 9 * SECOND_MS;

export interface Look {
  readonly isRunning: boolean;
  /** It ends by itself. */
  begin(): void;
  /** Ends it early; nothing is told after. */
  stop(): Promise<void>;
}

/** What a look tells while it runs. */
export interface LookEvents {
  modes(counts: readonly RoundingCount[]): void;
  samples(count: number): void;
  lost(count: number): void;
  malformed(count: number): void;
  /** It is over; with no samples at all it saw nothing, for what is said. */
  over(samples: number, said: string): void;
}
