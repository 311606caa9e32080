import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  answerMsMax,
  batchBytesMax,
  decideMsMax,
  scanInlineLengthMax,
  waitingBytesMax,
  waitingRequestsMax,
} from '../base/limits.ts';
import type { DefinitionReport } from '../model/finding.ts';
import { decisionIdOf } from '../model/ids.ts';
import { verbatim } from '../model/source-text.ts';
import type { Store } from '../ports/store.ts';
import { testAddress } from '../scanner/wallet/test-addresses.ts';
import type { DecisionRequest } from './request.ts';
import {
  defaultPolicy,
  emptyJob,
  jobRequest,
  openWorld,
  scanner,
  startPipeline,
} from './test-world.ts';

const FULL = new Error('database or disk is full');
/** Long enough to be scanned in a worker. */
const PADDING = `# ${'x '.repeat(scanInlineLengthMax)}\n`;
const MINE = `xmrig -o stratum+tcp://pool.example.org:3333 -u ${testAddress('monero', 9)} -p x`;

test('a request is decided, recorded and answered', async (t) => {
  const { ports, store, close } = await openWorld();
  t.after(close);
  const pipeline = startPipeline(ports);
  const [ordinary, mining] = await Promise.all([
    pipeline.decide(jobRequest('1', 'make test')),
    pipeline.decide(jobRequest('2', MINE)),
  ]);
  assert.equal(ordinary.kind, 'decided');
  assert.equal(ordinary.record?.decision.action, 'allow');
  assert.equal(mining.kind, 'decided');
  assert.ok(mining.record);
  assert.equal(mining.record.decision.action, 'deny');
  assert.ok(mining.record.decision.risk > 0.9);
  assert.deepEqual(await store.decision(mining.record.decision.id), mining.record);
});

test('a definition that trips the scanner is unchecked and harms no other request', async (t) => {
  const tripping = { ...scanner, isClear: () => false, scanWithin: () => assert.fail('a bug') };
  const { ports, said, close } = await openWorld({ scanner: tripping });
  t.after(close);
  const pipeline = startPipeline(ports);
  const answer = await pipeline.decide(jobRequest('1', MINE));
  assert.equal(answer.kind, 'decided');
  assert.equal(answer.record?.scan?.verdict, 'unchecked');
  assert.deepEqual(answer.record.scan.unchecked, ['gave up: the scan failed: a bug']);
  assert.ok(said.includes('error a scan failed'));
  await pipeline.drain();
});

test('requests that arrive together share batches, and each gets its own answer', async (t) => {
  const { ports, said, close } = await openWorld();
  t.after(close);
  const pipeline = startPipeline(ports);
  const requests = Array.from({ length: 600 }, (_, i) => jobRequest(`${i}`, `make ${i}`));
  const answers = await Promise.all(requests.map((request) => pipeline.decide(request)));
  for (const [i, answer] of answers.entries()) {
    assert.equal(answer.kind, 'decided');
    assert.equal(answer.record?.event.id, `${i}`);
  }
  const batches = said.filter((line) => line.startsWith('batch ')).length;
  assert.ok(batches <= 10, `${batches} batches`);
  await pipeline.drain();
});

test('the same event asked many times at once is one decision', async (t) => {
  const { ports, close } = await openWorld();
  t.after(close);
  const pipeline = startPipeline(ports);
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => pipeline.decide(jobRequest('1', 'make'))),
  );
  const decided = answers.filter((answer) => answer.kind === 'decided');
  assert.equal(decided.length, 50);
  assert.equal(decided.filter((answer) => !answer.replayed).length, 1);
  const other = await pipeline.decide(jobRequest('1', 'make all'));
  assert.equal(other.kind, 'conflict');
});

test('a scan that hangs: the default in time, the decision recorded late', async (t) => {
  let finish: (report: DefinitionReport) => void = () => {};
  const { ports, store, close } = await openWorld({
    scans: {
      scan: () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
    },
  });
  t.after(close);
  const pipeline = startPipeline(ports);
  const request = jobRequest('1', PADDING + MINE);
  const started = performance.now();
  const answer = await pipeline.decide(request);
  assert.ok(performance.now() - started < answerMsMax);
  assert.equal(answer.kind, 'default');
  assert.equal(answer.action, defaultPolicy.defaults.admission);
  assert.equal(answer.cause, 'deadline');
  assert.equal(await store.decision(answer.id), null);

  assert.ok(request.definition);
  finish(scanner.scan(request.definition));
  await pipeline.drain();
  const record = await store.decision(answer.id);
  assert.equal(record?.decision.action, 'deny');
  assert.equal(record.answered, 'default');
});

test('a thousand names of images are a scan for a worker', async (t) => {
  let scans = 0;
  const { ports, close } = await openWorld({
    scans: {
      scan: (input) => {
        scans++;
        return Promise.resolve(scanner.scan(input));
      },
    },
  });
  t.after(close);
  const pipeline = startPipeline(ports);
  const images = Array.from({ length: 10_000 }, (_, i) => verbatim('builds/a', `db:${i}`));
  const job = { ...emptyJob, name: 'a', images };
  const definition = { dialect: 'gitlab', path: 'builds', jobs: [job], unread: [] } as const;
  const request = { ...jobRequest('1', 'make'), definition: { kind: 'definition', definition } };
  assert.equal((await pipeline.decide(request as DecisionRequest)).kind, 'decided');
  assert.equal(scans, 1);
});

