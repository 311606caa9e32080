/** Hostile packets: nothing throws, memory stays bounded, time stays in proportion. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { wireMessageBytesMax } from '../../base/sensor-limits.ts';
import { dnsQuestions } from './dns-names.ts';
import { JsonMessages } from './json-messages.ts';
import { PacketWatch } from './packet-watch.ts';
import { bytesOf, packetsOf, TestTalk } from './test-capture.ts';
import { testNames } from './test-names.ts';
import { SESSIONS } from './test-sessions.ts';
import { watch } from './test-watch.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 200);

const OPENINGS = [
  '{"id":1,"method":"login","params":{"login":"a"',
  'POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n{',
  'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffff\r\n{',
  'GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n',
  'HTTP/1.1 101 \r\nUpgrade: websocket\r\n\r\n',
  '\u0005\u0001\u0000\u0005\u0001\u0000\u0003\u00ffa',
  '\u0004\u0001\u0000\u0050\u0000\u0000\u0000\u0001x',
  '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003',
  'PROXY TCP4 ',
  '\u0000\u0000\u0000\u0030\u0000\u0000\u0000\u0002\u0000\u0002\u0000',
  '[{"id":1},[[[[{',
];

test('conversations of nonsense', () => {
  const said = fc.oneof(
    fc.constantFrom(...OPENINGS).map((text) => Buffer.from(text, 'latin1')),
    fc.uint8Array({ maxLength: 200 }),
    fc
      .constantFrom(...SESSIONS.flatMap(({ lines }) => lines))
      .map(({ message }) => bytesOf(JSON.stringify(message).slice(0, 80))),
    fc.json().map(bytesOf),
  );
  const turns = fc.array(fc.tuple(fc.boolean(), said), { maxLength: 12 });
  const property = fc.property(turns, fc.boolean(), (talked, handshake) => {
    const talk = new TestTalk(0, handshake);
    for (const [isClient, bytes] of talked) talk[isClient ? 'client' : 'server'](bytes);
    for (const signal of watch(packetsOf(talk.segments))) assert.ok(signal.kind.length > 0);
  });
  fc.assert(property, { numRuns: numRuns * 3 });
});

test('sequence numbers of nonsense', () => {
  const piece = fc.record({
    sequence: fc.oneof(fc.integer({ min: 0, max: 400 }), fc.nat(2 ** 32 - 1)),
    length: fc.nat(60),
    flags: fc.constantFrom(24, 2, 18, 17, 4, 0),
    at: fc.nat(100_000),
    isClient: fc.boolean(),
  });
  const text = bytesOf(
    SESSIONS[3]?.lines.map(({ message }) => JSON.stringify(message)).join('\n') ?? '',
  );
  const property = fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
    const watching = new PacketWatch(testNames, () => {});
    const segments = pieces.map(({ sequence, length, flags, at, isClient }) => {
      const from = isClient ? ('client' as const) : ('server' as const);
      return {
        from,
        sequence,
        flags,
        at,
        bytes: text.subarray(sequence % 400, (sequence % 400) + length),
      };
    });
    for (const packet of packetsOf(segments)) watching.add(packet);
    assert.ok(watching.heldBytes >= 0);
    watching.end();
    assert.equal(watching.heldBytes, 0);
  });
  fc.assert(property, { numRuns });
});

test('JSON of nonsense is read the same however it is cut, in bounded memory', () => {
  const mark = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    '"',
    ':',
    ',',
    '\n',
    ' ',
    '1',
    'true',
    '\\',
    '"a"',
    '{"a":1}\n',
  );
  const property = fc.property(
    fc.array(mark, { maxLength: 80 }),
    fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
    (marks, cuts) => {
      const bytes = bytesOf(marks.join(''));
      const read = (lengths: readonly number[]): readonly string[] => {
        const messages: string[] = [];
        const stream = new JsonMessages();
        const keep = (message: unknown): void => void messages.push(JSON.stringify(message));
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const length = lengths[turn % lengths.length] ?? 1;
          stream.push(bytes.subarray(at, at + length), keep);
          at += length;
        }
        stream.gap(keep);
        assert.equal(stream.held, 0);
        return messages;
      };
      assert.deepEqual(read(cuts), read([bytes.length + 1]));
    },
  );
  fc.assert(property, { numRuns: numRuns * 3 });
});

test('a message without an end is given up at its limit, and what follows is read', () => {
  const stream = new JsonMessages();
  const seen: unknown[] = [];
  const endless = bytesOf(`{"a":"${'x'.repeat(1_000)}`);
  stream.push(endless, (message) => seen.push(message));
  for (let i = 0; i < 100; i++) {
    stream.push(bytesOf('y'.repeat(1_000)), (message) => seen.push(message));
    assert.ok(stream.held <= wireMessageBytesMax + 1_000);
  }
  stream.push(bytesOf('\n{"b":1}'), (message) => seen.push(message));
  assert.deepEqual(seen, [{ b: 1 }]);
});

test('brackets without end cost no more than their length', () => {
  const lines = bytesOf('{"a":[\n'.repeat(20_000));
  const stream = new JsonMessages();
  const started = process.hrtime.bigint();
  stream.push(lines, () => {});
  stream.gap(() => {});
  const ms = Number(process.hrtime.bigint() - started) / 1e6;
  assert.ok(ms < 2_000, `140 KB of brackets took ${ms} ms`);
});

test('DNS messages of nonsense, with pointers that go round', () => {
  const head = [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
  for (const tail of [
    [0xc0, 12],
    [0xc0, 14, 0, 0, 0],
    [3, 97, 98, 99, 0xc0, 12, 0, 1, 0, 1],
  ]) {
    assert.equal(dnsQuestions(Uint8Array.from([...head, ...tail, 0, 0, 0])), null);
  }
  const property = fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
    const message = Uint8Array.from([...head, ...bytes]);
    for (const name of dnsQuestions(message)?.names ?? []) assert.ok(name.length <= 255);
  });
  fc.assert(property, { numRuns: numRuns * 5 });
});
