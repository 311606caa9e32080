import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import type { JsonObject } from '../base/json.ts';
import { signalListMax, signalsPerJobMax, signalTextLengthMax } from '../base/sensor-limits.ts';
import type { Event } from '../model/event.ts';
import { parseSubject } from '../model/ids.ts';
import { groupOf, SENSORS, SIGNAL_KINDS, type Signal } from '../model/signal.ts';
import { anySignal, SAMPLES } from '../runtime/test-signals.ts';
import { decodeSignals, encodeSignal } from './signal-codec.ts';
import { SIGNAL_KINDS_ON_WIRE, signalFields } from './signal-schema.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 200);
const subject = parseSubject('gitlab/17/99');
assert.ok(subject !== null);

function event(signals: unknown): Event {
  const data = JSON.parse(JSON.stringify({ signals })) as JsonObject;
  return {
    source: 's',
    id: '1',
    type: 'job.observed',
    subject: subject as never,
    time: 7,
    data,
    bodyHash: '',
  };
}

test('every kind travels, and comes back with the job of its event', () => {
  assert.deepEqual([...SIGNAL_KINDS_ON_WIRE].sort(), [...SIGNAL_KINDS].sort());
  const job = 'gitlab/17/99';
  const property = fc.property(anySignal, (signal) => {
    const sent = encodeSignal(signal);
    assert.ok(!('job' in sent));
    assert.deepEqual(decodeSignals(event([sent])), { signals: [{ ...signal, job }], unread: 0 });
  });
  fc.assert(property, { numRuns });
});

test('a signal without a time is of the time of its event', () => {
  const { at: _at, ...sent } = encodeSignal(SAMPLES['tuning']);
  assert.equal(decodeSignals(event([sent])).signals[0]?.at, 7);
});

test('what cannot be read is counted, and the rest is read', () => {
  const good = encodeSignal(SAMPLES['stratum']);
  const long = 'x'.repeat(signalTextLengthMax + 1);
  const bad: readonly unknown[] = [
    { kind: 'telepathy' },
    { kind: 'stratum' },
    { ...good, dialect: 'stratum-v9' },
    { ...good, shares: -1 },
    { ...good, login: long },
    { ...good, source: 'nobody' },
    { ...good, at: 'now' },
    { ...good, identifiers: Array(signalListMax + 1).fill({ kind: 'worker' }) },
    { ...good, identifiers: [{ kind: 'payout', coin: '', digest: 'whole address', display: '' }] },
    { kind: '__proto__' },
  ];
  const { signals, unread } = decodeSignals(event([...bad, good]));
  assert.equal(signals.length, 1);
  assert.equal(unread, bad.length);
  const many = decodeSignals(event(Array(signalsPerJobMax + 3).fill(good)));
  assert.deepEqual([many.signals.length, many.unread], [signalsPerJobMax, 3]);
  assert.deepEqual(decodeSignals(event('none')), { signals: [], unread: 0 });
});

test('whatever stands in the list, it is read or counted', () => {
  const mutated = fc.tuple(anySignal, fc.jsonValue(), fc.nat()).map(([signal, junk, place]) => {
    const sent: Record<string, unknown> = { ...encodeSignal(signal) };
    const keys = Object.keys(sent);
    sent[keys[place % keys.length] ?? 'kind'] = junk;
    return sent;
  });
  const property = fc.property(fc.array(fc.oneof(mutated, fc.jsonValue())), (list) => {
    const { signals, unread } = decodeSignals(event(list));
    assert.equal(signals.length + unread, list.length);
    for (const signal of signals) assert.ok(groupOf(signal) !== undefined);
  });
  fc.assert(property, { numRuns });
});

test('docs/reference/signals.md has a row for each kind with each of its fields', () => {
  const page = new URL('../../docs/reference/signals.md', import.meta.url);
  const text = readFileSync(page, 'utf8');
  for (const kind of SIGNAL_KINDS) {
    const row = text.split('\n').find((line) => line.startsWith(`| \`${kind}\` |`));
    assert.ok(row !== undefined, `signals.md has no row for ${kind}`);
    const [, , group = '', , fields = ''] = row.split('|');
    const named = [...fields.matchAll(/`([A-Za-z0-9]+)`/g)].map(([, name]) => name);
    assert.deepEqual(named, signalFields(kind), kind);
    const sample: Signal = SAMPLES[kind];
    if (kind !== 'alert') assert.equal(group.trim(), groupOf(sample), kind);
  }
  for (const sensor of SENSORS) assert.ok(text.includes(`\`${sensor}\``), sensor);
});
