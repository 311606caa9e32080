/** The contract of a store, continued: the queues of schedulers. */
import assert from 'node:assert/strict';
import type { LeaseId, PoolName, QueuedJobKey } from '../model/lease.ts';
import type { AccountRef, PartyId } from '../model/party.ts';
import type { JobRow, PartyRow, PoolChanges, PoolRow } from '../model/queue-rows.ts';
import { DEFAULT_TIERS } from '../model/tier.ts';
import type { Store } from '../ports/store.ts';
import { testStart } from './test-batch.ts';
import { check } from './test-stores.ts';

const STRANGE = 'gitlab/\ud800"0\0';

function poolRow(pool: string, changes: Partial<PoolRow> = {}): PoolRow {
  return {
    pool: pool as PoolName,
    slots: 8,
    virtualTime: 2 ** 52 + 1,
    tagMax: 0.5,
    nextSequence: 3,
    agedCredit: -7,
    peak: [1, 2],
    peakBefore: [0, 3],
    peakSince: testStart,
    ...changes,
  };
}

function partyRow(party: string, changes: Partial<PartyRow> = {}): PartyRow {
  return {
    party: party as PartyId,
    sequence: 1,
    tier: DEFAULT_TIERS.new,
    startTag: 4,
    waiting: 1,
    running: 1,
    usedVcpuSeconds: 60,
    usedSince: testStart,
    lane: 1,
    head: { sequence: 2, costVcpuSeconds: 3_600, since: testStart },
    ...changes,
  };
}

function jobRow(key: string, changes: Partial<JobRow> = {}): JobRow {
  return {
    key: key as QueuedJobKey,
    party: 'pty_1' as PartyId,
    account: STRANGE as AccountRef,
    costVcpuSeconds: 3_600,
    sequence: 2,
    enqueuedAt: testStart,
    attempts: 1,
    lease: {
      id: `${key}#1` as LeaseId,
      runner: 'r"1',
      expiresAt: testStart + 1,
      isObserved: false,
      lane: 2,
    },
    ...changes,
  };
}

interface Rows {
  readonly pool: PoolRow;
  readonly parties: readonly PartyRow[];
  readonly jobs: readonly JobRow[];
}

/** All that these say is there. */
function changesOf({ pool, parties, jobs }: Rows): PoolChanges {
  return {
    pool,
    parties: parties.map((row) => [row.party, row]),
    jobs: jobs.map((row) => [row.key, row]),
  };
}

function byKey(a: JobRow, b: JobRow): number {
  return a.key < b.key ? -1 : 1;
}

/** By their names: a store has no order of its own. */
async function kept(store: Store): Promise<readonly Rows[]> {
  const pools = (await store.queue()).map(({ pool, parties, jobs }) => ({
    pool,
    parties: [...parties].sort((a, b) => (a.party < b.party ? -1 : 1)),
    jobs: [...jobs].sort(byKey),
  }));
  return pools.sort((a, b) => (a.pool.pool < b.pool.pool ? -1 : 1));
}

const LINUX: Rows = {
  pool: poolRow('linux'),
  parties: [partyRow('pty_1'), partyRow('pty_2', { head: null, waiting: 0 })],
  jobs: [jobRow('gitlab/1/a'), jobRow(STRANGE, { lease: null })],
};
const MACOS: Rows = {
  pool: poolRow('macos', { slots: 0 }),
  parties: [partyRow('pty_1', { startTag: 9 })],
  jobs: [jobRow('gitlab/1/a', { attempts: 0 })],
};

check('queues come back as they were kept, each pool with its own', async ({ store, reopen }) => {
  assert.deepEqual(await kept(store), []);
  await store.keepQueue([changesOf(MACOS), changesOf(LINUX)]);
  assert.deepEqual(await kept(store), [LINUX, MACOS]);
  const opened = await reopen();
  assert.deepEqual(await kept(opened.store), [LINUX, MACOS]);
  return opened;
});

check('names that are told apart by what has no UTF-8 are two', async ({ store, reopen }) => {
  const jobs = ['gitlab/\ud800', 'gitlab/\ud801', 'gitlab/\ufffd', 'gitlab/\0', 'gitlab/'];
  const rows = { ...LINUX, jobs: jobs.map((key) => jobRow(key)).sort(byKey) };
  await store.keepQueue([changesOf(rows)]);
  const opened = await reopen();
  assert.deepEqual(await kept(opened.store), [rows]);
  return opened;
});

check('a row has its newest form, what is null is gone, and all else stays', async ({ store }) => {
  await store.keepQueue([changesOf(LINUX), changesOf(MACOS)]);
  const pool = poolRow('linux', { slots: 9, peak: [5, 5] });
  const party = partyRow('pty_1', { running: 0 });
  const job = jobRow('gitlab/1/c');
  const [, idle] = LINUX.parties;
  const [gone, waiting] = LINUX.jobs;
  assert(idle && gone && waiting);
  await store.keepQueue([
    {
      pool,
      parties: [
        [party.party, party],
        ['pty_none' as PartyId, null],
      ],
      jobs: [
        [gone.key, null],
        [job.key, job],
      ],
    },
  ]);
  const linux = { pool, parties: [party, idle], jobs: [job, waiting] };
  assert.deepEqual(await kept(store), [linux, MACOS]);
  await store.keepQueue([{ pool, parties: [[idle.party, null]], jobs: [[waiting.key, null]] }]);
  assert.deepEqual(await kept(store), [{ pool, parties: [party], jobs: [job] }, MACOS]);
});

check('of changes in one call the last counts, and none change nothing', async ({ store }) => {
  const empty = { parties: [], jobs: [] };
  await store.keepQueue([changesOf(LINUX), { ...empty, pool: poolRow('linux', { slots: 1 }) }]);
  await store.keepQueue([]);
  assert.deepEqual(await kept(store), [{ ...LINUX, pool: poolRow('linux', { slots: 1 }) }]);
});

check('a queue is read as the calls before it have left it', async ({ store }) => {
  const first = store.keepQueue([changesOf(LINUX)]);
  const between = kept(store);
  const second = store.keepQueue([changesOf(MACOS)]);
  assert.deepEqual(await between, [LINUX]);
  await Promise.all([first, second]);
  assert.deepEqual(await kept(store), [LINUX, MACOS]);
});
