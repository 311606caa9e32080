import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  definitionLengthMax,
  definitionPartsMax,
  definitionUnreadMax,
  extendsDepthMax,
  fanOutMax,
  jobNameLengthMax,
} from '../../base/limits.ts';
import type { Job, JobDefinition } from '../../model/job-definition.ts';
import { placeOf } from '../../model/source-text.ts';
import { gitlabReader } from './definition.ts';

const FIXTURE = readFileSync(
  join(import.meta.dirname, 'fixtures', 'pipeline.gitlab-ci.yml'),
  'utf8',
);

function read(text: string): JobDefinition {
  return gitlabReader.read('.gitlab-ci.yml', text);
}

function jobNamed(definition: JobDefinition, name: string): Job {
  const job = definition.jobs.find((each) => each.name === name);
  assert.ok(job, name);
  return job;
}

/** The commands of the job `a`. */
function scriptsOf(text: string): readonly string[] {
  return jobNamed(read(text), 'a').commands.map(({ source }) => source.text);
}

function variablesOf(job: Job): readonly string[] {
  return job.environment.map(({ name, value }) => `${name}=${value.text}`);
}

const pipeline = read(FIXTURE);
const build = jobNamed(pipeline, 'build');

test('it claims the file of GitLab and templates', () => {
  for (const path of ['.gitlab-ci.yml', 'a/.gitlab-ci.yaml', 'ci/Build.gitlab-ci.yml']) {
    assert.equal(gitlabReader.claims(path), true, path);
  }
  for (const path of ['gitlab-ci.yml', '.gitlab-ci.yml.bak', 'a.gitlab-ci.json']) {
    assert.equal(gitlabReader.claims(path), false, path);
  }
});

test('jobs, includes and hidden jobs that nothing here uses', () => {
  assert.deepEqual(pipeline.unread, []);
  assert.deepEqual(
    pipeline.jobs.map(({ name }) => name),
    ['', 'build', 'test', 'child', 'downstream', 'steps', '.unused'],
  );
  assert.deepEqual(
    pipeline.jobs[0]?.remoteCode.map(({ text }) => text),
    [
      ...['/ci/shared.yml', 'group/templates', '/a.yml', '/b.yml'],
      ...['https://example.com/remote.yml', 'gitlab.example.com/group/scan@1'],
    ],
  );
});

test('a script is one command with the one before it; the one after it is its own', () => {
  assert.deepEqual(
    build.commands.map(({ source }) => source.text),
    [
      "postgres:17 -c 'fsync=off'".replaceAll("'", ''),
      'apk add curl\nnpm ci\nnpm run prepare\nnpm run hooks\n' +
        'for target in a b; do\n  make "$target"\ndone\n\n' +
        "echo 'quoted'\nprintf 'x\ty' | cat",
      'echo done',
    ],
  );
});

test('a joined script keeps the place of each line', () => {
  const lines = FIXTURE.split('\n');
  const source = build.commands[1]?.source;
  assert.ok(source);
  for (const words of ['apk add curl', 'npm run hooks', 'make "$target"', '| cat']) {
    const at = source.text.indexOf(words);
    const { line, column } = placeOf(source, at, at + words.length);
    assert.equal(lines[line - 1]?.slice(column - 1, column - 1 + words.length), words);
  }
});

test('what a job inherits: extends, merge keys, defaults, references', () => {
  const testJob = jobNamed(pipeline, 'test');
  assert.deepEqual(
    testJob.commands.map(({ source }) => source.text),
    ['postgres:17 -c fsync=off', 'echo early', 'npm test'],
  );
  assert.deepEqual(
    testJob.images.map(({ text }) => text),
    ['node:24', 'postgres:17'],
  );
  assert.deepEqual(
    build.images.map(({ text }) => text),
    ['alpine:3', 'postgres:17'],
  );
  const variables = variablesOf(build);
  for (const expected of [
    ...['GREETING=hello', 'LEVEL=high', 'RELEASE=yes', 'SHARED=from-base', 'SHARED=from-job'],
    ...['KEPT=yes', 'LEVEL=deep', 'FROM_RULE=1', 'POSTGRES_PASSWORD=test', 'TARGET=b', 'MODE=slow'],
  ]) {
    assert.ok(variables.includes(expected), expected);
  }
  assert.ok(variables.lastIndexOf('SHARED=from-job') > variables.lastIndexOf('SHARED=from-base'));
});

test('copies, time and machines', () => {
  assert.equal(build.fanOut, 7);
  assert.equal(build.timeoutSeconds, 5_400);
  assert.deepEqual(build.machine, ['linux', 'small']);
  const other = jobNamed(pipeline, 'test');
  assert.equal(other.fanOut, 5);
  assert.equal(other.timeoutSeconds, 3_600);
  assert.equal(jobNamed(read('a: {script: x, parallel: 999999999}'), 'a').fanOut, fanOutMax);
});

test('triggers and steps bring code from elsewhere', () => {
  const remote = (name: string): readonly string[] =>
    jobNamed(pipeline, name).remoteCode.map(({ text }) => text);
  assert.deepEqual(remote('child'), ['generated.yml']);
  assert.deepEqual(remote('downstream'), ['group/project']);
  assert.deepEqual(remote('steps'), ['gitlab.example.com/steps/echo@1']);
});

test('a header of inputs is no job, and their defaults are read', () => {
  const { jobs } = read('spec:\n  inputs:\n    x: {default: y}\n---\na: {script: z}\n');
  assert.deepEqual(
    jobs.map(({ name }) => name),
    ['a'],
  );
  assert.deepEqual(jobs.flatMap(variablesOf), ['inputs.x=y']);
});

