import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fanOutMax } from '../../base/limits.ts';
import type { Job, JobDefinition } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { checkPlaces } from '../_fuzz/test-places.ts';
import { oktetoReader } from './definition.ts';

function fixture(name: string): string {
  return readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8');
}

function read(text: string): JobDefinition {
  return oktetoReader.read('okteto.yml', text);
}

function texts(sources: readonly SourceText[] | undefined): readonly string[] {
  return (sources ?? []).map(({ text }) => text);
}

function commandsOf(job: Job | undefined): readonly string[] {
  return texts(job?.commands.map(({ source }) => source));
}

function variablesOf(job: Job | undefined): readonly string[] {
  return (job?.environment ?? []).map(({ name, value }) => `${name}=${value.text}`);
}

const FILE = fixture('okteto.yml');
const { jobs, unread } = read(FILE);
const job = (name: string): Job | undefined => jobs.find((each) => each.name === name);

test('it claims manifests, pipelines and stacks by their names', () => {
  const claimed = [
    ...['okteto.yml', 'a/okteto.yaml', 'okteto.json', 'okteto-stack.yml', 'okteto-pipeline.yaml'],
    ...['okteto.prod.yml', 'okteto/okteto.yml', '.okteto/stack.yaml', '.okteto/pipeline.yml'],
  ];
  for (const path of claimed) assert.equal(oktetoReader.claims(path), true, path);
  const others = [
    ...[
      'okteto.md',
      'oktetofile.yml',
      'okteto/deployment.yaml',
      '.okteto/compose.yml',
      'stack.yml',
    ],
    ...['.okteto/stackless.yml', 'my-okteto.yml'],
  ];
  for (const path of others) assert.equal(oktetoReader.claims(path), false, path);
});

test('a job for each thing that runs, with its commands', () => {
  assert.deepEqual(unread, []);
  assert.deepEqual(
    jobs.map((each) => [each.name, ...commandsOf(each)]),
    [
      ...[['build.api'], ['build.web'], ['build.worker'], ['dependencies']],
      [
        ...['deploy', 'cd deploy\nhelm upgrade --install lantern chart'],
        'cd deploy\nkubectl rollout status deployment/database\n./migrate.sh --all\n',
      ],
      ['destroy', 'helm uninstall lantern'],
      ['dev.api', "go run 'main go'", './warm-up.sh'],
      ['dev.api.jobs', 'yarn jobs'],
      ['dev.web', 'yarn start'],
      ['test.unit', 'cd api\ngo test .', 'cd api\ngo vet ./...'],
      ['test.end-to-end', 'yarn test'],
    ],
  );
});

test('every word stands where it is said to', () => {
  checkPlaces(jobs, FILE, [
    ...['helm upgrade', './migrate.sh', 'helm uninstall', 'main go', './warm-up.sh', 'jobs'],
    ...['yarn start', 'go test', 'go vet', 'okteto/tools:1', 'docker-compose.extra.yml', 'api.env'],
    ...['https://git.example.org/ada/oil', 'Dockerfile.dev', './web/', 'debug', 'full'],
  ]);
});

test('what is built, what else is deployed, and images', () => {
  assert.deepEqual(texts(job('build.api')?.filesRun), ['api/Dockerfile']);
  assert.deepEqual(texts(job('build.web')?.filesRun), ['./web/Dockerfile.dev']);
  assert.deepEqual(texts(job('build.worker')?.filesRun), ['worker/Dockerfile']);
  assert.deepEqual(texts(job('dependencies')?.remoteCode), ['https://git.example.org/ada/oil']);
  assert.deepEqual(texts(job('deploy')?.filesRun), [
    ...['docker-compose.yml', 'docker-compose.extra.yml'],
  ]);
  assert.deepEqual(texts(job('deploy')?.images), ['okteto/tools:1']);
  assert.deepEqual(texts(job('dev.api')?.images), ['okteto/golang:1', 'okteto/bin:1']);
  assert.deepEqual(texts(job('dev.api')?.filesRun), ['.env', 'api.env']);
  assert.deepEqual(texts(job('build.web')?.images), [], 'the name that the image gets');
});

