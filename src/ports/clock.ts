import type { EpochMs } from '../base/time.ts';

/** Time, so that replay and the arena can own it. `main/` passes in the real one. */
export interface Clock {
  now(): EpochMs;
  /** Monotonic milliseconds with a fraction, for durations only. */
  elapsedMs(): number;
  /** Runs `task` once after `delayMs`; the result cancels it. */
  after(delayMs: number, task: () => void): () => void;
}
