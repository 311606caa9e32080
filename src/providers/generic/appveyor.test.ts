import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fanOutMax } from '../../base/limits.ts';
import type { JobDefinition } from '../../model/job-definition.ts';
import { checkPlaces, commandsOf, variablesOf } from '../_fuzz/test-definition.ts';
import { appveyorReader } from './appveyor.ts';

const FIXTURE = readFileSync(join(import.meta.dirname, 'fixtures', 'appveyor.yml'), 'utf8');

function read(text: string): JobDefinition {
  return appveyorReader.read('appveyor.yml', text);
}

const definition = read(FIXTURE);
const [main, ubuntu] = definition.jobs;

test('it claims appveyor.yml, hidden or not', () => {
  for (const path of ['appveyor.yml', 'a/.appveyor.yml', 'appveyor.yaml']) {
    assert.equal(appveyorReader.claims(path), true, path);
  }
  assert.equal(appveyorReader.claims('my-appveyor.yml'), false);
});

test('phases in the order in which they run, whoever runs their lines', () => {
  assert.deepEqual(definition.unread, []);
  assert.deepEqual(commandsOf(main), [
    ['powershell', 'iex "Write-Output hi"'],
    ['sh', `BUILD=fast\nchoco install \${COMPILER} -y\napt-get install -y gcc\necho one`],
    ['powershell', '$x = 1\nWrite-Output $x\n\nGet-Item .'],
    ['sh', `ctest -C \${LEVEL} & echo "it's done"`],
  ]);
  assert.deepEqual(commandsOf(ubuntu), [['sh', 'make all']]);
});

test('variables, machines and copies', () => {
  assert.deepEqual(variablesOf(main), [
    ...['TOKEN=bm90aGluZw==', 'SHARED=yes', 'COMPILER=msvc', 'STD=20', 'COMPILER=mingw'],
    'LEVEL=high',
  ]);
  assert.deepEqual(main?.machine, ['Visual Studio 2022', 'Ubuntu', 'x86', 'x64']);
  assert.equal(main?.fanOut, 8, 'two images, two platforms, two rows');
  const axes = ['image', 'platform', 'configuration'].map(
    (key) => `${key}: [${'a,'.repeat(999)}a]`,
  );
  assert.equal(read(axes.join('\n')).jobs[0]?.fanOut, fanOutMax);
});

test('every word stands where it is said to, and odd types are said', () => {
  checkPlaces(definition, FIXTURE, [
    ...['iex ', 'choco install ', '-y', 'echo one', '$x = 1', 'Get-Item', 'ctest -C ', 's done'],
    ...['make all', 'mingw', 'bm90aGluZw=='],
  ]);
  assert.deepEqual(read('install: [{perl: x}]\nenvironment: {matrix: [y]}\n').unread, [
    'line 2: text where a row of the matrix should stand was not read',
    'line 1: a map where a command should stand was not read',
  ]);
  assert.equal(read('- install: a\n- install: b\n').jobs.length, 2, 'several configurations');
});
