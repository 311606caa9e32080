import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readyMsMax } from '../base/limits.ts';
import type { ApiDeps } from './api.ts';
import { createWorld, problemIn } from './api-world.test.ts';

test('a server that works is alive, ready and measured, without a key', async () => {
  const { api } = await createWorld();
  assert.equal((await api.inject('/healthz')).statusCode, 200);
  assert.equal((await api.inject('/readyz')).statusCode, 200);
  const metrics = await api.inject('/metrics');
  assert.match(String(metrics.headers['content-type']), /^application\/openmetrics-text/);
  assert.equal((await api.inject({ method: 'HEAD', url: '/healthz' })).statusCode, 200);
});

test('it is not ready while the store or the pipeline fails, and alive all the same', async () => {
  const world = await createWorld();
  await world.store.close();
  problemIn(await world.api.inject('/readyz'), 503);
  assert.match(String(problemIn(await world.api.inject('/readyz'), 503)['detail']), /store/);
  assert.equal((await world.api.inject('/healthz')).statusCode, 200);
  const said = world.lines.filter(({ message }) => /its check/.test(message));
  assert.deepEqual(
    said.map(({ fields }) => fields['message']),
    ['check: closed'],
    'once',
  );
  const pipeline: ApiDeps['pipeline'] = {
    decide: () => assert.fail('nobody asks'),
    ingest: () => assert.fail('nothing to store'),
    queue: () => assert.fail('nobody asks the queue'),
    links: () => assert.fail('nobody asks the queue'),
    ready: () => false,
  };
  const failing = world.with({ pipeline });
  problemIn(await failing.api.inject('/readyz'), 503);
});

test('while the store does not answer a probe is told so in time, and asks it once', async () => {
  let checks = 0;
  let answer = (): void => undefined;
  const { store } = await createWorld();
  const stalled: ApiDeps['store'] = {
    decision: (id) => store.decision(id),
    decisions: (query) => store.decisions(query),
    ledger: (keys) => store.ledger(keys),
    check() {
      checks++;
      return new Promise((resolve) => {
        answer = resolve;
      });
    },
  };
  const { api } = await createWorld({ store: stalled });
  const started = performance.now();
  for (const probe of await Promise.all([api.inject('/readyz'), api.inject('/readyz')])) {
    problemIn(probe, 503);
  }
  const elapsedMs = performance.now() - started;
  assert.ok(elapsedMs >= readyMsMax - 1 && elapsedMs < readyMsMax + 400, `${elapsedMs} ms`);
  const later = api.inject('/readyz');
  setTimeout(() => answer(), 20);
  assert.equal((await later).statusCode, 200);
  assert.equal(checks, 1);
});

test('it is not ready before it has started', async () => {
  let starting = true;
  const { api } = await createWorld({ starting: () => starting });
  assert.match(String(problemIn(await api.inject('/readyz'), 503)['detail']), /not started yet/);
  starting = false;
  assert.equal((await api.inject('/readyz')).statusCode, 200);
});

test('it is not ready once it is about to stop', async () => {
  let draining = false;
  const { api } = await createWorld({ draining: () => draining });
  assert.equal((await api.inject('/readyz')).statusCode, 200);
  draining = true;
  assert.match(String(problemIn(await api.inject('/readyz'), 503)['detail']), /stop/);
});
