import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AccountRef, partyIdOf } from '../model/party.ts';
import { admin, createWorld, event, problemIn, type World } from './api-world.test.ts';

const ADA = '/v1/accounts/generic/ada';

async function adjust(world: World, body: object, headers = admin) {
  return world.api.inject({ method: 'POST', url: `${ADA}/adjustments`, headers, payload: body });
}

function get(world: World, url: string) {
  return world.api.inject({ method: 'GET', url, headers: admin });
}

test('what a person gives is there, once, by account and by party', async () => {
  const world = await createWorld();
  const gift = { id: 'g1', vcpuSeconds: 500, reason: 'a workshop' };
  const given = await adjust(world, gift);
  assert.equal(given.statusCode, 200, given.body);
  await adjust(world, gift);
  const party = partyIdOf('generic/ada' as AccountRef);
  const expected = {
    party,
    granted: 500,
    reserved: 0,
    used: 0,
    remaining: 500,
    jobsInFlight: 0,
    noticedPercent: 0,
  };
  assert.deepEqual((await get(world, `${ADA}/allowance`)).json(), expected);
  assert.deepEqual((await get(world, `/v1/parties/${party}/allowance`)).json(), expected);
  problemIn(await adjust(world, { ...gift, vcpuSeconds: 501 }), 409);
  const taken = await adjust(world, { id: 't1', vcpuSeconds: -200, reason: 'by mistake' });
  assert.equal(taken.json().remaining, 300);
});

test('it takes the scope review, an amount and a reason', async () => {
  const world = await createWorld();
  const gift = { id: 'g1', vcpuSeconds: 500, reason: 'a workshop' };
  problemIn(await adjust(world, gift, await world.key('read', 'decide', 'ingest')), 403);
  const reviewer = await world.key('review');
  assert.equal((await adjust(world, gift, reviewer)).statusCode, 200);
  for (const wrong of [
    { ...gift, vcpuSeconds: 0 },
    { ...gift, vcpuSeconds: 1.5 },
    { ...gift, vcpuSeconds: 1e15 },
    { ...gift, reason: '' },
    { id: 'g2', vcpuSeconds: 1 },
    { ...gift, more: true },
  ]) {
    problemIn(await adjust(world, wrong), 400);
  }
});

test('nobody can send an adjustment as an event', async () => {
  const world = await createWorld();
  const forged = event('f1', {
    source: 'davylamp:adjustments',
    type: 'review.labelled',
    data: { label: 'allowance-adjusted', reason: 'free', vcpuSeconds: 1_000, by: 'me' },
  });
  const url = '/v1/events';
  const sent = await world.api.inject({ method: 'POST', url, headers: admin, payload: forged });
  problemIn(sent, 400);
  const own = { ...forged, source: 'davylamp' };
  const told = await world.api.inject({ method: 'POST', url, headers: admin, payload: own });
  assert.equal(told.statusCode, 202);
  problemIn(await get(world, `${ADA}/allowance`), 404);
});

test('what the ledger has never heard of is not found', async () => {
  const world = await createWorld();
  problemIn(await get(world, '/v1/parties/pty_0/allowance'), 404);
  problemIn(await get(world, '/v1/accounts/generic/nobody/allowance'), 404);
  problemIn(await get(world, '/v1/accounts/NOT/nobody/allowance'), 404);
});
