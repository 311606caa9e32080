import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { matrixRowsMax } from '../../base/limits.ts';
import type { Job, JobDefinition } from '../../model/job-definition.ts';
import { placeOf, type SourceText } from '../../model/source-text.ts';
import { woodpeckerReader } from './definition.ts';

const FIXTURES = join(import.meta.dirname, 'fixtures');
const FIXTURE = readFileSync(join(FIXTURES, 'matrix.woodpecker.yml'), 'utf8');

function read(text: string): JobDefinition {
  return woodpeckerReader.read('.woodpecker.yml', text);
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

/** The commands of the only step of a file. */
function stepOf(step: string, extra = ''): readonly string[] {
  const { jobs, unread } = read(`steps: [${step}]\n${extra}`);
  assert.deepEqual(unread, []);
  return commandsOf(jobs[0]);
}

const workflow = read(FIXTURE);
const [job] = workflow.jobs;

test('it claims all that Woodpecker takes for a workflow', () => {
  for (const path of [
    ...['.woodpecker.yml', '.woodpecker.yaml', '.woodpecker/build.yml', 'a/.woodpecker/x.yaml'],
    '.woodpecker/docker-compose.yml',
  ]) {
    assert.equal(woodpeckerReader.claims(path), true, path);
  }
  for (const path of ['woodpecker.yml', '.woodpecker/a/b.yml', '.woodpecker/x.sh', 'x.yml']) {
    assert.equal(woodpeckerReader.claims(path), false, path);
  }
});

test('a workflow is one job; each row of the matrix is filled in', () => {
  assert.deepEqual(workflow.unread, []);
  assert.equal(workflow.jobs.length, 1);
  assert.equal(job?.fanOut, 4);
  const row = (target: string, db: string): string => `TARGET='${target}'\nDB='${db}'\n`;
  const first = row('unit', 'mysql');
  assert.deepEqual(commandsOf(job).slice(0, 7), [
    `${first}mysqld --skip-log-bin`,
    `${first}go version\nMODE=fast`,
    `${first}LEVEL='one'\ncd web/\ngo version\nMODE=fast\nmake "$MODE" unit\n` +
      `echo "\${HOME}" $USER $$\n./run.sh --db mysql\n`,
    `${first}LEVEL='two'\necho "$LEVEL"`,
    'print("hi")',
    `${first}/bin/tool '--serve it'`,
    `${first}cd /srv\ndocker compose up -d`,
  ]);
  assert.equal(commandsOf(job).filter((text) => text === 'print("hi")').length, 1);
  assert.ok(commandsOf(job).includes(`${row('e2e', 'postgres')}mysqld --skip-log-bin`));
});

test('words stand at their line and column, filled-in values where they stand themselves', () => {
  const lines = FIXTURE.split('\n');
  const source = job?.commands[2]?.source;
  assert.ok(source);
  for (const [words, rest] of [
    ['go version', 'go version'],
    ['make "$MODE"', `make "$MODE" \${TARGET}`],
    [' unit', ` \${TARGET}`],
    ['unit\n', 'unit'],
    ['echo', 'echo "$${HOME}" $$USER $$'],
    ['{HOME}', '{HOME}" $$USER $$'],
    ['USER', 'USER $$'],
    ['run.sh', `run.sh --db \${DB}`],
    ['web/', 'web/'],
  ] as const) {
    const at = source.text.indexOf(words);
    const { line, column } = placeOf(source, at, at + words.trimEnd().length);
    assert.equal(lines[line - 1]?.slice(column - 1), rest, words);
  }
});

test('images, files, variables, machines', () => {
  assert.deepEqual(texts(job?.images), [
    ...['woodpeckerci/plugin-git', 'mysql:9', 'docker.io/library/golang:1.24'],
    ...['example.org/mysql:1', 'python:3', 'alpine', 'woodpeckerci/plugin-docker-buildx'],
    ...['appleboy/drone-ssh', 'example.org/postgres:1'],
  ]);
  assert.deepEqual(texts(job?.filesRun), ['docker/Dockerfile.app']);
  for (const expected of [
    ...['TARGET=unit', 'TARGET=e2e', 'DB=postgres', 'MYSQL_DATABASE=test', 'LEVEL=one'],
    ...['LEVEL=two', 'TOKEN.from_secret=token', 'settings.repo=example/app', 'settings.depth=1'],
    ...['settings.build_args=B=2', 'settings.logins.registry=https://registry.example.org'],
  ]) {
    assert.ok(variablesOf(job).includes(expected), expected);
  }
  assert.deepEqual(job?.machine, [
    ...['platform=linux/arm64', 'size=large', 'limits.cpu=4000m', 'limits.memory=8Gi'],
    'kubernetes.io/arch=arm64',
  ]);
});

test('steps as a list, rows spelled out, PowerShell on Windows, plugins in the old form', () => {
  const { jobs, unread } = read(readFileSync(join(FIXTURES, 'list.woodpecker.yml'), 'utf8'));
  assert.deepEqual(unread, []);
  assert.equal(jobs[0]?.fanOut, 2);
  assert.deepEqual(
    jobs[0]?.commands.map(({ shell, source }) => [shell, source.text]),
    [
      ['sh', "VERSION='1'\nredis-server --save"],
      ['powershell', 'Write-Output "$env:KIND"'],
      ['sh', "VERSION='2'\nredis-server --save"],
    ],
  );
  assert.deepEqual(texts(jobs[0]?.images), [
    ...['redis:8', 'mcr.example.org/windows:1', 'plugins/old', 'mcr.example.org/windows:2'],
  ]);
  assert.deepEqual(variablesOf(jobs[0]), [
    ...['VERSION=1', 'KIND=a', 'settings.target=/srv', 'VERSION=2'],
  ]);
});

test('forms of a step', () => {
  assert.deepEqual(stepOf('{image: a, commands: x}'), ['x']);
  assert.deepEqual(stepOf('{image: a, commands: [x, [y, z]]}'), ['x\ny\nz']);
  assert.deepEqual(stepOf('{image: a/b, command: [-o, pool]}'), ['a/b -o pool']);
  assert.deepEqual(stepOf('{image: a, entrypoint: run --all}'), ['run --all']);
  assert.deepEqual(stepOf('{image: a, settings: {script: [x, y]}}'), ['x\ny']);
  assert.deepEqual(stepOf('{image: a, script: x}'), ['x']);
  assert.deepEqual(commandsOf(read('steps: {image: a, commands: x}').jobs[0]), ['x']);
  assert.deepEqual(commandsOf(read('steps: {image: {image: a, commands: x}}').jobs[0]), ['x']);
});

test('an entry point that does more than to hand over the commands is a command', () => {
  const steps = (entrypoint: string): readonly string[] =>
    stepOf(`{image: a, entrypoint: [sh, -c, ${entrypoint}], commands: [x]}`);
  assert.deepEqual(steps('"echo $CI_SCRIPT | base64 -d | /bin/bash -e"'), ['x']);
  assert.equal(steps('"./evil # echo $CI_SCRIPT | base64 -d | sh"').length, 2);
  assert.equal(steps('"echo $CI_SCRIPT | base64 -d | sh ; ./evil"').length, 2);
});

test('odd types are said, and a matrix is bounded', () => {
  assert.match(read('steps: [x]').unread.join(), /text where a step should stand was not read/);
  assert.match(
    read('steps: [{commands: [{a: b}]}]').unread.join(),
    /a map where a command should stand was not read/,
  );
  assert.match(read('steps: [').unread.join(), /^not-yaml/);
  assert.deepEqual(read('').jobs, []);
  const rows = '{A: b},'.repeat(matrixRowsMax + 1);
  assert.match(read(`matrix: {include: [${rows}]}`).unread.join(), /includes more than 200 rows/);
  const list = `[${'1,'.repeat(matrixRowsMax + 1)}2]`;
  const wide = read(`matrix: {A: ${list}, B: ${list}}\nsteps: [{commands: x}]`);
  assert.match(wide.unread.join(), /more than 200 values of one name/);
  assert.equal(wide.jobs[0]?.fanOut, (matrixRowsMax + 2) ** 2);
});
