/**
 * Suricata's EVE records, one object a line: `event_type` and `timestamp`, the ends of the flow,
 * and an object named after the type. Alerts about mining, names of pools in TLS, DNS and HTTP, and
 * flows behind TLS that by their totals look like a miner's.
 *
 * Losses: records of the type `stats` tell the sum so far.
 */
import { isObject, type JsonObject } from '../../base/json.ts';
import type { Signal } from '../../model/signal.ts';
import type { KnownNames } from '../../ports/known-names.ts';
import { claimOfRule } from '../records/claim-of-rule.ts';
import { type FlowEnds, type NetworkRecord, networkReader } from '../records/network-reader.ts';
import type { RecordReader } from '../records/record-reader.ts';
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

export function eveReader(names: KnownNames): RecordReader {
  const sensor = { source: 'eve', recognises, timeOf, endsOf, lostBy, signalsOf } as const;
  return networkReader(sensor, names);
}

function recognises(record: JsonObject): boolean {
  return textIn(record, 'event_type') !== '' && 'timestamp' in record;
}

function timeOf(record: JsonObject) {
  return textIn(record, 'event_type') === '' ? null : timeIn(record, 'timestamp');
}

function lostBy(record: JsonObject, before: number): number {
  if (textIn(record, 'event_type') !== 'stats') return before;
  const capture = objectIn(objectIn(record, 'stats'), 'capture');
  return Math.max(before, countIn(capture, 'kernel_drops'));
}

function signalsOf(read: NetworkRecord): readonly Signal[] {
  const { record, name } = read;
  const type = textIn(record, 'event_type');
  const body = objectIn(record, type);
  switch (type) {
    case 'alert':
      return [...alertOf(body, read), ...name('tls', sniOf(record))];
    case 'tls':
      return name('tls', textIn(body, 'sni'));
    case 'http':
      return name('http', textIn(body, 'hostname'));
    case 'dns':
      return dnsNames(body).flatMap((host) => name('dns', host));
    case 'flow':
      return flowOf(body, read);
    default:
      return [];
  }
}

/** Who began the flow stands in `flow` where the packet at hand goes the other way. */
function endsOf(record: JsonObject): FlowEnds {
  const flow = objectIn(record, 'flow');
  const from = textIn(flow, 'src_ip') === '' ? record : flow;
  const client = endOf(textIn(from, 'src_ip'), numberIn(from, 'src_port'));
  return { client, server: endOf(textIn(from, 'dest_ip'), numberIn(from, 'dest_port')) };
}

function sniOf(record: JsonObject): string {
  return textIn(objectIn(record, 'tls'), 'sni');
}

const CATEGORY = /crypto ?currency mining|coin-mining/i;

function alertOf(alert: JsonObject, { ends, at }: NetworkRecord): readonly Signal[] {
  const signature = textIn(alert, 'signature');
  const isMining = CATEGORY.test(textIn(alert, 'category').slice(0, 200));
  const claim = claimOfRule(signature) ?? (isMining ? 'mining' : null);
  if (claim === null) return [];
  const id = numberIn(alert, 'signature_id');
  const rule = plain(id === null ? signature : `${id} ${signature}`);
  return [{ kind: 'alert', at, job: null, source: 'eve', claim, rule, about: ends.server }];
}

/** Version 2 has the name in `rrname`, version 3 in `queries`. */
function dnsNames(dns: JsonObject): readonly string[] {
  const queries = listIn(dns, 'queries').filter(isObject);
  const names = [textIn(dns, 'rrname'), ...queries.map((query) => textIn(query, 'rrname'))];
  return [...new Set(names)].filter((name) => name !== '').slice(0, 16);
}

function flowOf(body: JsonObject, { record, flow }: NetworkRecord): readonly Signal[] {
  if (textIn(record, 'app_proto') !== 'tls') return [];
  const totals = {
    lastedSeconds: countIn(body, 'age'),
    bytesFromClient: countIn(body, 'bytes_toserver'),
    bytesFromServer: countIn(body, 'bytes_toclient'),
    packets: countIn(body, 'pkts_toserver') + countIn(body, 'pkts_toclient'),
  };
  return flow(totals, plain(sniOf(record)));
}
