import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusedAddressesMax, wrongCredentialsPerMinuteMax } from '../base/limits.ts';
import { Refusals } from './refusals.ts';

test('an address is past its limit for the rest of the minute, and others are not', () => {
  const refusals = new Refusals(wrongCredentialsPerMinuteMax);
  for (let i = 0; i < wrongCredentialsPerMinuteMax; i++) {
    assert.equal(refusals.isTooMany('192.0.2.1', 120_000), false);
  }
  assert.equal(refusals.isTooMany('192.0.2.1', 179_999), true);
  assert.equal(refusals.isTooMany('192.0.2.2', 179_999), false);
  assert.equal(refusals.isTooMany('192.0.2.1', 180_000), false);
});

test('the table of addresses is bounded: one that no longer fits is past its limit', () => {
  const refusals = new Refusals(2);
  for (let i = 0; i < refusedAddressesMax; i++) {
    assert.equal(refusals.isTooMany(`address ${i}`, 0), false);
  }
  assert.equal(refusals.isTooMany('one more', 0), true);
  assert.equal(refusals.isTooMany('address 7', 0), false);
  assert.equal(refusals.isTooMany('one more', 60_000), false);
});
