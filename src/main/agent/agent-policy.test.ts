import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { DEFAULT_RUN_RULES } from '../../enforce/run-rule.ts';
import { DEFAULT_AGENT_POLICY, readAgentPolicy } from './agent-policy.ts';

test('an empty policy is the default', () => {
  const read = readAgentPolicy('');
  assert.ok(read.ok);
  assert.deepEqual(read.value, DEFAULT_AGENT_POLICY);
});

test('the default policy as a file says what the code does', () => {
  const read = readAgentPolicy(readFileSync('policies/agent.yaml', 'utf8'));
  assert.ok(read.ok);
  assert.deepEqual(read.value.rules, DEFAULT_RUN_RULES);
  assert.deepEqual(read.value.sensors, DEFAULT_AGENT_POLICY.sensors);
});

test('records of other sensors', () => {
  const read = readAgentPolicy(
    'listen: /run/records.sock\nrecords: {falco: http, eve: /var/log/suricata/eve.json}',
  );
  assert.ok(read.ok);
  const { listen, records } = read.value;
  assert.equal(listen, '/run/records.sock');
  assert.deepEqual(records, { falco: 'http', eve: '/var/log/suricata/eve.json' });
});

const WRONG: Readonly<Record<string, string>> = {
  'dry-run: maybe': 'wrong-value',
  'rulez: []': 'unknown-key',
  'sensors: [cgroups]': 'wrong-value',
  'records: {falco: events.json}': 'wrong-value',
  'records: {falco: http}': 'wrong-value',
  'records: {falco: stdin, eve: stdin}': 'wrong-value',
  'records: {suricata: /var/log/eve.json}': 'unknown-key',
  'listen: 8790': 'wrong-value',
  'jobs: [{cgroup: /a, unit: b, job: x/y/z}]': 'wrong-shape',
  'jobs: [{job: x/y/z}]': 'wrong-shape',
  'jobs: [{cgroup: /a}]': 'missing-key',
  'rules: [{id: a, level: mining, do: cap, ttl: 5m}]': 'missing-key',
  'rules: [{id: a, level: none, do: stop, ttl: 5m}]': 'wrong-value',
  'rules: [{id: a, level: mining, do: stop, ttl: 5 minutes}]': 'wrong-value',
  'rules: [{id: a, level: mining, do: cap, ttl: 5m, cpu-weight: 1, cpu-share: 2}]': 'wrong-value',
  '- a': 'wrong-shape',
  'a: [': 'not-yaml',
};

for (const [text, code] of Object.entries(WRONG)) {
  test(`a policy with ${text}`, () => {
    const read = readAgentPolicy(text);
    assert.ok(!read.ok);
    assert.equal(read.error[0]?.code, code);
  });
}
