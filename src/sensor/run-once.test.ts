import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runOnce } from './run-once.ts';

test('a program that hangs is ended', async () => {
  const ran = await runOnce('sleep', ['60'], '', 50);
  assert.ok(!ran.ok);
  assert.deepEqual(ran.error, { code: 'failed', message: 'sleep: not done in 50 ms' });
});

test('what it read, what it said, and one that is not there', async () => {
  assert.ok((await runOnce('sh', ['-c', 'read word; test "$word" = yes'], 'yes\n')).ok);
  const failed = await runOnce(
    'sh',
    ['-c', 'echo no such right: Permission denied >&2; exit 3'],
    '',
  );
  assert.equal(!failed.ok && failed.error.code, 'denied');
  const missing = await runOnce('davylamp-has-no-such-program', [], '');
  assert.equal(!missing.ok && missing.error.code, 'missing');
});
