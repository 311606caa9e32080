/** How one foreign sensor's records are read. A folder each: `falco`, `tetragon`, `eve`, `zeek`. */
import type { JsonObject } from '../../base/json.ts';
import type { EpochMs } from '../../base/time.ts';
import type { SensorName } from '../../model/signal.ts';
import type { Sighting } from '../../ports/sensor-source.ts';

export interface RecordReader {
  readonly source: SensorName;
  /** Whether the record looks like this sensor's. */
  recognises(record: JsonObject): boolean;
  /** Null: it is malformed, or of another sensor. Never throws. */
  read(record: JsonObject): RecordReading | null;
  /** Events that the sensor has said it lost, so far. */
  readonly lost: number;
}

export interface RecordReading {
  readonly at: EpochMs;
  readonly sightings: readonly Sighting[];
}
