/**
 * When bpftrace is worth starting, by who would be looked at:
 *
 *   nobody                       no look
 *   somebody not looked at yet   a look, at least `GAP_MS` after the one before began
 *   nobody new                   a minute after the last look, then two, then at most five; once
 *                                modes were found, every minute again
 */
import { SECOND_MS } from '../../base/time.ts';

const GAP_MS = 30 * SECOND_MS;
const PAUSE_MS_MIN = 60 * SECOND_MS;
const PAUSE_MS_MAX = 300 * SECOND_MS;

export interface LookSchedule {
  /** Whether a look begins now, at those. */
  begins(wanted: readonly string[], nowMs: number): boolean;
  /** Somebody sets rounding modes: the signal is to stay fresh. */
  found(): void;
}

export function createLookSchedule(): LookSchedule {
  let lastMs = Number.NEGATIVE_INFINITY;
  let pauseMs = PAUSE_MS_MIN;
  let lookedAt: ReadonlySet<string> = new Set();
  return {
    begins(wanted, nowMs) {
      const isNew = wanted.some((name) => !lookedAt.has(name));
      const isSoon = nowMs - lastMs < (isNew ? GAP_MS : pauseMs);
      if (wanted.length === 0 || isSoon) return false;
      pauseMs = isNew ? PAUSE_MS_MIN : Math.min(2 * pauseMs, PAUSE_MS_MAX);
      lookedAt = new Set(wanted);
      lastMs = nowMs;
      return true;
    },
    found() {
      pauseMs = PAUSE_MS_MIN;
    },
  };
}
