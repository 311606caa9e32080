/** A disk that stalls: the default leaves in time, and the late decision is recorded and marked. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { answerMsMax } from '../src/base/limits.ts';
import { testAddress } from '../src/scanner/wallet/test-addresses.ts';
import { call, gitlabBody, startServer, temporaryDirectory, validate } from './server-process.ts';

test('the answer leaves in time, and the decision is recorded late', async (t) => {
  const data = temporaryDirectory(t);
  const server = await startServer(data);
  t.after(() => server.end('SIGKILL'));
  await validate(server, gitlabBody(['make']));

  const blocker = new DatabaseSync(join(data, 'davylamp.db'));
  blocker.exec('BEGIN IMMEDIATE');
  const mine = `xmrig -o stratum+tcp://pool.example.org:3333 -u ${testAddress('monero', 2)}`;
  const { status, decision, elapsedMs } = await validate(server, gitlabBody([mine]));
  assert.equal(status, 200, 'detection fails open');
  assert.ok(elapsedMs < answerMsMax, `${elapsedMs} ms`);
  const health = await fetch(new URL('/healthz', server.url));
  assert.equal(health.status, 200, 'the event loop is free');

  blocker.exec('ROLLBACK');
  blocker.close();
  const record = await eventually(async () => {
    const { status: found, body } = await call(server, `/v1/decisions/${decision}`);
    return found === 200 && body['answered'] === 'default' ? body : null;
  });
  assert.equal(record['action'], 'deny');
});

async function eventually<T>(look: () => Promise<T | null>): Promise<T> {
  for (let i = 0; i < 200; i++) {
    const seen = await look();
    if (seen !== null) return seen;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('it did not come');
}
