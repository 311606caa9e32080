import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { secretsEqual } from './hash.ts';

test('secrets are equal when their bytes are', () => {
  const texts = fc.string({ unit: 'grapheme', maxLength: 100 });
  fc.assert(
    fc.property(texts, texts, (a, b) => {
      assert.equal(secretsEqual(a, a), true);
      assert.equal(secretsEqual(a, b), Buffer.from(a).equals(Buffer.from(b)));
    }),
  );
});

test('neither padding nor length makes two secrets one', () => {
  const long = 'x'.repeat(300);
  for (const [given, expected] of [
    ['a', 'a\0'],
    ['a\0', 'a'],
    ['', '\0'],
    [long, `${long}x`],
    ['x', long],
    [long, 'x'],
    ['x'.repeat(85), 'x'.repeat(86)],
  ] as const) {
    assert.equal(secretsEqual(given, expected), false, `${given.length} ${expected.length}`);
  }
  assert.equal(secretsEqual(long, long), true);
});
