/** Lines that another sensor wrote: JSON, or a table. A broken line is counted and passed over. */
import { isObject, type JsonObject } from '../../base/json.ts';
import { jsonDepthMax } from '../../base/limits.ts';
import type { EpochMs } from '../../base/time.ts';
import type { SensorName } from '../../model/signal.ts';
import type { Sighting } from '../../ports/sensor-source.ts';
import { LineSplitter } from './line-splitter.ts';
import type { RecordReader } from './record-reader.ts';
import type { Recording, RecordingCounts } from './recording.ts';

/** A line as a record; `described` when it only says how others are to be read. */
export type ReadLine = (line: string) => JsonObject | 'described' | null;

export class LineRecording implements Recording {
  readonly source: SensorName;
  readonly #reader: RecordReader;
  readonly #readLine: ReadLine;
  readonly #onSighting: (sighting: Sighting) => void;
  readonly #lines = new LineSplitter();
  #events = 0;
  #malformed = 0;
  #lastSeenAt: EpochMs | null = null;

  constructor(
    reader: RecordReader,
    onSighting: (sighting: Sighting) => void,
    readLine: ReadLine = parseRecord,
  ) {
    this.source = reader.source;
    this.#reader = reader;
    this.#readLine = readLine;
    this.#onSighting = onSighting;
  }

  push(bytes: Uint8Array): void {
    this.#lines.push(bytes, (line) => this.#line(line));
  }

  end(): void {
    this.#lines.end((line) => this.#line(line));
  }

  get counts(): RecordingCounts {
    return {
      events: this.#events + this.#lines.long,
      malformed: this.#malformed + this.#lines.long,
      lost: this.#reader.lost,
      lastSeenAt: this.#lastSeenAt,
      problem: '',
    };
  }

  #line(line: string): void {
    if (line.trim() === '') return;
    const record = this.#readLine(line);
    if (record === 'described') return;
    this.#events++;
    const reading = record === null ? null : this.#reader.read(record);
    if (reading === null) {
      this.#malformed++;
      return;
    }
    this.#lastSeenAt = reading.at;
    for (const sighting of reading.sightings) this.#onSighting(sighting);
  }
}

/** An object of bounded depth, or null. A key that stands twice has its last value. */
export function parseRecord(line: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) && !isDeep(value, jsonDepthMax) ? value : null;
  } catch {
    return null;
  }
}

/** `JSON.parse` itself takes any depth; whoever walks the value afterwards must not. */
function isDeep(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (depth === 0) return true;
  return Object.values(value).some((item) => isDeep(item, depth - 1));
}
