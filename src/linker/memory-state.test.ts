import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Prng } from '../base/prng.ts';
import type { AccountNumber } from './link-state.ts';
import { MemoryLinkState } from './memory-state.ts';

test('what is due is taken in the order in which it became due, also when it comes again', () => {
  const prng = new Prng(11);
  const state = new MemoryLinkState();
  // In a set, what is added again stands behind all others once it was taken, and not before.
  const expected = new Set<AccountNumber>();
  for (let step = 0; step < 50_000; step++) {
    if (prng.below(5) < 2) {
      const [first] = expected;
      if (first !== undefined) expected.delete(first);
      assert.equal(state.takeDue(), first ?? null);
    } else {
      // Now and then many, so that few of them are taken before others come.
      const count = prng.below(1_000) === 0 ? 3_000 : 1;
      for (let i = 0; i < count; i++) {
        const account = (1 + prng.below(5_000)) as AccountNumber;
        state.markDue(account);
        expected.add(account);
      }
    }
    assert.equal(state.due, expected.size);
  }
  for (const account of expected) assert.equal(state.takeDue(), account);
  assert.equal(state.takeDue(), null);
});
