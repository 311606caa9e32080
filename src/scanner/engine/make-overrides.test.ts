import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeOverrides } from './make-overrides.ts';

test('variables of a call become lines, and a target with an equals sign none', () => {
  const given = [
    ['A', 'b $c'],
    ['test-$(ps -o comm', ' -p 1)'],
    ['D', 'e\nf'],
  ] as const;
  const call = { kind: 'jobs', paths: [], jobs: [], folder: '', text: null, given } as const;
  assert.equal(makeOverrides('makefile', 'all:\n', call), '\nA := b $$c');
  assert.equal(makeOverrides('package-json', '{}', call), '');
});
