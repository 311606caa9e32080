/**
 * Death by SIGKILL at a seeded moment, again and again on the same data. What the process has
 * acknowledged is there afterwards, once, and the store opens without help.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Prng } from '../../base/prng.ts';
import { decisionIdOf } from '../../model/ids.ts';
import type { DecisionQuery, Store } from '../../ports/store.ts';
import { testBatch, testEvent } from '../test-batch.ts';
import { keyOf } from '../test-stores.ts';
import { openSqliteStore } from './open-sqlite-store.ts';

const ROUNDS = 4;
const SEED = Number(process.env['SEED'] ?? 20_261_122);

// This file is also the process that is killed: `node kill.test.ts record DIRECTORY ROUND`.
const [, , role, directory = '', round = ''] = process.argv;
if (role === 'record') await recordForever(directory, round);
else {
  test('what was acknowledged survives kill -9, and nothing stands twice', survivesKill);
}

async function open(directory: string): Promise<Store> {
  const opened = await openSqliteStore({ directory });
  assert(opened.ok, opened.ok ? '' : opened.error.message);
  return opened.value;
}

/** Records batches of growing size and prints the event ids of each batch once it is recorded. */
async function recordForever(directory: string, round: string): Promise<void> {
  const store = await open(directory);
  for (let batch = 0; ; batch++) {
    const ids = Array.from({ length: 1 + (batch % 64) }, (_, i) => `${round}/${batch}/${i}`);
    await store.record(testBatch(ids.map((id) => testEvent(id))));
    process.stdout.write(`${ids.join(' ')}\n`);
  }
}

async function survivesKill(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'davylamp-kill-'));
  const prng = new Prng(SEED);
  const acknowledged: string[] = [];
  try {
    for (let round = 0; round < ROUNDS; round++) {
      acknowledged.push(...(await recordUntilKilled(directory, round, prng.below(250))));
      await everythingIsThere(directory, acknowledged);
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** The event ids of the batches whose line arrived whole before the process was dead. */
async function recordUntilKilled(
  directory: string,
  round: number,
  delayMs: number,
): Promise<string[]> {
  const child = spawn(process.execPath, [import.meta.filename, 'record', directory, `${round}`]);
  let printed = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (text: string) => {
    // The time runs from the first acknowledged batch, however long the process took to start.
    if (printed === '') setTimeout(() => child.kill('SIGKILL'), delayMs);
    printed += text;
  });
  let complaint = '';
  child.stderr.on('data', (text) => {
    complaint += text;
  });
  const [, signal] = await once(child, 'close');
  assert.equal(signal, 'SIGKILL', complaint);
  return printed
    .split('\n')
    .slice(0, -1)
    .flatMap((line) => line.split(' '));
}

async function everythingIsThere(directory: string, acknowledged: readonly string[]) {
  const store = await open(directory);
  try {
    const stored = await storedIds(store);
    const isStored = new Set(stored);
    assert.equal(isStored.size, stored.length, 'a decision stands twice');
    const missing = acknowledged.filter((id) => !isStored.has(id));
    assert.deepEqual(missing, [], `acknowledged and lost, seed ${SEED}`);
    await countersAgree(store, stored.length);
  } finally {
    await store.close();
  }
}

async function storedIds(store: Store): Promise<string[]> {
  const ids: string[] = [];
  for (let query: DecisionQuery | null = { limit: 200 }; query !== null; ) {
    const { items, next } = await store.decisions(query);
    for (const { event, decision } of items) {
      assert.equal(decision.id, decisionIdOf(event.source, event.id));
      ids.push(event.id);
    }
    query = next === null ? null : { limit: 200, after: next };
  }
  return ids;
}

/** A batch is stored whole or not at all: its counters with its decisions. */
async function countersAgree(store: Store, decisions: number): Promise<void> {
  const { event, receivedAt } = testEvent('not sent');
  const [gathered] = await store.gather([keyOf({ event, receivedAt })]);
  assert.equal(gathered?.activity.jobsThisHour, decisions);
}
