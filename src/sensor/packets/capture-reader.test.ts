import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { captureBlockBytesMax } from '../../base/sensor-limits.ts';
import { CaptureReader, captureFormat } from './capture-reader.ts';
import type { CapturedPacket } from './packet.ts';
import { packetsOf, pcapngOf, pcapOf, TestTalk } from './test-capture.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 100);
const packets = packetsOf(new TestTalk().client('abc').server('defgh').client('').segments);

function readAll(file: Uint8Array, cuts: readonly number[] = [file.length]) {
  const reader = new CaptureReader();
  const found: CapturedPacket[] = [];
  for (let at = 0, turn = 0; at < file.length; turn++) {
    const length = Math.max(1, cuts[turn % cuts.length] ?? 1);
    reader.push(file.subarray(at, at + length), (packet) => {
      found.push({ ...packet, data: packet.data.slice() });
    });
    at += length;
  }
  return { reader, found };
}

const plain = (list: readonly CapturedPacket[]) =>
  list.map(({ at, linkType, data }) => ({ at, linkType, data: [...data] }));

test('pcap and pcapng of both byte orders, in pieces of any length, hold the same packets', () => {
  const files = [
    pcapOf(packets),
    pcapOf(packets, false),
    pcapOf(packets, true, true),
    pcapngOf(packets),
    pcapngOf(packets, false),
    Buffer.concat([pcapngOf(packets.slice(0, 2)), pcapngOf(packets.slice(2), false)]),
  ];
  const cuts = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1 });
  const property = fc.property(fc.constantFrom(...files), cuts, (file, lengths) => {
    const { reader, found } = readAll(file, lengths);
    assert.equal(reader.problem, '');
    assert.deepEqual(plain(found), plain(packets));
    assert.ok(!reader.isCut);
  });
  fc.assert(property, { numRuns });
});

test('a cut file gives what is whole, and what is no capture says so', () => {
  for (const file of [pcapOf(packets), pcapngOf(packets)]) {
    const { reader, found } = readAll(file.subarray(0, file.length - 3));
    assert.equal(found.length, packets.length - 1);
    assert.ok(reader.isCut);
  }
  assert.equal(captureFormat(Buffer.from('{"a":1}')), null);
  assert.match(readAll(Buffer.from('{"a":1}')).reader.problem, /no capture/);
});

test('a length that cannot be is the end; drops are those that the capture tells', () => {
  const file = pcapOf(packets);
  file.writeUInt32LE(captureBlockBytesMax + 1, 24 + 8);
  assert.match(readAll(file).reader.problem, /claims/);
  const other = pcapngOf(packets);
  other.writeUInt32LE(7, 28 + 4);
  assert.match(readAll(other).reader.problem, /claims 7/);
  for (const little of [true, false]) {
    assert.equal(readAll(pcapngOf(packets, little, 41)).reader.dropped, 41);
  }
});

test('a block that nobody reads may be long, and is passed over', () => {
  const file = pcapngOf(packets);
  const long = Buffer.alloc(captureBlockBytesMax + 4_096);
  long.writeUInt32LE(10, 0);
  long.writeUInt32LE(long.length, 4);
  const { reader, found } = readAll(Buffer.concat([file, long, pcapngOf(packets)]), [4_000]);
  assert.equal(reader.problem, '');
  assert.equal(found.length, 2 * packets.length);
});

test('whatever the bytes are, reading ends without a throw', () => {
  const files = [pcapOf(packets), pcapngOf(packets)];
  const property = fc.property(
    fc.constantFrom(...files),
    fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 20 }),
    (file, changes) => {
      const broken = Buffer.from(file);
      for (const [at, byte] of changes) broken[at % broken.length] = byte;
      readAll(broken, [64]);
    },
  );
  fc.assert(property, { numRuns: numRuns * 5 });
});
