import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { yamlDepthMax } from '../../base/limits.ts';
import type { JobDefinition } from '../../model/job-definition.ts';
import { checkPlaces, commandsOf, jobNamed, texts, variablesOf } from '../_fuzz/test-definition.ts';
import { bitbucketPipelinesReader } from './bitbucket-pipelines.ts';

const NAME = 'bitbucket-pipelines.yml';
const FIXTURE = readFileSync(join(import.meta.dirname, 'fixtures', NAME), 'utf8');

function read(text: string): JobDefinition {
  return bitbucketPipelinesReader.read(NAME, text);
}

const pipeline = read(FIXTURE);
const unit = jobNamed(pipeline, 'Unit');
const ship = jobNamed(pipeline, 'Ship');

test('it claims the one name that Bitbucket reads', () => {
  assert.equal(bitbucketPipelinesReader.claims('a/bitbucket-pipelines.yml'), true);
  assert.equal(bitbucketPipelinesReader.claims('my-bitbucket-pipelines.yml'), false);
});

test('every step is a job, one that several pipelines share is read once', () => {
  assert.deepEqual(pipeline.unread, []);
  assert.deepEqual(
    pipeline.jobs.map(({ name }) => name),
    [
      ...['Build', 'Unit', 'Build again', 'Lint', 'Ship', 'Nightly', '', 'Check'],
      'Never used here',
    ],
  );
});

test('lines of a script run in one shell, pipes stand between them', () => {
  assert.deepEqual(commandsOf(jobNamed(pipeline, 'Build')), [
    ['sh', 'npm ci\nnpm run build -- --mode production'],
  ]);
  assert.deepEqual(commandsOf(unit), [
    ['sh', 'export MODE=unit\nnpm test -- --mode "$MODE"'],
    ['sh', './ci/report.sh'],
  ]);
  assert.deepEqual(commandsOf(ship), [
    ['sh', 'echo before'],
    ['sh', 'echo after'],
  ]);
  assert.deepEqual(commandsOf(jobNamed(pipeline, 'Lint')), [['sh', 'npm run lint']]);
});

test('images of the file, the step, its services and its pipes', () => {
  assert.deepEqual(texts(jobNamed(pipeline, 'Build').images), ['node:24']);
  assert.deepEqual(texts(unit.images), ['example.org/unit:1', 'postgres:17']);
  assert.deepEqual(texts(ship.images), [
    ...['node:24', 'example.org/search:2', 'example.org/notify:3'],
  ]);
  assert.deepEqual(texts(ship.remoteCode), ['atlassian/aws-s3-deploy:1.1.0']);
  assert.deepEqual(texts(jobNamed(pipeline, '').remoteCode), ['shared-pipelines:main:nightly']);
});

test('variables of services, pipes and custom pipelines', () => {
  assert.deepEqual(variablesOf(unit), ['POSTGRES_DB=app']);
  assert.deepEqual(variablesOf(ship), [
    ...['S3_BUCKET=bucket', 'EXTRA=--one', 'EXTRA=--two', 'MESSAGE=done'],
  ]);
  assert.deepEqual(variablesOf(jobNamed(pipeline, 'Nightly')), ['Target=staging']);
});

test('machines and time, own or of the whole file', () => {
  assert.deepEqual(jobNamed(pipeline, 'Build again').machine, ['4x']);
  assert.deepEqual(jobNamed(pipeline, 'Lint').machine, ['self.hosted', 'linux', '2x']);
  assert.equal(unit.timeoutSeconds, 1_800);
  assert.equal(jobNamed(pipeline, 'Lint').timeoutSeconds, 300);
});

test('every word stands where it is said to', () => {
  checkPlaces(pipeline, FIXTURE, [
    ...['npm ci', '--mode production', 'npm test', './ci/report.sh', 'make check', 'echo after'],
    ...['example.org/unit:1', 'postgres:17', 'atlassian/aws-s3-deploy', '--two', 'staging'],
  ]);
});

test('what is not what it should be is said to be unread', () => {
  const { unread } = read(
    'pipelines:\n  default: x\n  branches: y\n  custom:\n    a:\n      - z\n' +
      '      - step: w\n      - step: {services: [no], script: [{a: b}]}\n',
  );
  assert.deepEqual(unread, [
    'line 2: text where a pipeline should stand was not read',
    'line 3: text where a map of pipelines should stand was not read',
    'line 6: text where a step should stand was not read',
    'line 7: text where a step should stand was not read',
    'the service `no` is not defined in this file',
    'line 8: a map where a command should stand was not read',
  ]);
  const loop = 'pipelines:\n  default: &d\n    - parallel: *d\n';
  assert.match(read(loop).unread.join(), new RegExp(`deeper than ${yamlDepthMax}`));
});
