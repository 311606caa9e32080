import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Job, JobDefinition } from '../../model/job-definition.ts';
import { placeOf, type SourceText } from '../../model/source-text.ts';
import { droneReader } from './definition.ts';

const FIXTURES = join(import.meta.dirname, 'fixtures');
const FIXTURE = readFileSync(join(FIXTURES, 'many.drone.yml'), 'utf8');

function read(text: string, path = '.drone.yml'): JobDefinition {
  return droneReader.read(path, text);
}

function texts(sources: readonly SourceText[] | undefined): readonly string[] {
  return (sources ?? []).map(({ text }) => text);
}

function commandsOf(job: Job | undefined): readonly (readonly [string, string])[] {
  return (job?.commands ?? []).map(({ shell, source }) => [shell, source.text] as const);
}

function variablesOf(job: Job | undefined): readonly string[] {
  return (job?.environment ?? []).map(({ name, value }) => `${name}=${value.text}`);
}

const pipelines = read(FIXTURE);
const [build, windows, droplet, template] = pipelines.jobs;

test('it claims the file of Drone, its programs, and pipelines of any name by their text', () => {
  for (const path of ['.drone.yml', 'a/.drone.yaml', '.drone.arm.yml', '.drone.jsonnet']) {
    assert.equal(droneReader.claims(path), true, path);
  }
  for (const path of ['drone.yml', '.drone.yml.bak', '.drone', '.drone.json']) {
    assert.equal(droneReader.claims(path), false, path);
  }
  assert.equal(droneReader.byContent?.mayClaim('ci/linux.yml'), true);
  assert.equal(droneReader.byContent?.recognises(FIXTURE), true);
  assert.equal(droneReader.byContent?.recognises('kind: Pipeline\nsteps:\n'), false);
  assert.equal(droneReader.byContent?.recognises(' kind: pipeline\n  steps:\n'), false);
});

test('every document that runs is a job', () => {
  assert.deepEqual(pipelines.unread, []);
  assert.deepEqual(
    pipelines.jobs.map(({ name }) => name),
    ['test', 'windows', 'droplet', ''],
  );
});

test('commands of steps, containers, plugins and hosts', () => {
  assert.deepEqual(commandsOf(build), [
    ['sh', `go build ./...\nexport OUT="\${HOME}/out"\nsh scripts/build.sh "$OUT"\n`],
    ['sh', "/server --port '80 80'"],
    ['sh', 'cd /srv && ./restart.sh'],
  ]);
  assert.deepEqual(commandsOf(windows), [['powershell', 'Write-Output hi']]);
  assert.deepEqual(commandsOf(droplet), [['sh', 'echo up']]);
});

test('words stand at their line and column', () => {
  const lines = FIXTURE.split('\n');
  for (const [index, words, rest] of [
    [0, 'go build', 'go build ./...'],
    [0, '{HOME}', '{HOME}/out"'],
    [0, 'sh scripts', 'sh scripts/build.sh "$OUT"'],
    [1, '/server', '/server]'],
    [1, '80 80', '80 80"]'],
    [2, './restart', "./restart.sh'"],
  ] as const) {
    const source = build?.commands[index]?.source;
    assert.ok(source);
    const at = source.text.indexOf(words);
    const { line, column } = placeOf(source, at, at + words.length);
    assert.equal(lines[line - 1]?.slice(column - 1), rest, words);
  }
});

test('images, files, variables, machines, templates', () => {
  assert.deepEqual(texts(build?.images), [
    ...['postgres:17', 'golang:1.24', 'example.org/server:1', 'plugins/docker'],
    'appleboy/drone-ssh',
  ]);
  assert.deepEqual(texts(build?.filesRun), ['docker/Dockerfile.linux']);
  assert.deepEqual(variablesOf(build), [
    ...['SHARED=yes', 'POSTGRES_PASSWORD=test', 'CGO_ENABLED=0', 'KEY.from_secret=key'],
    ...['settings.auto_tag=true', 'settings.dockerfile=docker/Dockerfile.linux'],
    ...['settings.repo=example/app', 'settings.script=cd /srv && ./restart.sh'],
  ]);
  assert.deepEqual(build?.machine, [
    ...['type=docker', 'os=linux', 'arch=arm64', 'pool=big', 'requests.cpu=2000'],
    'requests.memory=1GiB',
  ]);
  assert.deepEqual(droplet?.machine, [
    ...['type=digitalocean', 'docker-18-04', 's-8vcpu-16gb', 'nyc1'],
  ]);
  assert.deepEqual(texts(template?.remoteCode), ['build.yaml']);
  assert.deepEqual(variablesOf(template), ['input.image=node', 'input.args=a', 'input.args=b']);
});

test('the one map of the versions before 1.0, with its matrix', () => {
  const { jobs, unread } = read(readFileSync(join(FIXTURES, 'old.drone.yml'), 'utf8'));
  assert.deepEqual(unread, []);
  assert.equal(jobs[0]?.fanOut, 2);
  assert.deepEqual(commandsOf(jobs[0]), [
    ['sh', "GO='1.1'\ngo test"],
    ['sh', "GO='1.2'\ngo test"],
  ]);
  assert.deepEqual(texts(jobs[0]?.images), [
    ...['plugins/git', 'redis', 'golang:1.1', 'plugins/slack', 'golang:1.2'],
  ]);
  assert.ok(variablesOf(jobs[0]).includes('settings.channel=dev'));
});

test('`clone` is a container only when it says so', () => {
  const images = (clone: string): readonly string[] =>
    texts(read(`clone: ${clone}\nsteps: []`).jobs[0]?.images);
  assert.deepEqual(images('{disable: true, depth: 5}'), []);
  assert.deepEqual(images('{image: a, depth: 5}'), ['a']);
  assert.deepEqual(images('{git: {image: a}}'), ['a']);
});

test('what is not read is said', () => {
  for (const [path, language] of [
    ['.drone.jsonnet', 'Jsonnet'],
    ['.drone.star', 'Starlark'],
  ] as const) {
    assert.deepEqual(read('local x = 1;', path), {
      dialect: 'drone',
      path,
      jobs: [],
      unread: [`a ${language} program prints the pipelines; it was not run`],
      broken: false,
    });
  }
  assert.deepEqual(read('kind: other\nsteps: []').unread, [
    'a document of the kind `other` was not read',
  ]);
  assert.match(read('steps: x').unread.join(), /text where a step should stand was not read/);
  assert.match(read('kind: pipeline\n---\n- a\n').unread.join(), /a sequence where a definition/);
});
