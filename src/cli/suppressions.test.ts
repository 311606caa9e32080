import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  suppressionReasonLengthMax,
  suppressionsBytesMax,
  suppressionsMax,
} from '../base/limits.ts';
import type { Finding } from '../model/finding.ts';
import { loadSuppressions } from './load-suppressions.ts';
import type { ShownFinding } from './scan-outcome.ts';
import { SuppressionList, type SuppressionOptions } from './suppression-list.ts';

const RULES = ['pool-endpoint', 'payout-address'];
const HEAD = 'version: 1\nsuppressions:\n';
const PRINT = '0123456789abcdef0123456789abcdef';

function finding(path: string, rule = 'pool-endpoint', ignoreComment = ''): ShownFinding {
  const plain: Finding = {
    ...{ rule, title: '', severity: 'high', confidence: 'high', position: 'executed' },
    ...{ bits: 1, job: '', evidence: '', decoded: [] },
    location: { path, line: 4, column: 1, endLine: 4, endColumn: 2 },
    excerpt: { lines: [], linesLeftOut: 0, ignoreComment },
  };
  return { ...plain, fingerprint: PRINT };
}

function listOf(yaml: string, options: Partial<SuppressionOptions> = {}): SuppressionList {
  const loaded = loadSuppressions(HEAD + yaml, 'ok.yaml', RULES);
  assert.ok(loaded.ok, JSON.stringify(loaded));
  const now = Date.UTC(2026, 10, 23);
  const rest = { allowInline: false, ignoreFiles: [], rules: RULES, now };
  return new SuppressionList({ operator: loaded.value, ...rest, ...options });
}

function problemsOf(yaml: string): readonly string[] {
  const loaded = loadSuppressions(yaml, 'ok.yaml', RULES);
  assert.ok(!loaded.ok);
  return loaded.error.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

test('all that a suppression names must fit', () => {
  const list = listOf('  - {rule: pool-endpoint, path: test/**, reason: own tests}\n');
  assert.deepEqual(list.match(finding('test/a.sh'))?.place, 'ok.yaml:3');
  assert.equal(list.match(finding('src/a.sh')), null);
  assert.equal(list.match(finding('test/a.sh', 'payout-address')), null);
  const print = listOf(`  - {fingerprint: ${PRINT}, reason: seen}\n`);
  assert.equal(print.match(finding('src/a.sh'))?.reason, 'seen');
});

test('one that has expired does not hold, one that fits nothing is told of', () => {
  const list = listOf(`  - {path: a, expires: 2026-11-22, reason: x}
  - {path: b, expires: 2026-11-23, reason: x}
  - {path: c, reason: x}
`);
  assert.equal(list.match(finding('a')), null);
  assert.notEqual(list.match(finding('b')), null);
  assert.deepEqual(list.notes(), [
    'ok.yaml:3: the suppression has expired',
    'ok.yaml:5: the suppression fits no finding',
  ]);
});

test('every mistake of a file is named with its place', () => {
  assert.deepEqual(problemsOf(`${HEAD}  - {rule: pool-endpont, reason: x}\n`), [
    '3:12 there is no rule "pool-endpont": did you mean "pool-endpoint"?',
  ]);
  assert.deepEqual(problemsOf(`${HEAD}  - {rule: pool-endpoint}\n  - {reason: x}\n`), [
    '3:5 a suppression needs the key "reason"',
    '4:5 a suppression needs a rule, a path or a fingerprint',
  ]);
  assert.match(problemsOf(`${HEAD}  - {path: a, reason: x, expires: soon}\n`).join(), /2027-06-30/);
  assert.match(problemsOf(`${HEAD}  - {path: a, reason: x, until: 2}\n`).join(), /no key "until"/);
  assert.match(problemsOf(`${HEAD}  - {fingerprint: 12, reason: x}\n`).join(), /32 digits/);
  assert.match(problemsOf(`${HEAD}  - {path: ./, reason: x}\n`).join(), /3:12 .*names no file/);
  assert.match(problemsOf('version: 2\nsuppressions: []\n').join(), /version is a whole number/);
  assert.match(problemsOf('- a\n').join(), /a suppressions file is a map/);
  assert.match(problemsOf('a: [').join(), /1:/);
});

test('a file has bounds', () => {
  const many = '  - {path: a, reason: x}\n'.repeat(suppressionsMax + 1);
  assert.match(problemsOf(HEAD + many).join(), /at most 10000 are read/);
  assert.match(problemsOf('#'.repeat(suppressionsBytesMax + 1)).join(), /at most 1048576 bytes/);
  const reason = 'x'.repeat(suppressionReasonLengthMax + 1);
  assert.match(problemsOf(`${HEAD}  - {path: a, reason: ${reason}}\n`).join(), /1 to 500/);
});

test('what the tree asks for is told, and holds only when the operator allows it', () => {
  const asked = finding('a.sh', 'pool-endpoint', '[payout-address, pool-endpoint] our own test');
  const strict = listOf('  []\n');
  assert.equal(strict.match(asked), null);
  assert.deepEqual(strict.notes(), [
    'a.sh:4 asks to ignore pool-endpoint, which only the operator may allow',
  ]);
  const allowing = listOf('  []\n', { allowInline: true });
  assert.deepEqual(allowing.match(asked), { place: 'a.sh:4', reason: 'our own test' });
});

test('a comment names the rule and says why, or it asks for nothing', () => {
  const list = listOf('  []\n', { allowInline: true });
  for (const comment of [
    '[payout-address] x',
    '[*] x',
    'x',
    '[pool-endpoint x',
    '[pool-endpoint]',
  ]) {
    assert.equal(list.match(finding('a.sh', 'pool-endpoint', comment)), null, comment);
  }
  assert.match(list.notes().join(), /gives no reason/);
});

test('an ignore file of the tree reaches its own folder and no further', () => {
  const text = `${HEAD}  - {path: a.sh, reason: x}\n`;
  const ignoreFiles = [{ path: 'sub/.davylamp-ignore', text }];
  const list = listOf('  []\n', { allowInline: true, ignoreFiles });
  assert.equal(list.match(finding('sub/a.sh'))?.place, 'sub/.davylamp-ignore:3');
  assert.equal(list.match(finding('a.sh')), null);
  const strict = listOf('  []\n', { ignoreFiles });
  assert.equal(strict.match(finding('sub/a.sh')), null);
  assert.match(strict.notes().join(), /sub\/\.davylamp-ignore:3 asks to ignore/);
  const broken = [{ path: '.davylamp-ignore', text: 'a: [' }];
  assert.match(listOf('  []\n', { allowInline: true, ignoreFiles: broken }).notes().join(), /:1:/);
});
