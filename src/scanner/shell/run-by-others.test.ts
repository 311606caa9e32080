// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shell texts are full of them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gitCommands } from './git-commands.ts';
import { lines } from './test-run.ts';

test('a prompt is expanded, which runs what is substituted in it', () => {
  assert.ok(lines("PS4='$(./x a)'").includes('./x a'));
  assert.ok(lines("PROMPT_COMMAND='./x a'").includes('./x a'));
  assert.ok(!lines("PS1='./x a'").includes('./x a'));
});

test('a file that every shell reads first, wherever it stands', () => {
  const file = "echo './x a' > d/t; ";
  assert.ok(lines(`${file}BASH_ENV=d/t bash -c :`).includes('./x a'));
  assert.ok(lines(`${file}export BASH_ENV=$PWD/d/t`).includes('./x a'));
});

test('settings of git whose value is a command line', () => {
  assert.deepEqual(gitCommands(['-c', 'core.pager=./x a', 'log']), ['./x a']);
  assert.deepEqual(gitCommands(['config', '--global', 'core.editor', './x a']), ['./x a']);
  assert.deepEqual(gitCommands(['config', 'filter.x.smudge', './x a']), ['./x a']);
  assert.deepEqual(gitCommands(['config', 'alias.x', '!./x a']), ['./x a']);
  assert.deepEqual(gitCommands(['config', 'alias.x', 'log']), []);
  assert.deepEqual(gitCommands(['config', 'user.name', 'a']), []);
});
