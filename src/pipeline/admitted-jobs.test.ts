/** Advice of the queue in decisions, through the pipeline on a real store. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../base/json.ts';
import { advisedLateMs, queueWaitMsMax } from '../base/limits.ts';
import { HOUR_MS } from '../base/time.ts';
import type { DecisionRecord } from '../model/decision.ts';
import type { Event, EventType } from '../model/event.ts';
import { parseSubject } from '../model/ids.ts';
import type { PartyId } from '../model/party.ts';
import type { Store } from '../ports/store.ts';
import { AdmittedJobs } from './admitted-jobs.ts';
import { candidateOf, prepare } from './candidate.ts';
import type { Pipeline } from './request.ts';
import { jobRequest, openWorld, policyOf, startPipeline, type WorldPorts } from './test-world.ts';

const AT = Date.UTC(2026, 0, 1, 12);

const POLICY = policyOf(`
version: 1
priorBits: -10
defaults: {sign-up: allow, admission: allow, run: allow, spend: deny}
pools: {gitlab: {slots: 2}}
rules:
  - id: crowded
    at: [admission]
    mode: live
    when: queue.partyWaiting >= 3
    missing: skip
    action: hold
    reason: "{queue.partyWaiting} of its jobs wait"
`);

async function open(t: { after(task: () => Promise<void>): void }, changes?: Partial<WorldPorts>) {
  const { ports, close } = await openWorld({ policy: () => POLICY, ...changes });
  t.after(close);
  return startPipeline(ports);
}

async function ask(
  pipeline: Pipeline,
  id: string,
  account: string,
  { at = AT, data = { timeoutSeconds: 600 } }: { at?: number; data?: JsonObject } = {},
): Promise<DecisionRecord> {
  const answer = await pipeline.decide(jobRequest(id, 'make', { account, at, data }));
  assert.ok(answer.kind === 'decided' && answer.record);
  return answer.record;
}

let told = 0;

function tell(pipeline: Pipeline, type: EventType, name: string, data: JsonObject = {}, at = AT) {
  const subject = parseSubject(`gitlab/${name}`);
  assert.ok(subject);
  const event: Event = {
    ...{ source: 'test', id: `told ${told++}`, type, subject, time: at, data },
    bodyHash: `${type} ${name} ${told}`,
  };
  return pipeline.ingest([event], at);
}

function queueFacts({ facts }: DecisionRecord): readonly unknown[] {
  const names = ['position', 'waiting', 'running', 'partyWaiting', 'partyRunning'] as const;
  return names.map((name) => facts[`queue.${name}`]);
}

test('a decision carries where its party stands, and knows what waits, runs and is over', async (t) => {
  const pipeline = await open(t);
  const first = await ask(pipeline, '1', 'a');
  assert.deepEqual(queueFacts(first), [0, 0, 0, 0, 0]);
  const { priority, notBeforeSeconds, concurrency } = first.decision.limits;
  assert.deepEqual(
    { priority, notBeforeSeconds, concurrency },
    {
      ...{ priority: 100, notBeforeSeconds: 0, concurrency: 2 },
    },
  );
  assert.deepEqual(queueFacts(await ask(pipeline, '2', 'a')), [0, 1, 0, 1, 0]);
  assert.deepEqual(queueFacts(await ask(pipeline, '3', 'b')), [1, 2, 0, 0, 0]);
  await tell(pipeline, 'job.started', 'a/job-1');
  await tell(pipeline, 'job.started', 'a/job-2');
  const ahead = await ask(pipeline, '4', 'a');
  assert.deepEqual(queueFacts(ahead), [1, 1, 2, 0, 2]);
  assert.ok((ahead.decision.limits.priority ?? 100) < 100, 'a had its turn');
  assert.ok((ahead.decision.limits.notBeforeSeconds ?? 0) > 0, 'both machines run its jobs');
  await tell(pipeline, 'job.finished', 'a/job-1', { vcpuSeconds: 5 });
  await tell(pipeline, 'job.finished', 'a/job-2', { vcpuSeconds: 5 });
  assert.deepEqual(queueFacts(await ask(pipeline, '5', 'b')).slice(1), [2, 0, 1, 0]);
});

test('what is held does not wait, and a job that asks again waits once', async (t) => {
  const pipeline = await open(t);
  for (const id of ['1', '2', '3']) await ask(pipeline, id, 'a');
  const held = await ask(pipeline, '4', 'a');
  assert.equal(held.decision.action, 'hold');
  assert.equal(held.decision.limits.priority, undefined);
  assert.equal(held.decision.reasons[0], '3 of its jobs wait');
  assert.equal((await ask(pipeline, '5', 'b')).facts['queue.waiting'], 3);
  const again = { ...jobRequest('6', 'make', { account: 'b', at: AT }) };
  const subject = parseSubject('gitlab/b/job-5');
  assert.ok(subject);
  await pipeline.decide({ ...again, event: { ...again.event, subject } });
  assert.equal((await ask(pipeline, '7', 'c')).facts['queue.waiting'], 4);
});

test('a provider whose pool has no slots is not advised', async (t) => {
  const pipeline = await open(t, {
    policy: () => policyOf(POLICY.text.replace('gitlab', 'other')),
  });
  const { facts, decision } = await ask(pipeline, '1', 'a');
  assert.equal(facts['queue.position'], undefined);
  assert.deepEqual(decision.limits, {});
});

test('accounts that are linked while their jobs wait share one place at once', async (t) => {
  const pipeline = await open(t);
  for (const account of ['a', 'b', 'c']) await ask(pipeline, account, account);
  const before = await ask(pipeline, 'd1', 'd');
  assert.equal(before.facts['queue.position'], 3);
  for (const account of ['a', 'b', 'c']) {
    await tell(pipeline, 'account.verified', account, { email: 'one@mail.example' });
  }
  const after = await ask(pipeline, 'e1', 'e');
  assert.deepEqual(queueFacts(after), [2, 4, 0, 0, 0], 'the party, and d');
  const own = await ask(pipeline, 'c2', 'c');
  assert.equal(own.decision.action, 'hold', 'all three of its jobs wait in one place');
});

test('an account for which a person vouches takes its jobs along, whoever it leaves', async (t) => {
  for (const leaves of ['a', 'c']) {
    const pipeline = await open(t);
    for (const account of ['a', 'b', 'c']) await ask(pipeline, account, account);
    for (const account of ['a', 'b', 'c']) {
      await tell(pipeline, 'account.verified', account, { email: 'one@mail.example' });
    }
    assert.equal((await ask(pipeline, 'd1', 'd')).facts['queue.position'], 1);
    await tell(pipeline, 'review.labelled', leaves, { label: 'honest' });
    assert.deepEqual(queueFacts(await ask(pipeline, 'e1', 'e')), [3, 4, 0, 0, 0]);
    assert.equal((await ask(pipeline, 'x1', leaves)).facts['queue.partyWaiting'], 1);
    assert.equal((await ask(pipeline, 'x2', 'b')).facts['queue.partyWaiting'], 2);
  }
});

test('a party that is joined brings along what it had more than its share', async (t) => {
  const pipeline = await open(t);
  await ask(pipeline, 'c', 'c');
  for (const account of ['a', 'b']) {
    await ask(pipeline, account, account);
    await tell(pipeline, 'job.started', `${account}/job-${account}`);
    await tell(pipeline, 'job.finished', `${account}/job-${account}`, { vcpuSeconds: 600 });
  }
  const alone = await ask(pipeline, 'a2', 'a');
  for (const account of ['a', 'b']) {
    await tell(pipeline, 'account.verified', account, { email: 'one@mail.example' });
  }
  const linked = await ask(pipeline, 'a3', 'a');
  const [one, both] = [alone, linked].map(({ decision }) => decision.limits.priority ?? 0);
  assert.ok((both ?? 0) < (one ?? 0), `${both} < ${one}`);
});

test('what could not be recorded was not admitted', async (t) => {
  let fails = false;
  const { ports, close } = await openWorld({ policy: () => POLICY });
  t.after(close);
  const record: Store['record'] = (...args) => {
    if (!fails) return ports.store.record(...args);
    fails = false;
    return Promise.reject(new Error('disk full'));
  };
  const pipeline = startPipeline({ ...ports, store: withRecord(ports.store, record) });
  await ask(pipeline, '1', 'a');
  fails = true;
  const again = await ask(pipeline, '2', 'a');
  assert.equal(again.facts['queue.waiting'], 1, 'the attempt that failed is forgotten');
  assert.equal((await ask(pipeline, '3', 'a')).facts['queue.waiting'], 2);
});

function withRecord(store: Store, record: Store['record']): Store {
  return new Proxy(store, {
    get(target, name) {
      if (name === 'record') return record;
      const value = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** The same without a pipeline, where thousands of jobs ask. */