test('a deadline during the writing is marked afterwards', async (t) => {
  const { ports, store, close } = await openWorld();
  t.after(close);
  const slow = withFault(store, {
    record: async (batch) => {
      await sleep(decideMsMax + 50);
      await store.record(batch);
    },
  });
  const pipeline = startPipeline({ ...ports, store: slow });
  const answer = await pipeline.decide(jobRequest('1', 'make'));
  assert.equal(answer.kind, 'default');
  await pipeline.drain();
  assert.equal((await store.decision(answer.id))?.answered, 'default');
});

test('a store that fails and recovers loses nothing', async (t) => {
  const { ports, store, said, close } = await openWorld();
  t.after(close);
  let failures = 2;
  const flaky = withFault(store, {
    record: (batch) =>
      failures-- > 0 ? Promise.reject(new Error('disk full')) : store.record(batch),
  });
  const pipeline = startPipeline({ ...ports, store: flaky });
  const answers = await Promise.all(
    [1, 2, 3].map((i) => pipeline.decide(jobRequest(`${i}`, 'make'))),
  );
  for (const answer of answers) assert.equal(answer.kind, 'decided');
  assert.ok(said.includes('error a batch failed and is tried again'));
  assert.ok(pipeline.ready());
});

test('a deadline while the batch waits to be tried again needs no mark', async (t) => {
  const { ports, store, close } = await openWorld();
  t.after(close);
  let failures = 3;
  const full = withFault(store, {
    record: (batch) => (failures-- > 0 ? Promise.reject(FULL) : store.record(batch)),
    markDefaulted: () => Promise.reject(FULL),
  });
  const pipeline = startPipeline({ ...ports, store: full });
  const answer = await pipeline.decide(jobRequest('1', 'make'));
  assert.equal(answer.kind, 'default');
  await pipeline.drain();
  assert.equal((await store.decision(answer.id))?.answered, 'default');
});

test('a mark that the store refused is made with the next batch', async (t) => {
  const { ports, store, said, close } = await openWorld();
  t.after(close);
  let isFull = true;
  const full = withFault(store, {
    record: async (batch) => {
      if (isFull) await sleep(decideMsMax + 50);
      await store.record(batch);
    },
    markDefaulted: (ids) => (isFull ? Promise.reject(FULL) : store.markDefaulted(ids)),
  });
  const pipeline = startPipeline({ ...ports, store: full });
  const late = await pipeline.decide(jobRequest('1', 'make'));
  assert.equal(late.kind, 'default');
  await pipeline.drain();
  assert.ok(said.includes('error late decisions could not be marked'));
  assert.equal((await store.decision(late.id))?.answered, 'decision');
  isFull = false;
  const next = await pipeline.decide(jobRequest('2', 'make'));
  assert.equal(next.kind, 'decided');
  await pipeline.drain();
  assert.equal((await store.decision(late.id))?.answered, 'default');
  assert.equal((await store.decision(next.id))?.answered, 'decision');
});

test('a store that stays away: defaults in time, not ready, and no request left behind', async (t) => {
  const { ports, store, said, close } = await openWorld();
  t.after(close);
  const gone = withFault(store, { gather: () => Promise.reject(new Error('gone')) });
  const pipeline = startPipeline({ ...ports, store: gone });
  const answer = await pipeline.decide(jobRequest('1', 'make'));
  assert.equal(answer.kind, 'default');
  assert.equal(pipeline.ready(), false);
  await pipeline.drain();
  assert.ok(said.includes('error a batch failed and is given up'));
});

test('bodies too large together: the default at once, and small batches of what is taken', async (t) => {
  const { ports, said, close } = await openWorld();
  t.after(close);
  const pipeline = startPipeline(ports);
  const large = (id: string) => ({ ...jobRequest(id, 'make'), bodyBytes: batchBytesMax / 2 });
  const fitting = (2 * waitingBytesMax) / batchBytesMax;
  const answers = await Promise.all(
    Array.from({ length: fitting + 1 }, (_, i) => pipeline.decide(large(`${i}`))),
  );
  const defaults = answers.flatMap((answer) => (answer.kind === 'default' ? [answer.cause] : []));
  assert.deepEqual(defaults, ['overload']);
  const sizes = said
    .filter((line) => line.startsWith('batch '))
    .map((line) => Number(line.slice(6)));
  assert.ok(Math.max(...sizes) <= 2, `${sizes}`);
});

test('too many on their way: the default at once', async (t) => {
  const { ports, close } = await openWorld({ scans: { scan: () => new Promise(() => {}) } });
  t.after(close);
  const pipeline = startPipeline(ports);
  const waiting = Array.from({ length: waitingRequestsMax }, (_, i) =>
    pipeline.decide(jobRequest(`${i}`, PADDING + MINE)),
  );
  const started = performance.now();
  const answer = await pipeline.decide(jobRequest('one-too-many', 'make'));
  assert.ok(performance.now() - started < 100);
  assert.equal(answer.kind, 'default');
  assert.equal(answer.cause, 'overload');
  assert.equal(answer.id, decisionIdOf('test', 'one-too-many'));
  await Promise.all(waiting);
});

/** A real store whose outside fails in one place. */
function withFault(store: Store, fault: Partial<Store>): Store {
  return new Proxy(store, {
    get: (target, name) => {
      const value: unknown = Reflect.get(name in fault ? fault : target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
