import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  answerMsMax,
  celTotalLengthMax,
  policyBytesMax,
  policyCostMax,
  policyIdLengthMax,
  policyProblemsMax,
  policyRulesMax,
  policyTestNameLengthMax,
  policyTestsMax,
  reasonLengthMax,
  yamlAliasesMax,
  yamlDepthMax,
} from '../base/limits.ts';
import { CHECKPOINT_OF, CHECKPOINTS } from '../model/checkpoint.ts';
import { loadPolicy, type Policy, type PolicyProblem, riskOf, testPolicy } from './policy.ts';
import { NEUTRAL_EVENT } from './policy-test.ts';

const HEAD = `version: 1
priorBits: -10
defaults: {sign-up: allow, admission: allow, run: allow, spend: deny}
`;

const RULE = `rules:
  - id: one
    at: [admission]
    mode: live
    when: account.jobsThisHour > 5
    action: slow
    limits: {concurrency: 2}
    ttl: 90s
    reason: "{account.jobsThisHour} jobs"
`;

function policyOf(text: string): Policy {
  const loaded = loadPolicy(text);
  assert.ok(loaded.ok, JSON.stringify(!loaded.ok && loaded.error, null, 1));
  return loaded.value;
}

function problemsOf(text: string): readonly PolicyProblem[] {
  const loaded = loadPolicy(text);
  assert.ok(!loaded.ok, 'the policy has no problem');
  return loaded.error;
}

function rulesFile(...rules: readonly string[]): string {
  return `${HEAD}rules:\n${rules.join('')}`;
}

/** A rule in one line, with what differs from an ordinary one. */
function rule(fields: Record<string, string>): string {
  const all = {
    id: 'one',
    at: '[admission]',
    mode: 'live',
    when: '"true"',
    action: 'hold',
    reason: 'so',
    ...fields,
  };
  const shown = Object.entries(all).filter(([, value]) => value !== '');
  return `  - {${shown.map(([key, value]) => `${key}: ${value}`).join(', ')}}\n`;
}

