import { signalsPerJobMax } from '../base/sensor-limits.ts';
import type { EpochMs } from '../base/time.ts';
import { keyOfSignal, type Signal } from '../model/signal.ts';
import { bitsLeft } from './bits-of-signal.ts';

/** Less than this is forgotten. */
const HELD_BITS_MIN = 0.25;

/**
 * What is known of a job once one more signal has come. Of two that are about one thing the later
 * stands for both; what has faded is dropped, and past `signalsPerJobMax` the lightest.
 */
export function holdSignal(
  held: readonly Signal[],
  signal: Signal,
  at: EpochMs,
): readonly Signal[] {
  const key = keyOfSignal(signal);
  const before = held.find((other) => keyOfSignal(other) === key);
  // One from the future was told before the clock was set back; what is told now stands instead.
  if (before !== undefined && before.at > signal.at && before.at <= at) return held;
  const others = held.filter((other) => other !== before && bitsLeft(other, at) >= HELD_BITS_MIN);
  const all = [...others, signal];
  if (all.length <= signalsPerJobMax) return all;
  const lightest = all.reduce((a, b) => (bitsLeft(b, at) < bitsLeft(a, at) ? b : a));
  return all.filter((other) => other !== lightest);
}
