import assert from 'node:assert/strict';
import { test } from 'node:test';
import { didYouMean } from './nearest.ts';

test('the nearest name is offered when it is near', () => {
  const names = ['scan.verdict', 'scan.rules', 'job.vcpu'];
  assert.equal(didYouMean('scan.verdit', names), ': did you mean "scan.verdict"?');
  assert.equal(didYouMean('SCAN.RULES', names), ': did you mean "scan.rules"?');
  assert.equal(didYouMean('scna', ['serve', 'scan']), ': did you mean "scan"?');
  assert.equal(didYouMean('jsno', ['text', 'json']), ': did you mean "json"?');
  assert.equal(didYouMean('nosj', ['text', 'json']), '');
  assert.equal(didYouMean('xyz', names), '');
  assert.equal(didYouMean('', names), '');
  assert.equal(didYouMean('s'.repeat(65), ['s'.repeat(65)]), '');
});
