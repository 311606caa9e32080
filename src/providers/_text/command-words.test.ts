import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { Prng } from '../../base/prng.ts';
import { placeOf, verbatim } from '../../model/source-text.ts';
import { assignment, commandOfWords, shebangOf, shellKindOf } from './command-words.ts';

test('a real shell takes the words apart as they were', () => {
  const prng = new Prng(20_261_122);
  const letters = [
    'a',
    'Z',
    ' ',
    "'",
    '"',
    '\\',
    '$',
    '`',
    '\n',
    '*',
    ';',
    '|',
    '#',
    '=',
    '~',
    'é',
  ];
  const words = Array.from({ length: 200 }, () =>
    Array.from({ length: prng.below(8) }, () => prng.pick(letters)).join(''),
  );
  const command = commandOfWords(
    'f',
    ['printf', '%s\\0', ...words].map((word) => verbatim('f', word)),
  );
  const output = execFileSync('/bin/sh', ['-c', command.text], { encoding: 'utf8' });
  assert.deepEqual(output.split('\0').slice(0, -1), words);
});

test('words keep their places inside the quotes', () => {
  const command = commandOfWords('f', [verbatim('f', 'sh', 1, 6), verbatim('f', "it's on", 1, 12)]);
  assert.equal(command.text, "sh 'it'\\''s on'");
  const at = command.text.indexOf('on');
  assert.equal(placeOf(command, at, at + 2).column, 17);
});

test('an assignment is what a shell assigns', () => {
  const source = assignment('f', 'A', verbatim('f', "x'y $(z)", 2, 3));
  const output = execFileSync('/bin/sh', ['-c', `${source.text}; printf %s "$A"`]);
  assert.equal(output.toString(), "x'y $(z)");
});

test('shells by their names', () => {
  const kinds = {
    'bash': 'sh',
    'bash -e {0}': 'sh',
    '/usr/bin/pwsh -Command': 'powershell',
    'C:\\Windows\\PowerShell.exe': 'powershell',
    'python3.12': 'python',
    '/opt/pypy/bin/pypy3': 'python',
    'cmd': 'sh',
    '': 'sh',
  };
  for (const [shell, kind] of Object.entries(kinds)) assert.equal(shellKindOf(shell), kind, shell);
  assert.equal(shellKindOf(' '.repeat(1_000_000)), 'sh');
});

test('the first line of a script names what runs it', () => {
  assert.equal(shebangOf('#!/bin/bash -e\nx'), '/bin/bash');
  assert.equal(shebangOf('#!/usr/bin/env -S A=b python3 -u\nx'), 'python3');
  assert.equal(shebangOf('#! /usr/bin/pwsh'), '/usr/bin/pwsh');
  assert.equal(shebangOf('echo #!/bin/sh'), undefined);
});
