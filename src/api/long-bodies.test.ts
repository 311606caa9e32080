import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { longBodiesBytesMax, longBodyBytesMin } from '../base/limits.ts';
import { realClock } from '../main/real-clock.ts';
import { LongBodies } from './long-bodies.ts';

/** Of so many bytes each, and what became of them in order. */
function queueOf(bytesMax: number) {
  const bodies = new LongBodies(realClock, bytesMax);
  const said: string[] = [];
  const take = (name: string, bytes: number, leftMs: number | null = null): boolean =>
    bodies.take({
      bytes,
      leftMs,
      onTurn: (isLate) => said.push(isLate ? `${name} behind time` : name),
      onLate: () => said.push(`${name} is late`),
    });
  return { take, said };
}

test('a short body is parsed at once, long ones one in a turn', async () => {
  const { take, said } = queueOf(longBodiesBytesMax);
  for (const name of ['a', 'b', 'c']) assert.ok(take(name, longBodyBytesMin));
  assert.ok(take('short', longBodyBytesMin - 1));
  assert.deepEqual(said, ['short']);
  await turn();
  assert.deepEqual(said, ['short', 'a']);
  // One that comes while others wait goes behind them.
  assert.ok(take('d', longBodyBytesMin));
  for (let i = 0; i < 3; i++) await turn();
  assert.deepEqual(said, ['short', 'a', 'b', 'c', 'd']);
});

test('bodies that wait end at longBodiesBytesMax together', async () => {
  const { take, said } = queueOf(longBodiesBytesMax);
  assert.ok(take('a', longBodiesBytesMax - longBodyBytesMin));
  assert.ok(take('b', longBodyBytesMin));
  assert.ok(!take('c', longBodyBytesMin));
  assert.ok(take('short', 1));
  await turn();
  await turn();
  assert.ok(take('d', longBodiesBytesMax));
  await turn();
  assert.deepEqual(said, ['short', 'a', 'b', 'd']);
});

test('who waits too long hears of it once, and has his turn all the same', async () => {
  let isDue = (): void => assert.fail('no time was asked for');
  const after = (_ms: number, task: () => void) => {
    isDue = task;
    return () => {};
  };
  const bodies = new LongBodies({ after }, longBodiesBytesMax);
  const said: string[] = [];
  const onTurn = (isLate: boolean): void => void said.push(`turn ${isLate}`);
  const onLate = (): void => void said.push('late');
  assert.ok(bodies.take({ bytes: longBodyBytesMin, leftMs: 5, onTurn, onLate }));
  isDue();
  await turn();
  assert.deepEqual(said, ['late', 'turn true']);
});
