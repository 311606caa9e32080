/** Finds out what a recording is by how it begins. */
import { recordHeadLinesMax } from '../base/sensor-limits.ts';
import type { KnownNames } from '../ports/known-names.ts';
import type { Sighting } from '../ports/sensor-source.ts';
import { captureFormat } from '../sensor/packets/capture-reader.ts';
import { CaptureRecording } from '../sensor/packets/capture-recording.ts';
import { LineRecording, parseRecord } from '../sensor/records/line-recording.ts';
import { RECORD_READERS } from '../sensor/records/record-readers.ts';
import type { Recording } from '../sensor/records/recording.ts';
import { zeekReader } from '../sensor/zeek/zeek-reader.ts';
import { ZeekTable } from '../sensor/zeek/zeek-table.ts';

const READERS = Object.values(RECORD_READERS);

/**
 * Null: it is of no format that is known, by as much as has been read. `isAll`: nothing more comes,
 * so that a line without an end counts too.
 */
export function openRecording(
  head: Uint8Array,
  isAll: boolean,
  names: KnownNames,
  onSighting: (sighting: Sighting) => void,
): Recording | null {
  if (captureFormat(head) !== null) return new CaptureRecording(names, onSighting);
  const lines = Buffer.from(head)
    .toString('utf8')
    .split('\n', recordHeadLinesMax + 1);
  const whole = isAll || lines.length > recordHeadLinesMax ? lines : lines.slice(0, -1);
  if (whole.some((line) => line.startsWith('#fields'))) {
    const table = new ZeekTable();
    return new LineRecording(zeekReader(names), onSighting, (line) => table.read(line));
  }
  for (const line of whole.slice(0, recordHeadLinesMax)) {
    const record = parseRecord(line);
    const known =
      record === null ? undefined : READERS.find((make) => make(names).recognises(record));
    if (known !== undefined) return new LineRecording(known(names), onSighting);
  }
  return null;
}
