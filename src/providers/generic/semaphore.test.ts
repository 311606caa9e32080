import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fanOutMax } from '../../base/limits.ts';
import type { JobDefinition } from '../../model/job-definition.ts';
import { checkPlaces, commandsOf, jobNamed, texts, variablesOf } from '../_fuzz/test-definition.ts';
import { semaphoreReader } from './semaphore.ts';

const FIXTURE = readFileSync(join(import.meta.dirname, 'fixtures', 'semaphore.yml'), 'utf8');

function read(text: string): JobDefinition {
  return semaphoreReader.read('.semaphore/semaphore.yml', text);
}

const definition = read(FIXTURE);
const unit = jobNamed(definition, 'Unit');
const lint = jobNamed(definition, 'Lint');

test('it claims the pipelines of its folder', () => {
  assert.equal(semaphoreReader.claims('.semaphore/deploy.yml'), true);
  assert.equal(semaphoreReader.claims('semaphore.yml'), false);
});

test('what runs before, the job and what runs after are one script', () => {
  assert.deepEqual(definition.unread, []);
  assert.deepEqual(commandsOf(unit), [
    [
      'sh',
      'checkout\nbundle install\nbundle exec rspec \\\n  --seed $SEED\n\n./failed.sh\n./always.sh',
    ],
  ]);
  assert.deepEqual(commandsOf(jobNamed(definition, 'Report')), [
    ['sh', 'checkout\necho after\n./always.sh'],
  ]);
});

test('variables of all levels, copies, time, machines and images', () => {
  assert.deepEqual(variablesOf(unit), [
    ...['LEVEL=global', 'LEVEL=block', 'OWN=yes it is', 'FROM_CONTAINER=1', 'RUBY=3.3', 'RUBY=3.4'],
  ]);
  assert.equal(unit.fanOut, 6);
  assert.equal(unit.timeoutSeconds, 5_400);
  assert.equal(lint.timeoutSeconds, 300);
  assert.deepEqual(unit.machine, ['e1-standard-2', 'ubuntu2404']);
  assert.deepEqual(lint.machine, ['small']);
  assert.deepEqual(texts(unit.images), ['example.org/ruby:3.4', 'postgres:17']);
  const many = read('blocks: [{task: {jobs: [{name: a, parallelism: 99999999, commands: x}]}}]');
  assert.equal(many.jobs[0]?.fanOut, fanOutMax);
});

test('files of commands and pipelines that follow', () => {
  assert.deepEqual(texts(lint.filesRun), ['setup.txt', 'lint.txt']);
  assert.deepEqual(texts(jobNamed(definition, '').filesRun), ['deploy.yml']);
});

test('every word stands where it is said to, and odd types are said', () => {
  checkPlaces(definition, FIXTURE, [
    ...['checkout', 'bundle install', '--seed', './failed.sh', './always.sh', 'echo after'],
    ...['example.org/ruby:3.4', 'yes it is', 'deploy.yml'],
  ]);
  assert.deepEqual(read('blocks: [{task: x}, {task: {jobs: [y, {commands: {a: b}}]}}]\n').unread, [
    'line 1: text where a task should stand was not read',
    'line 1: text where a job should stand was not read',
    'line 1: a map where a command should stand was not read',
  ]);
});
