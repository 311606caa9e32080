import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { policyBytesMax } from '../base/limits.ts';
import { EXIT, UsageError } from './command.ts';
import { policy } from './policy.ts';
import { testTerminal } from './test-terminal.ts';

const HEAD = `version: 1
priorBits: -10
defaults: {sign-up: allow, admission: allow, run: allow, spend: deny}
`;

function rule(when: string): string {
  return `rules:
  - id: one
    at: [admission]
    mode: live
    when: ${when}
    missing: skip
    action: deny
    reason: "A rule for the test."
`;
}

function tests(action: string): string {
  return `tests:
  - name: a miner
    at: admission
    facts: {scan.verdict: confirmed}
    expect: {action: ${action}}
`;
}

async function run(verb: string, text: string | Buffer) {
  const folder = mkdtempSync(join(tmpdir(), 'davylamp-policy-'));
  try {
    writeFileSync(join(folder, 'p.yaml'), text);
    const terminal = testTerminal(folder);
    const code = await policy.run([verb, 'p.yaml'], terminal);
    return { code, out: terminal.outText, error: terminal.errorText };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('a good file', async () => {
  const { code, out } = await run('check', HEAD + rule('scan.verdict == "confirmed"'));
  assert.equal(code, EXIT.ok);
  assert.match(out, /^p\.yaml: 1 rules, revision [0-9a-f]{16}\n$/);
});

test('what is no file and what is no text is not read', async () => {
  const terminal = testTerminal('/');
  assert.equal(await policy.run(['check', '/dev/zero'], terminal), EXIT.unread);
  assert.equal(terminal.errorText, '/dev/zero: it is no regular file\n');
  const bytes = Buffer.from(`${HEAD}${rule('true')}# \xff\n`, 'latin1');
  const { code, error } = await run('check', bytes);
  assert.equal(code, EXIT.unread);
  assert.equal(error, 'p.yaml: it is not UTF-8\n');
});

test('a mistake is told with file, line and column', async () => {
  const { code, error } = await run('check', HEAD + rule('scan.verdit == "confirmed"'));
  assert.equal(code, EXIT.found);
  assert.match(error, /^p\.yaml:8:11: rule one: .*scan\.verdict/);
});

test('tests of the file: passed, failed, and rules without one', async () => {
  const good = HEAD + rule('scan.verdict == "confirmed"');
  const passed = await run('test', good + tests('deny'));
  assert.equal(passed.code, EXIT.ok);
  assert.match(passed.out, /1 passed, 0 failed/);
  assert.match(passed.error, /rule one has no test in which it stays quiet/);
  const failed = await run('test', good + tests('hold'));
  assert.equal(failed.code, EXIT.found);
  assert.match(failed.error, /^p\.yaml:13: test "a miner" failed/);
});

test('files that cannot be read, and arguments that do not fit', async () => {
  const terminal = testTerminal(tmpdir());
  assert.equal(await policy.run(['check', 'absent.yaml'], terminal), EXIT.unread);
  const huge = await run('check', '#'.repeat(policyBytesMax + 1));
  assert.equal(huge.code, EXIT.unread);
  await assert.rejects(policy.run(['check'], terminal), UsageError);
  await assert.rejects(policy.run(['prove', 'x'], terminal), UsageError);
  await assert.rejects(policy.run(['chek', 'x'], terminal), /did you mean "check"\?$/);
});
