/**
 * Falco's alerts, one object a line (`json_output: true`): `time`, `rule`, `priority`, and by
 * setting `output`, `tags`, `output_fields` with the names of fields as keys. A rule about mining
 * is an alert; whatever the rule, the process and the connection that it names are looked at
 * ourselves.
 *
 * Losses are told in the same stream: `Falco internal: syscall event drop` has those since the last
 * one, `Falco internal: metrics snapshot` the sum so far.
 */
import type { JsonObject } from '../../base/json.ts';
import type { EpochMs } from '../../base/time.ts';
import type { Signal } from '../../model/signal.ts';
import type { KnownNames } from '../../ports/known-names.ts';
import type { Actor } from '../../ports/sensor-source.ts';
import { claimOfRule } from '../records/claim-of-rule.ts';
import { processSignals } from '../records/process-signals.ts';
import type { RecordReader, RecordReading } from '../records/record-reader.ts';
import {
  countIn,
  listIn,
  numberIn,
  objectIn,
  plain,
  textIn,
  timeIn,
} from '../records/record-values.ts';

const DROPS = 'Falco internal: syscall event drop';
const METRICS = 'Falco internal: metrics snapshot';
/** MITRE ATT&CK: Resource Hijacking. */
const HIJACKING = /^(?:T1496|mitre_impact_resource_hijacking)/i;

export function falcoReader(names: KnownNames): RecordReader {
  return new FalcoReader(names);
}

class FalcoReader implements RecordReader {
  readonly source = 'falco';
  readonly #names: KnownNames;
  #dropped = 0;
  #snapshot = 0;

  constructor(names: KnownNames) {
    this.#names = names;
  }

  /** Two counts of the same losses, of which either may be switched off. */
  get lost(): number {
    return Math.max(this.#dropped, this.#snapshot);
  }

  recognises(record: JsonObject): boolean {
    return textIn(record, 'rule') !== '' && 'priority' in record && 'time' in record;
  }

  read(record: JsonObject): RecordReading | null {
    const rule = textIn(record, 'rule');
    const fields = objectIn(record, 'output_fields');
    const at = timeIn(record, 'time') ?? fieldTime(fields);
    if (rule === '' || at === null) return null;
    if (rule === DROPS) this.#dropped += countIn(fields, 'n_drops');
    else if (rule === METRICS) this.#snapshot = countIn(fields, 'scap.n_drops');
    if (rule.startsWith('Falco internal:')) return { at, sightings: [] };
    const actor = actorOf(fields);
    const signals = [
      ...alertOf(rule, record, fields, at),
      ...processSignals(processOf(fields, at), this.#names),
      ...this.#pool(fields, at),
    ];
    return { at, sightings: signals.map((signal) => ({ signal, actor })) };
  }

  #pool(fields: JsonObject, at: EpochMs): readonly Signal[] {
    const [near = '', far = ''] = textIn(fields, 'fd.name').split('->');
    const remote = textIn(fields, 'fd.rip') || far.slice(0, far.lastIndexOf(':'));
    const known = this.#names.poolOf(textIn(fields, 'fd.rip.name') || remote);
    if (known === null) return [];
    const ends = { client: plain(near), server: plain(far || remote) };
    return [
      { kind: 'pool-name', at, job: null, source: 'falco', via: 'address', ...known, ...ends },
    ];
  }
}

/** Nanoseconds, where the time itself was left out. */
function fieldTime(fields: JsonObject): EpochMs | null {
  const nanoseconds = numberIn(fields, 'evt.time');
  return nanoseconds === null || nanoseconds <= 0 ? null : Math.floor(nanoseconds / 1e6);
}

function alertOf(
  rule: string,
  record: JsonObject,
  fields: JsonObject,
  at: EpochMs,
): readonly Signal[] {
  const isHijacking = listIn(record, 'tags').some((tag) => {
    return typeof tag === 'string' && HIJACKING.test(tag);
  });
  const claim = claimOfRule(rule) ?? (isHijacking ? 'mining' : null);
  if (claim === null) return [];
  const about = plain(textIn(fields, 'proc.exepath') || textIn(fields, 'proc.name'));
  return [{ kind: 'alert', at, job: null, source: 'falco', claim, rule: plain(rule), about }];
}

function processOf(fields: JsonObject, at: EpochMs) {
  const path = textIn(fields, 'proc.exepath') || textIn(fields, 'proc.name');
  const line = textIn(fields, 'proc.cmdline');
  const space = line.indexOf(' ');
  const isMemory = fields['proc.is_exe_from_memfd'] === true;
  return {
    at,
    source: 'falco' as const,
    path: isMemory && !path.includes('memfd:') ? `memfd:${path}` : path,
    arguments: space < 0 ? '' : line.slice(space + 1),
    isUnlinked: false,
  };
}

function actorOf(fields: JsonObject): Actor {
  const pid = numberIn(fields, 'proc.pid');
  const container = textIn(fields, 'container.id');
  const pod = textIn(fields, 'k8s.pod.uid');
  const [socket = ''] = textIn(fields, 'fd.name').split('->');
  return {
    ...(pid === null ? {} : { pid }),
    ...(container === '' || container === 'host' ? {} : { container }),
    ...(pod === '' ? {} : { pod }),
    ...(socket === '' || !socket.includes(':') ? {} : { socket }),
  };
}
