import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decisionIdOf } from '../model/ids.ts';
import { testDecision, testEvent } from '../store/test-batch.ts';
import type { Settled } from './core.ts';
import { readSettled, writeSettled } from './settled-row.ts';

test('what became of a batch arrives as it was sent', () => {
  const id = decisionIdOf('s', '1');
  const gist = {
    id,
    action: 'hold',
    liveAction: 'deny',
    mode: 'live',
    answered: 'default',
  } as const;
  const record = testDecision(testEvent('1'));
  const batch: readonly Settled[] = [
    { kind: 'decided', number: 1, ...gist, rule: 'a-rule', record },
    { kind: 'conflict', number: 2 },
    { kind: 'replayed', number: 3, ...gist, rule: null, record: null },
    { kind: 'failed', number: 4 },
  ];
  assert.deepEqual(readSettled(structuredClone(writeSettled(batch))), batch);
  assert.throws(() => readSettled([1]), /one width/);
});