describe('loadPolicy', () => {
  test('reads a policy', () => {
    const policy = policyOf(HEAD + RULE);
    assert.match(policy.revision, /^[0-9a-f]{16}$/);
    assert.equal(policy.text, HEAD + RULE);
    assert.equal(policy.priorBits, -10);
    assert.deepEqual(policy.defaults, {
      'sign-up': 'allow',
      'admission': 'allow',
      'run': 'allow',
      'spend': 'deny',
    });
    assert.deepEqual(
      policy.rules.map(({ id, mode, limits, ttlSeconds }) => ({ id, mode, limits, ttlSeconds })),
      [{ id: 'one', mode: 'live', limits: { concurrency: 2 }, ttlSeconds: 90 }],
    );
  });

  test('gives texts that differ in a byte another revision', () => {
    assert.notEqual(policyOf(HEAD + RULE).revision, policyOf(`${HEAD}${RULE} `).revision);
  });

  /** The mistake stands at ^, which is taken out; the first problem must be told there. */
  const MISTAKES: readonly (readonly [marked: string, code: string, message: RegExp])[] = [
    ['^', 'wrong-shape', /one YAML document/],
    ['^a: 1\n---\nb: 1\n', 'wrong-shape', /one YAML document/],
    ['^- a\n', 'wrong-shape', /a policy is a map/],
    [`${HEAD}rules: []\n^extra: 1\n`, 'unknown-key', /no key "extra"/],
    [`${HEAD}rules: []\n^test: []\n`, 'unknown-key', /did you mean "tests"/],
    [`${HEAD}rules: []\n^version: 1\n`, 'duplicate-key', /"version" twice/],
    [`^${HEAD}`, 'missing-key', /needs the key "rules"/],
    [`${HEAD.replace('1', '^2')}rules: []\n`, 'wrong-value', /version is never "2"/],
    [`${HEAD.replace('-10', '^ten')}rules: []\n`, 'wrong-value', /priorBits is a number/],
    [`${HEAD.replace('-10', '"^-10"')}rules: []\n`, 'wrong-value', /priorBits is a number/],
    [`${HEAD.replace('-10', '^1e9')}rules: []\n`, 'wrong-value', /from -60 to 60/],
    [
      `${HEAD.replace('spend: deny', 'spend: ^suspend')}rules: []\n`,
      'wrong-value',
      /default of spend/,
    ],
    [`${HEAD.replace('{sign-up: allow, ', '^{')}rules: []\n`, 'missing-key', /"sign-up"/],
    [`${HEAD}rules: ^{}\n`, 'wrong-shape', /rules is a list/],
    [rulesFile(rule({ id: '^Big_One' })), 'wrong-value', /lower-case words/],
    [rulesFile(rule({}), rule({ id: '^one' })), 'duplicate-id', /another rule "one"/],
    [rulesFile(rule({ at: '[^start]' })), 'wrong-value', /one of sign-up, admission/],
    [rulesFile(rule({ at: '^[]' })), 'wrong-value', /at least one/],
    [rulesFile(rule({ mode: '^lve' })), 'wrong-value', /did you mean "live"/],
    [rulesFile(rule({ action: '^block' })), 'wrong-value', /one of allow, slow/],
    [rulesFile(rule({ missing: '^allow' })), 'wrong-value', /one of skip, fire/],
    [rulesFile(rule({ ttl: '^1w' })), 'wrong-value', /90s, 30m, 24h or 7d/],
    [rulesFile(rule({ ttl: '^367d' })), 'wrong-value', /at most 366d/],
    [rulesFile(rule({ ttl: '^0s' })), 'wrong-value', /ttl is a time/],
    [rulesFile(rule({ limits: '{^cpu: 1}' })), 'unknown-key', /no key "cpu"/],
    [rulesFile(rule({ limits: '{cpuShare: ^2}' })), 'wrong-value', /from 0.01 to 1/],
    [rulesFile(rule({ limits: '{fanOut: ^1.5}' })), 'wrong-value', /a whole number/],
    [rulesFile(rule({ reason: '"^"' })), 'wrong-value', /1 to 500 characters/],
    [rulesFile(rule({ reason: '"a {^scan.rule}"' })), 'unknown-fact', /scan.rules/],
    [rulesFile(rule({ reason: '"a {^scan.rules"' })), 'reason-syntax', /does not close/],
    [rulesFile(rule({ reason: '"a ^} b"' })), 'reason-syntax', /did not open/],
    [rulesFile(rule({ when: '"^tru || false"' })), 'unknown-fact', /"tru"/],
    [rulesFile(rule({ when: '^[a]' })), 'wrong-shape', /when is a single value/],
    [rulesFile(rule({ when: '!cel ^true' })), 'wrong-shape', /without a tag/],
    [rulesFile(rule({ when: '"^account.trial"' })), 'missing-unsaid', /"missing: skip"/],
    [
      rulesFile(rule({ at: '[spend]', reason: '"{^scan.rules}"' })),
      'unavailable-fact',
      /no scan.rules at spend/,
    ],
    [
      rulesFile(rule({ when: '"^scan.rules.all(a, scan.rules.all(b, a == b))"', missing: 'skip' })),
      'cel-cost',
      /at most 100000/,
    ],
    [
      `${HEAD}rules:\n${rule({ when: `'scan.verdict ^== "it''s"'`, missing: 'skip' })}`,
      'impossible-value',
      /never "it's"/,
    ],
  ];
  for (const [marked, code, message] of MISTAKES) {
    test(`${code}: ${marked.split('\n').find((line) => line.includes('^'))}`, () => {
      const before = marked.slice(0, marked.indexOf('^'));
      const [problem] = problemsOf(marked.replace('^', ''));
      assert.equal(problem?.code, code, JSON.stringify(problem));
      assert.match(problem.message, message);
      assert.equal(problem.line, before.split('\n').length);
      assert.equal(problem.column, (before.split('\n').at(-1)?.length ?? 0) + 1);
    });
  }

  test('tells all mistakes in the order of the file, with the rule that each stands in', () => {
    const text = rulesFile(rule({ mode: 'lve' }), rule({ id: 'two', when: 'a || b' }));
    assert.deepEqual(
      problemsOf(text).map(({ code, rule: id }) => [id, code]),
      [
        ['one', 'wrong-value'],
        ['two', 'unknown-fact'],
        ['two', 'unknown-fact'],
      ],
    );
  });
});

