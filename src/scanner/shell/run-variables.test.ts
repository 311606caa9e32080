// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shell texts are full of them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { variableScript } from './run-variables.ts';
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

test('variables that something runs', () => {
  assert.ok(lines("GIT_PAGER='x y' git log").includes('x y'));
  assert.ok(lines("export EDITOR='x y'").includes('x y'));
  assert.ok(lines("PS4='$(x y)'; set -x").includes('x y'));
  assert.equal(variableScript('PS1', '\\u$ '), null);
  assert.equal(variableScript('LESSOPEN', '|x %s'), 'x %s');
  assert.equal(variableScript('BASH_ENV', 'a.sh'), '. ./a.sh');
  assert.equal(variableScript('BASH_ENV', '$(x y)'), '. "$(x y)"');
  assert.equal(variableScript('OTHER', 'x y'), null);
  assert.equal(variableScript('EDITOR', ''), null);
});
