/** Nothing leaves before the sync that covers it: the gate, and the thread that syncs a file. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  storeSpareEveryMs,
  storeSpareWorkShareMax,
  storeSyncHereMsMax,
  storeSyncThereCommits,
} from '../../base/limits.ts';
import {
  CommitCounter,
  createSyncCells,
  endCommits,
  noteSynced,
  syncCommits,
  syncedCommits,
} from './sync-cells.ts';
import { SyncGate } from './sync-gate.ts';
import { startSyncThread } from './sync-thread.ts';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 100);

const steps = fc.array(fc.constantFrom('commit', 'leave', 'sync'), { maxLength: 60 });

test('what leaves waits for its commits, in the order in which it came', () => {
  fc.assert(
    fc.property(steps, (sequence) => {
      const cells = createSyncCells();
      const gate = new SyncGate(cells);
      let commits = 0;
      let synced = 0;
      let left = 0;
      let next = 0;
      const sync = (): void => {
        synced = commits;
        noteSynced(cells, BigInt(commits));
        gate.open();
      };
      for (const step of sequence) {
        if (step === 'commit') commits++;
        else if (step === 'sync') sync();
        else {
          const [number, restsOn] = [left++, commits];
          gate.pass(restsOn, () => {
            assert.equal(number, next++, 'first come, first out');
            assert.ok(restsOn <= synced, `${restsOn} commits of which ${synced} are on the disk`);
          });
          if (restsOn <= synced) assert.equal(next, left, 'nothing waits for nothing');
        }
      }
      sync();
      assert.equal(next, left, 'all leaves in the end');
    }),
    { numRuns: RUNS },
  );
});

test('what a delivery passes comes behind what waits already', () => {
  const cells = createSyncCells();
  const gate = new SyncGate(cells);
  const heard: string[] = [];
  gate.pass(1, () => {
    heard.push('first');
    gate.pass(1, () => heard.push('third'));
  });
  gate.pass(1, () => heard.push('second'));
  noteSynced(cells, 1n);
  gate.open();
  assert.deepEqual(heard, ['first', 'second', 'third']);
});

test('a sync covers the commits before it, and the end waits for the last', () => {
  const cells = createSyncCells();
  const counter = new CommitCounter(cells, () => assert.fail());
  const told: number[] = [];
  counter.add();
  counter.add();
  let syncs = 0;
  syncCommits(
    cells,
    () => {
      // One comes while the first sync is under way, and the end while the second is.
      if (syncs === 0) counter.add();
      else if (syncs === 1) endCommits(cells);
      syncs++;
    },
    () => void told.push(syncedCommits(cells)),
  );
  assert.deepEqual(told, [2, 3, 4]);
  assert.equal(counter.commits, 3);
});

test('a commit that nothing waits behind is synced at once, with all before it', () => {
  const cells = createSyncCells();
  let syncs = 0;
  const counter = new CommitCounter(cells, () => void syncs++);
  const gate = new SyncGate(cells);
  const heard: number[] = [];
  counter.add();
  gate.pass(counter.commits, () => heard.push(1));
  assert.deepEqual([syncs, heard], [0, []]);
  counter.add(true);
  gate.pass(counter.commits, () => heard.push(2));
  assert.deepEqual([syncs, heard], [1, [1, 2]]);
  // The other thread has nothing to do, and what it began before takes nothing back.
  endCommits(cells);
  noteSynced(cells, 1n);
  assert.equal(syncedCommits(cells), 2);
});

test('syncs that take long are left to the other thread, and tried again now and then', () => {
  let [now, syncs, takesMs] = [0, 0, 20 * storeSyncHereMsMax];
  const sync = (): void => {
    syncs++;
    now += takesMs;
  };
  const counter = new CommitCounter(createSyncCells(), sync, () => now);
  const commit = (count: number): number => {
    const before = syncs;
    for (let i = 0; i < count; i++) counter.add(true);
    return syncs - before;
  };
  // The first six tell that the disk is slow.
  assert.equal(commit(storeSyncThereCommits), 6);
  commit(5);
  assert.equal(commit(1), 0);
  assert.equal(commit(100 * (storeSyncThereCommits + 1)), 100);
  takesMs = storeSyncHereMsMax / 4;
  commit(100 * storeSyncThereCommits);
  assert.equal(commit(storeSyncThereCommits), storeSyncThereCommits, 'the disk is fast again');
  takesMs = 1_000 * storeSyncHereMsMax;
  assert.equal(commit(1), 1);
  takesMs = storeSyncHereMsMax / 4;
  assert.equal(commit(20), 20, 'one that took long, however long, is no slow disk');
});

test('a thread that has time to spare leaves its syncs to the other', () => {
  let [now, worked, syncs] = [0, 0, 0];
  const sync = (): void => void syncs++;
  const counter = new CommitCounter(
    createSyncCells(),
    sync,
    () => now,
    () => worked,
  );
  /** How many of so many commits, one a millisecond, are synced here. */
  const commit = (count: number, workedEach: number): number => {
    const before = syncs;
    for (let i = 0; i < count; i++) {
      now += 1;
      worked += workedEach;
      counter.add(true);
    }
    return syncs - before;
  };
  const [busy, idle] = [storeSpareWorkShareMax * 1.2, storeSpareWorkShareMax * 0.8];
  assert.equal(commit(10 * storeSpareEveryMs, busy), 10 * storeSpareEveryMs);
  assert.equal(commit(10 * storeSpareEveryMs, idle), storeSpareEveryMs - 1);
  assert.equal(commit(10 * storeSpareEveryMs, busy), 9 * storeSpareEveryMs + 1);
});

