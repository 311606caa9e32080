import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../base/json.ts';
import { decideMsMax, longBodyBytesMin, nameLengthMax, pageItemsMax } from '../base/limits.ts';
import { CHECKPOINT_OF } from '../model/checkpoint.ts';
import { EVENT_TYPES } from '../model/event.ts';
import { SAMPLES } from '../runtime/test-signals.ts';
import { formatCursor } from '../store/page-cursor.ts';
import type { ApiDeps } from './api.ts';
import { admin, createWorld, event, jobEvent, problemIn, type World } from './api-world.test.ts';
import { decodeDecisionQuery } from './decision-query.ts';

const main = await createWorld();

function ask(payload: object, { api }: Pick<World, 'api'> = main, headers = admin) {
  return api.inject({ method: 'POST', url: '/v1/decisions', headers, payload });
}

function get(path: string) {
  return main.api.inject({ url: `/v1/decisions${path}`, headers: admin });
}

test('a decision answers the event, and its record can be looked up', async () => {
  const answer = await ask(jobEvent('d1', { subject: 'generic/miner-1/77' }));
  assert.equal(answer.statusCode, 200);
  assert.equal(answer.headers['davylamp-answer'], 'decided');
  const decision = answer.json();
  assert.equal(decision.action, 'deny');
  assert.equal(decision.checkpoint, 'admission');
  assert.deepEqual(decision.reasons, ['The account miner-1 mines.']);
  const record = (await get(`/${decision.id}`)).json();
  const { subject, event: about, mode, liveAction, answered, facts, scan, ...rest } = record;
  assert.deepEqual(rest, decision);
  assert.equal(subject, 'generic/miner-1/77');
  assert.deepEqual(about, { source: 'https://ci.example.com', id: 'd1' });
  assert.deepEqual([mode, liveAction, answered, scan], ['live', 'deny', 'decision', null]);
  assert.equal(facts['account.id'], 'miner-1');
});

test('the deadline counts from the arrival, before the key is looked up', async () => {
  const lookUpMs = 50;
  let passedMs = Number.NaN;
  const { clock, keys, pipeline } = main.deps;
  const world = main.with({
    keys: {
      add: (key) => keys.add(key),
      list: () => keys.list(),
      remove: (id) => keys.remove(id),
      async authenticate(token, elapsedMs) {
        await new Promise<void>((resolve) => clock.after(lookUpMs, resolve));
        return keys.authenticate(token, elapsedMs);
      },
    },
    pipeline: {
      ingest: (events, receivedAt) => pipeline.ingest(events, receivedAt),
      queue: (request) => pipeline.queue(request),
      links: (question) => pipeline.links(question),
      ready: () => pipeline.ready(),
      decide(request) {
        passedMs = clock.elapsedMs() - request.startedMs;
        return pipeline.decide(request);
      },
    },
  });
  assert.equal((await ask(jobEvent('arrival'), world)).statusCode, 200);
  assert.ok(passedMs >= lookUpMs - 1, `${passedMs} ms`);
});

/** Long enough to wait for its turn. */
function longEvent(id: string) {
  const files = [{ path: 'a.sh', text: `make\n${'#'.repeat(longBodyBytesMin)}` }];
  return jobEvent(id, { data: { definition: { dialect: 'shell', files } } });
}

test('one long body too many is refused, for a moment', async () => {
  const world = main.with({ limits: { longBodiesBytesMax: 0 } });
  const refused = await ask(longEvent('full'), world);
  assert.match(String(problemIn(refused, 503)['detail']), /too many long bodies wait/);
  assert.equal(refused.headers['retry-after'], '1');
  assert.equal((await ask(jobEvent('short'), world)).statusCode, 200);
  assert.equal((await ask(longEvent('full'))).statusCode, 200);
});

test('a long body whose turn does not come in time is told so, once', async () => {
  const { clock } = main.deps;
  const after = (_ms: number, task: () => void) => {
    const next = setImmediate(task);
    return () => clearImmediate(next);
  };
  const refused = await ask(longEvent('late turn'), main.with({ clock: { ...clock, after } }));
  assert.match(String(problemIn(refused, 503)['detail']), /other long bodies took too long/);
});

