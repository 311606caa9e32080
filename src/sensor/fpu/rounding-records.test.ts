import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readRoundingRecords } from './rounding-records.ts';

const READER = 900;

function bytesOf(...records: (readonly number[])[]): Buffer {
  return Buffer.from(Uint32Array.from(records.flat()).buffer);
}

/** As Linux 6.18 gave them: a loop between up and down, and the reader's own. */
const RECORDED = Buffer.from(
  '7e3800007e380000a05f0000480000008403000084030000a01f000023000000',
  'hex',
);

test('a recorded pass', () => {
  const read = readRoundingRecords(RECORDED, READER, new Map());
  assert.deepEqual(read.counts, [{ pid: 14_462, tid: 14_462, mode: 2, samples: 1 }]);
  assert.equal(read.malformed, 0);
  assert.ok(read.isSound);
});

test('registers that were not put away since are no new sample', () => {
  const first = readRoundingRecords(bytesOf([1, 2, 0x3f80, 7]), READER, new Map());
  assert.equal(first.counts.length, 1);
  const again = readRoundingRecords(bytesOf([1, 2, 0x3f80, 7]), READER, first.switches);
  assert.equal(again.counts.length, 0);
  const later = readRoundingRecords(bytesOf([1, 2, 0x3f80, 8]), READER, again.switches);
  assert.equal(later.counts.length, 1);
});

test('a pass without sound registers of the reader is not believed', () => {
  const without = readRoundingRecords(bytesOf([1, 2, 0x3f80, 7]), READER, new Map());
  assert.ok(!without.isSound);
  const zero = readRoundingRecords(bytesOf([READER, READER, 0, 7]), READER, new Map());
  assert.ok(!zero.isSound);
  const odd = readRoundingRecords(bytesOf([READER, READER, 0x1234_1f80, 7]), READER, new Map());
  assert.deepEqual([odd.isSound, odd.malformed], [false, 1]);
});

test('any bytes', () => {
  const property = fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
    const read = readRoundingRecords(Buffer.from(bytes), READER, new Map());
    assert.ok(read.counts.length <= bytes.length / 16);
    for (const { pid, tid, mode } of read.counts) assert.ok(pid > 0 && tid > 0 && mode % 4 > 0);
    const whole = Math.floor(bytes.length / 16);
    assert.ok(read.malformed <= whole + 1);
  });
  fc.assert(property, { numRuns: Number(process.env['FUZZ_RUNS'] ?? 100) });
});