describe('limits of a policy file', () => {
  const codeOf = (text: string): string | undefined => problemsOf(text)[0]?.code;
  const rules = (count: number, fields: Record<string, string> = {}): string =>
    Array.from({ length: count }, (_, i) => rule({ id: `r${i}`, ...fields })).join('');

  test('bytes', () => {
    const padded = (bytes: number) => `${HEAD}rules: []\n#`.padEnd(bytes, 'x');
    assert.ok(loadPolicy(padded(policyBytesMax)).ok);
    assert.equal(codeOf(padded(policyBytesMax + 1)), 'too-large');
    assert.equal(codeOf(`#${'é'.repeat(policyBytesMax / 2)}`), 'too-large');
  });

  test('depth and aliases', () => {
    assert.equal(codeOf('['.repeat(yamlDepthMax + 10)), 'too-deep');
    const bomb = `a: &a [x]\nb: [${'*a,'.repeat(yamlAliasesMax + 1)}]\n`;
    assert.equal(codeOf(bomb), 'too-many-aliases');
  });

  test('rules, tests, their names, and reasons', () => {
    assert.ok(loadPolicy(rulesFile(rules(policyRulesMax))).ok);
    assert.equal(codeOf(rulesFile(rules(policyRulesMax + 1))), 'too-many');
    const tests = `${HEAD}rules: []\ntests: [${'a,'.repeat(policyTestsMax + 1)}]\n`;
    assert.equal(codeOf(tests), 'too-many');
    assert.ok(loadPolicy(rulesFile(rule({ id: 'i'.repeat(policyIdLengthMax) }))).ok);
    assert.equal(codeOf(rulesFile(rule({ id: 'i'.repeat(policyIdLengthMax + 1) }))), 'wrong-value');
    const name = 'n'.repeat(policyTestNameLengthMax + 1);
    const named = `[{name: ${name}, at: run, expect: {action: allow}}]`;
    assert.equal(codeOf(`${HEAD}rules: []\ntests: ${named}\n`), 'wrong-value');
    const reason = rule({ reason: 'x'.repeat(reasonLengthMax + 1) });
    assert.equal(codeOf(rulesFile(reason)), 'wrong-value');
  });

  test('conditions together, in length and in cost', () => {
    const long = `"${'true || '.repeat(190)}true"`;
    const count = Math.ceil(celTotalLengthMax / (long.length - 2));
    assert.equal(codeOf(rulesFile(rules(count, { when: long }))), 'too-many');
    const dear = { when: '"account.id.matches(\'[a-z]{40}\')"' };
    const dearMax = Math.floor(policyCostMax / 90_065);
    assert.ok(loadPolicy(rulesFile(rules(dearMax, dear))).ok);
    assert.equal(codeOf(rulesFile(rules(dearMax + 1, dear))), 'cel-cost');
  });

  test('problems that are told', () => {
    const text = rulesFile(rules(policyProblemsMax + 50, { mode: 'never' }));
    assert.equal(problemsOf(text).length, policyProblemsMax);
  });

  test('what a message shows of the file', () => {
    const [problem] = problemsOf(`${HEAD}rules: []\n${'k'.repeat(100_000)}: 1\n`);
    assert.ok((problem?.message.length ?? 0) < 200);
  });

  test('what aliases repeat is read once per place, not without end', () => {
    const facts = `{${Array.from({ length: 5_000 }, (_, i) => `f${i}: 1`).join(', ')}}`;
    const tests = Array.from({ length: 400 }, () => '{name: t, at: run, facts: *f, expect: *e}');
    const first = `{name: t, at: run, facts: &f ${facts}, expect: &e {action: allow}}`;
    const items = [first, ...tests].map((item) => `  - ${item}\n`);
    const text = `${HEAD}rules: []\ntests:\n${items.join('')}`;
    const started = process.cpuUsage();
    assert.equal(problemsOf(text).length, policyProblemsMax);
    assert.ok(process.cpuUsage(started).user / 1_000 < answerMsMax);
  });
});

describe('judge', () => {
  const facts = { 'account.jobsThisHour': 9 };

  test('answers allow when no live rule fires', () => {
    const judgement = policyOf(HEAD + RULE).judge('admission', { 'account.jobsThisHour': 5 });
    const nothing = { action: 'allow', limits: {}, ttlSeconds: 0, rules: [], shadow: [] };
    assert.deepEqual(judgement, nothing);
  });

  test('answers with the rule that fired and its reason', () => {
    const fired = {
      id: 'one',
      action: 'slow',
      limits: { concurrency: 2 },
      ttlSeconds: 90,
      reason: '9 jobs',
    };
    assert.deepEqual(policyOf(HEAD + RULE).judge('admission', facts), {
      action: 'slow',
      limits: { concurrency: 2 },
      ttlSeconds: 90,
      rules: [fired],
      shadow: [],
    });
  });

  test('asks only the rules of the checkpoint', () => {
    assert.equal(policyOf(HEAD + RULE).judge('run', facts).action, 'allow');
  });

  test('lets the severest rule win, severest first and then as in the file', () => {
    const text = rulesFile(
      rule({ id: 'a', action: 'slow' }),
      rule({ id: 'b', action: 'hold' }),
      rule({ id: 'c', action: 'allow' }),
      rule({ id: 'd', action: 'hold' }),
      rule({ id: 'e', action: 'suspend', mode: 'shadow' }),
      rule({ id: 'f', action: 'suspend', mode: 'off' }),
    );
    const judgement = policyOf(text).judge('admission', {});
    assert.equal(judgement.action, 'hold');
    assert.deepEqual(
      judgement.rules.map((r) => r.id),
      ['b', 'd', 'a', 'c'],
    );
    assert.deepEqual(
      judgement.shadow.map((r) => r.id),
      ['e'],
    );
  });

  test('takes the strictest limit of all that fired, and the longest time of the winners', () => {
    const text = rulesFile(
      rule({
        id: 'a',
        action: 'slow',
        ttl: '7d',
        limits: '{concurrency: 1, notBeforeSeconds: 60}',
      }),
      rule({ id: 'b', action: 'hold', ttl: '1h', limits: '{concurrency: 5, notBeforeSeconds: 9}' }),
      rule({ id: 'c', action: 'hold', ttl: '2h', limits: '{priority: -5, cpuShare: 0.5}' }),
      rule({ id: 'd', mode: 'shadow', limits: '{fanOut: 1}' }),
    );
    const { limits, ttlSeconds } = policyOf(text).judge('admission', {});
    assert.deepEqual(limits, { concurrency: 1, priority: -5, notBeforeSeconds: 60, cpuShare: 0.5 });
    assert.equal(ttlSeconds, 7_200);
  });

  test('does with a missing fact what the rule says', () => {
    const at = { at: '[run]', when: 'account.trial' };
    const policy = policyOf(
      rulesFile(
        rule({ ...at, id: 'a', missing: 'skip' }),
        rule({ ...at, id: 'b', missing: 'fire' }),
      ),
    );
    assert.deepEqual(
      policy.judge('run', {}).rules.map((r) => r.id),
      ['b'],
    );
  });

  test('needs no word on missing where has() or another fact decides', () => {
    const text = rulesFile(rule({ when: '"has(account.trial) || account.jobsThisHour > 3"' }));
    assert.equal(policyOf(text).judge('admission', facts).action, 'hold');
  });

  test('gives the same bytes for the same facts', () => {
    const policy = policyOf(HEAD + RULE);
    const first = JSON.stringify(policy.judge('admission', facts));
    assert.equal(JSON.stringify(policyOf(HEAD + RULE).judge('admission', facts)), first);
  });
});

