import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fanOutMax, groovyTokensMax, scanFileBytesMax } from '../../base/limits.ts';
import type { JobDefinition } from '../../model/job-definition.ts';
import { checkPlaces, commandsOf, texts, variablesOf } from '../_fuzz/test-definition.ts';
import { jenkinsfileReader } from './jenkinsfile.ts';

const FIXTURE = readFileSync(join(import.meta.dirname, 'fixtures', 'Jenkinsfile'), 'utf8');

function read(text: string): JobDefinition {
  return jenkinsfileReader.read('Jenkinsfile', text);
}

function linesOf(text: string): readonly string[] {
  return commandsOf(read(text).jobs[0]).map(([, line]) => line);
}

const definition = read(FIXTURE);
const [job] = definition.jobs;

test('it claims Jenkinsfiles whatever is added to the name', () => {
  for (const path of [
    ...['Jenkinsfile', 'a/Jenkinsfile', 'Jenkinsfile.nightly', 'Jenkinsfile-arm'],
    ...['deploy.jenkinsfile', 'deploy.Jenkinsfile', 'jenkinsfile'],
  ]) {
    assert.equal(jenkinsfileReader.claims(path), true, path);
  }
  for (const path of [
    'Jenkinsfiles/a',
    'Jenkinsfile.md',
    'MyJenkinsfile',
    'JenkinsfileRunner.kt',
  ]) {
    assert.equal(jenkinsfileReader.claims(path), false, path);
  }
});

test('steps in every form, in their order', () => {
  assert.deepEqual(commandsOf(job), [
    ['sh', 'git describe --tags'],
    ['sh', './build.sh $TARGET'],
    [
      'sh',
      `\n          make NAME=\${NAME} PRICE=$HOME\n          echo "it's done" \\\n` +
        '            --quiet\n        ',
    ],
    ['sh', `./check.sh --all --depth \${DEPTH}`],
    ['sh', 'make docs'],
    ['sh', 'build.cmd /q'],
    ['powershell', 'Write-Output "hi"'],
    ['python', '#!/usr/bin/env python3\nprint("python")\n'],
    ['sh', 'echo "a $5 \\ b"'],
    ['sh', `\${tool 'maven'}/bin/mvn -B verify`],
    ['sh', "cat > run.sh <<'END'\necho written\nEND"],
    ['sh', 'one'],
    ['sh', 'two'],
    ['sh', 'three'],
    ['powershell', 'matrix'],
    ['sh', 'docker build -f docker/Dockerfile .'],
    ['sh', 'psql'],
    ['sh', './deploy.sh --env prod'],
    ['sh', 'ls -l'],
    ['sh', 'echo /slashy'],
    ['sh', 'cleanup'],
  ]);
});

test('what Groovy works out is named', () => {
  assert.deepEqual(definition.unread, [
    'line 91: `sh` runs a text that Groovy puts together',
    'line 92: `evaluate` runs a text as Groovy, which was not read',
  ]);
});

test('variables of every kind', () => {
  assert.deepEqual(variablesOf(job).slice(0, 15), [
    `flags=--all --depth \${DEPTH}`,
    ...['DEPTH=3', 'MODE=fast', 'MODE=slow', 'TARGET=release', `NAME=app-\${TARGET}`],
    ...[`MODE=\${MODE}`, 'EXTRA=1', 'OS=linux', 'OS=windows', 'ARCH=x86', 'ARCH=arm'],
    'ARCH=riscv',
    variablesOf(job)[13],
    'words=./deploy.sh --env prod',
  ]);
});

test('images, files, code from elsewhere', () => {
  assert.deepEqual(texts(job?.images), [
    ...['example.org/build:3', 'example.org/pod:1', 'postgres:17'],
  ]);
  assert.deepEqual(texts(job?.filesRun), [
    ...['ci/Dockerfile.test', 'Dockerfile', 'pod.yaml', 'ci/helpers.groovy'],
  ]);
  assert.deepEqual(texts(job?.remoteCode), [
    ...['shared-steps@v3', 'more', 'other@main', 'downstream', 'https://example.com/a.git'],
  ]);
});

