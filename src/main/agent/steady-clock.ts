import type { EpochMs } from '../../base/time.ts';
import type { Clock } from '../../ports/clock.ts';

/**
 * The host's clock without its steps. It starts at the wall's time and goes on by the monotonic
 * one, so that a step neither makes evidence old nor brings it back. `step` follows the wall once
 * it is off by `STEP_MS_MIN` or more and says by how much, for whoever holds times of ours.
 */
const STEP_MS_MIN = 2_000;

export interface SteadyClock extends Clock {
  step(): number;
}

export function createSteadyClock(wall: Clock): SteadyClock {
  let offsetMs = wall.now() - wall.elapsedMs();
  const now = (): EpochMs => Math.round(offsetMs + wall.elapsedMs());
  return {
    now,
    elapsedMs: wall.elapsedMs,
    after: wall.after,
    step() {
      const offMs = wall.now() - now();
      if (Math.abs(offMs) < STEP_MS_MIN) return 0;
      offsetMs += offMs;
      return offMs;
    },
  };
}
