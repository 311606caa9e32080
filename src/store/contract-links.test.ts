/** The contract of a store, continued: what the linker knows. */
import assert from 'node:assert/strict';
import {
  LINK_TABLES,
  type LinkChanges,
  type LinkTable,
  type LinkValue,
  NO_LINK_CHANGES,
} from '../model/link-rows.ts';
import { NO_LEDGER_CHANGES, type Store } from '../ports/store.ts';
import { StoreError } from './store-error.ts';
import { testBatch, testEvent, testStart } from './test-batch.ts';
import { check, numbered } from './test-stores.ts';

const LAST = 1_000;

/** Rows with something and with nothing in each column that may be null. */
const CHANGES: LinkChanges = {
  accounts: [
    ...[1, 'gitlab/\ud800"0', testStart, testStart - 5, 1, `${testStart} ${testStart + 1}`],
    ...[2, 'gitlab/"a"', testStart + 1, null, 0, null],
  ],
  identifiers: [
    ...[1, 'email', 'a\0b', '"m***"', testStart],
    ...[2, 'network', 'AS64500', '', testStart + 2],
  ],
  showings: [...[1, 1, testStart, testStart + 9], ...[1, 2, 3, 4], ...[2, 1, 5, 6]],
  unshown: [],
};

const NOTHING: Readonly<Record<LinkTable, readonly LinkValue[]>> = {
  accounts: [],
  identifiers: [],
  showings: [],
};

const ALL = {
  accounts: CHANGES.accounts,
  identifiers: CHANGES.identifiers,
  showings: CHANGES.showings,
};

async function known(store: Store): Promise<Record<string, readonly LinkValue[]>> {
  const rows: Record<string, readonly LinkValue[]> = {};
  for (const table of LINK_TABLES) rows[table] = await store.links({ table, after: 0, upTo: LAST });
  return rows;
}

function recorded(store: Store, id: string, links: LinkChanges): Promise<void> {
  return store.record({ ...testBatch([testEvent(id)]), links });
}

check('what the linker knows comes back as it was recorded', async ({ store, reopen }) => {
  assert.deepEqual(await known(store), NOTHING);
  await recorded(store, 'e1', CHANGES);
  assert.deepEqual(await known(store), ALL);
  const opened = await reopen();
  assert.deepEqual(await known(opened.store), ALL);
  return opened;
});

check('it may come with events that want no answer', async ({ store }) => {
  await store.ingest([testEvent('e1')], NO_LEDGER_CHANGES, CHANGES);
  assert.deepEqual(await known(store), ALL);
});

check('a batch that says nothing of links changes none', async ({ store }) => {
  await recorded(store, 'e1', CHANGES);
  await store.record(testBatch([testEvent('e2')]));
  await store.ingest([testEvent('e3')]);
  await recorded(store, 'e4', NO_LINK_CHANGES);
  assert.deepEqual(await known(store), ALL);
});

check('a row has its newest form, and a showing that is no more is gone', async ({ store }) => {
  await recorded(store, 'e1', CHANGES);
  const newer = [2, 'gitlab/"a"', testStart, testStart, 1, `${testStart}`];
  const again = [1, 'email', 'a\0b', '', testStart + 7];
  await recorded(store, 'e2', {
    accounts: newer,
    identifiers: again,
    showings: [2, 1, 5, 60],
    unshown: [1, 2],
  });
  assert.deepEqual(await known(store), {
    accounts: [...CHANGES.accounts.slice(0, 6), ...newer],
    identifiers: [...again, ...CHANGES.identifiers.slice(5)],
    showings: [...CHANGES.showings.slice(0, 4), ...[2, 1, 5, 60]],
  });
  // One that is not there, and one that comes back.
  await recorded(store, 'e3', { ...NO_LINK_CHANGES, unshown: [7, 7, 2, 1] });
  await store.ingest([testEvent('e4')], NO_LEDGER_CHANGES, {
    ...NO_LINK_CHANGES,
    showings: [1, 2, 8, 9],
  });
  const { showings } = await known(store);
  assert.deepEqual(showings, [...CHANGES.showings.slice(0, 4), ...[1, 2, 8, 9]]);
});

check('a page is a span of numbers, its end included, in their order', async ({ store }) => {
  const row = (number: number) => [number, `gitlab/${number}`, testStart, null, 0, null];
  const rows = numbered(LAST).map((i) => row(Number(i) + 1));
  await recorded(store, 'e1', { ...NO_LINK_CHANGES, accounts: rows.toReversed().flat() });
  const page = (after: number, upTo: number) => store.links({ table: 'accounts', after, upTo });
  assert.deepEqual(await page(0, LAST), rows.flat());
  assert.deepEqual(await page(0, 2), [...row(1), ...row(2)]);
  assert.deepEqual(await page(2, 3), row(3));
  assert.deepEqual(await page(LAST - 1, Number.MAX_SAFE_INTEGER), row(LAST));
  assert.deepEqual(await page(LAST, 2 * LAST), []);
  assert.deepEqual(await page(3, 3), []);
});

check('showings are paged by their accounts, each with all of its own', async ({ store }) => {
  const showings = [1, 1, 3].flatMap((account, i) => [account, i + 1, testStart, testStart]);
  await recorded(store, 'e1', { ...NO_LINK_CHANGES, showings });
  const page = (after: number, upTo: number) => store.links({ table: 'showings', after, upTo });
  assert.deepEqual(await page(0, 1), showings.slice(0, 8));
  assert.deepEqual(await page(1, 2), []);
  assert.deepEqual(await page(2, 4), showings.slice(8));
});

check('a batch that fails, and events that conflict, change no links', async ({ store }) => {
  const batch = testBatch([testEvent('e1')]);
  await assert.rejects(store.record({ ...batch, events: [], links: CHANGES }), StoreError);
  assert.deepEqual(await known(store), NOTHING);
  await store.record(batch);
  const other = testEvent('e1', { bodyHash: 'another' });
  const ingested = await store.ingest([other], NO_LEDGER_CHANGES, CHANGES);
  assert.deepEqual(ingested, { kind: 'conflict', index: 0 });
  assert.deepEqual(await known(store), NOTHING);
});

check('a batch that is tried again leaves the links as they are', async ({ store }) => {
  await recorded(store, 'e1', CHANGES);
  await recorded(store, 'e1', CHANGES);
  assert.deepEqual(await known(store), ALL);
});
