/**
 * The contract of a store, run for every implementation (`test-stores.ts`): recording, ingesting,
 * keeping, closing. Counters, pages, the ledger, links and the queue have files of their own.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { batchRequestsMax, eventsPerRequestMax, MIB, storeCallsMax } from '../base/limits.ts';
import type { Gathered, ReceivedEvent } from '../ports/store.ts';
import { StoreError } from './store-error.ts';
import { testBatch, testDecision, testEvent, testStart } from './test-batch.ts';
import {
  activityOf,
  check,
  gatherOne,
  idOf,
  keyOf,
  listed,
  NOBODY,
  numbered,
} from './test-stores.ts';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 100);

/** Text with whatever may hurt: NUL, lone surrogates, quotes, SQL, the odd long one. */
const hostileText = fc.oneof(
  fc.string({ minLength: 1, maxLength: 20, unit: 'binary' }),
  fc
    .array(fc.integer({ min: 0xd7f0, max: 0xe010 }), { minLength: 1, maxLength: 4 })
    .map((units) => String.fromCharCode(...units)),
  fc.constantFrom('\0', 'a\0b', 'a\0c', '"', '"a"', "'; --", '\ufeff', '%', '\\u0000', '__proto__'),
);

check('an event nobody has sent is new, and its account unknown', async ({ store }) => {
  assert.deepEqual(await gatherOne(store, testEvent('e1')), {
    event: { kind: 'new' },
    activity: NOBODY,
  });
});

check('a recorded decision is found by its id and by its event', async ({ store }) => {
  const event = testEvent('e1');
  const batch = testBatch([event]);
  await store.record(batch);
  const [decision] = batch.decisions;
  assert.deepEqual(await store.decision(idOf('e1')), decision);
  const { bodyHash } = event.event;
  const { event: known } = await gatherOne(store, event);
  assert.deepEqual(known, { kind: 'seen', bodyHash, decision });
  assert.equal(await store.decision(idOf('e2')), null);
});

check('gathered results stand in the order of the keys', async ({ store }) => {
  await store.record(testBatch([testEvent('e1'), testEvent('e3')]));
  const keys = ['e3', 'e2', 'e1', 'e3'].map((id) => keyOf(testEvent(id)));
  const gathered = await store.gather(keys);
  assert.deepEqual(
    gathered.map(({ event }) => (event.kind === 'seen' ? event.decision?.decision.id : null)),
    [idOf('e3'), null, idOf('e1'), idOf('e3')],
  );
  assert.deepEqual(await store.gather([]), []);
});

check('a batch that is tried again changes nothing', async ({ store }) => {
  const batch = testBatch([testEvent('e1'), testEvent('e2')]);
  await store.record(batch);
  await store.record(batch);
  const { items } = await store.decisions({ limit: 10 });
  assert.deepEqual(items, batch.decisions.toReversed());
  assert.equal((await activityOf(store)).jobsLastDay, 2);
});

check('of a batch that is partly stored the rest is added', async ({ store }) => {
  await store.record(testBatch([testEvent('e1')]));
  await store.record(testBatch([testEvent('e2'), testEvent('e1'), testEvent('e3')]));
  assert.deepEqual(await listed(store, {}), ['e3', 'e2', 'e1']);
  assert.equal((await activityOf(store)).jobsLastDay, 3);
});

check('the first decision on an event stands', async ({ store }) => {
  const event = testEvent('e1');
  await store.record(testBatch([event], { action: 'hold' }));
  await store.record(testBatch([event], { action: 'allow' }));
  assert.equal((await store.decision(idOf('e1')))?.decision.action, 'hold');
});

check('a decision without a stored event fails, and nothing of its batch stays', async (opened) => {
  const { store } = opened;
  const batch = testBatch([testEvent('e1'), testEvent('e2')]);
  await assert.rejects(store.record({ ...batch, events: batch.events.slice(0, 1) }), StoreError);
  assert.deepEqual((await gatherOne(store, testEvent('e1'))).event, { kind: 'new' });
  assert.deepEqual(await activityOf(store), NOBODY);
  await store.record(batch);
});

check('an event that was ingested is decided later', async ({ store }) => {
  const event = testEvent('e1');
  await store.ingest([event]);
  const { bodyHash } = event.event;
  const { event: known } = await gatherOne(store, event);
  assert.deepEqual(known, { kind: 'seen', bodyHash, decision: null });
  await store.record({ ...testBatch([event]), events: [] });
  assert.deepEqual(await store.decision(idOf('e1')), testDecision(event));
});

check('a defaulted decision says so everywhere, others do not', async (opened) => {
  const batch = testBatch([testEvent('e1'), testEvent('e2')]);
  await opened.store.record(batch);
  await opened.store.markDefaulted([idOf('e1'), idOf('never-recorded')]);
  const { store } = await opened.reopen().then((again) => (opened = again));
  const defaulted = { ...batch.decisions[0], answered: 'default' };
  assert.deepEqual(await store.decision(idOf('e1')), defaulted);
  const { items } = await store.decisions({ limit: 10 });
  assert.deepEqual(items, [batch.decisions[1], defaulted]);
  const { event } = await gatherOne(store, testEvent('e1'));
  assert.deepEqual(event.kind === 'seen' ? event.decision : null, defaulted);
  return opened;
});

