/** Credit and challenges change what an account may use, as the pool in the policy says. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../base/json.ts';
import type { Event, EventType } from '../model/event.ts';
import type { Pipeline } from './request.ts';
import { defaultPolicy, jobRequest, openWorld, policyOf, startPipeline } from './test-world.ts';

const START = Date.UTC(2026, 0, 1, 12);
const NEXT_MONTH = Date.UTC(2026, 1, 1, 12);
const FIRST_DAY = 3_600;

/** A credit is ten seconds of a vCPU; who has proved a card may use an hour more. */
const COUNTING = defaultPolicy.text.replace(
  'pools:\n  gitlab:\n',
  'pools:\n  gitlab:\n    creditVcpuSeconds: 10\n    challenges: {card: 3600, phone: 600}\n',
);
const NO_SPENDING = COUNTING.replace(
  'rules:\n',
  'rules:\n  - {id: none, at: [spend], mode: live, when: "true", action: deny, reason: No.}\n',
);

function event(
  type: EventType,
  data: JsonObject,
  { id = JSON.stringify([type, data]), account = '7', time = START } = {},
): Event {
  const { event: made } = jobRequest('any', '', { account });
  return { ...made, id, type, data, time, bodyHash: id, subject: { ...made.subject, job: null } };
}

/** What the account's next job could have at most. */
async function left(pipeline: Pipeline, { account = '7', at = START } = {}): Promise<number> {
  const data = { vcpu: 1, timeoutSeconds: 90_000 };
  const request = jobRequest(`${Math.random()}`, 'make', { account, data, at });
  // Held, so that asking takes nothing.
  const answer = await pipeline.decide({ ...request, problem: 'too-large', definition: null });
  assert.equal(answer.kind, 'decided');
  return Number(answer.record?.facts['ledger.remaining']);
}

async function counting(
  work: (pipeline: Pipeline) => Promise<void>,
  { text = COUNTING, mode = 'live' as 'live' | 'shadow' } = {},
): Promise<void> {
  const policy = policyOf(text);
  const world = await openWorld({ policy: () => policy, mode });
  try {
    await work(startPipeline(world.ports));
  } finally {
    await world.close();
  }
}

test('credit that is granted may be used, and what was spent is gone, in this month', () =>
  counting(async (pipeline) => {
    assert.equal(await left(pipeline), FIRST_DAY);
    const granted = event('credit.granted', { amount: 50.09 });
    await pipeline.ingest([granted], START);
    await pipeline.ingest([granted], START);
    assert.equal(await left(pipeline), FIRST_DAY + 500);
    await pipeline.ingest([event('credit.spent', { amount: 20.01 })], START);
    assert.equal(await left(pipeline), FIRST_DAY + 500 - 201);
    await pipeline.ingest([event('credit.spent', { amount: 1e300 })], START);
    assert.equal(await left(pipeline), 0);
    assert.equal(await left(pipeline, { at: NEXT_MONTH }), 48_000);
  }));

test('what may not be spent is not', async () => {
  const ask = { ...event('credit.spent', { amount: 9 }) };
  const spend = {
    ...jobRequest('', ''),
    event: ask,
    checkpoint: 'spend',
    definition: null,
  } as const;
  await counting(async (pipeline) => {
    const answer = await pipeline.decide({ ...spend, startedMs: performance.now() });
    assert.equal(answer.kind === 'decided' && answer.action, 'allow');
    await pipeline.ingest([ask], START);
    assert.equal(await left(pipeline), FIRST_DAY - 90, 'asked and told, and spent once');
  });
  await counting(
    async (pipeline) => {
      const answer = await pipeline.decide({ ...spend, startedMs: performance.now() });
      assert.equal(answer.kind === 'decided' && answer.action, 'deny');
      assert.equal(await left(pipeline), FIRST_DAY);
    },
    { text: NO_SPENDING },
  );
});

test('a challenge that is passed counts once a month, and each for itself', () =>
  counting(async (pipeline) => {
    const passed = (challenge: string, id: string, time = START): Event =>
      event('challenge.completed', { challenge, result: 'passed' }, { id, time });
    await pipeline.ingest(
      [event('challenge.completed', { challenge: 'card', result: 'failed' })],
      START,
    );
    await pipeline.ingest([passed('captcha', 'not in the policy')], START);
    assert.equal(await left(pipeline), FIRST_DAY);
    await pipeline.ingest([passed('card', 'a'), passed('card', 'b')], START);
    await pipeline.ingest([passed('card', 'c')], START);
    assert.equal(await left(pipeline), FIRST_DAY + 3_600);
    await pipeline.ingest([passed('phone', 'd')], START);
    assert.equal(await left(pipeline), FIRST_DAY + 3_600 + 600);
    await pipeline.ingest([passed('card', 'e', NEXT_MONTH)], NEXT_MONTH);
    assert.equal(await left(pipeline, { at: NEXT_MONTH }), 48_000 + 3_600);
  }));

test('linked accounts that each pass it have passed it once', () =>
  counting(async (pipeline) => {
    for (const account of ['7', '8']) {
      const passed = { challenge: 'card', result: 'passed' };
      await pipeline.ingest(
        [event('challenge.completed', passed, { account, id: account })],
        START,
      );
      assert.equal(await left(pipeline, { account }), FIRST_DAY + 3_600);
    }
    const mail = { email: 'one@mail.example' };
    const verified = ['7', '8'].map((account) =>
      event('account.verified', mail, { account, id: `mail ${account}` }),
    );
    await pipeline.ingest(verified, START);
    assert.equal(await left(pipeline, { account: '8' }), FIRST_DAY + 3_600);
  }));

test('shadow mode keeps these books as well', () =>
  counting(
    async (pipeline) => {
      await pipeline.ingest([event('credit.spent', { amount: 10 })], START);
      assert.equal(await left(pipeline), FIRST_DAY - 100);
    },
    { mode: 'shadow' },
  ));

test('where the policy gives them no worth, and in values that have none, they change nothing', async () => {
  const odd = [{}, { amount: 0 }, { amount: -5 }, { amount: 0.05 }, { challenge: 'toString' }];
  const all = odd.flatMap((data) =>
    (['credit.granted', 'challenge.completed'] as const).map((type) => event(type, data)),
  );
  await counting(async (pipeline) => {
    await pipeline.ingest(all, START);
    assert.equal(await left(pipeline), FIRST_DAY);
  });
  await counting(
    async (pipeline) => {
      await pipeline.ingest([event('credit.granted', { amount: 100 })], START);
      assert.equal(await left(pipeline), FIRST_DAY);
    },
    { text: defaultPolicy.text },
  );
});
