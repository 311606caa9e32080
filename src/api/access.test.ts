import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ApiDeps } from './api.ts';
import { admin, createWorld, event, problemIn } from './api-world.test.ts';

const main = await createWorld();
const { api, key } = main;

function keys(headers: Record<string, string>) {
  return api.inject({ url: '/v1/keys', headers });
}

test('every route of /v1 wants a key, and says so', async () => {
  const routes = [
    ['POST', '/v1/events'],
    ['POST', '/v1/decisions'],
    ['GET', '/v1/decisions'],
    ['GET', '/v1/decisions/dec_0'],
    ['POST', '/v1/keys'],
    ['GET', '/v1/keys'],
    ['DELETE', '/v1/keys/x'],
  ] as const;
  for (const [method, url] of routes) {
    const answer = await api.inject({ method, url });
    assert.equal(problemIn(answer, 401)['code'], 'unauthorized');
    assert.equal(answer.headers['www-authenticate'], 'Bearer');
  }
});

test('a credential that is no key of ours is refused in any form', async () => {
  const { authorization = '' } = await key('admin');
  const token = authorization.slice('Bearer '.length);
  const [, id = ''] = token.split('_');
  const wrong = [
    '',
    'Bearer',
    'Bearer ',
    `Basic ${token}`,
    token,
    `Bearer ${token}x`,
    `Bearer ${token}_`,
    `Bearer dvl_${id}_`,
    `Bearer dvl_${id}`,
    'Bearer dvl___',
    `Bearer dvl_ffffffffffffffff_${token.split('_')[2]}`,
    `Bearer ${'_'.repeat(8_000)}`,
  ];
  for (const header of wrong) problemIn(await keys({ authorization: header }), 401);
  assert.equal((await keys({ authorization })).statusCode, 200);
  assert.equal((await keys({ authorization: `bearer  ${token}` })).statusCode, 200);
});

test('admin may do everything', async () => {
  const whole = await key('admin');
  const sent = await api.inject({
    method: 'POST',
    url: '/v1/events',
    headers: whole,
    payload: event('by-admin'),
  });
  assert.equal(sent.statusCode, 202);
  assert.equal((await keys(whole)).statusCode, 200);
});

test('a key over its rate gets 429 with a time to wait, and others do not', async () => {
  let nowMs = 0;
  const clock: ApiDeps['clock'] = {
    now: () => 1_700_000_000_000,
    elapsedMs: () => nowMs,
    after: () => () => undefined,
  };
  const world = main.with({ limits: { keyRequestsPerSecondMax: 3 }, clock });
  const list = (headers: Record<string, string>) => world.api.inject({ url: '/v1/keys', headers });
  for (let i = 0; i < 3; i++) assert.equal((await list(admin)).statusCode, 200);
  const refused = await list(admin);
  assert.equal(problemIn(refused, 429)['code'], 'too-many-requests');
  assert.equal(refused.headers['retry-after'], '1');
  assert.equal((await list(await world.key('admin'))).statusCode, 200);
  nowMs += 1_000;
  assert.equal((await list(admin)).statusCode, 200);
});

test('past the limit of wrong keys the log falls silent and a right one still passes', async () => {
  const world = main.with({ limits: { wrongCredentialsPerMinuteMax: 2 } });
  const list = (headers: Record<string, string>) => world.api.inject({ url: '/v1/keys', headers });
  for (let i = 0; i < 5; i++) problemIn(await list({ authorization: 'Bearer wrong' }), 401);
  assert.equal(world.lines.filter(({ level }) => level === 'warn').length, 2);
  assert.equal((await list(admin)).statusCode, 200);
  const text = (await world.api.inject('/metrics')).body;
  assert.match(text, /davylamp_wrong_credentials_total\{surface="v1"\} 5\n/);
});

test('when no key can be read, the caller is not told that his is wrong', async () => {
  const world = await createWorld();
  const headers = await world.key('read');
  await world.store.close();
  problemIn(await world.api.inject({ url: '/v1/keys', headers }), 503);
});
