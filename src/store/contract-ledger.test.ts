/** The contract of a store, continued: the ledger's rows. */
import assert from 'node:assert/strict';
import { expiredPerSweepMax } from '../base/limits.ts';
import type { OperationKey } from '../model/allowance.ts';
import type { HolderKey, LedgerChanges, LedgerKeys, Reservation } from '../model/ledger-rows.ts';
import type { AccountRef } from '../model/party.ts';
import { NO_LEDGER_CHANGES } from '../ports/store.ts';
import { testBatch, testBooks, testEvent, testStart } from './test-batch.ts';
import { check } from './test-stores.ts';

const HOLDER = 'account:gitlab/\ud800"0' as HolderKey;
const ACCOUNT = 'gitlab/\ud800"0' as AccountRef;

function reservation(key: string, changes: Partial<Reservation> = {}): Reservation {
  return {
    key: key as OperationKey,
    account: ACCOUNT,
    state: 'pending',
    vcpuSeconds: 3_600,
    isShort: true,
    usedVcpuSeconds: 0,
    timeoutSeconds: 3_600,
    expiresAt: testStart,
    ...changes,
  };
}

const KEYS: LedgerKeys = {
  holders: ['pool:gitlab' as HolderKey, HOLDER],
  reservations: ['r1' as OperationKey],
  receipts: ['k1' as OperationKey],
};

const CHANGES: LedgerChanges = {
  books: [{ holder: HOLDER, books: testBooks() }],
  reservations: [reservation('r1')],
  receipts: [{ key: 'k1' as OperationKey, chosen: '00c0ffee', vcpuSeconds: 3_600, fanOut: 2 }],
  transfers: [
    {
      key: 'k1' as OperationKey,
      step: 0,
      kind: 'reserve',
      from: { holder: HOLDER, book: 'free' },
      to: { holder: HOLDER, book: 'reserved' },
      vcpuSeconds: 3_600,
      at: testStart,
    },
  ],
};

check('rows of the ledger come back as they were recorded', async ({ store, reopen }) => {
  assert.deepEqual(await store.ledger(KEYS), { books: [], reservations: [], receipts: [] });
  await store.record({ ...testBatch([testEvent('e1')]), ledger: CHANGES });
  const opened = await reopen();
  assert.deepEqual(await opened.store.ledger(KEYS), {
    books: CHANGES.books,
    reservations: CHANGES.reservations,
    receipts: CHANGES.receipts,
  });
  return opened;
});

check('a row that is written again has its newest form', async ({ store }) => {
  await store.record({ ...testBatch([]), ledger: CHANGES });
  const newer = testBooks({ version: 2, used: 3_605, reserved: 0, monthlyVcpuSeconds: 0 });
  const posted = reservation('r1', { state: 'posted', usedVcpuSeconds: 3_600 });
  await store.ingest([testEvent('e2')], {
    ...NO_LEDGER_CHANGES,
    books: [{ holder: HOLDER, books: newer }],
    reservations: [posted],
  });
  const rows = await store.ledger(KEYS);
  assert.deepEqual(rows.books, [{ holder: HOLDER, books: newer }]);
  assert.deepEqual(rows.reservations, [posted]);
});

check('events that conflict change nothing in the ledger', async ({ store }) => {
  await store.ingest([testEvent('e1')]);
  const other = testEvent('e1', { bodyHash: 'another' });
  assert.deepEqual(await store.ingest([other], CHANGES), { kind: 'conflict', index: 0 });
  assert.deepEqual((await store.ledger(KEYS)).books, []);
});

check(
  'expired reservations are found, the longest first, and pending ones only',
  async (opened) => {
    const { store } = opened;
    const reservations = [
      reservation('late', { expiresAt: testStart - 1 }),
      reservation('now'),
      reservation('posted', { state: 'posted' }),
      reservation('later', { expiresAt: testStart + 1 }),
      reservation('first', { expiresAt: testStart - 2 }),
    ];
    await store.record({ ...testBatch([]), ledger: { ...CHANGES, reservations } });
    const due = await store.expiredReservations(testStart);
    assert.deepEqual(
      due.map(({ key }) => key),
      ['first', 'late', 'now'],
    );
    return opened;
  },
);

check('one sweep is bounded', async ({ store }) => {
  const reservations = Array.from({ length: expiredPerSweepMax + 1 }, (_, i) =>
    reservation(`r${i}`),
  );
  await store.record({ ...testBatch([]), ledger: { ...CHANGES, reservations } });
  assert.equal((await store.expiredReservations(testStart)).length, expiredPerSweepMax);
});
