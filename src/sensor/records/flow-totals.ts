/**
 * The shape of a flow from its totals, where nobody has kept when each packet came: much less than
 * `packets/flow-shape.ts` sees, and weighed as less (`pushes` and `echoes` are 0).
 */
export interface FlowTotals {
  readonly lastedSeconds: number;
  readonly bytesFromClient: number;
  readonly bytesFromServer: number;
  readonly packets: number;
}

const LASTED_SECONDS_MIN = 300;
const BYTES_PER_SECOND_MIN = 1;
const BYTES_PER_SECOND_MAX = 200;
/** Real sessions have a packet every few seconds, and small ones. */
const PACKETS_PER_SECOND_MAX = 1;
const PACKET_BYTES_MAX = 400;

/** Bytes a second, or null when the flow does not look like a miner's. */
export function minerRate(totals: FlowTotals): number | null {
  const { lastedSeconds, bytesFromClient, bytesFromServer, packets } = totals;
  const bytes = bytesFromClient + bytesFromServer;
  const rate = bytes / lastedSeconds;
  const fits =
    lastedSeconds >= LASTED_SECONDS_MIN &&
    rate >= BYTES_PER_SECOND_MIN &&
    rate <= BYTES_PER_SECOND_MAX &&
    // Work is longer than what is found: the server says more.
    bytesFromServer > bytesFromClient &&
    packets / lastedSeconds <= PACKETS_PER_SECOND_MAX &&
    bytes <= packets * PACKET_BYTES_MAX;
  return fits ? Math.round(rate * 10) / 10 : null;
}
