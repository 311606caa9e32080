import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { recordLineBytesMax } from '../../base/sensor-limits.ts';
import type { Signal } from '../../model/signal.ts';
import type { KnownNames } from '../../ports/known-names.ts';
import type { Sighting } from '../../ports/sensor-source.ts';
import { bitsOfSignal } from '../../runtime/bits-of-signal.ts';
import { SUSPECTED_BITS_MIN } from '../../runtime/weights.ts';
import { eveReader } from '../eve/eve-reader.ts';
import { falcoReader } from '../falco/falco-reader.ts';
import { testNames } from '../packets/test-names.ts';
import { tetragonReader } from '../tetragon/tetragon-reader.ts';
import { zeekReader } from '../zeek/zeek-reader.ts';
import { ZeekTable } from '../zeek/zeek-table.ts';
import { claimOfRule } from './claim-of-rule.ts';
import { LineRecording } from './line-recording.ts';
import type { RecordReader } from './record-reader.ts';
import { EVE, FALCO, TETRAGON, ZEEK, zeekTsv } from './test-records.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 200);

type Make = (names: KnownNames) => RecordReader;

function readAll(make: Make, records: readonly unknown[]) {
  const sightings: Sighting[] = [];
  const recording = new LineRecording(make(testNames), (one) => void sightings.push(one));
  recording.push(Buffer.from(records.map((record) => JSON.stringify(record)).join('\n')));
  recording.end();
  return { sightings, signals: sightings.map(({ signal }) => signal), counts: recording.counts };
}

/** `kind claim/via/trait`, short enough to compare. */
function brief(signals: readonly Signal[]): readonly string[] {
  return signals.map((signal) => {
    const what =
      ('claim' in signal && signal.claim) ||
      ('via' in signal && signal.via) ||
      ('trait' in signal && signal.trait) ||
      ('traits' in signal && signal.traits.join('+')) ||
      ('what' in signal && signal.what);
    return what ? `${signal.kind} ${what}` : signal.kind;
  });
}

test('Falco: rules about mining, and the process and connection of any rule', () => {
  const { sightings, signals, counts } = readAll(falcoReader, Object.values(FALCO));
  assert.deepEqual(brief(signals), [
    'alert miner-command-line',
    'binary temporary',
    'command-line pool-url',
    'alert miner-program',
    'binary known-miner',
    'pool-name address',
  ]);
  assert.deepEqual(sightings[0]?.actor, { pid: 4_711, container: '0f3a5b6c7d8e' });
  assert.deepEqual(sightings[3]?.actor, {}, 'the host is no container');
  assert.deepEqual(sightings[5]?.actor, { socket: '10.0.0.2:51000' });
  assert.equal(signals[0]?.at, Date.UTC(2026, 10, 22, 11));
  assert.deepEqual(
    { events: counts.events, malformed: counts.malformed, lost: counts.lost },
    { events: 6, malformed: 0, lost: 85_810 },
  );
});

test('Falco: properties that are switched off', () => {
  const bare = { time: FALCO.stratum.time, rule: FALCO.stratum.rule, priority: 'Critical' };
  assert.deepEqual(brief(readAll(falcoReader, [bare]).signals), ['alert miner-command-line']);
  const { time: _time, ...untimed } = FALCO.stratum;
  assert.equal(readAll(falcoReader, [untimed]).signals[0]?.at, 1_795_345_200_000);
});

test('Tetragon: programs, connections, tuning and policies', () => {
  const { sightings, signals, counts } = readAll(tetragonReader, Object.values(TETRAGON));
  assert.deepEqual(brief(signals), [
    'binary temporary',
    'command-line pool-url',
    'binary memfd',
    'pool-name address',
    'tuning msr',
    'alert rounding',
  ]);
  assert.deepEqual(sightings[0]?.actor, {
    pid: 4_711,
    container: '0f3a5b6c7d8e9f00',
    pod: '8d2c5a3e-0000-4000-8000-000000000001',
  });
  const connect = signals[3];
  assert.ok(connect?.kind === 'pool-name');
  assert.deepEqual([connect.client, connect.server], ['10.0.0.2:51000', 'pool.example:3333']);
  assert.deepEqual([counts.lost, counts.malformed], [73_300, 0]);
});

test('EVE: alerts, names and the totals of flows', () => {
  const { sightings, signals, counts } = readAll(eveReader, Object.values(EVE));
  assert.deepEqual(brief(signals), [
    'alert stratum',
    'alert mining',
    'pool-name tls',
    'pool-name dns',
    'pool-name dns',
    'pool-name http',
    'flow',
  ]);
  assert.deepEqual(sightings[0]?.actor, { socket: '10.0.0.2:51000' }, 'the end that began it');
  const flow = signals.at(-1);
  assert.ok(flow?.kind === 'flow' && flow.lastedSeconds === 1_155);
  assert.ok(bitsOfSignal(flow) <= 2, 'totals are weaker than a rhythm');
  assert.deepEqual([counts.lost, counts.malformed], [77, 0]);
});

