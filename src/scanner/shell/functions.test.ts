// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shell texts are full of them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shellFunctionCallsMax } from '../../base/limits.ts';
import { lines, runOf } from './test-run.ts';

test('a function that only prints is not run again, one that does more is', () => {
  const printing = 'log() { local at; at=$(date); echo "$at $1" >&2; }\nlog a; log b\n';
  assert.deepEqual(lines(printing), ['local at', 'date', 'echo $(date) $1', 'log a', 'log b']);
  const writing = 'log() { echo "$1" >> x; }\nlog ./mine; sh x\n';
  assert.ok(lines(writing).includes('./mine'));
  const shadowed = 'echo() { ./app "$@"; }\nlog() { echo "$1"; }\nlog a\n';
  assert.ok(lines(shadowed).includes('./app a'));
  assert.ok(lines('say() { printf "%s" "$1"; }\nX=$(say ./mine); $X').includes('./mine'));
});

test('an alias is another beginning of a command, and never itself', () => {
  assert.ok(lines("alias go='./app -a'\ngo b").includes('./app -a b'));
  assert.deepEqual(runOf("alias ls='ls --color'\nls a").unread, []);
  assert.ok(lines("alias ls='ls --color'\nls a").includes('ls --color a'));
});

test('limit: calls of functions', () => {
  const deep = Array.from({ length: 8 }, (_, i) => {
    return `f${i}() { ${[...'abcd'].map((c) => `f${i + 1} $1${c}`).join('; ')}; }`;
  });
  assert.ok(4 ** deep.length > shellFunctionCallsMax);
  assert.deepEqual(runOf(`${deep.join('\n')}\nf8() { x=$1; ./x; }\nf0 x`).unread, [
    `gave up: functions that are called more than ${shellFunctionCallsMax} times`,
  ]);
});

test('what a shell of its own sets ends with it', () => {
  assert.deepEqual(lines('A=(x y); declare -A B; B[k]=v; a ${A[1]} ${B[k]} ${B["k"]}'), [
    'declare -A B',
    'a y v v',
  ]);
  assert.ok(lines('set a b; c $1 $2').includes('c a b'));
  assert.ok(lines('echo a > f; X=$(<f); b $X').includes('b a'));
});
