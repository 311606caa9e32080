/**
 * An allowance that a person changed. It is an event like any other, so that who did it and why
 * stays in the log for good; its source is ours alone, and nobody can send it from outside.
 */
import type { Event } from './event.ts';

/** Sources that begin so are Davylamp's own. */
export const OWN_SOURCE_PREFIX = 'davylamp:';
export const ADJUSTMENT_SOURCE = `${OWN_SOURCE_PREFIX}adjustments`;

export interface Adjustment {
  /** Below 0: taken away. */
  readonly vcpuSeconds: number;
  readonly by: string;
  readonly reason: string;
}

export function adjustmentEvent(
  named: Pick<Event, 'id' | 'subject' | 'time'>,
  adjustment: Adjustment,
  bodyHash: string,
): Event {
  const data = { label: 'allowance-adjusted', ...adjustment };
  return { ...named, source: ADJUSTMENT_SOURCE, type: 'review.labelled', data, bodyHash };
}