test('a commit whose sync fails at once is not told of', () => {
  const cells = createSyncCells();
  const failing = (): void => {
    throw new Error('input or output error');
  };
  const counter = new CommitCounter(cells, failing);
  assert.throws(() => counter.add(true), /input or output/);
  new SyncGate(cells).pass(counter.commits, () => assert.fail());
});

test('a sync that fails ends the loop by its error, and tells nobody', () => {
  const cells = createSyncCells();
  new CommitCounter(cells, () => assert.fail()).add();
  const failing = (): void => {
    throw new Error('input or output error');
  };
  assert.throws(() => syncCommits(cells, failing, () => assert.fail()), /input or output/);
});

test('a thread syncs a real file, until it is ended', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'davylamp-sync-'));
  const path = join(directory, 'wal');
  writeFileSync(path, 'text');
  const cells = createSyncCells();
  const counter = new CommitCounter(cells, () => assert.fail());
  const { gate, end } = await startSyncThread({ path, cells });
  for (let commits = 1; commits <= 3; commits++) {
    counter.add();
    await new Promise<void>((resolve) => gate.pass(commits, resolve));
  }
  let isOut = false;
  counter.add();
  gate.pass(4, () => {
    isOut = true;
  });
  await end();
  assert.equal(isOut, true, 'the end waits for what is held');
  rmSync(directory, { recursive: true });
});

test('a file that is not there is an error', async () => {
  const path = join(tmpdir(), 'davylamp-no-such-wal');
  await assert.rejects(startSyncThread({ path, cells: createSyncCells() }), { code: 'ENOENT' });
});

test('a sync that fails ends the process, and what waits never leaves', () => {
  const path = (name: string): string => JSON.stringify(join(import.meta.dirname, name));
  // What is no file cannot be synced: EINVAL.
  const program = `
    import { CommitCounter, createSyncCells } from ${path('sync-cells.ts')};
    import { startSyncThread } from ${path('sync-thread.ts')};
    const cells = createSyncCells();
    const { gate } = await startSyncThread({ path: '/dev/null', cells });
    gate.pass(1, () => console.log('it left'));
    new CommitCounter(cells, () => {}).add();
  `;
  const directory = mkdtempSync(join(tmpdir(), 'davylamp-sync-'));
  const file = join(directory, 'program.mjs');
  writeFileSync(file, program);
  const ran = spawnSync(process.execPath, [file], { encoding: 'utf8', timeout: 20_000 });
  rmSync(directory, { recursive: true });
  assert.equal(ran.status, 1, ran.stderr);
  assert.match(ran.stderr, /EINVAL|invalid argument/);
  assert.equal(ran.stdout, '');
});