test('variables, copies and machines', () => {
  assert.deepEqual(variablesOf(job('build.api')), ['LEVEL=debug']);
  assert.deepEqual(variablesOf(job('dependencies')), ['OIL_LEVEL=full']);
  assert.deepEqual(variablesOf(job('dev.api')), ['LEVEL=debug']);
  assert.deepEqual(variablesOf(job('dev.api.jobs')), ['QUEUE=all']);
  assert.equal(job('dev.api.jobs')?.fanOut, 3);
  assert.deepEqual(job('dev.api')?.machine, ['cpu 2', 'cpu 500m', 'memory 1Gi', 'disktype=ssd']);
});

test('a stack', () => {
  const [vote, result, ...more] = oktetoReader.read('okteto-stack.yml', fixture('stack.yml')).jobs;
  assert.deepEqual(more, []);
  assert.deepEqual([vote?.name, vote?.fanOut, commandsOf(vote)], ['vote', 2, ['python app.py']]);
  assert.deepEqual(texts(vote?.filesRun), ['vote/Dockerfile', '.env']);
  assert.deepEqual(vote?.machine, ['cpu 100m', 'memory 128Mi']);
  assert.deepEqual([result?.fanOut, commandsOf(result)], [4, ['node server.js --quiet']]);
  assert.deepEqual(texts(result?.filesRun), ['result/Dockerfile']);
  assert.deepEqual(variablesOf(result), ['OPTION_A=Cats']);
});

test('an old manifest is one container with services beside it', () => {
  const old = read(fixture('old.yml'));
  const [vote, worker, ...more] = old.jobs;
  assert.deepEqual(more, []);
  assert.deepEqual([vote?.name, commandsOf(vote)], ['vote', ['python app.py']]);
  assert.deepEqual(texts(vote?.images), ['okteto.dev/vote:dev']);
  assert.deepEqual(texts(vote?.filesRun), ['vote/Dockerfile']);
  assert.deepEqual(variablesOf(vote), ['MODE=dev', 'FLASK_ENV=development']);
  assert.deepEqual([worker?.name, worker?.fanOut], ['vote.worker', 2]);
  assert.deepEqual(commandsOf(worker), ['celery worker']);
  assert.deepEqual(old.unread, ['line 15: text where a service should stand was not read']);
});

test('one command where a list is expected, and the other way round', () => {
  const deploy = (text: string): readonly string[] => commandsOf(read(`deploy: ${text}\n`).jobs[0]);
  assert.deepEqual(deploy('make'), ['make']);
  assert.deepEqual(deploy('{commands: make}'), ['make']);
  assert.deepEqual(deploy('[[make, {command: [make, all]}]]'), ['make', 'make all']);
  assert.deepEqual(texts(read('deploy: {compose: {manifest: a.yml}}').jobs[0]?.filesRun), [
    'a.yml',
  ]);
  assert.deepEqual(texts(read('dependencies: [a, {repository: b}]').jobs[0]?.remoteCode), [
    ...['a', 'b'],
  ]);
  assert.deepEqual(commandsOf(read('dev: {a: {lifecycle: {preStop: x}}}').jobs[0]), ['x']);
});

test('what is not what it should be is said to be unread', () => {
  assert.deepEqual(
    read('dev: {a: b}\ntest: {c: {commands: [{name: d}]}}\nservices: {e: f}\n').unread,
    [
      'line 1: text where a development container should stand was not read',
      'line 2: a map where a command should stand was not read',
      'line 3: text where a service should stand was not read',
    ],
  );
  assert.match(read('deploy: [').unread[0] ?? '', /^not-yaml/);
  for (const text of ['', '{}', 'name: x\nicon: y\n']) assert.deepEqual(read(text).jobs, []);
});

test('limits', () => {
  assert.equal(read('services: {a: {replicas: 99999999}}').jobs[0]?.fanOut, fanOutMax);
  assert.equal(read('services: {a: {replicas: x}}').jobs[0]?.fanOut, 1);
});
