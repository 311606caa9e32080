import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expiredPerSweepMax, expiryAgainMs } from '../base/limits.ts';
import { DAY_MS, HOUR_MS } from '../base/time.ts';
import { accountHolder } from '../ledger/books.ts';
import type { OperationKey } from '../model/allowance.ts';
import type { Decision } from '../model/decision.ts';
import type { Event, EventType } from '../model/event.ts';
import type { Facts } from '../model/fact.ts';
import type { Reservation } from '../model/ledger-rows.ts';
import type { AccountRef } from '../model/party.ts';
import { NO_LEDGER_CHANGES } from '../ports/store.ts';
import type { DecidedAnswer, Pipeline } from './request.ts';
import {
  defaultPolicy,
  jobRequest,
  openWorld,
  policyOf,
  startPipeline,
  type World,
  type WorldPorts,
} from './test-world.ts';

const START = Date.UTC(2026, 0, 1, 12);
const HOUR_OF_A_VCPU = { vcpu: 1, timeoutSeconds: 3_600 };

async function inWorld(
  work: (pipeline: Pipeline, world: World) => Promise<void>,
  changes: Parameters<typeof openWorld>[0] = {},
): Promise<void> {
  const world = await openWorld(changes);
  try {
    await work(startPipeline(world.ports), world);
  } finally {
    await world.close();
  }
}

async function ask(
  pipeline: Pipeline,
  id: string,
  { data = HOUR_OF_A_VCPU as object, account = '7', at = START } = {},
): Promise<DecidedAnswer & { readonly decision: Decision; readonly facts: object }> {
  const request = jobRequest(id, 'make', { data: { ...data }, account, at });
  const answer = await pipeline.decide(request);
  assert.equal(answer.kind, 'decided');
  assert.ok(answer.record);
  return { ...answer, decision: answer.record.decision, facts: answer.record.facts };
}

function told(type: EventType, job: string, data: object, account = '7'): Event {
  const { event } = jobRequest(job, '', { account });
  const id = `${type} ${job} ${JSON.stringify(data)}`;
  return { ...event, id, type, data: { ...data }, bodyHash: id };
}

async function booksOf(world: World, account: string) {
  const holder = accountHolder(`gitlab/${account}` as AccountRef);
  const rows = await world.store.ledger({ holders: [holder], reservations: [], receipts: [] });
  return rows.books[0]?.books;
}

function clockAt(now: () => number): WorldPorts['clock'] {
  const after = (delayMs: number, task: () => void) => {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  };
  return { now, elapsedMs: () => performance.now(), after };
}

test('a job reserves, its end posts what was used, and the rest is there again', () =>
  inWorld(async (pipeline, world) => {
    const first = await ask(pipeline, '1', { data: { vcpu: 2, timeoutSeconds: 600, fanOut: 3 } });
    assert.equal(first.action, 'allow');
    assert.deepEqual(first.decision.limits, { vcpuSeconds: 3_600, concurrency: 2, fanOut: 3 });
    const second = await ask(pipeline, '2');
    assert.equal(second.action, 'hold');
    assert.match(second.decision.reasons[0] ?? '', /0 of 3600 .* 2026-01-02 12:00 UTC, after its/);
    await pipeline.ingest([told('job.finished', '1', { vcpuSeconds: 600.2 })], START);
    const third = await ask(pipeline, '3');
    assert.deepEqual(third.decision.limits.vcpuSeconds, 3_600 - 601);
    assert.deepEqual((await booksOf(world, '7'))?.used, 601);
  }));

test('the same job asks as often as it likes and reserves once', () =>
  inWorld(async (pipeline, world) => {
    const request = jobRequest('1', 'make', { data: HOUR_OF_A_VCPU });
    await pipeline.decide(request);
    await pipeline.decide(request);
    const again = { ...request, event: { ...request.event, id: 'another' } };
    const answer = await pipeline.decide(again);
    assert.equal(answer.kind === 'decided' && answer.action, 'allow');
    assert.equal((await booksOf(world, '7'))?.jobsUnderWay, 1);
    await pipeline.ingest([told('job.finished', '1', { vcpuSeconds: 1 })], START);
    const late = { ...request, event: { ...request.event, id: 'after its end' } };
    const refused = await pipeline.decide(late);
    assert.equal(refused.kind === 'decided' && refused.rule, 'cannot-be-reserved');
  }));

