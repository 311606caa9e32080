import type { EpochMs } from '../../base/time.ts';

/** A packet as it was captured. `data` is only good until the reader is given more bytes. */
export interface CapturedPacket {
  readonly at: EpochMs;
  /** Number of the link type, as pcap has it (LINKTYPE_…). */
  readonly linkType: number;
  readonly data: Uint8Array;
}