test('schedules, time, machine and copies', () => {
  assert.deepEqual(job?.schedules, ['H 2 * * *', 'H 4 * * 6']);
  assert.equal(job?.timeoutSeconds, 7_200);
  assert.deepEqual(job?.machine, ['linux && big']);
  assert.equal(job?.fanOut, 6, 'two systems on three architectures');
  const branches = read('parallel(a: { sh "x" }, b: { sh "y" }, failFast: true)').jobs[0];
  assert.equal(branches?.fanOut, 2);
  const excluded = "matrix { excludes { exclude { axis { name 'A'; values 'a', 'b' } } } }";
  assert.equal(read(excluded).jobs[0]?.fanOut, 1);
  const axes = "axis { name 'A'; values 'a','b','c','d','e','f','g','h','i','j' }\n".repeat(9);
  assert.equal(read(`matrix { axes {\n${axes}} }`).jobs[0]?.fanOut, fanOutMax);
});

test('every word stands where it is said to', () => {
  checkPlaces(definition, FIXTURE, [
    ...['git describe', './build.sh', 'make NAME=', 'PRICE=', "it's done", '--quiet'],
    ...['./check.sh', '--all', '--depth', 'build.cmd', 'Write-Output', 'print("python")'],
    ...['5 ', 'bin/mvn', 'written', 'matrix', '-f docker', './deploy.sh', 'prod', 'slashy'],
    ...['example.org/pod:1', 'Dockerfile.test', 'ci/helpers.groovy', 'release', 'cleanup'],
  ]);
});

test('strings of every quote', () => {
  assert.deepEqual(linesOf("sh 'a\\'b\\\\c\\u0041\\n'"), ["a'b\\cA\n"]);
  assert.deepEqual(linesOf(`sh "a \${x("}")} \\"q\\" \\$y $env.Z."`), [
    `a \${x("}")} "q" $y \${Z}.`,
  ]);
  assert.deepEqual(linesOf('sh """a "quoted""""'), ['a "quoted"']);
  assert.deepEqual(linesOf("sh 'a' +\n  'b' +\n  c\n"), [`ab\${c}`]);
  assert.deepEqual(linesOf("def c = 'x'\nc += 'y'\nsh(c)"), ['xy']);
  assert.deepEqual(linesOf("sh(script: '''\\\nx''')"), ['x']);
  assert.deepEqual(linesOf("def c = env.C ?: 'x' + 'y'\nsh c"), ['xy']);
  assert.deepEqual(linesOf("steps.sh('a'); 'ls -a'.execute()"), ['a', 'ls -a']);
});

test('words that are no steps run nothing', () => {
  for (const text of ['def sh = 1', '[sh: "x"]', 'sh', 'x.image', 'label', 'values()']) {
    assert.deepEqual([linesOf(text), read(text).unread], [[], []], text);
  }
});

test('a text that is put together still shows its words', () => {
  const { jobs, unread } = read("sh(ready ? './one' : x('./two'))");
  assert.deepEqual(
    commandsOf(jobs[0]).map(([, text]) => text),
    ['./one', './two'],
  );
  assert.deepEqual(unread, ['line 1: `sh` runs a text that Groovy puts together']);
});

test('a file that is cut off is read up to there, and said to be', () => {
  const { jobs, unread } = read("sh 'one'\nsh 'two");
  assert.deepEqual([jobs[0]?.commands.length, unread.length], [1, 1]);
  assert.match(unread[0] ?? '', /^a text that starts with ' has no end/);
  assert.deepEqual(read('a '.repeat(groovyTokensMax + 1)).unread, [
    `gave up: there are more than ${groovyTokensMax} words; the rest was not read`,
  ]);
  assert.deepEqual(read(' '.repeat(scanFileBytesMax + 1)).unread, [
    'the file is too large and was not read',
  ]);
});

test('arguments inside one another are walked through a bounded number of times', () => {
  const { unread } = read("sh 'a', ".repeat(100_000));
  assert.ok(unread.includes('gave up: steps stand in one another; some were not read'));
});

test('a variable that is added to itself stops growing', () => {
  const { jobs } = read(`def x = '${'a'.repeat(1_000)}'\n${'x = x + x\n'.repeat(50)}sh x`);
  const longest = jobs[0]?.environment.map(({ value }) => value.text.length) ?? [];
  assert.ok(Math.max(...longest) < 100_000);
});