test('what is refused for another reason reserves nothing', () =>
  inWorld(async (pipeline, world) => {
    const data = { ...HOUR_OF_A_VCPU };
    const request = { ...jobRequest('1', 'make', { data }), problem: 'too-large' };
    const answer = await pipeline.decide({ ...request, definition: null });
    assert.equal(answer.kind === 'decided' && answer.action, 'hold');
    assert.equal(await booksOf(world, '7'), undefined);
  }));

test('a day of pipelines that do not say how long they run is free, and a flood is not', () =>
  inWorld(async (pipeline, world) => {
    for (let push = 0; push < 12; push++) {
      const { action, decision } = await ask(pipeline, `push-${push}`, { data: { fanOut: 4 } });
      assert.equal(action, 'allow', `push ${push}`);
      const vcpuSeconds = 3_600 - push * 4 * 60;
      assert.deepEqual(decision.limits, { vcpuSeconds, concurrency: 2, fanOut: 4 });
    }
    const flood = Array.from({ length: 40 }, (_, i) => `flood-${i}`);
    const answers = await Promise.all(
      flood.map((id) => ask(pipeline, id, { data: { fanOut: 4 } })),
    );
    assert.equal(answers.filter(({ action }) => action === 'allow').length, 3);
    assert.ok(
      answers.every(({ action, rule }) => action === 'allow' || rule === 'allowance-spent'),
    );
    assert.equal((await booksOf(world, '7'))?.reserved, 3_600);
  }));

test('one such pipeline leaves most of a first day, also one of sixty jobs', () =>
  inWorld(async (pipeline) => {
    await ask(pipeline, '1', { data: { fanOut: 60 } });
    const next = await ask(pipeline, '2', { data: { fanOut: 4 } });
    assert.equal(next.action, 'allow');
    assert.equal(next.decision.limits.vcpuSeconds, 2_700);
  }));

test('who waits for the allowance was not refused, and keeps the tier', () =>
  inWorld(async (pipeline) => {
    await ask(pipeline, 'first');
    for (const id of ['a', 'b', 'c', 'd']) {
      const { rule, facts } = await ask(pipeline, id);
      assert.equal(rule, 'allowance-spent');
      assert.equal((facts as Facts)['account.refusedLastDay'], 0);
    }
    const mining = jobRequest('mining', 'make');
    await pipeline.decide({ ...mining, problem: 'too-large', definition: null });
    const { facts } = await ask(pipeline, 'e');
    assert.equal((facts as Facts)['account.refusedLastDay'], 1, 'for another reason it was');
  }));

test('the same commit may run again, and each end that is told counts', () =>
  inWorld(async (pipeline, world) => {
    const data = { fanOut: 4 };
    const request = jobRequest('1', 'make', { data });
    await pipeline.decide(request);
    await pipeline.decide(request);
    assert.equal((await booksOf(world, '7'))?.reserved, 240, 'the same call again');
    const again = { ...request, event: { ...request.event, id: 'another' } };
    await pipeline.decide(again);
    assert.equal((await booksOf(world, '7'))?.reserved, 480, 'another pipeline of the commit');
    const ends = [90, 10, 30].map((vcpuSeconds) => told('job.finished', '1', { vcpuSeconds }));
    await pipeline.ingest(ends, START);
    const { reserved, used } = (await booksOf(world, '7')) ?? {};
    assert.deepEqual([reserved, used], [0, 130]);
    const later = { ...request, event: { ...request.event, id: 'a later one' } };
    const answer = await pipeline.decide(later);
    assert.equal(answer.kind === 'decided' && answer.action, 'allow', 'after its end, too');
  }));

test('an end without an amount counts what the pipeline held, and once', () =>
  inWorld(async (pipeline, world) => {
    await ask(pipeline, '1', { data: { fanOut: 3 } });
    for (const status of ['failed', 'success']) {
      await pipeline.ingest([told('job.finished', '1', { status })], START);
      assert.equal((await booksOf(world, '7'))?.used, 180);
    }
  }));

