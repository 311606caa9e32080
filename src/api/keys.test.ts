import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sha256Hex } from '../base/hash.ts';
import { apiKeysMax, decideMsMax, keyCacheMsMax, keyWaitMsMax } from '../base/limits.ts';
import { Prng } from '../base/prng.ts';
import { realClock } from '../main/real-clock.ts';
import type { ApiKey } from '../ports/store.ts';
import { admin, createWorld, problemIn } from './api-world.test.ts';
import { createKeyRing, newKey } from './keys.ts';

const prng = new Prng(2);
const random = { bytes: (length: number) => prng.bytes(length) };

function makeKey(name = 'k', scopes: ApiKey['scopes'] = ['read']) {
  return newKey(random, { name, scopes, at: 0 });
}

/** The keys of a store that can be made to fail, and that counts how often it is read. */
class KeyTable {
  readonly keys: ApiKey[] = [];
  reads = 0;
  failing = false;

  async apiKeys(): Promise<readonly ApiKey[]> {
    this.reads++;
    if (this.failing) throw new Error('the store is gone');
    return [...this.keys];
  }
  async addApiKey(key: ApiKey): Promise<void> {
    this.keys.push(key);
  }
  async removeApiKey(id: string): Promise<boolean> {
    const index = this.keys.findIndex((key) => key.id === id);
    if (index >= 0) this.keys.splice(index, 1);
    return index >= 0;
  }
}

test('a key is its id and a hash: the secret is in its token alone', () => {
  const { key, secret } = makeKey();
  const [prefix, id, hidden = ''] = secret.split('_');
  assert.deepEqual([prefix, id], ['dvl', key.id]);
  assert.equal(hidden.length, 64);
  assert.equal(key.secretHash, sha256Hex(hidden));
  assert.ok(!JSON.stringify(key).includes(hidden));
});

test('the keys are read once for all requests of the next seconds', async () => {
  const table = new KeyTable();
  const { key, secret } = makeKey();
  table.keys.push(key);
  const ring = createKeyRing(table, null, realClock);
  const holders = await Promise.all([1, 2, 3].map(() => ring.authenticate(secret, 0)));
  assert.deepEqual(
    holders.map((holder) => holder?.id),
    [key.id, key.id, key.id],
  );
  await ring.authenticate(secret, keyCacheMsMax / 2 - 1);
  assert.equal(table.reads, 1);
  table.keys.length = 0;
  assert.equal(await ring.authenticate(secret, keyCacheMsMax), null, 'removed by another server');
  assert.equal(table.reads, 2);
});

test('a key works as soon as it is added and never after it is removed', async () => {
  const table = new KeyTable();
  const ring = createKeyRing(table, null, realClock);
  const { key, secret } = makeKey();
  assert.equal(await ring.authenticate(secret, 0), null);
  assert.equal(await ring.add(key), true);
  assert.equal((await ring.authenticate(secret, 1))?.id, key.id);
  assert.equal(await ring.remove(key.id), true);
  table.failing = true;
  assert.equal(await ring.authenticate(secret, 2), null);
  assert.equal(await ring.remove(key.id), false);
});

test('known keys stay good while the store fails; with none known it rejects', async () => {
  const table = new KeyTable();
  const { key, secret } = makeKey();
  table.keys.push(key);
  const ring = createKeyRing(table, null, realClock);
  table.failing = true;
  await assert.rejects(ring.authenticate(secret, 0), /the store is gone/);
  table.failing = false;
  assert.equal((await ring.authenticate(secret, 1))?.id, key.id);
  table.failing = true;
  assert.equal((await ring.authenticate(secret, keyCacheMsMax * 2))?.id, key.id);
});

/** A reading of the store that ends when the test says so. */
class SlowTable extends KeyTable {
  readonly #ends: (() => void)[] = [];

