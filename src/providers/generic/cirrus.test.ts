import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fanOutMax, yamlDepthMax } from '../../base/limits.ts';
import type { JobDefinition } from '../../model/job-definition.ts';
import { checkPlaces, commandsOf, jobNamed, texts, variablesOf } from '../_fuzz/test-definition.ts';
import { cirrusReader } from './cirrus.ts';

const FIXTURE = readFileSync(join(import.meta.dirname, 'fixtures', 'cirrus.yml'), 'utf8');

function read(text: string): JobDefinition {
  return cirrusReader.read('.cirrus.yml', text);
}

const definition = read(FIXTURE);
const unit = jobNamed(definition, 'Test');
const mac = jobNamed(definition, 'mac');

test('it claims the one name that Cirrus reads', () => {
  assert.equal(cirrusReader.claims('.cirrus.yml'), true);
  assert.equal(cirrusReader.claims('cirrus.yml'), false);
});

test('every task is a job, however often its key stands', () => {
  assert.deepEqual(definition.unread, []);
  assert.deepEqual(
    definition.jobs.map(({ name, needs }) => [name, needs]),
    [
      ['Lint', undefined],
      ['Test', ['Lint']],
      ['mac', undefined],
      ['Piped', undefined],
    ],
  );
});

test('scripts in the order of the file, those of variants, caches and outcomes too', () => {
  assert.deepEqual(commandsOf(unit), [
    ['sh', './extra.sh'],
    ['sh', 'npm ci'],
    ['sh', './serve &\nsleep 1'],
    ['sh', 'npm test'],
    ['sh', 'cat log.txt'],
  ]);
  assert.deepEqual(commandsOf(mac), [
    ['sh', 'postgres -c fsync=off'],
    ['powershell', 'Write-Output hi'],
  ]);
  assert.deepEqual(commandsOf(jobNamed(definition, 'Piped')), [
    ['sh', 'echo one'],
    ['sh', 'echo two'],
  ]);
});

test('images, files, variables, machines, time and copies', () => {
  assert.deepEqual(texts(jobNamed(definition, 'Lint').images), ['example.org/default:1']);
  assert.deepEqual(texts(unit.images), ['example.org/default:1', 'example.org/a:1']);
  assert.deepEqual(texts(unit.filesRun), ['ci/Dockerfile']);
  assert.deepEqual(texts(mac.images), ['example.org/windows:1', 'postgres:17']);
  assert.deepEqual(mac.machine, ['image:ghcr.io/example/macos:latest']);
  assert.deepEqual(variablesOf(unit), [
    ...['SHARED=all', 'MODE=unit', 'DB=sqlite', 'DB=postgres', 'VERSION=3'],
  ]);
  assert.deepEqual(jobNamed(definition, 'Lint').machine, ['cpu:4']);
  assert.equal(unit.timeoutSeconds, 7_200);
  assert.equal(unit.fanOut, 4);
  const list = `[${'{a_script: x},'.repeat(1_001)}]`;
  const many = `task: {matrix: [{matrix: ${list}}, {matrix: ${list}}]}`;
  assert.equal(read(many).jobs[0]?.fanOut, fanOutMax);
});

test('every word stands where it is said to, and odd types are said', () => {
  checkPlaces(definition, FIXTURE, [
    ...['make lint', 'npm ci', './serve &', 'npm test', 'cat log.txt', 'Write-Output hi'],
    ...['ci/Dockerfile', 'example.org/a:1', 'fsync=off', 'echo two', 'postgres'],
  ]);
  assert.deepEqual(
    read('task: x\na_task: {matrix: [y], b_script: [{c: d}]}\nenv: 1\nenv: 2').unread,
    [
      'the key `env` stands twice (line 4 and before): ' +
        'readers disagree on which one counts; both were read',
      'line 1: text where a task should stand was not read',
      'line 2: text where a variant should stand was not read',
      'line 2: a map where a command should stand was not read',
    ],
  );
  const loop = 'task: &t\n  always: *t\n  a_script: x\n';
  assert.match(read(loop).unread.join(), new RegExp(`deeper than ${yamlDepthMax}`));
  assert.match(read('task: [').unread.join(), /^not-yaml at /);
});
