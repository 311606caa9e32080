import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { JobDefinition } from '../../model/job-definition.ts';
import { checkPlaces, commandsOf, texts, variablesOf } from '../_fuzz/test-definition.ts';
import { devcontainerReader } from './devcontainer.ts';

const FIXTURE = readFileSync(join(import.meta.dirname, 'fixtures', 'devcontainer.json'), 'utf8');

function read(text: string): JobDefinition {
  return devcontainerReader.read('.devcontainer/devcontainer.json', text);
}

const definition = read(FIXTURE);
const [job] = definition.jobs;

test('it claims the places where editors look', () => {
  for (const path of [
    ...['.devcontainer/devcontainer.json', '.devcontainer.json', 'a/.devcontainer.json'],
    '.devcontainer/python/devcontainer.json',
  ]) {
    assert.equal(devcontainerReader.claims(path), true, path);
  }
  for (const path of ['devcontainer.json', '.devcontainer/other.json']) {
    assert.equal(devcontainerReader.claims(path), false, path);
  }
});

test('commands of its life, in their order and in every form', () => {
  assert.deepEqual(definition.unread, []);
  assert.deepEqual(
    commandsOf(job).map(([, text]) => text),
    [
      'echo host',
      "bash -lc 'pip install -r '\\''req.txt'\\'''",
      'npm ci',
      'npm run dev',
      'go install ./...',
      './start.sh "$TZ" &',
      'git status',
    ],
  );
});

test('images, files, features, variables and the machine', () => {
  assert.deepEqual(texts(job?.images), [
    ...['example.org/devcontainers/base:bookworm', 'example.org/cache:latest'],
  ]);
  assert.deepEqual(texts(job?.filesRun), [
    ...['../compose.yml', 'compose.dev.yml', 'Dockerfile.dev', './local-feature/install.sh'],
  ]);
  assert.deepEqual(texts(job?.remoteCode), [
    ...['ghcr.io/devcontainers/features/node:1', 'https://example.com/feature.tgz'],
  ]);
  assert.deepEqual(variablesOf(job), [
    ...['VARIANT=3.14', 'build.options=--network=host', 'TZ=UTC'],
    ...[`PATH=\${containerEnv:PATH}:/opt/bin`, 'runArgs=--cap-add=SYS_PTRACE'],
    ...['runArgs=--privileged', 'node.version=lts'],
  ]);
  assert.deepEqual(job?.machine, ['cpus:8', 'memory:16gb', 'gpu:true']);
});

test('every word stands where it is said to', () => {
  checkPlaces(definition, FIXTURE, [
    ...['echo host', 'pip install', 'req.txt', 'npm ci', './...', './start.sh', '$TZ'],
    ...['Dockerfile.dev', './local-feature', 'example.org/cache:latest', '--privileged'],
  ]);
});

test('what is not what it should be is said to be unread', () => {
  assert.deepEqual(read('{"features": ["a"], "image": {"a": "b"}}').unread, [
    'line 1: a map where `image` should stand was not read',
    'line 1: a sequence where the map of features should stand was not read',
  ]);
  assert.match(read('{"image": ').unread.join(), /^not-json at 1:11/);
});
