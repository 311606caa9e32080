/** What leaves the thread of the database waits for the disk: here a disk that takes its time. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { testBatch, testEvent } from '../test-batch.ts';
import { keyOf } from '../test-stores.ts';
import { DirectCalls } from './direct-calls.ts';
import { openDatabase } from './open-database.ts';
import { createOperations } from './operations.ts';
import { SqliteStore } from './sqlite-store.ts';
import { WalSync } from './wal-sync.ts';

async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const turn = new Promise((resolve) => setImmediate(() => resolve('turn')));
  return (await Promise.race([promise, turn])) !== 'turn';
}

test('nothing but what is gathered is told before the sync that covers it', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'davylamp-direct-'));
  const opened = openDatabase(directory);
  assert.ok(opened.ok);
  t.after(() => {
    opened.value.close();
    rmSync(directory, { recursive: true });
  });
  const finish: (() => void)[] = [];
  const sync = new WalSync((done) => finish.push(() => done(null)));
  const store = new SqliteStore(new DirectCalls(createOperations({ ...opened.value, sync }), sync));

  const event = testEvent('1');
  const batch = testBatch([event]);
  const recorded = store.record(batch);
  const [gathered] = await store.gather([keyOf(event)]);
  assert.equal(gathered?.event.kind, 'seen', 'the next batch sees it at once');
  const id = batch.decisions[0]?.decision.id;
  assert.ok(id);
  const waiting = [
    recorded,
    store.decision(id),
    store.decisions({ limit: 1 }),
    store.ingest([event]),
    store.record({ ...batch, events: [], decisions: [], activity: [] }),
  ];
  for (const [i, one] of waiting.entries()) assert.equal(await isSettled(one), false, `${i}`);
  assert.equal(finish.length, 1);
  finish[0]?.();
  await recorded;
  // The event was there already, but a transaction is a transaction.
  finish[1]?.();
  await Promise.all(waiting);
  assert.equal(await isSettled(store.decision(id)), true, 'the disk has it');
});
