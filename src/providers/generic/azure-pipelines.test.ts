import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fanOutMax, yamlDepthMax } from '../../base/limits.ts';
import type { Job, JobDefinition } from '../../model/job-definition.ts';
import { checkPlaces, commandsOf, jobNamed, texts, variablesOf } from '../_fuzz/test-definition.ts';
import { azurePipelinesReader } from './azure-pipelines.ts';

const FIXTURE = readFileSync(join(import.meta.dirname, 'fixtures', 'azure-pipelines.yml'), 'utf8');

function read(text: string): JobDefinition {
  return azurePipelinesReader.read('azure-pipelines.yml', text);
}

function jobOf(text: string): Job {
  const { jobs, unread } = read(text);
  assert.deepEqual(unread, []);
  assert.ok(jobs[0]);
  return jobs[0];
}

const pipeline = read(FIXTURE);
const compile = jobNamed(pipeline, 'compile');
const rollout = jobNamed(pipeline, 'rollout');

test('it claims pipelines by name, and knows templates by what stands in them', () => {
  for (const path of [
    ...['azure-pipelines.yml', 'a/azure-pipelines-nightly.yaml', '.azure-pipelines/x.yml'],
    ...['.azure-pipelines/steps/deep.yml', 'azure-pipelines.release.yml', '.vsts-ci.yml'],
  ]) {
    assert.equal(azurePipelinesReader.claims(path), true, path);
  }
  for (const path of ['pipelines.yml', 'azure-pipelines.md', 'x/my-azure-pipelines.yml', 'a.yml']) {
    assert.equal(azurePipelinesReader.claims(path), false, path);
  }
  const { mayClaim, recognises } = azurePipelinesReader.byContent ?? assert.fail();
  assert.equal(mayClaim('eng/common/build.yml'), true);
  assert.equal(mayClaim('eng/common/build.json'), false);
  assert.equal(recognises('parameters: {}\nsteps:\n- task: Bash@3\n  inputs: {}\n'), true);
  assert.equal(recognises('jobs:\n- job: a\n  pool:\n    vmImage: x\n'), true);
  assert.equal(recognises('steps:\n- task: build\n'), false, 'no version');
  assert.equal(recognises('on: push\njobs:\n  a:\n    steps: []\n'), false);
  assert.equal(recognises('x: "- task: Bash@3"'), false, 'no list at the root');
});

test('commands of every kind of step, in order', () => {
  assert.deepEqual(pipeline.unread, []);
  assert.deepEqual(commandsOf(compile), [
    ['sh', `MODE='fast'\ncd core\nmake --release TARGET=x86_64-linux\necho "$(pwd)"\n`],
    ['sh', `MODE='fast'\ncd core\nmake --release TARGET=aarch64-linux\necho "$(pwd)"\n`],
    ['sh', "MODE='slow'\n./ci/check.sh"],
    ['powershell', 'Write-Output shallow'],
    ['sh', `\${SYSTEM_DEFAULTWORKINGDIRECTORY}/ci/pack.sh --all "shallow"`],
    ['sh', 'cd docs\necho cmdline'],
    ['powershell', 'Get-ChildItem'],
    ['python', 'print("python")'],
    ['sh', 'echo under a condition'],
    ['sh', 'echo nested condition'],
    ['sh', 'docker build --no-cache'],
  ]);
  assert.deepEqual(commandsOf(rollout), [
    ['sh', 'echo before'],
    ['sh', 'kubectl apply -f app.yml'],
    ['sh', 'echo failed'],
  ]);
});

test('lists of steps and jobs that a parameter holds are read', () => {
  const own = pipeline.jobs.flatMap((job) => commandsOf(job).map(([, text]) => text));
  assert.ok(own.includes('echo from a parameter'));
  assert.deepEqual(commandsOf(jobNamed(pipeline, 'given')), [['sh', 'echo given to a template']]);
});

test('variables of all levels in their order, parameters and inputs', () => {
  assert.deepEqual(variablesOf(compile), [
    ...['parameters.suite=unit', 'BUILD_FLAGS=--release', 'DEPTH=shallow', 'STAGE_LEVEL=one'],
    ...['TARGET=x86_64-linux', 'TARGET=aarch64-linux', 'EXTRA=yes', 'TOOL_HOME=/opt/tools'],
    ...['inputs.targettype=filePath', 'inputs.targettype=inline', 'inputs.scriptsource=inline'],
    ...['inputs.command=build', 'parameters.channel=beta', 'MODE=fast', 'MODE=slow'],
  ]);
});