check('a batch is told of as committed once, when others see it', async ({ store }) => {
  const event = testEvent('e1');
  const seen: Promise<Gathered>[] = [];
  await store.record(testBatch([event]), () => void seen.push(gatherOne(store, event)));
  assert.equal(seen.length, 1, 'before it resolves');
  assert.equal((await seen[0])?.event.kind, 'seen');
});

check('of a batch that fails nobody hears that it was committed', async ({ store }) => {
  const batch = { ...testBatch([testEvent('e1')]), events: [] };
  const told = () => assert.fail('it was not');
  await assert.rejects(store.record(batch, told), StoreError);
});

check('what was ingested is told of with its outcome, a conflict too', async ({ store }) => {
  const told: unknown[] = [];
  const ingest = (events: readonly ReceivedEvent[]) =>
    store.ingest(events, undefined, undefined, (ingested) => void told.push(ingested));
  const outcomes = [
    await ingest([testEvent('e1'), testEvent('e2')]),
    await ingest([testEvent('e3'), testEvent('e1', { bodyHash: 'another' })]),
  ];
  assert.deepEqual(told, outcomes);
  assert.deepEqual(told[1], { kind: 'conflict', index: 1 });
});

check('the largest batch is stored whole, a larger one is a bug', async ({ store }) => {
  const events = numbered(batchRequestsMax).map((id) => testEvent(id));
  await store.record(testBatch(events));
  const gathered = await store.gather(events.map(keyOf));
  assert(gathered.every(({ event }) => event.kind === 'seen' && event.decision !== null));
  const larger = testBatch([...events, testEvent('one-more')]);
  await assert.rejects(store.record(larger), /a batch has a limit/);
  await assert.rejects(store.record({ ...larger, events: [] }), /a batch has a limit/);
  await assert.rejects(store.gather(larger.events.map(keyOf)), /at once/);
  const ids = larger.decisions.map(({ decision }) => decision.id);
  await assert.rejects(store.markDefaulted(ids), /at most a batch/);
});

check('a decision that does not say what it adds is a bug', async ({ store }) => {
  const batch = testBatch([testEvent('e1')]);
  await assert.rejects(store.record({ ...batch, activity: [] }), /says what it adds/);
});

check('a body of 4 MiB comes back as it was', async ({ store }) => {
  const text = 'x'.repeat(4 * MIB);
  const event = testEvent('e1', { data: { text } });
  const decision = testDecision(event, { reasons: [text] });
  await store.record({ ...testBatch([event]), decisions: [decision] });
  assert.deepEqual(await store.decision(idOf('e1')), decision);
});

check('any strings come back as they were, and different names stay different', async (opened) => {
  const { store } = opened;
  const names = fc.uniqueArray(hostileText, { minLength: 2, maxLength: 8 });
  let run = 0;
  const property = fc.asyncProperty(names, async (texts) => {
    run++;
    const events = texts.map((id) =>
      testEvent(id, { source: `run ${run}`, account: id, data: { [id]: id } }),
    );
    const decisions = events.map((event, i) =>
      testDecision(event, { party: texts[i] ?? '', reasons: texts }),
    );
    await store.record({ ...testBatch(events), decisions });
    for (const [i, decision] of decisions.entries()) {
      const account = decision.subject.account;
      assert.deepEqual(await store.decision(decision.decision.id), decision);
      const { items } = await store.decisions({ account, party: texts[i] ?? '', limit: 1 });
      assert.deepEqual(items, [decision]);
    }
  });
  await fc.assert(property, { numRuns: Math.min(RUNS, 1_000) });
});

check('events are stored once', async ({ store }) => {
  const events = [testEvent('e1'), testEvent('e2')];
  assert.deepEqual(await store.ingest(events), { kind: 'stored', stored: 2, duplicates: 0 });
  assert.deepEqual(await store.ingest([...events, testEvent('e3')]), {
    kind: 'stored',
    stored: 1,
    duplicates: 2,
  });
  assert.deepEqual(await store.ingest([]), { kind: 'stored', stored: 0, duplicates: 0 });
});

check('one id of two sources names two events', async ({ store }) => {
  const other = testEvent('e1', { source: '//other.example.org', bodyHash: 'other' });
  const ingested = await store.ingest([testEvent('e1'), other]);
  assert.deepEqual(ingested, { kind: 'stored', stored: 2, duplicates: 0 });
});

