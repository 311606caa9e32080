import type { Signal } from '../../model/signal.ts';
import type { CapturedPacket } from './packet.ts';
import { PacketWatch } from './packet-watch.ts';
import { testNames } from './test-names.ts';

/** All that is told of the packets, in order. */
export function watch(packets: readonly CapturedPacket[]): readonly Signal[] {
  const signals: Signal[] = [];
  const watching = new PacketWatch(testNames, ({ signal }) => void signals.push(signal));
  for (const packet of packets) watching.add(packet);
  watching.end();
  return signals;
}