test('images, files, code from elsewhere, machines, time and copies', () => {
  assert.deepEqual(texts(compile.images), ['example.org/tools:4', 'example.org/postgres:17']);
  assert.deepEqual(texts(compile.filesRun), [
    ...['ci/pack.sh', 'docker/Dockerfile.ci', 'steps/local.yml'],
  ]);
  assert.deepEqual(texts(compile.remoteCode), [
    ...['Bash@3', 'CmdLine@2', 'PowerShell@2', 'PythonScript@0', 'Docker@2'],
    'steps/publish.yml@shared',
  ]);
  const nameless = pipeline.jobs.filter(({ name }) => name === '');
  const files = nameless.flatMap((job) => texts(job.filesRun));
  assert.deepEqual(files.sort(), ['ci/variables.yml', 'stages/test.yml']);
  assert.deepEqual(
    nameless.flatMap((job) => texts(job.remoteCode)),
    ['example/pipeline-templates'],
  );
  assert.deepEqual(compile.machine, ['ubuntu-24.04']);
  assert.deepEqual(rollout.machine, ['private', 'docker', 'gpu']);
  assert.equal(compile.timeoutSeconds, 1_500);
  assert.equal(compile.fanOut, 2);
  assert.deepEqual(compile.schedules, ['0 3 * * *', '30 4 * * 1']);
});

test('every word stands where it is said to', () => {
  checkPlaces(pipeline, FIXTURE, [
    ...[
      'make ',
      'TARGET=',
      '--release',
      './ci/check.sh',
      'Write-Output ',
      '/ci/pack.sh',
      'echo cmdline',
    ],
    ...['Get-ChildItem', 'print("python")', 'nested condition', '--no-cache', 'kubectl apply'],
    ...['example.org/tools:4', 'steps/local.yml', '--release', 'aarch64-linux', 'echo given'],
  ]);
});

test('macros and expressions come to what the file says, copies of a job each to their own', () => {
  const text = `parameters: [{name: p, default: from a parameter}]
variables: {tool: $(inner) -x, inner: run it, image: example.org/i:1}
jobs:
- job: a
  container: $[ variables['image'] ]
  strategy: {matrix: {one: {cmd: echo 1}, two: {cmd: echo 2}}}
  steps:
  - bash: $(tool) \${{ parameters.p }} \${{ variables.inner }} \${{ parameters.unknown }}
  - bash: $(cmd) && $(whoami)
`;
  const job = jobOf(text.replace("['image']", '.image'));
  assert.deepEqual(
    commandsOf(job).map(([, command]) => command),
    [
      `run it -x from a parameter run it \${{ parameters.unknown }}`,
      'echo 1 && $(whoami)',
      'echo 2 && $(whoami)',
    ],
  );
  assert.deepEqual(texts(job.images), ['example.org/i:1']);
  const bomb = Array.from({ length: 9 }, (_, i) => `  v${i}: ${`$(v${i + 1})`.repeat(99)}`);
  const { unread } = read(`variables:\n${bomb.join('\n')}\n  v9: x\nsteps: [{bash: $(v0)}]\n`);
  assert.match(unread.join(), /^macros come to more than/);
});

test('a pipeline of steps alone, and text where a list is expected', () => {
  const job = jobOf('pool: mine\nvariables: {A: 1}\nsteps: {script: echo $(A) $(B)}\n');
  assert.deepEqual(commandsOf(job), [['sh', 'echo 1 $(B)']]);
  assert.deepEqual(job.machine, ['mine']);
  assert.deepEqual(variablesOf(job), ['A=1']);
  const copies = jobOf('jobs:\n- job: a\n  strategy: {parallel: 5}\n  steps: [{bash: x}]\n');
  assert.equal(copies.fanOut, 5);
  const many = jobOf('jobs: [{job: a, strategy: {parallel: 99999999}, steps: [{bash: x}]}]\n');
  assert.equal(many.fanOut, fanOutMax);
  const expression = jobOf("jobs: [{job: a, strategy: {matrix: '$[ x ]'}, steps: [{bash: x}]}]\n");
  assert.equal(expression.fanOut, 1);
});

test('`extends` and old parameters as a map', () => {
  const { jobs } = read(
    'parameters: {old: value, steps: [{script: old style}]}\n' +
      'extends:\n  template: base.yml@shared\n' +
      '  parameters:\n    stages:\n    - stage: s\n      jobs: [{job: j, steps: [{bash: inner}]}]\n',
  );
  assert.deepEqual(
    jobs.flatMap((job) => commandsOf(job)),
    [
      ['sh', 'old style'],
      ['sh', 'inner'],
    ],
  );
  assert.deepEqual(
    jobs.flatMap((job) => texts(job.remoteCode)),
    ['base.yml@shared'],
  );
});

test('what is not what it should be is said to be unread', () => {
  assert.deepEqual(read('steps: [x, {bash: {a: b}}]\njobs: [y]\nstages: z\n').unread, [
    'line 1: text where a step should stand was not read',
    'line 1: a map where `bash` should stand was not read',
    'line 3: text where a stage should stand was not read',
    'line 2: text where a job should stand was not read',
  ]);
  assert.match(read('steps: [').unread[0] ?? '', /^not-yaml at /);
  const loop = `steps: &s\n- \${{ if x }}: *s\n- bash: x\n`;
  assert.match(read(loop).unread.join(), new RegExp(`deeper than ${yamlDepthMax}`));
});
