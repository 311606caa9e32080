import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { clusterOf, createPodWatch } from './pod-watch.ts';

const POD = { metadata: { uid: 'u1', namespace: 'ci', name: 'build-7' } };

test('pods of the node, by a token that is renewed, and the last ones while the API is away', async () => {
  const account = mkdtempSync(join(tmpdir(), 'account-'));
  writeFileSync(join(account, 'token'), 'first\n');
  const asked: IncomingMessage[] = [];
  let status = 200;
  const server = createServer((request, response) => {
    asked.push(request);
    response.writeHead(status).end(JSON.stringify({ items: [POD] }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const warnings: unknown[] = [];
  const log = () => {};
  const watch = createPodWatch({
    api: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    node: 'node 1',
    account,
    clock: { now: () => 0, elapsedMs: () => 0, after: () => () => {} },
    log: { debug: log, info: log, warn: (_, fields) => void warnings.push(fields), error: log },
  });
  assert.ok(await watch.ask());
  assert.equal(watch.pods.get('u1')?.name, 'build-7');
  writeFileSync(join(account, 'token'), 'second');
  status = 503;
  assert.ok(!(await watch.ask()));
  assert.equal(watch.pods.size, 1);
  assert.deepEqual(warnings, [{ why: 'Error: status 503' }]);
  assert.deepEqual(
    asked.map(({ headers }) => headers.authorization),
    ['Bearer first', 'Bearer second'],
  );
  assert.equal(asked[0]?.url, '/api/v1/pods?fieldSelector=spec.nodeName%3Dnode+1&limit=500');
  watch.stop();
  server.close();
});

test('only a pod that knows its node asks', () => {
  const inPod = { KUBERNETES_SERVICE_HOST: 'fd00::1', DAVYLAMP_NODE_NAME: 'n' };
  assert.deepEqual(clusterOf(inPod), { api: 'https://[fd00::1]:443', node: 'n' });
  assert.equal(clusterOf({ KUBERNETES_SERVICE_HOST: '10.0.0.1' }), null);
  assert.equal(clusterOf({}), null);
});
