/** The contract of a store about lists: order, filters, pages that end and do not shift. */
import assert from 'node:assert/strict';
import { batchRequestsMax, decisionsScannedMax, pageItemsMax } from '../base/limits.ts';
import type { Action } from '../model/action.ts';
import type { DecisionQuery, Store } from '../ports/store.ts';
import { testBatch, testEvent } from './test-batch.ts';
import { check, eventIds, listed, numbered } from './test-stores.ts';

check('decisions are listed newest first, each on one page', async ({ store }) => {
  for (const id of ['e1', 'e2', 'e3', 'e4', 'e5']) await store.record(testBatch([testEvent(id)]));
  assert.deepEqual(await pages(store, { limit: 2 }), [['e5', 'e4'], ['e3', 'e2'], ['e1']]);
  assert.deepEqual(await pages(store, { limit: 5 }), [['e5', 'e4', 'e3', 'e2', 'e1']]);
  assert.deepEqual(await pages(store, { limit: 0 }), await pages(store, { limit: 1 }));
});

check('an empty store has one empty page', async ({ store }) => {
  assert.deepEqual(await store.decisions({ limit: 10 }), { items: [], next: null });
});

check('what is recorded meanwhile does not move the pages behind', async ({ store }) => {
  await store.record(testBatch(numbered(4).map((id) => testEvent(id))));
  const first = await store.decisions({ limit: 2 });
  await store.record(testBatch([testEvent('new')]));
  const after = first.next ?? '';
  assert.deepEqual(await listed(store, { limit: 2, after }), ['1', '0']);
});

check('filters are met one by one and together', async ({ store }) => {
  const rows = everyCombination();
  for (const [i, { provider, account, party, action }] of rows.entries()) {
    const event = testEvent(`e${i}`, { provider, account });
    await store.record(testBatch([event], { party, action }));
  }
  const newest = rows.map((row, i) => ({ ...row, id: `e${i}` })).reverse();
  for (const query of everyQuery()) {
    const expected = newest.filter((row) =>
      Object.entries(query).every(([key, value]) => row[key as keyof typeof row] === value),
    );
    const found = (await pages(store, { ...query, limit: 3 } as DecisionQuery)).flat();
    assert.deepEqual(
      found,
      expected.map(({ id }) => id),
      JSON.stringify(query),
    );
  }
});

check('a page has a largest size', async ({ store }) => {
  const events = numbered(pageItemsMax + 1).map((id) => testEvent(id));
  await store.record(testBatch(events));
  const page = await store.decisions({ limit: 1_000_000 });
  assert.equal(page.items.length, pageItemsMax);
  const rest = await store.decisions({ limit: 1_000_000, after: page.next ?? '' });
  assert.equal(rest.items.length, 1);
  assert.equal(rest.next, null);
});

check('a page looks at so many rows and no more, and the next goes on', async ({ store }) => {
  await store.record(testBatch([testEvent('rare', { provider: 'github' })]));
  for (let first = 0; first < decisionsScannedMax; first += batchRequestsMax) {
    const events = numbered(batchRequestsMax).map((i) => testEvent(`${first}/${i}`, { data: {} }));
    await store.record(testBatch(events));
  }
  const query = { provider: testEvent('', { provider: 'github' }).event.subject.provider };
  const first = await store.decisions({ ...query, limit: 1 });
  assert.deepEqual(first.items, []);
  assert.notEqual(first.next, null);
  assert.deepEqual((await pages(store, { ...query, limit: 1 })).flat(), ['rare']);
});

check('an event that was decided later is listed where it was decided', async ({ store }) => {
  const early = testEvent('early');
  await store.ingest([early]);
  await store.record(testBatch([testEvent('e1'), testEvent('e2')]));
  await store.record({ ...testBatch([early]), events: [] });
  await store.record(testBatch([testEvent('e3')]));
  const { provider, account } = early.event.subject;
  for (const query of [{}, { provider, account }]) {
    assert.deepEqual(await pages(store, { ...query, limit: 2 }), [
      ['e3', 'early'],
      ['e2', 'e1'],
    ]);
  }
});

check('a long list of one account is read page by page between those of others', async (opened) => {
  const { store } = opened;
  const mine = numbered(2 * pageItemsMax).map((i) => testEvent(`mine ${i}`, { data: {} }));
  for (const event of mine) {
    const others = numbered(3).map((i) => testEvent(`${event.event.id}/${i}`, { account: 'x' }));
    await store.record(testBatch([...others, event]));
  }
  const { provider, account } = testEvent('').event.subject;
  const found = (await pages(store, { provider, account, limit: 50 })).flat();
  const expected = mine.map(({ event }) => event.id).reverse();
  assert.deepEqual(found, expected);
});

check('the cursor of one account ends the list of another', async ({ store }) => {
  await store.record(testBatch([testEvent('e1'), testEvent('e2'), testEvent('e3')]));
  await store.record(testBatch([testEvent('o1', { account: 'o' })]));
  const query = (account: string) => {
    const { provider, account: name } = testEvent('', { account }).event.subject;
    return { provider, account: name, limit: 1 };
  };
  const { next } = await store.decisions(query('4711'));
  const page = await store.decisions({ ...query('o'), after: next ?? '' });
  assert.deepEqual(page, { items: [], next: null });
});

check('a cursor that is none ends the list', async ({ store }) => {
  await store.record(testBatch([testEvent('e1')]));
  const cursors = ['', '!', '-1', '1.5', 'z'.repeat(11), 'z'.repeat(5_000), 'é', '0'];
  for (const after of cursors) {
    const page = await store.decisions({ limit: 10, after });
    assert.deepEqual(page, { items: [], next: null }, after.slice(0, 20));
  }
});

/** All pages of a query, by the ids of their events. Fails when they do not end. */
async function pages(store: Store, query: DecisionQuery): Promise<string[][]> {
  const all: string[][] = [];
  for (let after: string | undefined; all.length < 100; ) {
    const page = await store.decisions({ ...query, ...(after === undefined ? {} : { after }) });
    all.push(eventIds(page.items));
    if (page.next === null) return all;
    after = page.next;
  }
  return assert.fail('the pages do not end');
}

interface Combination {
  readonly provider: string;
  readonly account: string;
  readonly party: string | null;
  readonly action: Action;
}

function everyCombination(): Combination[] {
  const actions: Action[] = ['allow', 'deny'];
  return ['gitlab', 'github'].flatMap((provider) =>
    ['1', '2'].flatMap((account) =>
      ['p1', null].flatMap((party) =>
        actions.flatMap((action) => [
          { provider, account, party, action },
          { provider, account, party, action },
        ]),
      ),
    ),
  );
}

/** Each filter present or not. */
function everyQuery(): Partial<Record<keyof Combination, string>>[] {
  const values = { provider: 'github', account: '2', party: 'p1', action: 'deny' };
  const names = Object.keys(values) as (keyof typeof values)[];
  return Array.from({ length: 1 << names.length }, (_, bits) =>
    Object.fromEntries(names.filter((_name, i) => bits & (1 << i)).map((n) => [n, values[n]])),
  );
}
