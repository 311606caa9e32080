/**
 * The records of a sensor that looks at the network: who spoke with whom, which names were asked
 * for, and flows by their totals. What a record says stands in the sensor's own folder.
 */
import type { JsonObject } from '../../base/json.ts';
import type { EpochMs } from '../../base/time.ts';
import type { FlowSignal, PoolNameVia, SensorName, Signal } from '../../model/signal.ts';
import type { KnownNames } from '../../ports/known-names.ts';
import { type FlowTotals, minerRate } from './flow-totals.ts';
import { namedPool } from './named-pool.ts';
import type { RecordReader } from './record-reader.ts';
import { ToldLately } from './told-lately.ts';

/** `address:port` of who began the flow, and of the other end. */
export interface FlowEnds {
  readonly client: string;
  readonly server: string;
}

/** A record that was read, and what can be said of its flow. */
export interface NetworkRecord {
  readonly record: JsonObject;
  readonly at: EpochMs;
  readonly ends: FlowEnds;
  /** The host was named; empty: none was. */
  name(via: PoolNameVia, host: string): readonly Signal[];
  /** The flow is behind TLS and has these totals. */
  flow(totals: FlowTotals, sni: string): readonly FlowSignal[];
}

export interface NetworkSensor {
  readonly source: SensorName;
  recognises(record: JsonObject): boolean;
  /** Null: the record is malformed. */
  timeOf(record: JsonObject): EpochMs | null;
  endsOf(record: JsonObject): FlowEnds;
  /** Losses by this record, when there were so many before. */
  lostBy(record: JsonObject, before: number): number;
  signalsOf(read: NetworkRecord): readonly Signal[];
}

export function networkReader(sensor: NetworkSensor, names: KnownNames): RecordReader {
  const { source } = sensor;
  const told = new ToldLately();
  let lost = 0;
  return {
    source,
    recognises: sensor.recognises,
    get lost() {
      return lost;
    },
    read(record) {
      const at = sensor.timeOf(record);
      if (at === null) return null;
      lost = sensor.lostBy(record, lost);
      const ends = sensor.endsOf(record);
      const name: NetworkRecord['name'] = (via, host) => {
        return host === '' ? [] : namedPool({ at, source, via, host, ...ends }, names, told);
      };
      const flow: NetworkRecord['flow'] = (totals, sni) =>
        flowBehindTls(totals, sni, source, at, ends);
      const actor = ends.client === '' ? {} : { socket: ends.client };
      const signals = sensor.signalsOf({ record, at, ends, name, flow });
      return { at, sightings: signals.map((signal) => ({ signal, actor })) };
    },
  };
}

/** Its rhythm is not known. */
function flowBehindTls(
  totals: FlowTotals,
  sni: string,
  source: SensorName,
  at: EpochMs,
  ends: FlowEnds,
): readonly FlowSignal[] {
  const bytesPerSecond = minerRate(totals);
  if (bytesPerSecond === null) return [];
  const shape = { pushes: 0, echoes: 0, bytesPerSecond, lastedSeconds: totals.lastedSeconds };
  const hello = { sni, alpn: [], ja4: '' };
  return [{ kind: 'flow', at, job: null, source, cipher: 'tls', ...ends, ...hello, ...shape }];
}
