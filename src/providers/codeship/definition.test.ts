import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fanOutMax } from '../../base/limits.ts';
import type { Job, JobDefinition } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { checkPlaces } from '../_fuzz/test-places.ts';
import { codeshipReader } from './definition.ts';

function fixture(name: string): string {
  return readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8');
}

function services(text: string): JobDefinition {
  return codeshipReader.read('codeship-services.yml', text);
}

function steps(text: string): JobDefinition {
  return codeshipReader.read('codeship-steps.yml', text);
}

function texts(sources: readonly SourceText[] | undefined): readonly string[] {
  return (sources ?? []).map(({ text }) => text);
}

function commandsOf(job: Job | undefined): readonly string[] {
  return texts(job?.commands.map(({ source }) => source));
}

const SERVICES = fixture('codeship-services.yml');
const STEPS = fixture('codeship-steps.yml');
const all = services(SERVICES);
const service = (name: string): Job | undefined => all.jobs.find((job) => job.name === name);

test('it claims its two files, in YAML and in JSON', () => {
  const claimed = ['codeship-services.yml', 'a/codeship-steps.yaml', 'codeship-steps.json'];
  for (const path of claimed) assert.equal(codeshipReader.claims(path), true, path);
  for (const path of ['codeship.yml', 'codeship-services.yml.md', 'my-codeship-steps.yml']) {
    assert.equal(codeshipReader.claims(path), false, path);
  }
});

test('a job for each service, merged maps taken in', () => {
  assert.deepEqual(all.unread, []);
  const commands = all.jobs.map((job) => [job.name, ...commandsOf(job)]);
  assert.deepEqual(commands, [
    ['app', 'bundle exec puma'],
    ['worker', "sh -c 'sleep 5 && bundle exec sidekiq'"],
    ['database', "pg_isready -U 'postgres' || exit 1"],
    ['cache', "docker-entrypoint.sh redis-server --save ''", 'redis-cli ping'],
    ...[['deploy'], ['tools'], ['remote'], ['here']],
  ]);
  assert.deepEqual(texts(service('database')?.images), ['postgres:17']);
  assert.deepEqual(service('worker')?.machine, ['cpu_shares 512', 'mem_limit 1g']);
  const variables = service('app')?.environment.map(({ name, value }) => `${name}=${value.text}`);
  assert.deepEqual(variables, [
    ...['RAILS_ENV=test', 'DATABASE_URL=postgres://database', 'PORT=3000'],
  ]);
});

test('what a service is built from', () => {
  assert.deepEqual(texts(service('app')?.filesRun), ['./web/Dockerfile.test', '.env']);
  assert.deepEqual(texts(service('tools')?.filesRun), ['tools/Dockerfile']);
  assert.deepEqual(texts(service('here')?.filesRun), ['ci/Dockerfile', 'a.env', 'b.env']);
  assert.deepEqual(texts(service('remote')?.filesRun), []);
  assert.deepEqual(texts(service('remote')?.remoteCode), [
    'https://git.example.org/ada/lantern.git#main',
  ]);
});

test('services below a key of their own, with copies, sizes and hooks', () => {
  const { jobs, unread } = services(fixture('nested-services.yml'));
  const [one, two, three, ...more] = jobs;
  assert.deepEqual(more, []);
  assert.deepEqual([one?.fanOut, one?.machine], [3, ['cpus 2', 'memory 4G']]);
  assert.deepEqual(texts(one?.images), ['example.org/shared:1']);
  assert.deepEqual(texts(one?.filesRun), ['Dockerfile']);
  assert.deepEqual([two?.fanOut, two?.machine], [2, ['cpuset 0,1']]);
  assert.deepEqual(commandsOf(two), []);
  assert.deepEqual([commandsOf(three), texts(three?.filesRun)], [['./warm-up.sh'], ['common.yml']]);
  assert.deepEqual(unread, [
    'line 20: text where the path of a Dockerfile should stand was not read',
    'line 21: text where a service should stand was not read',
  ]);
});

test('steps in groups of groups, with what runs when they fail', () => {
  const { jobs, unread } = steps(STEPS);
  assert.deepEqual(unread, []);
  assert.deepEqual(
    jobs.map((job) => [job.name, job.fanOut, ...commandsOf(job)]),
    [
      ['lint', 1, 'bundle exec rubocop --parallel'],
      [
        ...['tests', 6, 'bundle exec rspec spec/unit', 'bash -c "bin/setup && bin/test"'],
        ...["bin/end-to-end --browser 'a b'", 'bin/smoke', 'bin/report --failed'],
      ],
      ['app', 1],
      ['deploy', 1, 'bin/deploy production\n'],
    ],
  );
});

test('every word stands where it is said to', () => {
  checkPlaces(steps(STEPS).jobs, STEPS, [
    ...['bundle exec rubocop', 'bin/setup', '&& bin/test', 'a b', 'bin/smoke', 'bin/deploy'],
  ]);
  checkPlaces(all.jobs, SERVICES, [
    ...['bundle exec puma', 'bundle exec sidekiq', 'pg_isready', 'redis-cli', 'postgres:17'],
    ...['./web', 'Dockerfile.test', 'ci/Dockerfile', '3000', 'b.env', 'lantern.git#main'],
  ]);
});

test('JSON, one step alone, and steps below a key', () => {
  const json = codeshipReader.read('codeship-steps.json', fixture('steps.json'));
  assert.deepEqual(json.unread, []);
  assert.deepEqual(json.jobs.map(commandsOf), [['make "test"'], ['one\ttwo', 'three']]);
  assert.equal(json.jobs[1]?.fanOut, 2);
  assert.deepEqual(commandsOf(steps('command: a\nsteps: {command: b}\n').jobs[0]), ['a', 'b']);
  assert.deepEqual(commandsOf(steps('steps: [{command: a}]\n').jobs[0]), ['a']);
});

test('what is no service and no step is said to be unread', () => {
  assert.deepEqual(steps('[a, {steps: [b]}]').unread, [
    'line 1: text where a step should stand was not read',
  ]);
  assert.deepEqual(services('[a]').unread, [
    'line 1: a sequence where the map of services should stand was not read',
  ]);
  assert.deepEqual(services('services: [a]').unread, [
    'line 1: a sequence where the map of services should stand was not read',
  ]);
  assert.deepEqual(services('').jobs, []);
});

test('limits: groups that multiply, and a group inside of itself', () => {
  const groups = '{type: parallel, services: [a, b, c, d], steps: ['.repeat(15);
  const { jobs } = steps(`[${groups}{command: a}${']}'.repeat(15)}]`);
  assert.equal(jobs[0]?.fanOut, fanOutMax);
  const { unread } = steps('- &s {command: a, steps: *t}\n- &t {steps: [*t]}\n');
  assert.match(unread.join(), /steps nest deeper than 64/);
});
