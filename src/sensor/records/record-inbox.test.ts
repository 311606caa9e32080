import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { recordReadBytesMax } from '../../base/sensor-limits.ts';
import { testNames } from '../packets/test-names.ts';
import { createRecordInbox } from './record-inbox.ts';
import { recordSource } from './record-source.ts';
import { EVE, FALCO } from './test-records.ts';

const folder = mkdtempSync(join(tmpdir(), 'davylamp-inbox-'));
after(() => rmSync(folder, { recursive: true }));

const clock = { now: () => 0, elapsedMs: () => 0, after: () => () => {} };
const known = JSON.stringify({ ...FALCO.known, output_fields: {} });

interface Sent {
  readonly path: string;
  readonly body?: string;
  readonly token?: string;
  readonly method?: string;
}

/** The status of the answer. */
function send(to: object, { path, body = known, token, method = 'POST' }: Sent): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const sent = request({ ...to, path, method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on('error', reject).end(body);
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('two sensors send to a Unix socket that only its owner may open', async () => {
  const socketPath = join(folder, 'records.sock');
  const inbox = createRecordInbox({ listen: socketPath, token: '' });
  const kinds: string[] = [];
  const sources = (['falco', 'eve'] as const).map((sensor) => {
    return recordSource({ sensor, known: testNames, clock, from: inbox });
  });
  for (const source of sources) {
    assert.ok((await source.start(({ signal }) => void kinds.push(signal.source))).ok);
  }
  assert.equal(statSync(socketPath).mode & 0o777, 0o600);
  const to = { socketPath };
  assert.equal(await send(to, { path: '/falco' }), 204);
  assert.equal(await send(to, { path: '/falco', body: `${known}\n${known}\n` }), 204);
  assert.equal(await send(to, { path: '/eve', body: JSON.stringify(EVE.alert) }), 204);
  assert.deepEqual(kinds, ['falco', 'falco', 'falco', 'eve']);
  assert.equal(await send(to, { path: '/zeek' }), 404);
  assert.equal(await send(to, { path: '/falco', method: 'GET', body: '' }), 405);
  assert.equal(await send(to, { path: '/falco', body: 'nonsense' }), 204);
  assert.equal(sources[0]?.health().malformed, 1);
  const long = 'x'.repeat(recordReadBytesMax + 1);
  const refused = await send(to, { path: '/falco', body: long }).catch(() => 413);
  assert.equal(refused, 413);
  await sources[0]?.stop();
  assert.equal(await send(to, { path: '/falco' }), 404, 'one of two has stopped');
  await sources[1]?.stop();
  await assert.rejects(send(to, { path: '/eve' }));
});

test('an address takes records by a token, and none without', async () => {
  const port = await freePort();
  const listen = `127.0.0.1:${port}`;
  const open = createRecordInbox({ listen, token: '' });
  const refused = await open.open('falco', () => {});
  assert.ok(!refused.ok && refused.error.code === 'denied');
  const inbox = createRecordInbox({ listen, token: 'secret' });
  let bodies = 0;
  assert.ok((await inbox.open('falco', () => void bodies++)).ok);
  const to = { host: '127.0.0.1', port };
  assert.equal(await send(to, { path: '/falco' }), 401);
  assert.equal(await send(to, { path: '/falco', token: 'secre' }), 401);
  assert.equal(await send(to, { path: '/eve', token: 'wrong' }), 401, 'nor what there is');
  assert.equal(await send(to, { path: '/falco', token: 'secret' }), 204);
  assert.equal(bodies, 1);
  const second = createRecordInbox({ listen, token: 'secret' });
  const taken = await second.open('falco', () => {});
  assert.ok(!taken.ok && /EADDRINUSE/.test(taken.error.message));
  await inbox.close('falco');
});
