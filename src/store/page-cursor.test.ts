import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatCursor, parseCursor } from './page-cursor.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 100);

test('a cursor comes back', () => {
  const sequences = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
  const property = fc.property(sequences, (sequence) => {
    assert.equal(parseCursor(formatCursor(sequence)), sequence);
  });
  fc.assert(property, { numRuns });
});

test('without a cursor the list begins, with a bad one it ends', () => {
  assert.equal(parseCursor(undefined), Number.MAX_SAFE_INTEGER);
  for (const bad of ['', ' 1', '1 ', '-1', '1.5', 'A', 'zzzzzzzzzzz', '0'.repeat(12), '\0']) {
    assert.equal(parseCursor(bad), 0, JSON.stringify(bad));
  }
});
