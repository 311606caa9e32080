import type { KnownNames } from '../../ports/known-names.ts';
import type { Sighting } from '../../ports/sensor-source.ts';
import type { Recording, RecordingCounts } from '../records/recording.ts';
import { CaptureReader } from './capture-reader.ts';
import { PacketWatch } from './packet-watch.ts';

/** A pcap or pcapng file, or what tcpdump writes as it captures. */
export class CaptureRecording implements Recording {
  readonly source = 'packets';
  readonly #reader = new CaptureReader();
  readonly #watch: PacketWatch;

  constructor(names: KnownNames, onSighting: (sighting: Sighting) => void) {
    this.#watch = new PacketWatch(names, onSighting);
  }

  push(bytes: Uint8Array): void {
    this.#reader.push(bytes, (packet) => this.#watch.add(packet));
  }

  end(): void {
    this.#watch.end();
  }

  get counts(): RecordingCounts {
    const { problem, dropped, malformed, isCut } = this.#reader;
    return {
      events: this.#watch.packets,
      malformed: this.#watch.malformed + malformed + (isCut ? 1 : 0),
      lost: dropped + this.#watch.lost,
      lastSeenAt: this.#watch.lastAt,
      problem,
    };
  }
}
