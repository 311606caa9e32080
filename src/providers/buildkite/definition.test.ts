import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fanOutMax, matrixRowsMax } from '../../base/limits.ts';
import type { Job, JobDefinition } from '../../model/job-definition.ts';
import { placeOf, type SourceText, verbatim } from '../../model/source-text.ts';
import { buildkiteReader } from './definition.ts';
import { uploadsIn } from './uploads.ts';

const PATH = '.buildkite/pipeline.yml';

function fixture(name: string): string {
  return readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8');
}

function read(text: string, path = PATH): JobDefinition {
  return buildkiteReader.read(path, text);
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

/** The commands of a file of one step. */
function stepOf(step: string): readonly string[] {
  const { jobs, unread } = read(`steps: [${step}]\n`);
  assert.deepEqual(unread, []);
  return commandsOf(jobs[0]);
}

const FIXTURE = fixture('pipeline.yml');
const pipeline = read(FIXTURE);
const [unit, build, tool, deploy, nested, upload, pods] = pipeline.jobs;

test('it claims pipelines and hooks, and by their text the others of its folder', () => {
  for (const path of [
    ...[PATH, '.buildkite/pipeline.nightly.yaml', '.buildkite/pipeline.json', 'buildkite.yml'],
    ...['a/buildkite.release.yml', '.buildkite/hooks/pre-command', '.buildkite/hooks/environment'],
  ]) {
    assert.equal(buildkiteReader.claims(path), true, path);
  }
  for (const path of [
    ...[
      'pipeline.yml',
      '.buildkite/docker-compose.yml',
      '.buildkite/hooks/readme',
      'hooks/command',
    ],
    ...['.buildkite/steps/pipeline.yml', '.buildkite/pipeline.docker-compose.yml'],
  ]) {
    assert.equal(buildkiteReader.claims(path), false, path);
  }
  const byContent = buildkiteReader.byContent;
  assert.equal(byContent?.mayClaim('.buildkite/steps/more.yml'), true);
  assert.equal(byContent?.mayClaim('steps/more.yml'), false);
  assert.equal(byContent?.recognises(FIXTURE), true);
  assert.equal(byContent?.recognises('services:\n  steps: x\n'), false);
});

test('each step that runs something is a job, those in groups and inside of a key, too', () => {
  assert.deepEqual(pipeline.unread, []);
  assert.deepEqual(
    pipeline.jobs.map(({ name }) => name),
    [':go: test', 'build {{matrix.os}}', '', 'Deploy', 'nested', 'upload', 'pods'],
  );
});

test('commands of steps and of their plugins', () => {
  assert.deepEqual(commandsOf(unit), ['make test', "sh -c 'make all'", 'echo own']);
  assert.deepEqual(commandsOf(nested), ['echo nested\necho "twice"']);
  assert.deepEqual(commandsOf(pods), ["sh -c 'echo pod'"]);
});

test('a matrix is filled in, adjustments too; the dollar of the shell is its own', () => {
  const row = (os: string, arch: string): string =>
    `MODE=slow\necho "\${MODE}" $HOME\n./build.sh --os ${os} --arch ${arch}\n`;
  assert.deepEqual(commandsOf(build), [
    ...[row('linux', 'amd64'), row('windows', 'amd64'), row('linux', 'arm64')],
    ...[row('windows', 'arm64'), row('plan9', '386')],
  ]);
  assert.deepEqual(commandsOf(tool), ['echo 1', 'echo 2']);
  assert.deepEqual(texts(tool?.images), ['example.org/tool:1', 'example.org/tool:2']);
});

test('words stand at their line and column, filled-in values where they stand themselves', () => {
  const lines = FIXTURE.split('\n');
  for (const [job, index, words, rest] of [
    [unit, 0, 'make test', 'make test'],
    [unit, 1, 'make all', 'make all"]'],
    [unit, 2, 'own', 'own'],
    [build, 0, 'MODE=slow', 'MODE=slow"'],
    [build, 0, `\${MODE}`, `\${MODE}" $$HOME`],
    [build, 0, '$HOME', '$HOME'],
    [build, 0, './build.sh', './build.sh --os {{matrix.os}} --arch {{ matrix.arch }}'],
    [build, 1, 'windows', 'windows]'],
    [nested, 0, 'echo nested', `echo nested', echo "twice"]`],
    [nested, 0, 'echo "twice"', 'echo "twice"]'],
  ] as const) {
    const source = job?.commands[index]?.source;
    assert.ok(source);
    const at = source.text.indexOf(words);
    const { line, column } = placeOf(source, at, at + words.length);
    assert.equal(lines[line - 1]?.slice(column - 1), rest, words);
  }
});

test('images, variables, machines, copies, time', () => {
  assert.deepEqual(texts(unit?.images), ['example.org/base:1', 'golang:1.24']);
  for (const expected of [
    ...['LEVEL=high', `QUEUE=\${QUEUE:-small}`, 'MODE=fast', 'CGO_ENABLED=0'],
    'plugins.docker-compose.run=app',
  ]) {
    assert.ok(variablesOf(unit).includes(expected), expected);
  }
  assert.ok(variablesOf(build).includes('matrix.arch=386'));
  assert.ok(variablesOf(pods).includes('A=b'));
  assert.deepEqual(unit?.machine, ['queue=large', 'os=linux']);
  assert.deepEqual(build?.machine, ['queue=$QUEUE']);
  assert.deepEqual([unit?.fanOut, build?.fanOut, tool?.fanOut], [3, 5, 2]);
  assert.deepEqual([unit?.timeoutSeconds, build?.timeoutSeconds], [1_200, null]);
});

test('code from elsewhere and files of the tree', () => {
  assert.deepEqual(texts(unit?.remoteCode), [
    ...['docker#v5.12.0', 'docker-compose#v5.0.0', 'artifacts#v1.9.0'],
  ]);
  assert.deepEqual(texts(unit?.filesRun), [
    ...['compose/app.yml', 'compose/db.yml', './.buildkite/plugins/own'],
  ]);
  assert.deepEqual(texts(deploy?.remoteCode), ['deploy']);
  assert.ok(variablesOf(deploy).includes('TARGET=production'));
  assert.deepEqual(texts(upload?.filesRun), ['.buildkite/more.yml']);
});

test('a list of steps alone, a map of plugins, steps that a program prints', () => {
  const { jobs, unread } = read(fixture('list.yml'));
  assert.deepEqual(jobs.flatMap(commandsOf), [
    ...['echo one', 'echo two', './generate.sh | buildkite-agent pipeline upload'],
  ]);
  assert.deepEqual(texts(jobs[1]?.filesRun), ['docker-compose.yml']);
  assert.deepEqual(unread, ['steps that a command prints for `pipeline upload` were not read']);
});

test('JSON, with tabs', () => {
  const { jobs, unread } = read(fixture('pipeline.json'), '.buildkite/pipeline.json');
  assert.deepEqual(unread, []);
  assert.deepEqual(jobs.flatMap(commandsOf), ['echo "one"\necho two']);
});

test('a hook is one command', () => {
  const { jobs } = read('#!/usr/bin/env python3\nprint(1)\n', '.buildkite/hooks/pre-command');
  assert.equal(jobs[0]?.commands[0]?.shell, 'python');
  const [hook] = read('make\n', '.buildkite/hooks/command').jobs;
  assert.deepEqual([hook?.name, commandsOf(hook)], ['command', ['make\n']]);
});

test('what `pipeline upload` uploads', () => {
  const uploads = (text: string): readonly (string | boolean)[] => {
    const { files, isDynamic } = uploadsIn(verbatim('f', text));
    return [...texts(files), isDynamic];
  };
  const agent = 'buildkite-agent pipeline upload';
  assert.deepEqual(uploads(agent), ['.buildkite/pipeline.yml', false]);
  assert.deepEqual(uploads(`${agent} a.yml`), ['a.yml', false]);
  assert.deepEqual(uploads(`${agent} --replace --job 1 "a.yml"; x`), ['a.yml', false]);
  assert.deepEqual(uploads(`${agent} < a.yml`), ['a.yml', false]);
  assert.deepEqual(uploads(`./gen | ${agent}`), [true]);
  assert.deepEqual(uploads(`./gen |\n  ${agent}`), [true]);
  assert.deepEqual(uploads(`x || ${agent}\n${agent} b.yml`), [
    '.buildkite/pipeline.yml',
    'b.yml',
    false,
  ]);
  const many = uploadsIn(verbatim('f', `${agent} a\n`.repeat(200)));
  assert.deepEqual([many.files.length, many.isDynamic], [100, true]);
});

test('forms of a step', () => {
  assert.deepEqual(stepOf('{command: [a, [b]]}'), ['a\nb']);
  assert.deepEqual(stepOf('{commands: a}'), ['a']);
  assert.deepEqual(stepOf('{script: a}'), ['a']);
  assert.deepEqual(stepOf('{plugins: [{x#v1: {command: a b}}]}'), ['a b']);
  assert.deepEqual(stepOf('{group: g, steps: [{group: h, steps: [{command: a}]}]}'), ['a']);
  assert.deepEqual(read('steps: {command: a}').jobs.flatMap(commandsOf), ['a']);
});

test('odd types are said, and what multiplies is bounded', () => {
  assert.deepEqual(read('steps: [other]').unread, [
    'line 1: text where a step should stand was not read',
  ]);
  assert.match(
    read('steps: [{command: [{a: b}]}]').unread.join(),
    /a map where a command should stand was not read/,
  );
  assert.match(read('steps: [').unread.join(), /^not-yaml/);
  assert.match(read('text').unread.join(), /text where a definition should stand/);
  const list = `[${'1,'.repeat(matrixRowsMax + 1)}2]`;
  const wide = read(`steps: [{command: x, parallelism: 99999, matrix: ${list}}]`);
  assert.match(wide.unread.join(), /more than 200 values of one name/);
  assert.equal(wide.jobs[0]?.fanOut, fanOutMax);
  const added = `{with: a},`.repeat(matrixRowsMax + 1);
  const adjusted = read(`steps: [{command: x, matrix: {setup: [1], adjustments: [${added}]}}]`);
  assert.match(adjusted.unread.join(), /more than 200 adjustments/);
});
