import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bodyBytesMax, eventsPerRequestMax, jsonDepthMax } from '../base/limits.ts';
import { admin, createWorld, event, problemIn } from './api-world.test.ts';

const main = await createWorld();
const { api, key } = main;

const json = { 'content-type': 'application/json' };

function send(body: unknown, headers: Record<string, string> = json) {
  const payload = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  return api.inject({
    method: 'POST',
    url: '/v1/events',
    headers: { ...admin, ...headers },
    payload,
  });
}

test('one event or an array is stored, and a repeated one counts as a duplicate', async () => {
  const one = await send(event('a'));
  assert.equal(one.statusCode, 202);
  assert.deepEqual(one.json(), { stored: 1, duplicates: 0 });
  const batch = await send([event('a'), event('b'), event('c')]);
  assert.deepEqual(batch.json(), { stored: 2, duplicates: 1 });
  assert.deepEqual((await send([])).json(), { stored: 0, duplicates: 0 });
});

test('the three content types are read, and no other', async () => {
  for (const type of [
    'application/json; charset=utf-8',
    'application/cloudevents+json',
    'application/cloudevents-batch+json',
  ]) {
    const answer = await send([event(`type ${type}`)], { 'content-type': type });
    assert.equal(answer.statusCode, 202, type);
  }
  for (const type of ['text/plain', 'application/xml', 'nonsense', 'application/jsonx']) {
    const problem = problemIn(await send([event('t')], { 'content-type': type }), 415);
    assert.equal(problem['code'], 'unsupported-media-type');
  }
});

test('another body under a stored id conflicts, by its index, and nothing is stored', async () => {
  await send(event('first'));
  const changed = event('first', { data: { amount: 2 } });
  const problem = problemIn(await send([event('new'), changed]), 409);
  assert.equal(problem['code'], 'conflict');
  assert.equal((problem['errors'] as { field: string }[])[0]?.field, '/1');
  assert.deepEqual((await send(event('new'))).json(), { stored: 1, duplicates: 0 });
  const twice = problemIn(await send([event('x'), event('x', { data: {} })]), 409);
  assert.equal((twice['errors'] as { field: string }[])[0]?.field, '/1');
  const single = problemIn(await send(changed), 409);
  assert.equal((single['errors'] as { field: string }[])[0]?.field, '');
});

test('a bad event is named by index and field, and nothing is stored', async () => {
  const bad = event('bad', { data: { amount: 'much' } });
  const problem = problemIn(await send([event('good'), bad]), 400);
  assert.deepEqual(problem['errors'], [
    { field: '/1/data/amount', message: 'event 1: /data/amount must be number' },
  ]);
  assert.deepEqual((await send(event('good'))).json(), { stored: 1, duplicates: 0 });
});

test('bodies that are no JSON, too deep, ambiguous or not UTF-8 are refused', async () => {
  const deep = `${'['.repeat(jsonDepthMax + 1)}${']'.repeat(jsonDepthMax + 1)}`;
  const bad: readonly [string | Buffer, RegExp][] = [
    ['{"id":', /not JSON/],
    ['', /not JSON/],
    [deep, /nests deeper/],
    ['{"id":"a","id":"b"}', /twice/],
    [Buffer.from([0x22, 0xff, 0x22]), /UTF-8/],
  ];
  for (const [body, detail] of bad) {
    assert.match(String(problemIn(await send(body), 400)['detail']), detail);
  }
  const none = await api.inject({ method: 'POST', url: '/v1/events', headers: admin });
  assert.match(String(problemIn(none, 400)['detail']), /empty/);
});

test('the size of a body and of a batch is limited', async () => {
  const many = Array.from({ length: eventsPerRequestMax + 1 }, (_, i) => event(`m${i}`));
  assert.equal(problemIn(await send(many), 413)['code'], 'too-large');
  const largest = JSON.stringify(event('large')).padEnd(bodyBytesMax, ' ');
  assert.equal((await send(largest)).statusCode, 202);
  assert.equal(problemIn(await send(`${largest} `), 413)['code'], 'too-large');
});

test('only a key with the scope may send', async () => {
  const ingest = await key('ingest');
  assert.equal((await send(event('scoped'), { ...json, ...ingest })).statusCode, 202);
  const read = await key('read', 'decide', 'review');
  assert.equal(problemIn(await send(event('s'), { ...json, ...read }), 403)['code'], 'forbidden');
});

test('a store that fails is 503, to be tried again', async () => {
  const broken = main.with({
    pipeline: {
      decide: () => assert.fail('nobody asks'),
      ingest: () => Promise.reject(new Error('disk full, at /var/secret')),
      queue: () => assert.fail('nobody asks the queue'),
      links: () => assert.fail('nobody asks the queue'),
      ready: () => true,
    },
  });
  const answer = await broken.api.inject({
    method: 'POST',
    url: '/v1/events',
    headers: admin,
    payload: event('a'),
  });
  problemIn(answer, 503);
  assert.equal(answer.headers['retry-after'], '1');
  assert.ok(!answer.body.includes('disk full'), 'the inside does not leak');
  const line = broken.lines.find(({ level }) => level === 'error');
  assert.match(String(line?.fields['message']), /disk full/);
});
