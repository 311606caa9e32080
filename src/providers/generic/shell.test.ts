import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { scanFileBytesMax } from '../../base/limits.ts';
import { placeOf } from '../../model/source-text.ts';
import { shellReader } from './shell.ts';

const FIXTURE = readFileSync(join(import.meta.dirname, 'fixtures', 'deploy.sh'), 'utf8');

test('it claims scripts by their names', () => {
  for (const path of ['a.sh', 'x/y.bash']) assert.equal(shellReader.claims(path), true, path);
  for (const path of ['sh', 'a.sh.txt', 'a.py'])
    assert.equal(shellReader.claims(path), false, path);
});

test('a script is one command, as it stands', () => {
  const { dialect, path, jobs, unread } = shellReader.read('deploy.sh', FIXTURE);
  assert.deepEqual([dialect, path, jobs.length, unread], ['shell', 'deploy.sh', 1, []]);
  const source = jobs[0]?.commands[0]?.source;
  assert.equal(source?.text, FIXTURE);
  const at = FIXTURE.indexOf('rsync');
  assert.ok(source);
  const { line, column } = placeOf(source, at, at + 5);
  assert.deepEqual([line, column], [6, 3]);
});

test('a file of any name is run by what its first line or its name says', () => {
  const shell = (path: string, text: string): string | undefined =>
    shellReader.read(path, text).jobs[0]?.commands[0]?.shell;
  assert.equal(shell('build', '#!/bin/sh\nmake'), 'sh');
  assert.equal(shell('build', '#!/usr/bin/env python3\nprint()'), 'python');
  assert.equal(shell('x.sh', '#!/usr/bin/pwsh\nls'), 'powershell');
  assert.equal(shell('x.ps1', 'ls'), 'powershell');
  assert.equal(shell('x.py', 'print()'), 'python');
  assert.equal(shell('x', ''), 'sh');
});

test('a file over scanFileBytesMax is not read in part', () => {
  const { jobs, unread } = shellReader.read('x.sh', 'a'.repeat(scanFileBytesMax + 1));
  assert.deepEqual([jobs, unread], [[], ['the file is too large and was not read']]);
});
