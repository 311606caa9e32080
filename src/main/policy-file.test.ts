import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { LogFields } from '../ports/log.ts';
import { PolicyFile } from './policy-file.ts';
import { realClock } from './real-clock.ts';

const HEAD = `version: 1
priorBits: -10
defaults: {sign-up: allow, admission: allow, run: allow, spend: deny}
rules:
`;

function rule(id: string, mode = 'live'): string {
  return `  - {id: ${id}, at: [admission], mode: ${mode}, when: 'true', action: deny, reason: r}\n`;
}

function tests(action: string): string {
  return `tests:\n  - {name: one, at: admission, expect: {action: ${action}}}\n`;
}

interface Said {
  readonly level: string;
  readonly message: string;
  readonly fields: LogFields;
}

async function open(t: TestContext, text: string) {
  const folder = mkdtempSync(join(tmpdir(), 'davylamp-policy-file-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'policy.yaml');
  writeFileSync(path, text);
  const said: Said[] = [];
  const used: string[] = [];
  const outcomes: string[] = [];
  const say =
    (level: string) =>
    (message: string, fields: LogFields = {}) => {
      said.push({ level, message, fields });
    };
  const opened = await PolicyFile.open(path, {
    store: { keepPolicy: async () => undefined },
    clock: realClock,
    log: { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') },
    metrics: { policyReload: (outcome: string) => void outcomes.push(outcome) } as never,
    usePolicy: (policy) => void used.push(policy),
  });
  assert.ok(opened.ok, JSON.stringify(opened));
  const reload = async (changed: string | Buffer): Promise<void> => {
    said.length = 0;
    writeFileSync(path, changed);
    await opened.value.reload();
  };
  return { file: opened.value, reload, said, used, outcomes };
}

test('a policy that was cut behind a rule does not replace a whole one', async (t) => {
  const whole = HEAD + rule('one') + rule('two') + tests('deny');
  const { file, reload, said, used, outcomes } = await open(t, whole);
  await reload(HEAD + rule('one'));
  assert.equal(file.current.text, whole);
  assert.deepEqual(used, [whole]);
  assert.deepEqual(outcomes, ['refused']);
  const [first] = said;
  assert.equal(first?.level, 'error');
  assert.match(`${first?.fields['message']}`, /1 of 2 rules and none of the 1 tests.*restart/);
  await reload(whole.replace('reason: r', 'reason: s'));
  assert.deepEqual(outcomes, ['refused', 'loaded']);
  assert.deepEqual(
    said.map(({ level }) => level),
    ['info'],
  );
});

test('the shipped policy, cut anywhere, is refused or has all its rules', async (t) => {
  const path = new URL('../../policies/default.yaml', import.meta.url);
  const whole = readFileSync(path, 'utf8');
  const { file, reload } = await open(t, whole);
  const rules = file.current.rules.length;
  const lines = whole.split('\n');
  const step = Math.ceil(lines.length / 60);
  for (let count = 1; count < lines.length; count += step) {
    await reload(lines.slice(0, count).join('\n'));
    assert.equal(file.current.rules.length, rules, `cut behind line ${count}`);
  }
});

test('where the tests of the policy in force fail, one without tests is loaded, with a warning', async (t) => {
  const { file, reload, said } = await open(t, HEAD + rule('one') + tests('allow'));
  await reload(HEAD + rule('one'));
  assert.equal(file.current.tests.length, 0);
  const [warning] = said;
  assert.equal(warning?.level, 'warn');
  assert.deepEqual(
    [warning?.fields['dropped'], warning?.fields['testsBefore'], warning?.fields['tests']],
    ['', 1, 0],
  );
});

test('live rules that are gone are named, up to twenty of them', async (t) => {
  const many = Array.from({ length: 25 }, (_, i) => rule(`rule-${i}`)).join('');
  const { reload, said } = await open(t, HEAD + many + rule('trial', 'shadow'));
  await reload(HEAD + rule('rule-0'));
  const [warning] = said;
  assert.equal(warning?.level, 'warn');
  assert.match(`${warning?.fields['dropped']}`, /^rule-1, .*rule-20, and 4 more$/);
  assert.deepEqual([warning?.fields['rulesBefore'], warning?.fields['rules']], [26, 1]);
  await reload(HEAD + rule('rule-0') + rule('new'));
  assert.deepEqual(
    said.map(({ level }) => level),
    ['info'],
  );
});
