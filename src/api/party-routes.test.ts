import assert from 'node:assert/strict';
import { test } from 'node:test';
import { admin, createWorld, event, problemIn, type World } from './api-world.test.ts';

function get(world: World, url: string) {
  return world.api.inject({ method: 'GET', url, headers: admin });
}

async function verify(world: World, account: string): Promise<void> {
  const payload = event(`mail ${account}`, {
    type: 'account.verified',
    subject: `generic/${account}`,
    data: { email: 'one@mail.example' },
  });
  const stored = await world.api.inject({
    method: 'POST',
    url: '/v1/events',
    headers: admin,
    payload,
  });
  assert.equal(stored.statusCode, 202, stored.body);
}

test('two accounts of one mailbox: account, party and why', async () => {
  const world = await createWorld();
  await verify(world, 'ada');
  await verify(world, 'bob');
  const ada = (await get(world, '/v1/accounts/generic/ada')).json();
  assert.equal(ada.accountsInParty, 2);
  assert.ok(ada.linkBits >= 20);
  const party = (await get(world, `/v1/parties/${ada.party}`)).json();
  assert.deepEqual(party.accounts.toSorted(), ['generic/ada', 'generic/bob']);
  const url = `/v1/parties/${ada.party}/explain?a=generic/ada&b=generic/bob`;
  const { verdict, sentences } = (await get(world, url)).json();
  assert.equal(verdict, 'linked');
  assert.match(sentences[0], /^generic\/ada and generic\/bob are believed to have one operator/);
  assert.match(sentences[1], /read the mailbox o…@mail.example/);
});

test('who was never seen is not found, and who is no account is refused', async () => {
  const world = await createWorld();
  problemIn(await get(world, '/v1/accounts/generic/nobody'), 404);
  problemIn(await get(world, '/v1/parties/pty_0'), 404);
  problemIn(await get(world, '/v1/parties/x/explain?a=generic/ada'), 400);
});
