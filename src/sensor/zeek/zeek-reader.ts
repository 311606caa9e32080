/**
 * Zeek's logs: `conn`, `dns`, `ssl`, `http` and `notice`, told apart by their fields. Names of
 * pools, notices about mining, and flows behind TLS that by their totals look like a miner's.
 *
 * Losses: `missed_bytes` of a connection, `gaps` of capture_loss, `pkts_dropped` of stats.
 */
import type { JsonObject } from '../../base/json.ts';
import type { EpochMs } from '../../base/time.ts';
import type { PoolNameVia, Signal } from '../../model/signal.ts';
import type { KnownNames } from '../../ports/known-names.ts';
import { claimOfRule } from '../records/claim-of-rule.ts';
import { minerRate } from '../records/flow-totals.ts';
import { namedPool } from '../records/named-pool.ts';
import type { RecordReader, RecordReading } from '../records/record-reader.ts';
import { countIn, endOf, numberIn, plain, textIn, timeIn } from '../records/record-values.ts';
import { ToldLately } from '../records/told-lately.ts';

interface Ends {
  readonly client: string;
  readonly server: string;
}

export function zeekReader(names: KnownNames): RecordReader {
  return new ZeekReader(names);
}

class ZeekReader implements RecordReader {
  readonly source = 'zeek';
  lost = 0;
  readonly #names: KnownNames;
  readonly #told = new ToldLately();

  constructor(names: KnownNames) {
    this.#names = names;
  }

  recognises(record: JsonObject): boolean {
    return 'ts' in record && MARKS.some((mark) => mark in record);
  }

  read(record: JsonObject): RecordReading | null {
    const at = zeekTime(record);
    if (at === null) return null;
    this.lost += countIn(record, 'gaps') + countIn(record, 'pkts_dropped');
    // A connection with holes: how many packets they were nobody knows.
    if (countIn(record, 'missed_bytes') > 0) this.lost++;
    const ends = endsOf(record);
    const actor = ends.client === '' ? {} : { socket: ends.client };
    const signals = [
      ...this.#name('dns', textIn(record, 'query'), ends, at),
      ...this.#name('tls', textIn(record, 'server_name'), ends, at),
      ...this.#name('http', textIn(record, 'host'), ends, at),
      ...noticeOf(record, ends, at),
      ...flowOf(record, ends, at),
    ];
    return { at, sightings: signals.map((signal) => ({ signal, actor })) };
  }

  #name(via: PoolNameVia, host: string, ends: Ends, at: EpochMs): readonly Signal[] {
    if (host === '') return [];
    return namedPool({ at, source: 'zeek', via, host, ...ends }, this.#names, this.#told);
  }
}

/** One of these stands in every log that we read. */
const MARKS = ['uid', 'id.orig_h', 'note', 'gaps', 'pkts_dropped'] as const;

/** Seconds since 1970 with a fraction, or RFC 3339 where that is set. */
function zeekTime(record: JsonObject): EpochMs | null {
  const seconds = numberIn(record, 'ts');
  if (seconds === null) return timeIn(record, 'ts');
  return seconds > 0 && seconds < 1e11 ? Math.floor(seconds * 1000) : null;
}

function endsOf(record: JsonObject): Ends {
  const client = endOf(textIn(record, 'id.orig_h'), numberIn(record, 'id.orig_p'));
  return { client, server: endOf(textIn(record, 'id.resp_h'), numberIn(record, 'id.resp_p')) };
}

function noticeOf(record: JsonObject, { server }: Ends, at: EpochMs): readonly Signal[] {
  const note = textIn(record, 'note');
  const claim = note === '' ? null : claimOfRule(`${note} ${textIn(record, 'msg').slice(0, 200)}`);
  if (claim === null) return [];
  return [
    { kind: 'alert', at, job: null, source: 'zeek', claim, rule: plain(note), about: server },
  ];
}

function flowOf(record: JsonObject, ends: Ends, at: EpochMs): readonly Signal[] {
  // Several services are a list with commas.
  if (!textIn(record, 'service').split(',').includes('ssl')) return [];
  const lastedSeconds = numberIn(record, 'duration') ?? 0;
  const bytesPerSecond = minerRate({
    lastedSeconds,
    bytesFromClient: countIn(record, 'orig_bytes'),
    bytesFromServer: countIn(record, 'resp_bytes'),
    packets: countIn(record, 'orig_pkts') + countIn(record, 'resp_pkts'),
  });
  if (bytesPerSecond === null) return [];
  const shape = { pushes: 0, echoes: 0, bytesPerSecond, lastedSeconds };
  const hello = { sni: '', alpn: [], ja4: '' };
  return [
    { kind: 'flow', at, job: null, source: 'zeek', cipher: 'tls', ...ends, ...hello, ...shape },
  ];
}
