/**
 * A recording that is read in pieces: a capture, or lines that another sensor wrote. Gives its
 * sightings as it goes and knows how much it could not read.
 */
import type { EpochMs } from '../../base/time.ts';
import type { SensorName } from '../../model/signal.ts';

export interface Recording {
  readonly source: SensorName;
  push(bytes: Uint8Array): void;
  /** Nothing more will come. */
  end(): void;
  readonly counts: RecordingCounts;
}

export interface RecordingCounts {
  /** Packets or lines read. */
  readonly events: number;
  readonly malformed: number;
  /** What the recording says was lost when it was made, and what we had no room for. */
  readonly lost: number;
  readonly lastSeenAt: EpochMs | null;
  /** Why the rest could not be read; empty when all was. */
  readonly problem: string;
}
