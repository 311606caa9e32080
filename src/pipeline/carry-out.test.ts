import assert from 'node:assert/strict';
import { test } from 'node:test';
import { batchRequestsMax, lateMarksMax } from '../base/limits.ts';
import { type DecisionId, decisionIdOf } from '../model/ids.ts';
import type { Log } from '../ports/log.ts';
import { Admission } from './admit.ts';
import type { PreparedRequest } from './candidate.ts';
import { carryOut } from './carry-out.ts';
import type { Core, Settled } from './core.ts';
import { jobRequest, openWorld } from './test-world.ts';

test('marks are kept up to a bound, and made a batch at a time', async (t) => {
  const { ports, close } = await openWorld();
  t.after(close);
  const marked: DecisionId[] = [];
  const refused: unknown[] = [];
  let isFull = true;
  const markDefaulted = async (ids: readonly DecisionId[]): Promise<void> => {
    assert.ok(ids.length <= batchRequestsMax);
    if (isFull) throw new Error('database or disk is full');
    marked.push(...ids);
  };
  const log: Log = { ...ports.log, error: (_message, fields) => void refused.push(fields) };
  const store = { markDefaulted };
  const all = { ...ports, store, log, core: () => assert.fail('it is not asked') };
  const admission = new Admission(all);
  let count = 0;
  /** A batch whose callers had the default before it was recorded. */
  const lateBatch = (): readonly Settled[] =>
    Array.from({ length: batchRequestsMax }, () => {
      const numbers: number[] = [];
      const core = { decide: ({ number }: PreparedRequest) => void numbers.push(number) };
      admission.admit(jobRequest(`${count}`, 'make'), core as Core);
      const [number = 0] = numbers;
      admission.giveDefault(admission.pending(number), 'deadline');
      const id = decisionIdOf('test', `${count++}`);
      return { kind: 'decided', number, id, ...GIST };
    });
  for (let kept = 0; kept <= lateMarksMax; kept += batchRequestsMax) {
    await carryOut(lateBatch(), admission, all);
  }
  assert.equal(count, lateMarksMax + batchRequestsMax);
  const told = refused.at(-1) as { readonly kept: number; readonly givenUp: number };
  assert.deepEqual([told.kept, told.givenUp], [lateMarksMax, batchRequestsMax]);
  isFull = false;
  await carryOut(lateBatch(), admission, all);
  const ids = Array.from({ length: lateMarksMax }, (_, i) => decisionIdOf('test', `${i}`));
  assert.deepEqual(marked.slice(0, lateMarksMax), ids);
  assert.equal(marked.length, lateMarksMax + batchRequestsMax);
});

const GIST = {
  action: 'allow',
  liveAction: 'allow',
  mode: 'live',
  rule: null,
  record: null,
  answered: 'decision',
} as const;
