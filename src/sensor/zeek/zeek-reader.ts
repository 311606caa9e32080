/**
 * Zeek's logs: `conn`, `dns`, `ssl`, `http` and `notice`, told apart by their fields. Names of
 * pools, notices about mining, and flows behind TLS that by their totals look like a miner's.
 *
 * Losses: `missed_bytes` of a connection, `gaps` of capture_loss, `pkts_dropped` of stats.
 */
import type { JsonObject } from '../../base/json.ts';
import type { EpochMs } from '../../base/time.ts';
import type { Signal } from '../../model/signal.ts';
import type { KnownNames } from '../../ports/known-names.ts';
import { claimOfRule } from '../records/claim-of-rule.ts';
import { type FlowEnds, type NetworkRecord, networkReader } from '../records/network-reader.ts';
import type { RecordReader } from '../records/record-reader.ts';
import { countIn, endOf, numberIn, plain, textIn, timeIn } from '../records/record-values.ts';

export function zeekReader(names: KnownNames): RecordReader {
  const sensor = { source: 'zeek', recognises, timeOf, endsOf, lostBy, signalsOf } as const;
  return networkReader(sensor, names);
}

function recognises(record: JsonObject): boolean {
  return 'ts' in record && MARKS.some((mark) => mark in record);
}

function lostBy(record: JsonObject, before: number): number {
  // A connection with holes: how many packets they were nobody knows.
  const holes = countIn(record, 'missed_bytes') > 0 ? 1 : 0;
  return before + countIn(record, 'gaps') + countIn(record, 'pkts_dropped') + holes;
}

function signalsOf(read: NetworkRecord): readonly Signal[] {
  const { record, name } = read;
  return [
    ...name('dns', textIn(record, 'query')),
    ...name('tls', textIn(record, 'server_name')),
    ...name('http', textIn(record, 'host')),
    ...noticeOf(read),
    ...flowOf(read),
  ];
}

/** One of these stands in every log that we read. */
const MARKS = ['uid', 'id.orig_h', 'note', 'gaps', 'pkts_dropped'] as const;

/** Seconds since 1970 with a fraction, or RFC 3339 where that is set. */
function timeOf(record: JsonObject): EpochMs | null {
  const seconds = numberIn(record, 'ts');
  if (seconds === null) return timeIn(record, 'ts');
  return seconds > 0 && seconds < 1e11 ? Math.floor(seconds * 1000) : null;
}

function endsOf(record: JsonObject): FlowEnds {
  const client = endOf(textIn(record, 'id.orig_h'), numberIn(record, 'id.orig_p'));
  return { client, server: endOf(textIn(record, 'id.resp_h'), numberIn(record, 'id.resp_p')) };
}

function noticeOf({ record, ends, at }: NetworkRecord): readonly Signal[] {
  const note = textIn(record, 'note');
  const claim = note === '' ? null : claimOfRule(`${note} ${textIn(record, 'msg').slice(0, 200)}`);
  if (claim === null) return [];
  return [
    { kind: 'alert', at, job: null, source: 'zeek', claim, rule: plain(note), about: ends.server },
  ];
}

function flowOf({ record, flow }: NetworkRecord): readonly Signal[] {
  // Several services are a list with commas.
  if (!textIn(record, 'service').split(',').includes('ssl')) return [];
  const totals = {
    lastedSeconds: numberIn(record, 'duration') ?? 0,
    bytesFromClient: countIn(record, 'orig_bytes'),
    bytesFromServer: countIn(record, 'resp_bytes'),
    packets: countIn(record, 'orig_pkts') + countIn(record, 'resp_pkts'),
  };
  return flow(totals, '');
}
