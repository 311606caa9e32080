import assert from 'node:assert/strict';
import { test } from 'node:test';
import { domainListProblemsMax } from '../../base/limits.ts';
import { disposableTest, isDisposable, parseDomainList } from './disposable-domains.ts';
import { FREE_MAIL_DOMAINS } from './email-domains.ts';

test('domains of the public list and their subdomains are disposable, whole labels only', () => {
  for (const domain of ['mailinator.com', 'mx.yopmail.com', 'guerrillamail.net']) {
    assert.ok(isDisposable(domain), domain);
  }
  for (const domain of ['xmailinator.example', 'mailinator.com.example.org', 'com', '']) {
    assert.ok(!isDisposable(domain), domain);
  }
});

test('nobody’s usual mailbox is disposable', () => {
  assert.deepEqual([...FREE_MAIL_DOMAINS].filter(isDisposable), []);
});

test('an operator adds domains and takes some from the list; the nearest one named counts', () => {
  const text = `# ours
  ThrowAway.example
!yopmail.com
paid.yopmail.com
!staff.throwaway.example
bücher-weg.example
`;
  const { domains, problems } = parseDomainList(text);
  assert.deepEqual(problems, []);
  const isOurs = disposableTest(domains);
  for (const domain of ['throwaway.example', 'a.throwaway.example', 'x.paid.yopmail.com']) {
    assert.ok(isOurs(domain), domain);
  }
  assert.ok(isOurs('xn--bcher-weg-q9a.example'));
  assert.ok(isOurs('mailinator.com'));
  for (const domain of ['yopmail.com', 'mx.yopmail.com', 'x.staff.throwaway.example']) {
    assert.ok(!isOurs(domain), domain);
  }
});

test('what is no domain is named by its line', () => {
  const { problems } = parseDomainList('a.example\nde\n!\nx y.example\na_b.example\n!a.example\n');
  assert.deepEqual(
    problems.map(({ line }) => line),
    [2, 3, 4, 5, 6],
  );
  const many = parseDomainList('x\n'.repeat(domainListProblemsMax + 9));
  assert.equal(many.problems.length, domainListProblemsMax);
});