test('a pipeline of which nobody hears is used up an hour and a quarter later', () => {
  let now = START;
  return inWorld(
    async (pipeline, world) => {
      await ask(pipeline, '1', { data: { fanOut: 3 } });
      now += HOUR_MS;
      assert.equal(await pipeline.expire(), 0);
      now += HOUR_MS / 4;
      assert.equal(await pipeline.expire(), 1);
      const { reserved, used } = (await booksOf(world, '7')) ?? {};
      assert.deepEqual([reserved, used], [0, 180]);
    },
    { clock: clockAt(() => now) },
  );
});

test('of a request that cannot be read nothing is assumed', () =>
  inWorld(async (pipeline, world) => {
    for (const id of ['1', '2', '3']) {
      const request = { ...jobRequest(id, 'make'), problem: 'wrong-shape' };
      const answer = await pipeline.decide(request);
      assert.equal(answer.kind === 'decided' && answer.action, 'allow');
    }
    assert.equal(await booksOf(world, '7'), undefined);
  }));

test('where the policy assumes nothing, what does not say how long it runs is not counted', () => {
  const policy = policyOf(defaultPolicy.text.replace(/^pools:.*?^rules:/ms, 'rules:'));
  return inWorld(
    async (pipeline, world) => {
      const { decision } = await ask(pipeline, '1', { data: {} });
      assert.deepEqual(decision.limits, {});
      assert.equal(await booksOf(world, '7'), undefined);
    },
    { policy: () => policy },
  );
});

test('an end that names no amount counts as all that was reserved', () =>
  inWorld(async (pipeline, world) => {
    await ask(pipeline, '1', { data: { vcpu: 1, timeoutSeconds: 1_000 } });
    await pipeline.ingest([told('job.finished', '1', { status: 'failed' })], START);
    assert.equal((await booksOf(world, '7'))?.used, 1_000);
  }));

test('events that come twice count once', () =>
  inWorld(async (pipeline, world) => {
    await ask(pipeline, '1', { data: { vcpu: 1, timeoutSeconds: 1_000 } });
    const end = told('job.finished', '1', { vcpuSeconds: 10 });
    await pipeline.ingest([end, end], START);
    await pipeline.ingest([end], START + 1);
    await pipeline.ingest([told('job.finished', '1', { vcpuSeconds: 400 })], START + 2);
    assert.equal((await booksOf(world, '7'))?.used, 10);
  }));

test('many jobs at once have the allowance of one', () =>
  inWorld(async (pipeline) => {
    const data = { vcpu: 1, timeoutSeconds: 2_000 };
    const ids = Array.from({ length: 40 }, (_, i) => `${i}`);
    const answers = await Promise.all(ids.map((id) => ask(pipeline, id, { data })));
    const admitted = answers.filter(({ action }) => action === 'allow');
    const granted = admitted.map(({ decision }) => decision.limits.vcpuSeconds ?? 0);
    assert.deepEqual(granted, [2_000, 1_600], 'two at once, and what is left of an hour');
  }));

test('a lost job gives back what it held once it is due', () => {
  let now = START;
  return inWorld(
    async (pipeline, world) => {
      await ask(pipeline, '1');
      assert.equal(await pipeline.expire(), 0);
      now += DAY_MS + 2 * HOUR_MS;
      assert.equal(await pipeline.expire(), 1);
      assert.ok(world.said.includes('reservationsExpired 1'));
      assert.equal((await booksOf(world, '7'))?.reserved, 0);
      assert.equal(await pipeline.expire(), 0);
    },
    { clock: clockAt(() => now) },
  );
});

test('the same commit that runs again expires again', () => {
  let now = START;
  return inWorld(
    async (pipeline, world) => {
      const request = jobRequest('1', 'make', { data: { fanOut: 3 } });
      for (const [i, id] of ['first', 'second', 'third'].entries()) {
        const event = { ...request.event, id };
        await pipeline.decide({ ...request, event, receivedAt: now });
        now += 2 * HOUR_MS;
        assert.equal(await pipeline.expire(), 1);
        const { reserved, used } = (await booksOf(world, '7')) ?? {};
        assert.deepEqual([reserved, used], [0, 180 * (i + 1)]);
        assert.equal(await pipeline.expire(), 0);
      }
    },
    { clock: clockAt(() => now) },
  );
});

