import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { ProgressBar } from './progress-bar.ts';
import { testTerminal } from './test-terminal.ts';

test('on a terminal the bar grows, and leaves nothing behind', () => {
  let shown = '';
  const keep = (text: string): void => {
    shown = text;
  };
  const bar = new ProgressBar({ progress: true, error: keep });
  bar.show(500, 0.5);
  assert.equal(shown, `\r[${'#'.repeat(15)}${'.'.repeat(15)}] 500 files`);
  bar.show(501, 0.9);
  assert.match(shown, /500 files/);
  bar.show(1_000, 7);
  assert.equal(shown, `\r[${'#'.repeat(30)}] 1000 files`);
  bar.clear();
  assert.equal(shown, '\r\u001b[K');
});

test('elsewhere nothing is shown', () => {
  const terminal = testTerminal(tmpdir());
  const bar = new ProgressBar(terminal);
  bar.show(500, 0.5);
  bar.clear();
  assert.equal(terminal.errorText, '');
});
