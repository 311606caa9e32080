/** What only this implementation can show: a stalled disk, and a database that others write to. */
import assert from 'node:assert/strict';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Store } from '../../ports/store.ts';
import { testBatch, testEvent } from '../test-batch.ts';
import { openSqliteStore } from './open-sqlite-store.ts';

const STALL_MS = 1_500;
const TICK_MS = 10;
/** The event loop may be late by this much on a busy machine, never by the length of the stall. */
const LATE_MS_MAX = 500;

async function withStore(
  body: (store: Store, other: DatabaseSync, directory: string) => Promise<void>,
): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'davylamp-sqlite-'));
  const opened = await openSqliteStore({ directory });
  assert(opened.ok);
  const other = new DatabaseSync(join(directory, 'davylamp.db'));
  try {
    await body(opened.value, other, directory);
  } finally {
    other.close();
    await opened.value.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

test('a stalled write holds up neither the event loop nor what comes after it', async () => {
  await withStore(async (store, other) => {
    other.exec('BEGIN IMMEDIATE');
    let isRecorded = false;
    const recorded = store.record(testBatch([testEvent('e1')])).then(() => {
      isRecorded = true;
    });
    const latest = await latestTick(STALL_MS);
    assert(latest < LATE_MS_MAX, `a timer came ${latest} ms late`);
    assert(!isRecorded, 'the write waits');
    other.exec('COMMIT');
    await recorded;
    assert.equal((await store.decisions({ limit: 9 })).items.length, 1);
  });
});

/** The most that a 10 ms timer was late by, over a time. */
async function latestTick(forMs: number): Promise<number> {
  const end = performance.now() + forMs;
  let latest = 0;
  for (let last = performance.now(); last < end; ) {
    await sleep(TICK_MS);
    const now = performance.now();
    latest = Math.max(latest, now - last - TICK_MS);
    last = now;
  }
  return latest;
}

test('a write that the database refuses rejects, and the next succeeds', async () => {
  await withStore(async (store, other) => {
    other.exec(`CREATE TRIGGER refuse BEFORE INSERT ON decisions BEGIN
      SELECT raise(ABORT, 'the disk is full'); END`);
    const batch = testBatch([testEvent('e1')]);
    await assert.rejects(store.record(batch), {
      code: 'failed',
      message: 'record: the disk is full',
    });
    other.exec('DROP TRIGGER refuse');
    await store.record(batch);
    assert.equal((await store.decisions({ limit: 9 })).items.length, 1);
  });
});

test('events and decisions are neither changed nor deleted, by whoever opens the file', async () => {
  await withStore(async (store, other) => {
    await store.record(testBatch([testEvent('e1')]));
    const attempts = [
      "UPDATE events SET body = '{}'",
      'DELETE FROM events',
      "UPDATE decisions SET action = 'allow'",
      "UPDATE decisions SET body = '{}'",
      'UPDATE decisions SET previous = 1',
      'DELETE FROM decisions',
      "UPDATE definitions SET body = '{}'",
      'DELETE FROM scans',
      'DELETE FROM fact_names',
    ];
    for (const sql of attempts) assert.throws(() => other.exec(sql), /append-only/, sql);
    other.exec("UPDATE decisions SET answered = 'default'");
  });
});

test('a database whose file is gone or another one fails its check', async () => {
  const gone = { code: 'failed', message: /moved or removed/ };
  await withStore(async (store, _other, directory) => {
    await store.check();
    const file = join(directory, 'davylamp.db');
    renameSync(file, `${file}.old`);
    await assert.rejects(store.check(), gone);
    writeFileSync(file, '');
    await assert.rejects(store.check(), gone);
    renameSync(`${file}.old`, file);
    await store.check();
    rmSync(directory, { recursive: true });
    await assert.rejects(store.check(), gone);
  });
});

test('the filter with an index uses it', async () => {
  await withStore(async (_store, other) => {
    const plan = other
      .prepare(
        `EXPLAIN QUERY PLAN SELECT sequence FROM decisions INDEXED BY decisions_by_action
         WHERE action <> 'allow' AND action = ? AND sequence < ? ORDER BY sequence DESC`,
      )
      .all('x', 1)
      .map(({ detail }) => String(detail));
    assert.equal(plan.length, 1, 'nothing is sorted');
    assert.match(plan[0] ?? '', /\(\w+=\? AND rowid<\?\)/);
  });
});
