import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDuration } from './duration.ts';

test('a duration is digits and a unit', () => {
  assert.equal(parseDuration('90s'), 90);
  assert.equal(parseDuration('30m'), 1_800);
  assert.equal(parseDuration('24h'), 86_400);
  assert.equal(parseDuration('7d'), 604_800);
  for (const text of ['', 's', '1', '-1h', '1.5h', '1 h', '1w', '123456789s', '1e3s']) {
    assert.equal(parseDuration(text), null, text);
  }
});