function adviser(jobsMax?: number) {
  const jobs = new AdmittedJobs(jobsMax);
  let asked = 0;
  return (account: string, at: number) => {
    const request = jobRequest(`${asked++}`, 'make', { account, at });
    const shared = { number: asked, defaulted: false, shown: [] };
    const facts = { 'job.timeoutSeconds': 600 };
    const candidate = candidateOf(prepare(request, null, shared));
    const advised = jobs.advise(candidate, account as PartyId, facts, POLICY);
    assert.ok(advised);
    advised.limits({ action: 'allow', limits: {}, ttlSeconds: 0, rules: [], shadow: [] }, {});
    const start = { kind: 'start', key: 'k', account: 'gitlab/x', party: account } as const;
    const settlement = { ...start, reservation: 'r' } as unknown as Parameters<
      typeof jobs.settle
    >[1];
    const begin = () => jobs.settle(request.event.subject, settlement, at);
    jobs.commit();
    return { facts: advised.facts, begin };
  };
}

test('of more jobs than may be known the rest is advised and not counted', () => {
  const ask = adviser(5);
  for (let i = 0; i < 20; i++) ask(`a${i}`, AT);
  assert.equal(ask('b', AT).facts['queue.waiting'], 5);
});

test('a job whose start or end is not heard is forgotten', () => {
  const ask = adviser();
  ask('a', AT).begin();
  ask('b', AT);
  assert.deepEqual(queueOf(ask('c', AT)), [1, 1]);
  const late = AT + 2 * 600_000 + advisedLateMs;
  assert.deepEqual(queueOf(ask('d', late - 1)), [2, 1]);
  assert.deepEqual(queueOf(ask('e', late + 1)), [3, 0]);
  assert.deepEqual(queueOf(ask('f', AT + queueWaitMsMax + HOUR_MS)), [0, 0]);
});

function queueOf({ facts }: ReturnType<ReturnType<typeof adviser>>): readonly unknown[] {
  return [facts['queue.waiting'], facts['queue.running']];
}
