/**
 * Suricata's EVE records, one object a line: `event_type` and `timestamp`, the ends of the flow,
 * and an object named after the type. Alerts about mining, names of pools in TLS, DNS and HTTP, and
 * flows behind TLS that by their totals look like a miner's.
 *
 * Losses: records of the type `stats` tell the sum so far.
 */
import { isObject, type JsonObject } from '../../base/json.ts';
import type { EpochMs } from '../../base/time.ts';
import type { PoolNameVia, Signal } from '../../model/signal.ts';
import type { KnownNames } from '../../ports/known-names.ts';
import { claimOfRule } from '../records/claim-of-rule.ts';
import { minerRate } from '../records/flow-totals.ts';
import { namedPool } from '../records/named-pool.ts';
import type { RecordReader, RecordReading } from '../records/record-reader.ts';
import {
  countIn,
  endOf,
  listIn,
  numberIn,
  objectIn,
  plain,
  textIn,
  timeIn,
} from '../records/record-values.ts';
import { ToldLately } from '../records/told-lately.ts';

interface Ends {
  readonly client: string;
  readonly server: string;
}

export function eveReader(names: KnownNames): RecordReader {
  return new EveReader(names);
}

class EveReader implements RecordReader {
  readonly source = 'eve';
  lost = 0;
  readonly #names: KnownNames;
  readonly #told = new ToldLately();

  constructor(names: KnownNames) {
    this.#names = names;
  }

  recognises(record: JsonObject): boolean {
    return textIn(record, 'event_type') !== '' && 'timestamp' in record;
  }

  read(record: JsonObject): RecordReading | null {
    const type = textIn(record, 'event_type');
    const at = timeIn(record, 'timestamp');
    if (type === '' || at === null) return null;
    if (type === 'stats') this.#countLost(objectIn(record, 'stats'));
    const ends = endsOf(record);
    const actor = ends.client === '' ? {} : { socket: ends.client };
    const signals = this.#signals(type, record, ends, at);
    return { at, sightings: signals.map((signal) => ({ signal, actor })) };
  }

  #countLost(stats: JsonObject): void {
    const capture = objectIn(stats, 'capture');
    this.lost = Math.max(this.lost, countIn(capture, 'kernel_drops'));
  }

  #signals(type: string, record: JsonObject, ends: Ends, at: EpochMs): readonly Signal[] {
    const body = objectIn(record, type);
    switch (type) {
      case 'alert':
        return [...alertOf(body, ends, at), ...this.#name('tls', sniOf(record), ends, at)];
      case 'tls':
        return this.#name('tls', textIn(body, 'sni'), ends, at);
      case 'http':
        return this.#name('http', textIn(body, 'hostname'), ends, at);
      case 'dns':
        return dnsNames(body).flatMap((name) => this.#name('dns', name, ends, at));
      case 'flow':
        return flowOf(record, body, ends, at);
      default:
        return [];
    }
  }

  #name(via: PoolNameVia, host: string, ends: Ends, at: EpochMs): readonly Signal[] {
    return namedPool({ at, source: 'eve', via, host, ...ends }, this.#names, this.#told);
  }
}

/** Who began the flow stands in `flow` where the packet at hand goes the other way. */
function endsOf(record: JsonObject): Ends {
  const flow = objectIn(record, 'flow');
  const from = textIn(flow, 'src_ip') === '' ? record : flow;
  const client = endOf(textIn(from, 'src_ip'), numberIn(from, 'src_port'));
  return { client, server: endOf(textIn(from, 'dest_ip'), numberIn(from, 'dest_port')) };
}

function sniOf(record: JsonObject): string {
  return textIn(objectIn(record, 'tls'), 'sni');
}

const CATEGORY = /crypto ?currency mining|coin-mining/i;

function alertOf(alert: JsonObject, { server }: Ends, at: EpochMs): readonly Signal[] {
  const signature = textIn(alert, 'signature');
  const isMining = CATEGORY.test(textIn(alert, 'category').slice(0, 200));
  const claim = claimOfRule(signature) ?? (isMining ? 'mining' : null);
  if (claim === null) return [];
  const id = numberIn(alert, 'signature_id');
  const rule = plain(id === null ? signature : `${id} ${signature}`);
  return [{ kind: 'alert', at, job: null, source: 'eve', claim, rule, about: server }];
}

/** Version 2 has the name in `rrname`, version 3 in `queries`. */
function dnsNames(dns: JsonObject): readonly string[] {
  const queries = listIn(dns, 'queries').filter(isObject);
  const names = [textIn(dns, 'rrname'), ...queries.map((query) => textIn(query, 'rrname'))];
  return [...new Set(names)].filter((name) => name !== '').slice(0, 16);
}

function flowOf(record: JsonObject, flow: JsonObject, ends: Ends, at: EpochMs): readonly Signal[] {
  if (textIn(record, 'app_proto') !== 'tls') return [];
  const lastedSeconds = countIn(flow, 'age');
  const bytesPerSecond = minerRate({
    lastedSeconds,
    bytesFromClient: countIn(flow, 'bytes_toserver'),
    bytesFromServer: countIn(flow, 'bytes_toclient'),
    packets: countIn(flow, 'pkts_toserver') + countIn(flow, 'pkts_toclient'),
  });
  if (bytesPerSecond === null) return [];
  const shape = { pushes: 0, echoes: 0, bytesPerSecond, lastedSeconds };
  const hello = { sni: plain(sniOf(record)), alpn: [], ja4: '' };
  return [
    { kind: 'flow', at, job: null, source: 'eve', cipher: 'tls', ...ends, ...hello, ...shape },
  ];
}