describe('testPolicy', () => {
  const tests = (expect: string, given = '{account.jobsThisHour: 9}'): string =>
    `${HEAD}${RULE}tests:\n  - {name: busy, at: admission, facts: ${given}, expect: ${expect}}\n`;

  test('passes what is as expected', () => {
    const { passed, failures } = testPolicy(policyOf(tests('{action: slow, rules: [one]}')));
    assert.deepEqual({ passed, failures }, { passed: 1, failures: [] });
  });

  test('tells what differs, with the line of the test', () => {
    const { failures } = testPolicy(policyOf(tests('{action: hold, rules: [], shadow: [one]}')));
    assert.deepEqual(failures, [
      {
        name: 'busy',
        line: 14,
        message:
          'the action is slow, expected hold; rules that fired: one, expected none; ' +
          'shadow that fired: none, expected one',
      },
    ]);
  });

  test('names rules that no test fires, or none leaves quiet', () => {
    assert.deepEqual(testPolicy(policyOf(tests('{action: slow}'))).untested, [
      { rule: 'one', lacks: 'quiet' },
    ]);
    assert.deepEqual(testPolicy(policyOf(tests('{action: allow}', '{}'))).untested, [
      { rule: 'one', lacks: 'firing' },
    ]);
  });

  const WRONG: readonly (readonly [expect: string, facts: string, code: string])[] = [
    ['{action: slow, rules: [oen]}', '{}', 'unknown-rule'],
    ['{action: slow}', '{account.jobs: 1}', 'unknown-fact'],
    ['{action: slow}', '{account.jobsThisHour: "1"}', 'wrong-value'],
    ['{action: slow}', '{account.trial: yes}', 'wrong-value'],
    ['{action: slow}', '{scan.verdict: good}', 'wrong-value'],
    ['{action: slow}', '{scan.rules: a}', 'wrong-shape'],
    ['{rules: [one]}', '{}', 'missing-key'],
  ];
  for (const [expect, given, code] of WRONG) {
    test(`checks ${expect} of ${given}`, () => {
      assert.equal(problemsOf(tests(expect, given))[0]?.code, code);
    });
  }

  test('fills in the event that asks at the checkpoint', () => {
    for (const checkpoint of CHECKPOINTS) {
      assert.equal(CHECKPOINT_OF[NEUTRAL_EVENT[checkpoint]], checkpoint);
    }
  });

  test('knows which facts there are at a checkpoint', () => {
    const item = '{name: a, at: spend, facts: {job.vcpu: 1}, expect: {action: allow}}';
    const text = `${HEAD}rules: []\ntests: [${item}]\n`;
    assert.equal(problemsOf(text)[0]?.code, 'unavailable-fact');
  });
});

test('risk is the probability that odds of 2^(prior + bits) give', () => {
  assert.equal(riskOf(-10, 10), 0.5);
  assert.equal(riskOf(0, 0), 0.5);
  assert.ok(Math.abs(riskOf(-10, 0) - 1 / 1025) < 1e-12);
  assert.equal(riskOf(-10, 2_000), 1);
  assert.equal(riskOf(-10, -2_000), 0);
});
