import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCgroupPath } from './cgroup-path.ts';
import { type JobRule, jobByRule, matchStars } from './job-rule.ts';

const id = 'ab'.repeat(32);
const pod = {
  uid: '8dbc4577-4dbb-4bf4-9b9c-3b1b4d8a1a77',
  namespace: 'ci-acme',
  name: 'build-7',
  labels: {},
  annotations: {},
};

function match(rule: JobRule, cgroup: string, extra: object = {}) {
  const owner = readCgroupPath(cgroup);
  return jobByRule([rule], { cgroup, owner, pod: null, labels: {}, ...extra });
}

test('a rule on cgroups covers the cgroup and all below it', () => {
  const rule = { kind: 'cgroup', pattern: '/lab/*', job: 'lab/local/{1}' } as const;
  assert.deepEqual(match(rule, '/lab/a/b/c'), { ref: 'lab/local/a', cgroup: '/lab/a' });
  assert.equal(match(rule, '/lab'), null);
  assert.equal(match(rule, '/other/a'), null);
});

test('a rule on units', () => {
  const rule = { kind: 'unit', pattern: 'jupyter-*.service', job: 'hub/{1}/{unit}' } as const;
  const cgroup = '/system.slice/jupyter-ada.service';
  assert.deepEqual(match(rule, cgroup), { ref: 'hub/ada/jupyter-ada.service', cgroup });
  assert.equal(match(rule, '/system.slice/sshd.service'), null);
});

test('a rule on namespaces', () => {
  const rule = { kind: 'namespace', pattern: 'ci-*', job: 'kubernetes/{1}/{namespace}/{pod}' };
  const cgroup = `/kubepods/pod${pod.uid}/${id}`;
  const found = match(rule as JobRule, cgroup, { pod });
  assert.deepEqual(found, { ref: 'kubernetes/acme/ci-acme/build-7', cgroup });
  assert.equal(match(rule as JobRule, cgroup, { pod: { ...pod, namespace: 'system' } }), null);
});

test('a rule on labels', () => {
  const rule = { kind: 'label', pattern: 'tenant', job: 'docker/{label}/{container}' } as const;
  const found = match(rule, `/docker/${id}`, { labels: { tenant: 'acme' } });
  assert.equal(found?.ref, `docker/acme/${id.slice(0, 12)}`);
  assert.equal(match(rule, `/docker/${id}`), null);
});

test('a template that cannot be filled makes no job', () => {
  const rule = { kind: 'cgroup', pattern: '/lab/*', job: 'lab/{2}' } as const;
  assert.equal(match(rule, '/lab/a'), null);
});

test('stars', () => {
  assert.deepEqual(matchStars('a*c*e', 'abcde'), ['b', 'd']);
  assert.deepEqual(matchStars('*', ''), ['']);
  assert.equal(matchStars('aa*aa', 'aaa'), null);
  assert.equal(matchStars('a', 'ab'), null);
});