test('a long body that has arrived late has the default', async () => {
  const { clock } = main.deps;
  const elapsedMs = (): number => clock.elapsedMs() - 2 * decideMsMax;
  const answer = await ask(longEvent('late'), main.with({ clock: { ...clock, elapsedMs } }));
  assert.equal(answer.statusCode, 200);
  assert.equal(answer.headers['davylamp-answer'], 'default');
});

test('asked again it is the same decision, and with another body a conflict', async () => {
  const first = await ask(jobEvent('again'));
  const second = await ask(jobEvent('again'));
  assert.equal(second.headers['davylamp-answer'], 'replayed');
  assert.equal(second.body, first.body);
  const problem = problemIn(await ask(jobEvent('again', { subject: 'generic/eve' })), 409);
  assert.equal(problem['code'], 'conflict');
});

test('every type with a checkpoint can be asked about, and no other', async () => {
  for (const type of EVENT_TYPES) {
    const answer = await ask(event(`type-${type}`, { type, data: {} }));
    const checkpoint = CHECKPOINT_OF[type];
    if (checkpoint !== null) assert.equal(answer.json().checkpoint, checkpoint);
    else assert.match(String(problemIn(answer, 400)['detail']), /^\/type .*\/v1\/events/);
  }
});

test('what sensors saw of a running job is judged, and what they could not say is counted', async () => {
  const { at: _at, job: _job, ...stratum } = SAMPLES['stratum'];
  const observed = (id: string, signals: readonly JsonObject[]) =>
    ask(event(id, { type: 'job.observed', subject: 'generic/ada/9', data: { signals } }));
  const mining = (await observed('run-1', [stratum, { kind: 'new' }])).json();
  assert.equal(mining.bits, 24);
  assert.ok(mining.risk > 0.99);
  const { facts } = (await get(`/${mining.id}`)).json();
  assert.equal(facts['run.level'], 'mining');
  assert.deepEqual(facts['run.signals'], ['stratum']);
  assert.match(facts['run.reasons'][0], /sends results in monero/);
  assert.equal(facts['run.unread'], 1);
  const quiet = (await observed('run-2', [])).json();
  assert.equal(quiet.bits, 0);
  assert.equal((await get(`/${quiet.id}`)).json().facts['run.level'], 'none');
});

test('a definition is read from its files, in a dialect that we know', async () => {
  const files = [
    { path: '.github/workflows/ci.yml', text: 'on: push\njobs: {a: {steps: [{run: make}]}}\n' },
  ];
  const asked = (dialect: string) =>
    ask(jobEvent(`def-${dialect}`, { data: { definition: { dialect, files } } }));
  const { id } = (await asked('github')).json();
  const { scan } = (await get(`/${id}`)).json();
  assert.equal(scan.path, '.github/workflows/ci.yml');
  assert.equal(scan.verdict, 'clear');
  const problem = problemIn(await asked('teamcity'), 400);
  assert.deepEqual(
    (problem['errors'] as { field: string }[])[0]?.field,
    '/data/definition/dialect',
  );
});

test('a batch and a broken body are refused', async () => {
  problemIn(await ask([jobEvent('in-a-batch')]), 400);
  problemIn(await ask({ specversion: '1.0' }), 400);
});

test('without a decision the default answers in the same shape, marked', async () => {
  const failing: ApiDeps['pipeline'] = {
    decide: () => Promise.reject(new Error('gone')),
    ingest: () => assert.fail('nothing to store'),
    queue: () => assert.fail('nobody asks the queue'),
    links: () => assert.fail('nobody asks the queue'),
    ready: () => true,
  };
  const world = main.with({ pipeline: failing });
  const answer = await ask(event('spent', { type: 'credit.spent' }), world);
  assert.equal(answer.statusCode, 200);
  assert.equal(answer.headers['davylamp-answer'], 'default');
  const decision = answer.json();
  const real = (await ask(event('real', { type: 'credit.spent' }))).json();
  assert.deepEqual(Object.keys(decision), Object.keys(real));
  assert.equal(decision.action, 'deny', 'spending fails closed');
  assert.match(decision.reasons[0], /default/);
});

