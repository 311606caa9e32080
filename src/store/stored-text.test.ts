import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromStoredText, toStoredText } from './stored-text.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 100) * 10;
/** Every 16-bit unit may stand anywhere, also where Unicode does not allow it. */
const anyText = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.constantFrom(0, 0x22, 0x5c, 0xd800)))
  .map((units) => String.fromCharCode(...units));

test('ordinary text is stored as it is', () => {
  for (const text of ['', 'gitlab', 'a "quote" inside', 'a\\b', 'çà и 中 😀']) {
    assert.equal(toStoredText(text), text);
  }
});

test('any text comes back', () => {
  const property = fc.property(anyText, (text) => fromStoredText(toStoredText(text)) === text);
  fc.assert(property, { numRuns });
});

test('what is stored is well formed and has no NUL', () => {
  const property = fc.property(anyText, (text) => {
    const stored = toStoredText(text);
    return stored.isWellFormed() && !stored.includes('\0');
  });
  fc.assert(property, { numRuns });
});

test('a text that looks like a stored form is not taken for it', () => {
  const hostile = '\0';
  const lookalike = toStoredText(hostile);
  assert.notEqual(toStoredText(lookalike), lookalike);
  assert.equal(fromStoredText(toStoredText(lookalike)), lookalike);
});
