import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BatchQueue } from './batch-queue.ts';
import { type Candidate, candidateOf, prepare } from './candidate.ts';
import { jobRequest } from './test-world.ts';

function candidate(number: number): Candidate {
  const request = jobRequest(`${number}`, 'make');
  return candidateOf(prepare(request, null, { number, defaulted: false, shown: [] }));
}

test('a default is noted wherever a candidate is, until its batch has been taken', async () => {
  const queue = new BatchQueue({ metrics: { batch: () => {} } as never, takeIn: () => {} });
  const [waiting, taken, held, done] = [4, 2, 1, 3].map(candidate);
  assert.ok(waiting && taken && held && done);
  const ends: (() => void)[] = [];
  void queue.run(() => new Promise((resolve) => void ends.push(resolve)));
  const turn = () => new Promise((resolve) => setTimeout(resolve, 5));
  queue.add(done);
  await turn();
  ends.shift()?.();
  await turn();
  queue.hold([held]);
  queue.add(taken);
  await turn();
  queue.add(waiting);
  for (const { number } of [waiting, taken, held, done]) queue.noteDefault(number);
  const noted = [waiting, taken, held, done].map(({ defaulted }) => defaulted);
  assert.deepEqual(noted, [true, true, true, false]);
});

test('a batch that was held comes first when it is put back', async () => {
  const queue = new BatchQueue({ metrics: { batch: () => {} } as never, takeIn: () => {} });
  const [first, second, third] = [1, 2, 3].map(candidate);
  assert.ok(first && second && third);
  queue.hold([first, second]);
  queue.add(third);
  queue.putBack([first, second]);
  const batch = await new Promise((resolve) => {
    void queue.run((taken) => new Promise(() => resolve(taken)));
  });
  assert.deepEqual(batch, [first, second, third]);
});
