import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { HOUR_MS } from '../base/time.ts';
import { LedgerBatch } from '../ledger/ledger.ts';
import type { Policy } from '../policy/policy.ts';
import type { Gathered } from '../ports/store.ts';
import { AdmittedJobs } from './admitted-jobs.ts';
import { type Candidate, candidateOf, prepare } from './candidate.ts';
import { decide as decideWith } from './decide.ts';
import { requestFacts, withActivity } from './facts.ts';
import { linkBatch } from './link-batch.ts';
import { Links } from './links.ts';
import type { Mode } from './ports.ts';
import { Queues } from './queues.ts';
import { record } from './record.ts';
import {
  defaultPolicy,
  jobRequest,
  openWorld,
  policyOf,
  scanner,
  type WorldPorts,
} from './test-world.ts';

const NO_ROWS = { books: () => null, reservation: () => null, receipt: () => null };

function decide(
  batch: readonly Candidate[],
  known: readonly Gathered[],
  policy: Policy,
  mode: Mode,
  links = new Links(),
) {
  const linked = linkBatch(batch, known, links);
  const admitted = new AdmittedJobs();
  const queues = { admitted, follow: admitted.follow.bind(admitted) };
  const all = { requests: known, linked, ledger: new LedgerBatch(NO_ROWS), queues };
  return decideWith(batch, all, { policy, mode });
}

function withQueues(ports: WorldPorts) {
  return { ...ports, queues: new Queues(ports) };
}

const RUNS = Math.ceil(Number(process.env['FUZZ_RUNS'] ?? 100) / 10);
const START = Date.UTC(2026, 0, 1, 12);
const QUIET = { firstSeenAt: null, jobsThisHour: 0, jobsLastDay: 0, refusedLastDay: 0 };
const NEW: Gathered = { event: { kind: 'new' }, activity: QUIET };

/** Rules on the counters, so that each decision depends on those before it. */
const AT_REST = { onTaken: () => {}, isLast: true };
const COUNTING = policyOf(`
version: 1
priorBits: -10
defaults: {sign-up: allow, admission: allow, run: allow, spend: deny}
rules:
  - id: third
    at: [admission]
    mode: live
    when: account.jobsThisHour >= 2
    action: hold
    reason: "{account.jobsLastDay} before"
  - id: refused
    at: [admission]
    mode: live
    when: account.refusedLastDay >= 2
    action: deny
    reason: "{account.refusedLastDay} refused"
  - id: known
    at: [admission]
    mode: shadow
    when: account.knownHours > 0.0
    action: slow
    reason: "known"
`);

function candidate(id: number, account: number, minutes: number, body = ''): Candidate {
  const request = jobRequest(`${id}`, `make${body}`, {
    account: `${account}`,
    at: START + minutes * 60_000,
  });
  const scan = request.definition === null ? null : scanner.scan(request.definition);
  // Two pairs of accounts with one mailbox each.
  const shown = ['verified-email', `mailbox ${account % 2}`, 'm…@mail.example'];
  return candidateOf(prepare(request, scan, { number: id, defaulted: false, shown }));
}

const batches = fc.array(
  fc.record({ id: fc.nat(12), account: fc.nat(3), body: fc.constantFrom('', ' all') }),
  { minLength: 1, maxLength: 20 },
);

test('the same batch, state and policy give the same bytes', () => {
  fc.assert(
    fc.property(batches, (items) => {
      const batch = items.map(({ id, account, body }) => candidate(id, account, 0, body));
      const known = batch.map(() => NEW);
      const run = (): string => JSON.stringify(decide(batch, known, COUNTING, 'live'));
      assert.equal(run(), run());
    }),
    { numRuns: RUNS },
  );
});

