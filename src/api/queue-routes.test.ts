import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../base/json.ts';
import { admin, createWorld, jobEvent, problemIn, type World } from './api-world.test.ts';

type Headers = Record<string, string>;

async function call(world: World, path: string, body: JsonObject, headers: Headers = admin) {
  const method = path === '' ? 'PUT' : 'POST';
  const payload = JSON.stringify(body);
  const json = { ...headers, 'content-type': 'application/json' };
  return world.api.inject({ method, url: `/v1/queue/linux${path}`, payload, headers: json });
}

async function decide(world: World, id: string, subject: string): Promise<string> {
  const payload = JSON.stringify(jobEvent(id, { subject }));
  const headers = { ...admin, 'content-type': 'application/json' };
  const answer = await world.api.inject({
    ...{ method: 'POST', url: '/v1/decisions', payload, headers },
  });
  return JSON.parse(answer.body).id;
}

test('a scheduler queues what was admitted, leases it, keeps it and ends it', async () => {
  const world = await createWorld();
  problemIn(await call(world, '/lease', { runner: 'r1' }), 404);
  const made = await call(world, '', { slots: 2 });
  assert.deepEqual(JSON.parse(made.body), { pool: 'linux', slots: 2, waiting: 0, running: 0 });
  const decision = await decide(world, 'e1', 'generic/ada/job-1');
  const queued = await call(world, '/jobs', { decision, vcpuSeconds: 600 });
  assert.equal(queued.statusCode, 200, queued.body);
  const { job, costVcpuSeconds, position } = JSON.parse(queued.body);
  assert.deepEqual([job, costVcpuSeconds, position], ['generic/ada/job-1', 600, 0]);
  const again = await call(world, '/jobs', { decision, vcpuSeconds: 600 });
  assert.equal(again.statusCode, 200, 'asking again changes nothing');
  const leased = JSON.parse((await call(world, '/lease', { runner: 'r1' })).body);
  assert.equal(leased.lease.job, 'generic/ada/job-1');
  const empty = await call(world, '/lease', { runner: 'r2' });
  assert.deepEqual(JSON.parse(empty.body), { lease: null, dropped: [] });
  const lease = leased.lease.id;
  assert.equal((await call(world, '/heartbeat', { lease })).statusCode, 200);
  assert.equal((await call(world, '/release', { lease, vcpuSeconds: 12 })).statusCode, 200);
  problemIn(await call(world, '/heartbeat', { lease }), 410);
  const seen = await world.api.inject({ url: '/v1/queue/linux', headers: admin });
  assert.deepEqual(JSON.parse(seen.body), { pool: 'linux', slots: 2, waiting: 0, running: 0 });
});

test('what was not admitted cannot be queued', async () => {
  const world = await createWorld();
  await call(world, '', { slots: 2 });
  const refused = await decide(world, 'e2', 'generic/miner7/job-1');
  problemIn(await call(world, '/jobs', { decision: refused }), 409);
  problemIn(await call(world, '/jobs', { decision: `dec_${'0'.repeat(32)}` }), 404);
  const withoutJob = await decide(world, 'e3', 'generic/ada');
  problemIn(await call(world, '/jobs', { decision: withoutJob }), 409);
});

test('a job that will not run is taken out', async () => {
  const world = await createWorld();
  await call(world, '', { slots: 2 });
  const decision = await decide(world, 'e4', 'generic/ada/job-1');
  await call(world, '/jobs', { decision });
  const taken = await call(world, '/withdraw', { job: 'generic/ada/job-1' });
  assert.equal(JSON.parse(taken.body).costVcpuSeconds, 3_600, 'an hour, when nobody says');
  problemIn(await call(world, '/withdraw', { job: 'generic/ada/job-1' }), 404);
});

test('bodies, names and scopes are checked', async () => {
  const world = await createWorld();
  for (const body of [{}, { slots: 0 }, { slots: 1.5 }, { slots: 1, more: true }]) {
    problemIn(await call(world, '', body), 400);
  }
  problemIn(await call(world, '/lease', { runner: '' }), 400);
  const url = '/v1/queue/Not%20A%20Pool';
  problemIn(await world.api.inject({ url, headers: admin }), 404);
  const decider = await world.key('decide');
  problemIn(await call(world, '', { slots: 2 }, decider), 403);
  problemIn(await call(world, '/lease', { runner: 'r' }, await world.key('read')), 403);
  await call(world, '', { slots: 2 });
  assert.equal((await call(world, '/lease', { runner: 'r' }, decider)).statusCode, 200);
});
