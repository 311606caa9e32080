import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { RULES } from '../scanner/rules/registry.ts';
import { EXIT } from './command.ts';
import { rules } from './rules.ts';
import { testTerminal } from './test-terminal.ts';

async function run(...args: readonly string[]) {
  const terminal = testTerminal(tmpdir());
  const code = await rules.run(args, terminal);
  return { code, out: terminal.outText };
}

test('every rule is listed, as text and as JSON', async () => {
  const { out } = await run();
  assert.equal(out.trimEnd().split('\n').length, RULES.length);
  for (const { id, title } of RULES) assert.ok(out.includes(id) && out.includes(title), id);
  const listed = JSON.parse((await run('--format', 'json')).out).rules;
  assert.deepEqual(
    listed.map(({ id }: { id: string }) => id),
    RULES.map(({ id }) => id),
  );
});

test('a rule is explained by its page, and a mistyped one by the nearest', async () => {
  const { code, out } = await run('pool-endpoint', 'payout-address');
  assert.equal(code, EXIT.ok);
  assert.match(out, /^# `pool-endpoint`[\s\S]*\n# `payout-address`/);
  await assert.rejects(run('pool-endpont'), /did you mean "pool-endpoint"\?/);
});
