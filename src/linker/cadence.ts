/**
 * Sign-ups with a machine's rhythm. People who do not know of each other arrive like a Poisson
 * process, whose gaps are exponential: of k gaps in a row the longest is at most r times the
 * shortest with probability
 *
 *     P(k, r) = a · B(a, k),  a = k / (r - 1),  B the beta function,
 *
 * whatever their rate. With r = 1.75 that is 3.6e-7 for k = 11 and 2.9e-13 for k = 20. A program
 * that sleeps between sign-ups, its sleep and its network varying by a quarter either way, passes.
 * One that waits as people do is not seen here.
 *
 * A run is a stretch of sign-ups in which every gap is in a window of `CADENCE_GAPS_MIN` gaps that
 * is steady.
 */
import type { EpochMs } from '../base/time.ts';
import { SECOND_MS } from '../base/time.ts';

export const CADENCE_GAPS_MIN = 11;
export const CADENCE_RATIO_MAX = 1.75;
/** Clocks of a second's grain make short gaps look alike. */
const GAP_MS_MIN = 5 * SECOND_MS;
/** Slower ones say nothing within a day. */
const GAP_MS_MAX = 3_600 * SECOND_MS;

/** Sign-ups `first` to `last`, both included, by their place in the list. */
export interface SteadyRun {
  readonly first: number;
  readonly last: number;
}

/** All runs of times in ascending order. */
export function steadyRuns(times: readonly EpochMs[]): readonly SteadyRun[] {
  const runs: SteadyRun[] = [];
  for (let at = 0; at + CADENCE_GAPS_MIN < times.length; at++) {
    if (!isSteady(times, at)) continue;
    const first = at;
    while (isSteady(times, at + 1)) at++;
    runs.push({ first, last: at + CADENCE_GAPS_MIN });
  }
  return runs;
}

/**
 * Whether `CADENCE_GAPS_MIN` gaps from the sign-up at `start` on are alike; most are not by the
 * third.
 */
export function isSteady(times: readonly EpochMs[], start: number): boolean {
  if (start + CADENCE_GAPS_MIN >= times.length) return false;
  let shortest = Number.POSITIVE_INFINITY;
  let longest = 0;
  for (let i = start; i < start + CADENCE_GAPS_MIN; i++) {
    const gap = (times[i + 1] ?? 0) - (times[i] ?? 0);
    if (gap < GAP_MS_MIN || gap > GAP_MS_MAX) return false;
    shortest = Math.min(shortest, gap);
    longest = Math.max(longest, gap);
    if (longest > CADENCE_RATIO_MAX * shortest) return false;
  }
  return true;
}
