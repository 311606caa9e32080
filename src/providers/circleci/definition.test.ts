import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  fanOutMax,
  MIB,
  matrixRowsMax,
  templateLengthMax,
  templateValuesMax,
} from '../../base/limits.ts';
import type { Job, JobDefinition } from '../../model/job-definition.ts';
import { placeOf, type SourceText } from '../../model/source-text.ts';
import { circleciReader } from './definition.ts';
import { parseDuration } from './duration.ts';

const PATH = '.circleci/config.yml';
const FIXTURE = readFileSync(join(import.meta.dirname, 'fixtures', 'config.yml'), 'utf8');
const SETUP = readFileSync(join(import.meta.dirname, 'fixtures', 'setup.config.yml'), 'utf8');

function read(text: string): JobDefinition {
  return circleciReader.read(PATH, text);
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

/** The commands of a job `j` with these steps. */
function stepsOf(steps: string, extra = ''): readonly string[] {
  const { jobs, unread } = read(`jobs: {j: {steps: ${steps}}}\n${extra}`);
  assert.deepEqual(unread, []);
  return commandsOf(jobs.find(({ name }) => name === 'j'));
}

const config = read(FIXTURE);
const job = (name: string): Job => {
  const found = config.jobs.find((each) => each.name === name);
  assert.ok(found, name);
  return found;
};

test('it claims the configuration, and by their text the others of its folder', () => {
  assert.equal(circleciReader.claims(PATH), true);
  assert.equal(circleciReader.claims('a/.circleci/config.yml'), true);
  for (const path of ['config.yml', 'x.circleci/config.yml', '.circleci/next.yml']) {
    assert.equal(circleciReader.claims(path), false, path);
  }
  assert.equal(circleciReader.byContent?.mayClaim('.circleci/next.yml'), true);
  assert.equal(circleciReader.byContent?.mayClaim('.circleci/a/next.yml'), false);
  assert.equal(circleciReader.byContent?.recognises(FIXTURE), true);
  assert.equal(circleciReader.byContent?.recognises('services:\n  version: 2\n'), false);
});

test('every job as each workflow uses it, and one for orbs of the registry', () => {
  assert.deepEqual(config.unread, []);
  assert.deepEqual(
    config.jobs.map(({ name }) => name),
    ['', 'build', 'test', 'own/lint', 'orb tests', 'machine', 'windows', 'unused'],
  );
  assert.deepEqual(texts(config.jobs[0]?.remoteCode), [
    'circleci/node@5.2',
    'circleci/windows@5.0',
  ]);
});

test('steps in their order, conditions and commands of the file opened', () => {
  assert.deepEqual(commandsOf(job('build')), [
    'postgres:17 -c fsync=off',
    'echo conditional',
    'echo "mode slow"\nmake prepare\n',
    'echo extra',
    "STEP='one'\ncd app\nmake \\\n  all\ncat <<END\nheredoc\nEND\n",
    `STEP='two'\necho folded "$STEP" \${{ pipeline.number }}`,
    "print('hi')",
    "echo 'single'",
    'npm ci --offline',
  ]);
  assert.equal(job('build').commands[6]?.shell, 'python');
  assert.equal(job('windows').commands[0]?.shell, 'powershell');
});

test('every command stands at its line and column, whatever its style', () => {
  const places = new Map(
    job('build').commands.flatMap(({ source }) =>
      PLACES.flatMap(([words]) => {
        const at = source.text.indexOf(words);
        if (at === -1) return [];
        const { line, column } = placeOf(source, at, at + words.length);
        return [[words, FIXTURE.split('\n')[line - 1]?.slice(column - 1)] as const];
      }),
    ),
  );
  for (const [words, rest] of PLACES) assert.equal(places.get(words), rest, words);
});

/** Words of a command, and what stands in the file from there to the end of the line. */
const PLACES = [
  ['echo conditional', 'echo conditional'],
  ['echo "mode', 'echo "mode << parameters.mode >>"'],
  ['slow', 'slow'],
  ['make prepare', 'make prepare'],
  ['make \\', 'make \\'],
  ['  all', '  all'],
  ['<<END', '<<END'],
  ['heredoc', 'heredoc'],
  ['"$STEP"', '"$STEP" << pipeline.number >>'],
  [`\${{`, '<< pipeline.number >>'],
  ["print('hi')", `print('hi')", shell: python3}`],
  ["single'", "single'''"],
  ['npm ci', 'npm ci --offline'],
] as const;

test('a matrix: each command once for each of its values, around it the steps before and after', () => {
  assert.deepEqual(commandsOf(job('test')), [
    ...['postgres:17 -c fsync=off', 'echo before', './test.sh 1', 'echo after'],
    ...['./test.sh 2', './test.sh 3'],
  ]);
  assert.equal(job('test').fanOut, 6);
  assert.deepEqual(texts(job('test').images), [
    ...['example.org/build:info', 'postgres:17', 'alpine:3'],
  ]);
});

test('an orb that stands in the file: its own names, executors and defaults', () => {
  assert.deepEqual(commandsOf(job('own/lint')), ['echo "hello world"', "printf '%s!\\n' 'world'"]);
  assert.deepEqual(texts(job('own/lint').images), ['alpine:3.20']);
});

test('what a job of the registry is given: steps and commands run, the rest is known', () => {
  assert.deepEqual(commandsOf(job('orb tests')), ['test:ci', 'echo inside']);
  assert.deepEqual(texts(job('orb tests').remoteCode), ['node/test']);
  assert.deepEqual(variablesOf(job('orb tests')), ['parameters.run-command=test:ci']);
});

test('variables of parameters, the executor, its containers, the job and the steps', () => {
  assert.deepEqual(variablesOf(job('build')), [
    ...['pipeline.parameters.level=info', 'pipeline.parameters.flag=false', 'CONTAINER=primary'],
    ...['POSTGRES_PASSWORD=test', 'EXECUTOR=base', 'JOB=build', 'STEP=one', 'STEP=two'],
    ...['parameters.override-ci-command=npm ci --offline', 'parameters.app-dir=web'],
  ]);
});

test('copies, schedules, time and machines', () => {
  assert.equal(job('build').fanOut, 3);
  assert.deepEqual(job('build').schedules, ['0 3 * * *']);
  assert.equal(job('build').timeoutSeconds, 1_800);
  assert.equal(job('machine').timeoutSeconds, null);
  assert.deepEqual(job('machine').machine, ['ubuntu-2404:current', 'arm.large']);
  assert.deepEqual(job('test').machine, ['large', 'small']);
  const wide = read('jobs: {j: {parallelism: 99999999, steps: []}}').jobs[0];
  assert.equal(wide?.fanOut, fanOutMax);
});

test('times', () => {
  for (const [text, seconds] of [
    ...([
      ['20m', 1_200],
      ['1h30m', 5_400],
      ['90', 90],
      ['1.5h', 5_400],
    ] as const),
    ...([
      ['', null],
      ['m', null],
      ['1x', null],
      ['x'.repeat(99), null],
      ['0', null],
    ] as const),
  ]) {
    assert.equal(parseDuration(text), seconds, text);
  }
});

test('a setup workflow goes on with a file of the tree, or with one that nobody can read', () => {
  const setup = read(SETUP);
  assert.deepEqual(setup.unread, []);
  assert.deepEqual(
    setup.jobs.flatMap(({ filesRun }) => texts(filesRun)),
    ['.circleci/next.yml', '.circleci/continue_config.yml'],
  );
  assert.match(
    read('setup: true\njobs: {j: {steps: [checkout]}}\n').unread.join(),
    /setup workflow/,
  );
});

test('references: escaped, unknown, here-documents, steps by parameter', () => {
  assert.deepEqual(stepsOf("['run': 'cat \\<< X']"), ['cat << X']);
  assert.deepEqual(stepsOf('[{run: "a <<pipeline.id>> b"}]'), [`a \${{ pipeline.id }} b`]);
  assert.deepEqual(stepsOf('[{run: "cat <<EOF >> f"}]'), ['cat <<EOF >> f']);
  assert.deepEqual(
    stepsOf(
      '[{c: {s: [{run: given}]}}]',
      'commands: {c: {parameters: {s: {type: steps}}, steps: [{run: a}, "<< parameters.s >>"]}}',
    ),
    ['a', 'given'],
  );
});

test('shells that are commands themselves', () => {
  assert.deepEqual(stepsOf('[{run: {command: x, shell: "/tmp/tool -o pool -c"}}]'), [
    '/tmp/tool -o pool -c',
    'x',
  ]);
  assert.deepEqual(stepsOf('[{run: {command: x, shell: bash -c evil}}]'), ['bash -c evil', 'x']);
  assert.deepEqual(stepsOf('[{run: {command: x, shell: /bin/bash -eo pipefail}}]'), ['x']);
});

test('a text for a list, a list for a text, merge keys, keys that stand twice', () => {
  assert.deepEqual(stepsOf('{run: one}'), ['one']);
  assert.deepEqual(stepsOf('[{run: [one, two]}]'), ['one', 'two']);
  assert.deepEqual(stepsOf('[{<<: &r {run: one}}, *r]'), ['one', 'one']);
  const twice = read('jobs: {j: {steps: [{run: one, run: two}]}}');
  assert.deepEqual(commandsOf(twice.jobs[0]), ['one', 'two']);
  assert.match(twice.unread.join(), /`run` stands twice/);
});

test('odd types are said', () => {
  assert.match(
    read('jobs: {j: {steps: [{run: {command: {a: b}}}]}}').unread.join(),
    /a map where a command should stand was not read/,
  );
  assert.match(read('workflows: {w: x}').unread.join(), /text where a workflow should stand/);
  assert.match(read('jobs: [').unread.join(), /^not-yaml/);
});

test('what values come to is bounded', () => {
  const many = read(`jobs: {j: {steps: [{run: "${'<<a.b>>'.repeat(templateValuesMax + 1)}"}]}}`);
  assert.match(many.unread.join(), /more than 1000 values to fill in/);
  const runs = '{run: <<pipeline.parameters.x>>},'.repeat(templateLengthMax / MIB + 1);
  const large = read(
    `parameters: {x: {default: ${'x'.repeat(MIB)}}}\njobs: {j: {steps: [${runs}]}}`,
  );
  assert.match(large.unread.join(), /values filled in come to more than/);
  const list = `[${'1,'.repeat(matrixRowsMax + 1)}2]`;
  const wide = read(
    `jobs: {j: {steps: [{run: x}]}}\n` +
      `workflows: {w: {jobs: [{j: {matrix: {parameters: {a: ${list}, b: ${list}}}}}]}}`,
  );
  assert.match(wide.unread.join(), /more than 200 values of one name/);
  assert.equal(wide.jobs[0]?.fanOut, (matrixRowsMax + 2) ** 2);
});