test('a list is a page of records, filtered, newest first', async () => {
  for (let i = 0; i < 3; i++) await ask(jobEvent(`list-${i}`, { subject: 'generic/lister' }));
  await ask(jobEvent('list-miner', { subject: 'generic/miner-list' }));
  const first = (await get('?account=generic/lister&limit=2')).json();
  assert.deepEqual(
    first.items.map((item: { event: { id: string } }) => item.event.id),
    ['list-2', 'list-1'],
  );
  const rest = (await get(`?account=generic/lister&limit=2&after=${first.next}`)).json();
  assert.equal(rest.items.length, 1);
  assert.equal(rest.next, null);
  const denied = (await get('?action=deny&account=generic/miner-list')).json();
  assert.equal(denied.items.length, 1);
  assert.deepEqual((await get('?party=none')).json(), { items: [], next: null });
  const encoded = encodeURIComponent('generic/a%2Fb');
  assert.deepEqual((await get(`?account=${encoded}`)).json().items, []);
});

test('a bad query is refused by the name of its parameter', async () => {
  const bad: readonly [string, string][] = [
    ['limit', '0'],
    ['limit', String(pageItemsMax + 1)],
    ['limit', '1e2'],
    ['limit', ''],
    ['action', 'explode'],
    ['account', 'generic'],
    ['account', 'generic/a/job'],
    ['party', 'x'.repeat(nameLengthMax + 1)],
    ['after', 'x'.repeat(nameLengthMax + 1)],
    ['after', 'x'.repeat(12)],
    ['after', '!!'],
    ['after', '-1'],
    ['colour', 'red'],
    ['__proto__', 'x'],
    ['toString', 'x'],
  ];
  for (const [name, value] of bad) {
    const problem = problemIn(await get(`?${name}=${value}`), 400);
    assert.equal((problem['errors'] as { field: string }[])[0]?.field, name);
  }
  problemIn(await get('?limit=1&limit=2'), 400);
  assert.equal((await get(`?limit=${pageItemsMax}`)).statusCode, 200);
});

test('every cursor that a store gives out is taken', () => {
  for (const sequence of [1, 35, 36, 2 ** 40, Number.MAX_SAFE_INTEGER]) {
    const after = formatCursor(sequence);
    const query = decodeDecisionQuery({ after });
    assert.ok(query.ok && query.value.after === after, after);
  }
});

test('what is not there is not found', async () => {
  for (const id of ['dec_00000000000000000000000000000000', 'dec_x', 'x'.repeat(90)]) {
    problemIn(await get(`/${id}`), 404);
  }
});

test('asking needs decide, and looking up needs read', async () => {
  const decide = await main.key('decide');
  const read = await main.key('read');
  assert.equal((await ask(jobEvent('s1'), main, decide)).statusCode, 200);
  problemIn(await ask(jobEvent('s2'), main, read), 403);
  const list = (headers: Record<string, string>) =>
    main.api.inject({ url: '/v1/decisions', headers });
  assert.equal((await list(read)).statusCode, 200);
  problemIn(await list(decide), 403);
});

test('an allow is logged at debug and anything else at info, with the correlation id', async () => {
  const headers = { ...admin, 'x-correlation-id': 'trace-1' };
  await ask(jobEvent('log-allow'), main, headers);
  await ask(jobEvent('log-deny', { subject: 'generic/miner-log' }), main, headers);
  const answered = main.lines.filter(({ fields }) => fields['correlationId'] === 'trace-1');
  assert.deepEqual(
    answered.map(({ level, fields }) => [level, fields['action'], fields['rule']]),
    [
      ['debug', 'allow', undefined],
      ['info', 'deny', 'known-miner'],
    ],
  );
});