check('another body under a stored id is a conflict, and nothing is stored', async ({ store }) => {
  await store.ingest([testEvent('e1')]);
  const changed = testEvent('e1', { bodyHash: 'another' });
  const fresh = testEvent('e2', { account: 'fresh' });
  const ingested = await store.ingest([fresh, changed, testEvent('e3'), changed]);
  assert.deepEqual(ingested, { kind: 'conflict', index: 1 });
  assert.deepEqual(await gatherOne(store, fresh), { event: { kind: 'new' }, activity: NOBODY });
});

check('duplicates and conflicts are seen within one call too', async ({ store }) => {
  const event = testEvent('e1');
  const twice = await store.ingest([event, event]);
  assert.deepEqual(twice, { kind: 'stored', stored: 1, duplicates: 1 });
  const other = testEvent('e2', { bodyHash: 'another' });
  const conflict = await store.ingest([testEvent('e2'), testEvent('e2'), other]);
  assert.deepEqual(conflict, { kind: 'conflict', index: 2 });
  assert.deepEqual((await gatherOne(store, testEvent('e2'))).event, { kind: 'new' });
});

check('a request full of events is stored, a fuller one is a bug', async ({ store }) => {
  const events = numbered(eventsPerRequestMax).map((id) => testEvent(id));
  const ingested = await store.ingest(events);
  assert.deepEqual(ingested, { kind: 'stored', stored: events.length, duplicates: 0 });
  await assert.rejects(store.ingest([...events, testEvent('one-more')]), /has a limit/);
});

check('everything is there after the store was opened again', async (opened) => {
  const batch = testBatch([testEvent('e1'), testEvent('e2')]);
  await opened.store.record(batch);
  await opened.store.keepPolicy('r1', 'rules: []', testStart);
  const key = apiKey('key1');
  await opened.store.addApiKey(key);
  const again = await opened.reopen();
  assert.deepEqual((await again.store.decisions({ limit: 9 })).items, batch.decisions.toReversed());
  assert.equal((await activityOf(again.store)).jobsLastDay, 2);
  assert.equal(await again.store.policy('r1'), 'rules: []');
  assert.deepEqual(await again.store.apiKeys(), [key]);
  return again;
});

check('a policy is kept once under its revision', async ({ store }) => {
  assert.equal(await store.policy('r1'), null);
  await store.keepPolicy('r1', '"text" with \0 and \ud800', testStart);
  await store.keepPolicy('r1', 'another text', testStart + 1);
  assert.equal(await store.policy('r1'), '"text" with \0 and \ud800');
});

check('keys are listed oldest first, added once and removed once', async ({ store }) => {
  const older = { ...apiKey('b'), createdAt: testStart - 1 };
  await store.addApiKey(apiKey('a'));
  await store.addApiKey(older);
  assert.deepEqual(await store.apiKeys(), [older, apiKey('a')]);
  await assert.rejects(store.addApiKey({ ...apiKey('a'), name: 'other' }), StoreError);
  assert.equal(await store.removeApiKey('a'), true);
  assert.equal(await store.removeApiKey('a'), false);
  assert.deepEqual(await store.apiKeys(), [older]);
});

check('a store in order checks out, again and again', async ({ store }) => {
  await store.check();
  await store.check();
});

check('calls at the same time do not meet', async ({ store }) => {
  const events = numbered(60).map((id) => testEvent(id));
  await Promise.all(events.map((event) => store.record(testBatch([event]))));
  const found = await Promise.all(events.map((event) => store.decision(idOf(event.event.id))));
  assert.deepEqual(
    found,
    events.map((event) => testDecision(event)),
  );
  assert.equal((await activityOf(store)).jobsThisHour, 60);
});

check('of the same batches at the same time one counts', async ({ store }) => {
  const batch = testBatch([testEvent('e1')]);
  await Promise.all([store.record(batch), store.record(batch), store.ingest(batch.events)]);
  assert.equal((await activityOf(store)).jobsThisHour, 1);
});

check('only so many calls may wait', async ({ store }) => {
  const calls = numbered(storeCallsMax + 1).map(() => store.policy('none'));
  const settled = await Promise.allSettled(calls);
  const refused = settled.filter(({ status }) => status === 'rejected');
  assert.equal(refused.length, 1);
  assert.equal(settled.at(-1)?.status, 'rejected');
  assert.equal(await store.policy('none'), null, 'there is room again');
});

check('calls made before closing are done, later ones reject', async (opened) => {
  const { store } = opened;
  const recorded = store.record(testBatch([testEvent('e1')]));
  const closed = store.close();
  await assert.rejects(store.decision(idOf('e1')), { name: 'StoreError', code: 'closed' });
  await Promise.all([recorded, closed, store.close()]);
  await assert.rejects(store.check(), { name: 'StoreError', code: 'closed' });
  await assert.rejects(store.record(testBatch([testEvent('e2')])), StoreError);
  const again = await opened.reopen();
  assert.deepEqual(await listed(again.store, {}), ['e1']);
  return again;
});

function apiKey(id: string) {
  const scopes = ['read', 'decide'] as const;
  return { id, name: `key ${id}`, scopes, secretHash: 'ab'.repeat(32), createdAt: testStart };
}
