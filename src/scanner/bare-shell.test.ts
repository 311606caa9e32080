import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scanJob } from './test-scanner.ts';

const SENTENCE = 'a shell runs what another command prints';

test('a shell that nothing feeds waits for somebody to type', () => {
  for (const script of ['bash', '/bin/sh', 'exec sh', 'make\nzsh -e', 'sudo bash']) {
    assert.deepEqual(scanJob({ scripts: [script] }).unchecked, [], script);
  }
});

test('a shell behind a pipe runs what nobody knows, wherever the pipe stands', () => {
  for (const script of [
    './made | bash',
    'f() { sh; }\n./made | f',
    'sh < <(./made)',
    './a |\nsh -s',
  ]) {
    assert.ok(scanJob({ scripts: ['bash', script] }).unchecked.includes(SENTENCE), script);
  }
});
