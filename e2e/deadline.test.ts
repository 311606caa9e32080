/** A disk that stalls: the default leaves in time, and the late decision is recorded and marked. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { answerMsMax, keyCacheMsMax } from '../src/base/limits.ts';
import { testAddress } from '../src/scanner/wallet/test-addresses.ts';
import {
  call,
  gitlabBody,
  type RunningServer,
  startServer,
  temporaryDirectory,
  validate,
} from './server-process.ts';

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
  const said = server
    .output()
    .split('\n')
    .filter((line) => line.includes('by the default'));
  assert.deepEqual(
    said.map((line) => [JSON.parse(line).decision, typeof JSON.parse(line).correlationId]),
    [[decision, 'string']],
  );
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

interface Asked {
  readonly status: number;
  readonly how: string | null;
  readonly elapsedMs: number;
}

async function ask(server: RunningServer, id: string, key: string): Promise<Asked> {
  const started = performance.now();
  const response = await fetch(new URL('/v1/decisions', server.url), {
    method: 'POST',
    headers: { 'authorization': `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      specversion: '1.0',
      source: 'e2e',
      id,
      type: 'job.requested',
      subject: 'gitlab/7/job-1',
      time: '2026-01-01T00:00:00Z',
      data: { project: 'p' },
    }),
  });
  await response.arrayBuffer();
  const { status, headers } = response;
  return { status, how: headers.get('davylamp-answer'), elapsedMs: performance.now() - started };
}

/** Holds the database while `task` runs, with the server already waiting for it. */
async function stalled(server: RunningServer, data: string, task: () => Promise<void>) {
  const blocker = new DatabaseSync(join(data, 'davylamp.db'));
  blocker.exec('BEGIN IMMEDIATE');
  try {
    await validate(server, gitlabBody(['make']));
    await task();
  } finally {
    blocker.exec('ROLLBACK');
    blocker.close();
  }
}

test('a key that the store has to prove does not hold up an answer', async (t) => {
  const data = temporaryDirectory(t);
  const first = await startServer(data);
  t.after(() => first.end('SIGKILL'));
  const made = await call(first, '/v1/keys', { body: { name: 'forge', scopes: ['decide'] } });
  const key = String(made.body['key']);
  assert.equal((await ask(first, '1', key)).how, 'decided');
  await new Promise((resolve) => setTimeout(resolve, keyCacheMsMax));
  await stalled(first, data, async () => {
    const answers = await Promise.all(['2', '3'].map((id) => ask(first, id, key)));
    for (const { status, how, elapsedMs } of answers) {
      assert.deepEqual([status, how], [200, 'default']);
      assert.ok(elapsedMs < answerMsMax, `${elapsedMs} ms`);
    }
  });
  await first.end('SIGTERM');

  const second = await startServer(data);
  t.after(() => second.end('SIGKILL'));
  await stalled(second, data, async () => {
    const ready = await fetch(new URL('/readyz', second.url), { signal: AbortSignal.timeout(900) });
    assert.equal(ready.status, 503);
    const { status, elapsedMs } = await ask(second, '4', key);
    assert.equal(status, 503, 'no keys are known');
    assert.ok(elapsedMs < answerMsMax, `${elapsedMs} ms`);
  });
  const answers = await Promise.all(['5', '6', '7'].map((id) => ask(second, id, key)));
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
});

async function eventually<T>(look: () => Promise<T | null>): Promise<T> {
  for (let i = 0; i < 200; i++) {
    const seen = await look();
    if (seen !== null) return seen;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('it did not come');
}
