import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { JobDefinition } from '../../model/job-definition.ts';
import { checkPlaces, commandsOf, jobNamed, texts, variablesOf } from '../_fuzz/test-definition.ts';
import { gitpodReader } from './gitpod.ts';

const FIXTURE = readFileSync(join(import.meta.dirname, 'fixtures', 'gitpod.yml'), 'utf8');

function read(text: string): JobDefinition {
  return gitpodReader.read('.gitpod.yml', text);
}

const definition = read(FIXTURE);

test('it claims the one name that Gitpod reads', () => {
  assert.equal(gitpodReader.claims('a/.gitpod.yml'), true);
  assert.equal(gitpodReader.claims('gitpod.yml'), false);
});

test('tasks run what they say in its order, in one terminal', () => {
  assert.deepEqual(definition.unread, []);
  const server = jobNamed(definition, 'Server');
  assert.deepEqual(commandsOf(server), [
    ['sh', 'nvm use 24\n\nnpm ci\nnpm run dev -- --port $PORT'],
  ]);
  assert.deepEqual(variablesOf(server), ['PORT=3000', 'MODE=dev']);
  assert.deepEqual(commandsOf(definition.jobs[2]), [['sh', 'echo two']]);
});

test('the image and other repositories', () => {
  const [workspace] = definition.jobs;
  assert.deepEqual(texts(workspace?.filesRun), ['.gitpod.Dockerfile']);
  assert.deepEqual(texts(workspace?.remoteCode), ['https://example.com/other.git']);
  assert.deepEqual(texts(read('image: example.org/w:1\n').jobs[0]?.images), ['example.org/w:1']);
});

test('every word stands where it is said to, and odd types are said', () => {
  checkPlaces(definition, FIXTURE, ['nvm use', 'npm ci', '--port', 'echo two', '3000']);
  assert.deepEqual(read('tasks: [x, {init: {a: b}}]\n').unread, [
    'line 1: text where a task should stand was not read',
    'line 1: a map where a command should stand was not read',
  ]);
});