test('defaults of inputs are filled in before anything runs', () => {
  const spec = 'spec:\n  inputs:\n    x: {default: a b}\n    y: {}\n---\n';
  const script = '["$[[ inputs.x ]]; $[[inputs.x | truncate(0,1)]]c $[[ inputs.y ]] $[[ z ]]"]';
  assert.deepEqual(scriptsOf(`${spec}a: {script: ${script}}\n`), [
    `a b; a bc \${{ inputs.y }} $[[ z ]]`,
  ]);
  assert.deepEqual(
    read(`${spec}a: {image: "i:$[[ inputs.x ]]", script: a}`).jobs.flatMap(({ images }) =>
      images.map(({ text }) => text),
    ),
    ['i:a b'],
  );
});

test('a file of defaults alone is read for those who include it', () => {
  const { jobs } = read('default:\n  before_script: [echo hi]\n');
  assert.deepEqual(
    jobs.flatMap(({ commands }) => commands.map(({ source }) => source.text)),
    ['echo hi'],
  );
});

test('what overrides what', () => {
  assert.deepEqual(scriptsOf('.p: {script: [p]}\na: {extends: .p, script: [own]}'), ['own']);
  assert.deepEqual(scriptsOf('.p: {script: p}\n.q: {script: q}\na: {extends: [.p, .q]}'), ['q']);
  assert.deepEqual(scriptsOf('x: &x {script: x}\na: {<<: *x, script: own}'), ['own']);
  assert.deepEqual(scriptsOf('before_script: [old]\na: {script: [new]}'), ['old\nnew']);
  assert.deepEqual(
    scriptsOf('before_script: [old]\ndefault: {before_script: [d]}\na: {script: [new]}'),
    ['d\nnew'],
  );
  assert.deepEqual(scriptsOf('x: &x {script: x}\ny: &y {script: y}\na: {<<: [*x, *y]}'), ['x']);
});

test('where readers disagree all is read', () => {
  assert.deepEqual(scriptsOf('x: &x {script: x}\na: {script: own, <<: *x}'), ['own\nx']);
  const twice = read('a:\n  script: one\n  script: two\n');
  assert.deepEqual(jobNamed(twice, 'a').commands[0]?.source.text, 'one\ntwo');
  assert.match(twice.unread.join(), /`script` stands twice \(line 3 and before\)/);
});

test('inheritance without an end ends', () => {
  assert.deepEqual(scriptsOf('a: {extends: b, script: x}\nb: {extends: a}'), ['x']);
  assert.deepEqual(scriptsOf('a: &a {<<: *a, script: x}'), ['x']);
  const cycle = read('a: {script: &s [*s, x]}');
  assert.match(cycle.unread.join(), /a sequence where a command should stand was not read/);
  assert.equal(jobNamed(cycle, 'a').commands.length, 1);
  const reference = read('a: {script: [!reference [a, script], x]}');
  assert.match(reference.unread.join(), /`!reference` at most 10 deep/);
  assert.match(jobNamed(reference, 'a').commands[0]?.source.text ?? '', /x$/);
  const chain = Array.from({ length: 15 }, (_, i) => `j${i}: {extends: j${i + 1}, script: x}`);
  assert.match(
    read(chain.join('\n')).unread.join(),
    new RegExp(`extends more than ${extendsDepthMax} jobs`),
  );
});

test('references nested deeper than 10', () => {
  const jobs = Array.from({ length: 15 }, (_, i) => `.r${i}: {s: [!reference [.r${i + 1}, s]]}`);
  const { unread } = read(`${jobs.join('\n')}\na: {script: !reference [.r0, s]}`);
  assert.match(unread.join(), /`!reference` at most 10 deep/);
});

test('a command that is no text is unread', () => {
  const { unread } = read('a:\n  script:\n    - echo: x\n');
  assert.deepEqual(unread, ['line 3: a map where a command should stand was not read']);
});

test('what all jobs share may not come to more than the limits', () => {
  const jobs = Array.from({ length: 40 }, (_, i) => `j${i}: {script: x}`).join('\n');
  const large = read(`default:\n  before_script: ["${'x'.repeat(500_000)}"]\n${jobs}`);
  const length = large.jobs
    .flatMap(({ commands }) => commands)
    .reduce((sum, { source }) => sum + source.text.length, 0);
  assert.ok(length <= definitionLengthMax);
  assert.match(large.unread.join(), /more than 16777216 characters/);
  const variables = Array.from({ length: 4_000 }, (_, i) => `v${i}: x`).join(', ');
  const many = read(`variables: {${variables}}\n${jobs}`);
  const count = many.jobs.reduce((sum, { environment }) => sum + environment.length, 0);
  assert.equal(count, definitionPartsMax);
  assert.equal(many.jobs.at(-1)?.commands.length, 1, 'commands are read nevertheless');
  assert.match(many.unread.join(), /more than 100000 words/);
});

test('a name is cut and made harmless; sentences are counted past their limit', () => {
  const [job] = read(`"a\\e[2J${'x'.repeat(1_000)}": {script: x}`).jobs;
  assert.equal(job?.name.length, jobNameLengthMax);
  assert.ok(job?.name.startsWith('a\ufffd[2J'));
  const many = Array.from({ length: 100 }, (_, i) => `j${i}: {script: {a: b}}\n`);
  const { unread } = read(many.join(''));
  assert.equal(unread.length, definitionUnreadMax + 1);
  assert.equal(unread.at(-1), 'and 50 more parts were not read');
});