test('an expiry that the ledger refuses lets those behind it through', () => {
  let now = START;
  return inWorld(
    async (pipeline, world) => {
      await ask(pipeline, '1');
      // As many as a sweep takes, of an account that has nothing reserved.
      const damaged = Array.from(
        { length: expiredPerSweepMax },
        (_, i): Reservation => ({
          key: `damaged ${i}` as OperationKey,
          account: 'gitlab/nobody' as AccountRef,
          state: 'pending',
          vcpuSeconds: 1,
          isShort: false,
          usedVcpuSeconds: 0,
          timeoutSeconds: 1,
          expiresAt: START,
        }),
      );
      const receipt = { key: 'damage' as OperationKey, chosen: '', vcpuSeconds: 0, fanOut: 0 };
      const ledger = { ...NO_LEDGER_CHANGES, reservations: damaged, receipts: [receipt] };
      await world.store.record({ events: [], decisions: [], activity: [], ledger });
      now += DAY_MS + 2 * HOUR_MS;
      assert.equal(await pipeline.expire(), expiredPerSweepMax);
      assert.ok(!world.said.includes('reservationsExpired 1'));
      const refused = world.said.filter((line) => line === 'ledgerRefused not-a-member');
      assert.equal(refused.length, expiredPerSweepMax);
      assert.equal(await pipeline.expire(), 1);
      assert.ok(world.said.includes('reservationsExpired 1'));
      assert.equal(await pipeline.expire(), 0);
      now += expiryAgainMs;
      assert.equal(await pipeline.expire(), expiredPerSweepMax, 'and is tried again');
    },
    { clock: clockAt(() => now) },
  );
});

test('shadow mode keeps the books of what would have been, and enforces nothing', () =>
  inWorld(
    async (pipeline, world) => {
      const first = await ask(pipeline, '1');
      assert.deepEqual(first.decision.limits, {});
      const second = await ask(pipeline, '2');
      assert.equal(second.action, 'allow');
      assert.equal(second.liveAction, 'hold');
      await pipeline.ingest(
        ['1', '2'].map((job) => told('job.finished', job, { vcpuSeconds: 100 })),
        START,
      );
      assert.equal((await booksOf(world, '7'))?.used, 100, 'the second would not have run');
    },
    { mode: 'shadow' },
  ));

test('a share of the allowance is told of once', () =>
  inWorld(async (pipeline, world) => {
    for (const id of ['1', '2']) {
      await ask(pipeline, id, { data: { vcpu: 1, timeoutSeconds: 1_700 } });
      await pipeline.ingest([told('job.finished', id, { vcpuSeconds: 1_700 })], START);
    }
    const notices = world.said.filter((line) => line.startsWith('allowanceNotice'));
    assert.deepEqual(notices, ['allowanceNotice 75', 'allowanceNotice 90']);
  }));

test('two accounts that are linked share one allowance, with what both have used', () =>
  inWorld(async (pipeline, world) => {
    const data = { vcpu: 1, timeoutSeconds: 1_000 };
    await ask(pipeline, 'a1', { data, account: 'a' });
    await ask(pipeline, 'b1', { data, account: 'b' });
    await pipeline.ingest([told('job.finished', 'a1', { vcpuSeconds: 1_000 }, 'a')], START);
    const mailbox = (account: string): Event =>
      told('account.verified', account, { email: 'one@mail.example' }, account);
    await pipeline.ingest([mailbox('a'), mailbox('b')], START);
    const third = await ask(pipeline, 'a2', { data: HOUR_OF_A_VCPU, account: 'a' });
    assert.equal(third.decision.limits.vcpuSeconds, 3_600 - 2_000);
    await pipeline.ingest([told('job.finished', 'b1', { vcpuSeconds: 1_000 }, 'b')], START);
    const fourth = await ask(pipeline, 'b2', { data, account: 'b' });
    assert.equal(fourth.rule, 'allowance-spent');
    assert.equal(fourth.decision.party, third.decision.party);
    // An account's own books stay what it used itself.
    assert.deepEqual((await booksOf(world, 'b'))?.used, 1_000);
  }));