test('a batch decides as its requests would one after the other', async () => {
  await fc.assert(
    fc.asyncProperty(batches, async (items) => {
      const requests = items.map(({ id, account, body }) => candidate(id, account, 0, body));
      const together = await openWorld();
      const apart = await openWorld();
      try {
        const keys = (batch: readonly Candidate[]) =>
          batch.map(({ id, event, receivedAt }) => ({
            id,
            account: event.subject,
            at: receivedAt,
          }));
        const known = await together.store.gather(keys(requests));
        const atOnce = decide(requests, known, COUNTING, 'live', together.ports.links);
        await record(atOnce, new LedgerBatch(NO_ROWS), withQueues(together.ports), AT_REST);

        const inTurn = [];
        for (const one of requests) {
          const before = await apart.store.gather(keys([one]));
          const [outcome] = decide([one], before, COUNTING, 'live', apart.ports.links);
          assert.ok(outcome);
          inTurn.push(outcome);
          await record([outcome], new LedgerBatch(NO_ROWS), withQueues(apart.ports), AT_REST);
        }
        assert.deepEqual(JSON.parse(JSON.stringify(atOnce)), JSON.parse(JSON.stringify(inTurn)));
        const probe = keys(requests);
        assert.deepEqual(await together.store.gather(probe), await apart.store.gather(probe));
      } finally {
        await together.close();
        await apart.close();
      }
    }),
    { numRuns: Math.min(RUNS, 50) },
  );
});

test('an event decided before is replayed, and a known one without a decision is decided', () => {
  const one = candidate(1, 1, 0);
  const [first] = decide([one], [NEW], defaultPolicy, 'live');
  assert.equal(first?.kind, 'decided');
  const { bodyHash } = one.event;
  const seen = (hash: string, decision: typeof first.record | null): Gathered => ({
    event: { kind: 'seen', bodyHash: hash, decision },
    activity: QUIET,
  });
  const [again] = decide([one], [seen(bodyHash, first.record)], defaultPolicy, 'live');
  assert.deepEqual(again, { kind: 'replayed', record: first.record });
  const [told] = decide([one], [seen(bodyHash, null)], defaultPolicy, 'live');
  assert.equal(told?.kind, 'decided');
  assert.equal(told.event, null, 'the event is stored already');
  const [other] = decide([one], [seen('another', null)], defaultPolicy, 'live');
  assert.deepEqual(other, { kind: 'conflict' });
});

test('shadow mode allows, and says and counts what it would have refused', () => {
  const deny = policyOf(`
version: 1
priorBits: -10
defaults: {sign-up: allow, admission: allow, run: allow, spend: deny}
rules:
  - {id: no, at: [admission], mode: live, when: "true", action: deny, reason: "no"}
`);
  const [outcome] = decide([candidate(1, 1, 0)], [NEW], deny, 'shadow');
  assert.equal(outcome?.kind, 'decided');
  const { decision, liveAction, mode } = outcome.record;
  assert.equal(decision.action, 'allow');
  assert.deepEqual(decision.rules, []);
  assert.deepEqual(
    decision.shadow.map((rule) => rule.id),
    ['no'],
  );
  assert.equal(liveAction, 'deny');
  assert.equal(mode, 'shadow');
  assert.equal(outcome.activity.refused, 1);
});

test('facts: values of the wrong type are missing, ages are never negative', () => {
  const data = {
    project: 'p',
    projectCreatedAt: '2026-01-01T11:00:00Z',
    fanOut: -1,
    vcpu: '2',
    timeoutSeconds: 60,
    trigger: 7,
    account: {
      username: 'u',
      email: 'a@b@Example.COM',
      createdAt: '2027-01-01T00:00:00Z',
      trial: 'yes',
      similarCards: 3,
    },
  };
  const request = jobRequest('1', 'make', { data, at: START });
  const activity = { ...QUIET, firstSeenAt: START - 2 * HOUR_MS };
  const facts = withActivity(requestFacts(request, null), activity, request.receivedAt);
  assert.deepEqual(facts, {
    'provider': 'gitlab',
    'event.type': 'job.requested',
    'input.problem': '',
    'account.id': '7',
    'account.knownHours': 2,
    'account.jobsThisHour': 0,
    'account.jobsLastDay': 0,
    'account.refusedLastDay': 0,
    'account.username': 'u',
    'account.emailDomain': 'example.com',
    'account.ageHours': 0,
    'account.similarCards': 3,
    'project.id': 'p',
    'project.ageHours': 1,
    'job.timeoutSeconds': 60,
  });
});
