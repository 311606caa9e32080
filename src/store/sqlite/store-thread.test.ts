/** What leaves the thread of the database waits for the disk: here a disk that takes its time. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { testBatch, testEvent } from '../test-batch.ts';
import { openGatedStore } from './open-sqlite-store.ts';
import { createSyncCells, noteSynced } from './sync-cells.ts';
import { SyncGate } from './sync-gate.ts';

const WORKER = new URL('./worker.ts', import.meta.url);
/** Long enough for a reply that does not wait, which takes a millisecond. */
const REPLY_MS = 200;

async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  return (await Promise.race([promise, sleep(REPLY_MS, 'late')])) !== 'late';
}

test('nothing is told before the sync that covers it', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'davylamp-thread-'));
  const cells = createSyncCells();
  const gate = new SyncGate(cells);
  const synced = (commits: bigint): void => {
    noteSynced(cells, commits);
    gate.open();
  };
  const startSync = async () => ({ gate, end: async () => synced(100n) });
  const options = { url: WORKER, directory, more: {}, transfer: [], startSync };
  const opened = await openGatedStore(options);
  assert.ok(opened.ok);
  const { store } = opened.value;
  t.after(async () => {
    await store.close();
    rmSync(directory, { recursive: true });
  });

  const batch = testBatch([testEvent('1')]);
  const id = batch.decisions[0]?.decision.id;
  assert.ok(id);
  assert.equal(await isSettled(store.decision(id)), true, 'nothing was written yet');
  const recorded = store.record(batch);
  const seen = store.decision(id);
  assert.equal(await isSettled(recorded), false);
  assert.equal(await isSettled(seen), false, 'what was read rests on what was written');
  const ingested = store.ingest([testEvent('2')]);
  assert.equal(await isSettled(ingested), false);
  synced(1n);
  await recorded;
  assert.equal((await seen)?.decision.id, id);
  assert.equal(await isSettled(ingested), false, 'this one is of the next commit');
  synced(2n);
  await ingested;

  const last = store.ingest([testEvent('3')]);
  await store.close();
  assert.deepEqual(await last, { kind: 'stored', stored: 1, duplicates: 0 });
});

test('a rollback that cannot read ends the process, and its batch is not tried again', () => {
  const path = (name: string): string => JSON.stringify(join(import.meta.dirname, name));
  const directory = mkdtempSync(join(tmpdir(), 'davylamp-thread-'));
  // Pages that are away can be neither written nor read again.
  const program = `
    import { DatabaseSync } from 'node:sqlite';
    import { eventsPerRequestMax, storeIndexLagMax } from ${path('../../base/limits.ts')};
    import { testEvent } from ${path('../test-batch.ts')};
    import { openSqliteStore } from ${path('open-sqlite-store.ts')};
    const { value: store } = await openSqliteStore({ directory: ${JSON.stringify(directory)} });
    let count = 0;
    const event = () => testEvent(String(count++), { data: {} });
    const ingest = () => store.ingest(Array.from({ length: eventsPerRequestMax }, event));
    while (count < storeIndexLagMax) await ingest();
    const other = new DatabaseSync(${JSON.stringify(join(directory, 'davylamp.db'))});
    other.exec('ALTER TABLE event_key_pages RENAME TO hidden');
    await ingest().catch(() => console.log('it is tried again'));
    await store.close();
  `;
  const file = join(directory, 'program.mjs');
  writeFileSync(file, program);
  const ran = spawnSync(process.execPath, [file], { encoding: 'utf8', timeout: 60_000 });
  rmSync(directory, { recursive: true });
  assert.equal(ran.status, 1, ran.stderr);
  assert.match(ran.stderr, /memory is out of step with the database/);
  assert.equal(ran.stdout, '');
});