  override async apiKeys(): Promise<readonly ApiKey[]> {
    const keys = await super.apiKeys();
    await new Promise<void>((resolve) => this.#ends.push(resolve));
    return keys;
  }
  end(): void {
    for (const resolve of this.#ends.splice(0)) resolve();
  }
}

/** Time enough for what follows from something that has happened. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

test('who comes while the keys are read for the first time waits for them, too', async () => {
  const table = new SlowTable();
  const { key, secret } = makeKey();
  table.keys.push(key);
  const ring = createKeyRing(table, null, realClock);
  const first = ring.authenticate(secret, 0);
  await turn();
  const second = ring.authenticate(secret, 1);
  await turn();
  table.end();
  assert.deepEqual([(await first)?.id, (await second)?.id], [key.id, key.id]);
  assert.equal(table.reads, 1);
});

test('with no key known a store that stalls is waited for until the deadline', async () => {
  const timers: [number, () => void][] = [];
  const timer = {
    after(delayMs: number, task: () => void) {
      timers.push([delayMs, task]);
      return () => undefined;
    },
  };
  const asked = createKeyRing(new SlowTable(), null, timer).authenticate(makeKey().secret, 0);
  const refused = assert.rejects(asked, /longer than/);
  await turn();
  assert.deepEqual(
    timers.map(([delayMs]) => delayMs),
    [decideMsMax],
  );
  timers[0]?.[1]();
  await refused;
});

/** Keys over a table that answers when it is told to, one of which was read at 0. */
async function knownRing() {
  const table = new SlowTable();
  const { key, secret } = makeKey();
  table.keys.push(key);
  const ring = createKeyRing(table, null, realClock);
  const first = ring.authenticate(secret, 0);
  await turn();
  table.end();
  await first;
  return { table, ring, key, secret };
}

test('known keys that are old are read again behind the back of who asks', async () => {
  const { table, ring, key, secret } = await knownRing();
  table.keys.length = 0;
  const oldMs = keyCacheMsMax - 2;
  assert.equal((await ring.authenticate(secret, oldMs))?.id, key.id);
  assert.equal(table.reads, 2);
  table.end();
  await turn();
  assert.equal(await ring.authenticate(secret, oldMs + 1), null);
});

test('a store that stalls holds up known keys for a moment, and then nobody', async () => {
  const { ring, key, secret } = await knownRing();
  const started = performance.now();
  assert.equal((await ring.authenticate(secret, keyCacheMsMax))?.id, key.id);
  const heldMs = performance.now() - started;
  assert.ok(heldMs > keyWaitMsMax / 2 && heldMs < decideMsMax, `${heldMs} ms`);
  const later = ring.authenticate(secret, keyCacheMsMax + keyWaitMsMax);
  assert.equal(await Promise.race([later.then((holder) => holder?.id), turn()]), key.id);
});

test('a reading that began before a key was added or removed changes neither', async () => {
  const table = new SlowTable();
  const [gone, made] = [makeKey(), makeKey()];
  table.keys.push(gone.key);
  const ring = createKeyRing(table, null, realClock);
  const first = ring.authenticate(gone.secret, 0);
  await turn();
  table.end();
  assert.equal((await first)?.id, gone.key.id);
  // The next reading begins, and has the old keys when it ends.
  await ring.authenticate(gone.secret, keyCacheMsMax - 1);
  const added = ring.add(made.key);
  await turn();
  assert.equal(table.reads, 3, 'adding counts the keys');
  await ring.remove(gone.key.id);
  table.end();
  assert.equal(await added, true);
  table.end();
  await turn();
  assert.equal(await ring.authenticate(gone.secret, keyCacheMsMax), null);
  assert.equal((await ring.authenticate(made.secret, keyCacheMsMax))?.id, made.key.id);
  table.end();
  await turn();
  table.end();
});

test('scopes: admin implies all, and no other implies another', async () => {
  const ring = createKeyRing(new KeyTable(), null, realClock);
  const some = makeKey('some', ['read', 'ingest']);
  const all = makeKey('all', ['admin']);
  await ring.add(some.key);
  await ring.add(all.key);
  const holder = await ring.authenticate(some.secret, 0);
  assert.deepEqual(
    (['ingest', 'decide', 'read', 'review', 'admin'] as const).map((scope) => holder?.may(scope)),
    [true, false, true, false, false],
  );
  assert.equal((await ring.authenticate(all.secret, 0))?.may('review'), true);
});

test('the admin key may look like anything, but not be short', async () => {
  const looksLikeOurs = makeKey().secret;
  for (const adminKey of ['sixteen letters!', looksLikeOurs]) {
    const ring = createKeyRing(new KeyTable(), adminKey, realClock);
    assert.equal((await ring.authenticate(adminKey, 0))?.may('admin'), true);
    assert.equal(await ring.authenticate(`${adminKey}x`, 0), null);
    assert.equal(await ring.authenticate('', 0), null);
  }
  assert.throws(() => createKeyRing(new KeyTable(), 'short', realClock), /too short/);
  assert.equal(await createKeyRing(new KeyTable(), null, realClock).authenticate('', 0), null);
});

test('the number of keys has a limit', async () => {
  const table = new KeyTable();
  const ring = createKeyRing(table, null, realClock);
  for (let i = 1; i < apiKeysMax; i++) table.keys.push(makeKey().key);
  assert.equal(await ring.add(makeKey().key), true);
  assert.equal(await ring.add(makeKey().key), false);
  assert.equal(table.keys.length, apiKeysMax);
});

test('over HTTP a key is made, shown once, listed without its secret, and removed', async () => {
  const { api } = await createWorld();
  const make = (payload: object) =>
    api.inject({ method: 'POST', url: '/v1/keys', headers: admin, payload });
  const made = await make({ name: 'forge', scopes: ['decide', 'ingest', 'decide'] });
  assert.equal(made.statusCode, 201);
  assert.equal(made.headers['cache-control'], 'no-store');
  const { key, ...rest } = made.json();
  assert.deepEqual(rest.scopes, ['ingest', 'decide']);
  const listed = await api.inject({ url: '/v1/keys', headers: admin });
  assert.deepEqual(listed.json(), { items: [rest], next: null });
  const remove = () => api.inject({ method: 'DELETE', url: `/v1/keys/${rest.id}`, headers: admin });
  const list = () =>
    api.inject({ url: '/v1/decisions', headers: { authorization: `Bearer ${key}` } });
  problemIn(await list(), 403);
  assert.equal((await remove()).statusCode, 204);
  problemIn(await list(), 401);
  problemIn(await remove(), 404);
  const bad: readonly [object, string][] = [
    [{ name: 'x' }, '/scopes'],
    [{ name: '', scopes: ['read'] }, '/name'],
    [{ name: 'x', scopes: [] }, '/scopes'],
    [{ name: 'x', scopes: ['root'] }, '/scopes/0'],
    [[], ''],
  ];
  for (const [payload, field] of bad) {
    const problem = problemIn(await make(payload), 400);
    assert.equal((problem['errors'] as { field: string }[])[0]?.field, field);
  }
});