test('Zeek: as JSON and as a table', () => {
  const { sightings, signals, counts } = readAll(zeekReader, Object.values(ZEEK));
  assert.deepEqual(brief(signals), [
    'pool-name dns',
    'pool-name tls',
    'pool-name http',
    'flow',
    'alert mining',
  ]);
  assert.deepEqual(sightings[0]?.actor, { socket: '10.0.0.2:51000' });
  assert.deepEqual([counts.lost, counts.malformed], [13, 0]);

  const seen: Signal[] = [];
  const table = new ZeekTable();
  const keep = ({ signal }: Sighting): void => void seen.push(signal);
  const recording = new LineRecording(zeekReader(testNames), keep, (line) => table.read(line));
  for (const byte of Buffer.from(zeekTsv())) recording.push(Uint8Array.of(byte));
  recording.end();
  assert.deepEqual(
    seen.map((signal) => 'name' in signal && [signal.name, 'client' in signal && signal.client]),
    [
      ['eu.pool.example', '10.0.0.2:51000'],
      ['b.pool.example', '[2001:db8::1]:51001'],
    ],
  );
  assert.equal(seen[0]?.at, 1_795_345_200_500);
  assert.deepEqual([recording.counts.events, recording.counts.malformed], [4, 1]);
});

test('each reader knows its own records and no other', () => {
  const own = [
    [falcoReader, FALCO],
    [tetragonReader, TETRAGON],
    [eveReader, EVE],
    [zeekReader, ZEEK],
  ] as const;
  for (const [make] of own) {
    for (const [other, records] of own) {
      for (const record of Object.values(records)) {
        const knows = make(testNames).recognises(JSON.parse(JSON.stringify(record)));
        assert.equal(knows, make === other, JSON.stringify(record));
      }
    }
  }
});

test('names of rules say what they claim, and most claim nothing of mining', () => {
  for (const [name, claim] of [
    ['Detect outbound connections to common miner pool ports', 'pool-name'],
    ['Known Cryptominer Process Executed', 'miner-program'],
    ['Fileless execution via memfd_create', 'fileless'],
    ['Drop and execute new binary in container', 'dropped-binary'],
    ['ET COINMINER CoinMiner DNS Lookup (pool. example)', 'pool-name'],
    ['R1007 RandomX crypto miner', 'rounding'],
    ['Data mining job finished', null],
    ['Terminal shell in container', null],
    ['Admiral miner of coal', null],
    ['', null],
  ] as const) {
    assert.equal(claimOfRule(name), claim, name);
  }
});

test('a thing that is written a thousand times is told once', () => {
  const { signals } = readAll(eveReader, Array(1_000).fill(EVE.tls));
  assert.equal(signals.length, 1);
});

test('a rule of somebody else never stops a job alone', () => {
  const all = [
    ...readAll(falcoReader, Object.values(FALCO)).signals,
    ...readAll(eveReader, Object.values(EVE)).signals,
  ].filter(({ kind }) => kind === 'alert');
  assert.ok(all.length >= 4);
  for (const signal of all) assert.ok(bitsOfSignal(signal) < 16 && bitsOfSignal(signal) > 0);
  assert.ok(all.some((signal) => bitsOfSignal(signal) >= SUSPECTED_BITS_MIN));
});

test('lines of nonsense are counted, and what stands between them is read', () => {
  const seeds = [FALCO, TETRAGON, EVE, ZEEK].flatMap((records) => Object.values(records));
  const mutated = fc
    .tuple(fc.constantFrom(...seeds), fc.jsonValue(), fc.nat())
    .map(([record, junk, place]) => {
      const copy = JSON.parse(JSON.stringify(record)) as Record<string, unknown>;
      const keys = Object.keys(copy);
      const key = keys[place % keys.length] ?? '';
      const inner = copy[key];
      const isDeep = typeof inner === 'object' && inner !== null && place % 2 === 0;
      if (isDeep) Object.assign(inner, { [Object.keys(inner)[place % 7] ?? 'x']: junk });
      else copy[key] = junk;
      return JSON.stringify(copy);
    });
  const line = fc.oneof(mutated, fc.string(), fc.json());
  const makes = [falcoReader, tetragonReader, eveReader, zeekReader];
  const property = fc.property(fc.array(line), fc.constantFrom(...makes), (lines, make) => {
    const recording = new LineRecording(make(testNames), ({ signal }) => {
      assert.ok(Number.isFinite(signal.at) && bitsOfSignal(signal) >= 0);
    });
    recording.push(Buffer.from(lines.map((text) => text.replaceAll('\n', ' ')).join('\n')));
    recording.end();
    const { events, malformed } = recording.counts;
    assert.ok(malformed <= events);
  });
  fc.assert(property, { numRuns: numRuns * 3 });
  const table = fc.property(
    fc.array(fc.oneof(fc.string(), fc.constant('#fields\tts\tuid'))),
    (lines) => {
      const zeek = new ZeekTable();
      for (const text of lines) zeek.read(text);
    },
  );
  fc.assert(table, { numRuns });
});

test('a line that is too long, and one too deep', () => {
  const seen: Signal[] = [];
  const recording = new LineRecording(
    falcoReader(testNames),
    ({ signal }) => void seen.push(signal),
  );
  for (let sent = 0; sent <= recordLineBytesMax; sent += 65_536) {
    recording.push(Buffer.alloc(65_536, 'x'));
  }
  recording.push(Buffer.from(`\n{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}\n`));
  recording.push(Buffer.from(`${JSON.stringify(FALCO.known)}\n`));
  assert.deepEqual([recording.counts.events, recording.counts.malformed], [3, 2]);
  assert.deepEqual(brief(seen), ['alert miner-program', 'binary known-miner']);
});
