/**
 * Tetragon's events, one object a line: exactly one of `process_exec`, `process_kprobe` … with
 * `time` and `node_name` beside it. Programs and arguments are looked at ourselves, for Tetragon
 * ships no rule about mining; a policy of the operator's that has such a name is an alert.
 *
 * Losses: `rate_limit_info` tells how many events were dropped, `process_throttle` that some were.
 */
import { isObject, type JsonObject } from '../../base/json.ts';
import type { EpochMs } from '../../base/time.ts';
import type { Signal } from '../../model/signal.ts';
import type { KnownNames } from '../../ports/known-names.ts';
import type { Actor } from '../../ports/sensor-source.ts';
import { claimOfRule } from '../records/claim-of-rule.ts';
import { processSignals } from '../records/process-signals.ts';
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

const EVENTS = [
  'process_exec',
  'process_exit',
  'process_kprobe',
  'process_tracepoint',
  'process_loader',
  'process_uprobe',
  'process_throttle',
  'process_lsm',
  'process_usdt',
  'process_connect',
  'rate_limit_info',
] as const;

type TetragonEvent = (typeof EVENTS)[number];

export function tetragonReader(names: KnownNames): RecordReader {
  return new TetragonReader(names);
}

class TetragonReader implements RecordReader {
  readonly source = 'tetragon';
  readonly #names: KnownNames;
  #lost = 0;

  constructor(names: KnownNames) {
    this.#names = names;
  }

  get lost(): number {
    return this.#lost;
  }

  recognises(record: JsonObject): boolean {
    return kindOf(record) !== null;
  }

  read(record: JsonObject): RecordReading | null {
    const kind = kindOf(record);
    const at = timeIn(record, 'time');
    if (kind === null || at === null) return null;
    const event = objectIn(record, kind);
    if (kind === 'rate_limit_info')
      this.#lost += countIn(event, 'number_of_dropped_process_events');
    if (kind === 'process_throttle') this.#lost++;
    const process = objectIn(event, 'process');
    const actor = actorOf(process);
    const signals = [
      ...(kind === 'process_exec' ? this.#exec(process, at) : []),
      ...this.#connection(kind, event, at),
      ...tuningOf(event, at),
      ...alertOf(event, process, at),
    ];
    return { at, sightings: signals.map((signal) => ({ signal, actor })) };
  }

  #exec(process: JsonObject, at: EpochMs): readonly Signal[] {
    const inode = objectIn(objectIn(objectIn(process, 'binary_properties'), 'file'), 'inode');
    return processSignals(
      {
        at,
        source: 'tetragon',
        path: textIn(process, 'binary'),
        arguments: textIn(process, 'arguments'),
        isUnlinked: numberIn(inode, 'links') === 0,
      },
      this.#names,
    );
  }

  #connection(kind: TetragonEvent, event: JsonObject, at: EpochMs): readonly Signal[] {
    const ends = kind === 'process_connect' ? connectEnds(event) : kprobeEnds(event);
    const known = ends === null ? null : this.#names.poolOf(ends.address);
    if (ends === null || known === null) return [];
    const { client, server } = ends;
    const base = { at, job: null, source: 'tetragon' } as const;
    return [{ kind: 'pool-name', ...base, via: 'address', ...known, client, server }];
  }
}

function kindOf(record: JsonObject): TetragonEvent | null {
  return EVENTS.find((kind) => isObject(record[kind])) ?? null;
}

interface Ends {
  readonly address: string;
  readonly client: string;
  readonly server: string;
}

function kprobeEnds(event: JsonObject): Ends | null {
  for (const argument of argumentsOf(event)) {
    const socket = objectIn(argument, 'sock_arg');
    const address = textIn(socket, 'daddr');
    if (address === '') continue;
    const client = endOf(textIn(socket, 'saddr'), numberIn(socket, 'sport'));
    return { address, client, server: endOf(address, numberIn(socket, 'dport')) };
  }
  return null;
}

/** Only the enterprise edition has these. */
function connectEnds(event: JsonObject): Ends | null {
  const address = textIn(event, 'destination_ip');
  if (address === '') return null;
  const client = endOf(textIn(event, 'source_ip'), numberIn(event, 'source_port'));
  return { address, client, server: endOf(address, numberIn(event, 'destination_port')) };
}

function argumentsOf(event: JsonObject): readonly JsonObject[] {
  return listIn(event, 'args').filter(isObject);
}

const MSR = /^\/dev\/cpu\/\d{1,4}\/msr$/;
const HUGE_PAGES = /^\/proc\/sys\/vm\/nr_hugepages|\/hugepages-\d{1,9}kB\/nr_hugepages$/;

function tuningOf(event: JsonObject, at: EpochMs): readonly Signal[] {
  const base = { kind: 'tuning', at, job: null, source: 'tetragon' } as const;
  for (const argument of argumentsOf(event)) {
    const file = textIn(objectIn(argument, 'file_arg'), 'path');
    const path = file || textIn(objectIn(argument, 'path_arg'), 'path');
    if (MSR.test(path)) return [{ ...base, what: 'msr' }];
    if (HUGE_PAGES.test(path)) return [{ ...base, what: 'huge-pages' }];
  }
  return [];
}

function alertOf(event: JsonObject, process: JsonObject, at: EpochMs): readonly Signal[] {
  const policy = textIn(event, 'policy_name');
  const claim = claimOfRule(`${policy} ${textIn(event, 'message').slice(0, 200)}`);
  if (policy === '' || claim === null) return [];
  const about = plain(textIn(process, 'binary'));
  return [{ kind: 'alert', at, job: null, source: 'tetragon', claim, rule: plain(policy), about }];
}

function actorOf(process: JsonObject): Actor {
  const pid = numberIn(process, 'pid');
  const pod = objectIn(process, 'pod');
  const long = textIn(objectIn(pod, 'container'), 'id');
  // `containerd://0f3a…`; without Kubernetes the first 31 digits stand in `docker`.
  const container = long.slice(long.lastIndexOf('/') + 1) || textIn(process, 'docker');
  const uid = textIn(pod, 'uid');
  return {
    ...(pid === null ? {} : { pid }),
    ...(container === '' ? {} : { container }),
    ...(uid === '' ? {} : { pod: uid }),
  };
}
