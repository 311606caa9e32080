import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decisionIdOf, formatSubject, parseDecisionId, parseSubject } from './ids.ts';

test('subjects', () => {
  for (const text of ['gitlab/7', 'gitlab/7/job-1', 'oracle-cloud/ocid1.x/a/b']) {
    const subject = parseSubject(text);
    assert.ok(subject, text);
    assert.equal(formatSubject(subject), text);
  }
  for (const text of [
    '',
    'gitlab',
    'gitlab/',
    '/7',
    'Git/7',
    'gitlab/a b',
    'gitlab/7/',
    'g/7//x',
  ]) {
    assert.equal(parseSubject(text), null, text);
  }
  assert.equal(parseSubject(`gitlab/${'x'.repeat(201)}`), null);
});

test('a decision id follows from source and id, and from both', () => {
  assert.equal(decisionIdOf('a', 'bc'), decisionIdOf('a', 'bc'));
  assert.notEqual(decisionIdOf('a', 'bc'), decisionIdOf('ab', 'c'));
  assert.equal(parseDecisionId(decisionIdOf('a', 'b')), decisionIdOf('a', 'b'));
  assert.equal(parseDecisionId('dec_x'), null);
});
