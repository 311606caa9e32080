/** Finds out what a recording is by how it begins. */

import type { KnownNames } from '../ports/known-names.ts';
import type { Sighting } from '../ports/sensor-source.ts';
import { captureFormat } from '../sensor/packets/capture-reader.ts';
import { CaptureRecording } from '../sensor/packets/capture-recording.ts';
import type { Recording } from '../sensor/records/recording.ts';

/** Null: it is of no format that is known. */
export function openRecording(
  head: Uint8Array,
  names: KnownNames,
  onSighting: (sighting: Sighting) => void,
): Recording | null {
  return captureFormat(head) === null ? null : new CaptureRecording(names, onSighting);
}
