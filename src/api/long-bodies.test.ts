import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { longBodiesBytesMax, longBodyBytesMin } from '../base/limits.ts';
import { LongBodies } from './long-bodies.ts';

test('a short body is parsed at once, long ones one in a turn', async () => {
  const bodies = new LongBodies();
  const parsed: string[] = [];
  for (const name of ['a', 'b', 'c']) {
    assert.ok(bodies.take(longBodyBytesMin, () => parsed.push(name)));
  }
  assert.ok(bodies.take(longBodyBytesMin - 1, () => parsed.push('short')));
  assert.deepEqual(parsed, ['short']);
  await turn();
  assert.deepEqual(parsed, ['short', 'a']);
  // One that comes while others wait goes behind them.
  assert.ok(bodies.take(longBodyBytesMin, () => parsed.push('d')));
  await turn();
  assert.deepEqual(parsed, ['short', 'a', 'b']);
  await turn();
  await turn();
  assert.deepEqual(parsed, ['short', 'a', 'b', 'c', 'd']);
});

test('bodies that wait end at longBodiesBytesMax, one alone may be longer', async () => {
  const bodies = new LongBodies();
  let parsed = 0;
  const take = (length: number): boolean => bodies.take(length, () => parsed++);
  assert.ok(take(longBodiesBytesMax));
  assert.ok(!take(longBodyBytesMin));
  await turn();
  assert.equal(parsed, 1);
  assert.ok(take(longBodiesBytesMax - longBodyBytesMin));
  assert.ok(take(longBodyBytesMin));
  assert.ok(!take(longBodyBytesMin));
  await turn();
  await turn();
  assert.equal(parsed, 3);
});
