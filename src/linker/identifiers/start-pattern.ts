/**
 * Jobs that start together, again and again: three starts in a row, each within the same minute.
 * Minutes are cut at two places, so that starts less than half a minute apart agree in one cut.
 */
import { type EpochMs, SECOND_MS } from '../../base/time.ts';

export const START_PATTERN_LENGTH = 3;
const SLOT_MS = 60 * SECOND_MS;
/** What starts in one go says nothing about the next: a push starts all jobs of a project. */
const GAP_MS_MIN = 5 * 60 * SECOND_MS;

/** Values for an account's last three starts, in ascending order; none for fewer or for bursts. */
export function startPatterns(starts: readonly EpochMs[]): readonly string[] {
  if (starts.length !== START_PATTERN_LENGTH) return [];
  if (starts.some((at, i) => i > 0 && at - (starts[i - 1] ?? 0) < GAP_MS_MIN)) return [];
  return [0, SLOT_MS / 2].map((shift, cut) => {
    const slots = starts.map((at) => Math.floor((at + shift) / SLOT_MS));
    return `${cut}:${slots.join(',')}`;
  });
}
