import type { EpochMs } from '../../base/time.ts';
import type { SensorHealth } from '../../ports/sensor-source.ts';

/** Counts of one source, as they come. */
export interface HealthCounts {
  state: SensorHealth['state'];
  events: number;
  lost: number;
  malformed: number;
  lastSeenAt: EpochMs | null;
  problem: string;
}

export function newHealth(): HealthCounts {
  return { state: 'stopped', events: 0, lost: 0, malformed: 0, lastSeenAt: null, problem: '' };
}
