/** The core in its own thread, told and heard through messages. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createMetrics, type ServerMetrics } from '../api/metrics.ts';
import { storeCallsMax } from '../base/limits.ts';
import { createPipeline } from '../pipeline/pipeline.ts';
import type { Pipeline } from '../pipeline/request.ts';
import { jobRequest, policyOf, scanner } from '../pipeline/test-world.ts';
import { createSyncCells, noteSynced } from '../store/sqlite/sync-cells.ts';
import { SyncGate } from '../store/sqlite/sync-gate.ts';
import { type CoreThread, startCoreThread } from './core-thread.ts';
import { createPinoLog } from './pino-log.ts';
import { realClock } from './real-clock.ts';

function policyText(action: string): string {
  return `
version: 1
priorBits: -10
defaults: {sign-up: allow, admission: allow, run: allow, spend: deny}
rules:
  - id: all
    at: [admission]
    mode: live
    when: event.type == 'job.requested'
    action: ${action}
    reason: all
`;
}

interface World extends CoreThread {
  readonly pipeline: Pipeline;
  readonly metrics: ServerMetrics;
}

async function start(
  t: TestContext,
  startSync?: Parameters<typeof startCoreThread>[1],
): Promise<World> {
  const data = mkdtempSync(join(tmpdir(), 'davylamp-core-'));
  const config = { data, mode: 'live', linking: true, logLevel: 'silent' } as const;
  const started = await startCoreThread(config, startSync);
  assert.ok(started.ok);
  const { store, usePolicy, core } = started.value;
  t.after(async () => {
    await store.close();
    rmSync(data, { recursive: true });
  });
  const metrics = createMetrics();
  const { counters } = metrics;
  usePolicy(policyText('slow'));
  const pipeline = createPipeline({
    core: (callers) => core(callers, counters),
    store,
    scanner,
    identify: () => [],
    scans: { scan: async (input) => scanner.scan(input) },
    policy: () => policyOf(policyText('slow')),
    mode: 'live',
    clock: realClock,
    log: createPinoLog('silent'),
    metrics: counters,
  });
  return { ...started.value, pipeline, metrics };
}

async function actionOf(pipeline: Pipeline, id: string): Promise<string> {
  const answer = await pipeline.decide(jobRequest(id, 'make'));
  return answer.kind === 'conflict' ? 'conflict' : answer.action;
}

test('a decision comes back with its record, which is stored', async (t) => {
  const { pipeline, store, metrics } = await start(t);
  const answer = await pipeline.decide(jobRequest('1', 'make'));
  assert.equal(answer.kind, 'decided');
  assert.equal(answer.record?.decision.action, 'slow');
  assert.deepEqual(await store.decision(answer.id), answer.record);
  await pipeline.drain();
  const text = await metrics.text();
  assert.match(text, /^davylamp_batch_requests_count 1$/m, 'what the thread counts arrives');
  assert.match(text, /^davylamp_stage_seconds_count\{stage="record"\} 1$/m);
});

test('a request behind a new policy is decided by it', async (t) => {
  const { pipeline, usePolicy } = await start(t);
  assert.equal(await actionOf(pipeline, '1'), 'slow');
  // This one may still go by either: it is on its way.
  const meanwhile = actionOf(pipeline, '2');
  usePolicy(policyText('hold'));
  assert.equal(await actionOf(pipeline, '3'), 'hold');
  assert.match(await meanwhile, /slow|hold/);
});

test('events without an answer: stored once, another body is a conflict', async (t) => {
  const { pipeline } = await start(t);
  const { event } = jobRequest('1', 'make');
  assert.deepEqual(await pipeline.ingest([event], 1), { kind: 'stored', stored: 1, duplicates: 0 });
  assert.deepEqual(await pipeline.ingest([event], 2), { kind: 'stored', stored: 0, duplicates: 1 });
  const other = { ...event, bodyHash: 'other' };
  assert.deepEqual(await pipeline.ingest([other], 3), { kind: 'conflict', index: 0 });
});

test('more calls than storeCallsMax at once are refused, and harm none of the others', async (t) => {
  const { pipeline } = await start(t);
  const calls = Array.from({ length: storeCallsMax + 1 }, (_, i) =>
    pipeline.ingest([jobRequest(`${i}`, 'make').event], 1),
  );
  const outcomes = await Promise.allSettled(calls);
  const refused = outcomes.filter(({ status }) => status === 'rejected');
  assert.equal(refused.length, 1);
  assert.equal(outcomes.at(-1)?.status, 'rejected');
});

test('what is asked behind the end of the store fails, and hangs nobody', async (t) => {
  const { store, pipeline } = await start(t);
  const asked = pipeline.ingest([jobRequest('1', 'make').event], 1);
  const outcome = asked.then(
    ({ kind }) => kind,
    () => 'failed',
  );
  await store.close();
  assert.match(await outcome, /stored|failed/);
  await assert.rejects(pipeline.ingest([jobRequest('2', 'make').event], 1), /closed/);
});

test('a decision leaves once its commit is on stable storage', async (t) => {
  // Of its own, so that no sync of the core's counts.
  const cells = createSyncCells();
  const gate = new SyncGate(cells);
  const synced = (commits: bigint): void => {
    noteSynced(cells, commits);
    gate.open();
  };
  const end = async (): Promise<void> => synced(100n);
  const { pipeline } = await start(t, async () => ({ gate, end }));
  let isOut = false;
  const answered = pipeline.decide(jobRequest('1', 'make')).then((answer) => {
    isOut = true;
    return answer.kind;
  });
  await sleep(200);
  assert.equal(isOut, false);
  synced(1n);
  assert.equal(await answered, 'decided');
});
