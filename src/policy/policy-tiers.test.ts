import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadPolicy } from './policy.ts';

const NUMBERS =
  'monthlyVcpuSeconds: 10, firstDayVcpuSeconds: 5, concurrencyMax: 2, fanOutMax: 4, weight: 1, ' +
  'assuredVcpuSecondsPerDay: 9';

function load(tiers: string) {
  return loadPolicy(`version: 1
priorBits: -10
defaults: {sign-up: allow, admission: allow, run: allow, spend: deny}
${tiers}
rules: []
`);
}

function problemsOf(tiers: string): readonly string[] {
  const loaded = load(tiers);
  if (loaded.ok) return [];
  return loaded.error.map(({ code, line, column }) => `${code} ${line}:${column}`);
}

test('the most trusted tier whose condition holds counts, and new is what remains', () => {
  const loaded = load(`tiers:
  new: {${NUMBERS}}
  known: {when: account.knownHours > 10, ${NUMBERS}}
  paying: {when: account.plan == "gold", missing: skip, ${NUMBERS}}`);
  assert.ok(loaded.ok, JSON.stringify(loaded));
  const tierOf = (facts: Parameters<typeof loaded.value.tierOf>[0]) =>
    loaded.value.tierOf(facts)?.name;
  assert.equal(tierOf({ 'account.knownHours': 1 }), 'new');
  assert.equal(tierOf({ 'account.knownHours': 11 }), 'known');
  assert.equal(tierOf({ 'account.knownHours': 11, 'account.plan': 'gold' }), 'paying');
  assert.deepEqual(loaded.value.tierOf({}), {
    name: 'new',
    monthlyVcpuSeconds: 10,
    firstDayVcpuSeconds: 5,
    concurrencyMax: 2,
    fanOutMax: 4,
    weight: 1,
    assuredVcpuSecondsPerDay: 9,
  });
});

test('without tiers nobody has one', () => {
  const loaded = load('');
  assert.ok(loaded.ok);
  assert.equal(loaded.value.tierOf({}), null);
});

test('mistakes are told with their place', () => {
  const known = (when: string) => `tiers:
  new: {${NUMBERS}}
  known: {when: ${when}, ${NUMBERS}}`;
  assert.deepEqual(problemsOf(known('ledger.remaining > 5, missing: skip')), [
    'unavailable-fact 6:17',
  ]);
  assert.deepEqual(problemsOf(known('account.plan == "a"')), ['missing-unsaid 6:17']);
  assert.deepEqual(problemsOf(known('account.knownHour > 1')), ['unknown-fact 6:17']);
  assert.deepEqual(problemsOf(known('run.bits > 1, missing: skip')), ['unavailable-fact 6:17']);
  assert.deepEqual(problemsOf(`tiers:\n  known: {when: "true", ${NUMBERS}}`), ['missing-key 5:3']);
  assert.deepEqual(problemsOf(`tiers:\n  new: {when: "true", ${NUMBERS}}`), ['unknown-key 5:8']);
  assert.deepEqual(problemsOf(`tiers:\n  new: {${NUMBERS.replace(': 10', ': -1')}}`), [
    'wrong-value 5:29',
  ]);
  assert.deepEqual(problemsOf(`tiers:\n  new: {weight: 1}`).length, 5);
});

test('pools have a monthly limit by provider', () => {
  const loaded = load('pools: {gitlab: {monthlyVcpuSeconds: 7}}');
  assert.ok(loaded.ok);
  assert.equal(loaded.value.poolOf('gitlab').monthlyVcpuSeconds, 7);
  assert.equal(loaded.value.poolOf('github').monthlyVcpuSeconds, null);
  assert.equal(loaded.value.poolOf('gitlab-eu').monthlyVcpuSeconds, 7, 'an instance of the kind');
  assert.deepEqual(problemsOf('pools: {gitlab: {monthly: 7}}'), ['unknown-key 4:18']);
});

test('a pool says what is assumed of jobs that do not say how long they run', () => {
  const assumed = (used: string, rest = 'vcpu: 0.5, timeoutSeconds: 60, shareMax: 0.25') =>
    `pools: {gitlab: {assumed: {usedSeconds: ${used}, ${rest}}}}`;
  const loaded = load(assumed('30'));
  assert.ok(loaded.ok, JSON.stringify(loaded));
  const expected = { vcpu: 0.5, timeoutSeconds: 60, usedSeconds: 30, shareMax: 0.25 };
  assert.deepEqual(loaded.value.poolOf('gitlab').assumed, expected);
  assert.equal(loaded.value.poolOf('github').assumed, null);
  assert.deepEqual(problemsOf(assumed('61')), ['wrong-value 4:41']);
  assert.deepEqual(problemsOf(assumed('30', 'vcpu: 0, timeoutSeconds: 60, shareMax: 2')).length, 2);
  assert.deepEqual(problemsOf(assumed('30', 'vcpu: 1')).length, 2);
});

test('a pool has machines, where the queue is to advise', () => {
  const loaded = load('pools: {drone: {slots: 40}}');
  assert.ok(loaded.ok, JSON.stringify(loaded));
  assert.equal(loaded.value.poolOf('drone').slots, 40);
  assert.equal(loaded.value.poolOf('gitlab').slots, null);
  for (const slots of ['0', '1.5', '10000000', 'many']) {
    assert.deepEqual(problemsOf(`pools: {gitlab: {slots: ${slots}}}`), ['wrong-value 4:25']);
  }
});

test('a pool says what credit and challenges are worth', () => {
  const loaded = load(
    'pools: {circleci: {creditVcpuSeconds: 0.5, challenges: {card: 60, sms: 1}}}',
  );
  assert.ok(loaded.ok, JSON.stringify(loaded));
  const { creditVcpuSeconds, challenges } = loaded.value.poolOf('circleci');
  assert.deepEqual(
    [creditVcpuSeconds, [...challenges]],
    [
      0.5,
      [
        ['card', 60],
        ['sms', 1],
      ],
    ],
  );
  assert.equal(loaded.value.poolOf('github').creditVcpuSeconds, null);
  const wrong = (fields: string) => problemsOf(`pools: {circleci: {${fields}}}`);
  assert.deepEqual(wrong('creditVcpuSeconds: 0'), ['wrong-value 4:39']);
  assert.deepEqual(wrong('challenges: {card: 0.5}'), ['wrong-value 4:39']);
  assert.deepEqual(wrong('challenges: {card: 5, card: 6}'), ['duplicate-key 4:42']);
  assert.deepEqual(wrong('challenges: [card]'), ['wrong-shape 4:32']);
});
