import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  definitionCommandsMax,
  definitionPartsMax,
  fanOutMax,
  scanFileBytesMax,
} from '../../base/limits.ts';
import type { Job, JobDefinition } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { checkPlaces } from '../_fuzz/test-places.ts';
import { layerciReader } from './definition.ts';

function fixture(name: string): string {
  return readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8');
}

function read(text: string): JobDefinition {
  return layerciReader.read('Layerfile', text);
}

function jobOf(text: string): Job {
  const [job, ...more] = read(text).jobs;
  assert.ok(job !== undefined && more.length === 0);
  return job;
}

function texts(sources: readonly SourceText[]): readonly string[] {
  return sources.map(({ text }) => text);
}

function commandsOf(job: Job): readonly string[] {
  return job.commands.map(({ source }) => source.text);
}

const FILE = fixture('Layerfile');
const job = jobOf(FILE);

test('it claims Layerfiles in any folder', () => {
  for (const path of ['Layerfile', 'web/tests/Layerfile', 'layerfile']) {
    assert.equal(layerciReader.claims(path), true, path);
  }
  for (const path of ['Dockerfile', 'Layerfile.md', 'MyLayerfile', 'Layerfile/x']) {
    assert.equal(layerciReader.claims(path), false, path);
  }
});

test('commands in their order, with variables that a shell works out', () => {
  assert.deepEqual(read(FILE).unread, []);
  assert.deepEqual(commandsOf(job), [
    'apt-get update &&     apt-get install       python3       curl',
    'export REVISION=$(git rev-parse HEAD) DAY=`date +%F` PLAIN=yes',
    "if [ -f lock ]; then       echo 'found';     else       ./make-lock.sh;     fi",
    'docker-compose up -d --build # one after another',
    'python3 -m http.server 8080',
    './test.sh --part "$SPLIT"',
  ]);
  assert.ok(job.commands.every(({ shell }) => shell === 'sh'));
});

test('every word stands where it is said to', () => {
  checkPlaces([job], FILE, [
    ...[
      'apt-get update',
      'curl',
      './make-lock.sh',
      'docker-compose up',
      './test.sh',
      '-m http.server',
    ],
    ...[
      'vm/ubuntu:18.04',
      '-v -x',
      'lantern',
      'git rev-parse',
      'ci/environment.sh',
      'ada/wick.git',
    ],
  ]);
});

test('base, clones, variables, machine and copies', () => {
  assert.deepEqual(texts(job.images), ['vm/ubuntu:18.04']);
  assert.deepEqual(texts(job.remoteCode), [
    'https://git.example.org/ada/wick.git',
    'git@git.example.org:ada/oil.git',
  ]);
  assert.deepEqual(texts(job.filesRun), ['ci/environment.sh', '/root/.profile']);
  const variables = job.environment.map(({ name, value }) => `${name}=${value.text}`);
  assert.deepEqual(variables, ['MODE=test', 'FLAGS=-v -x', 'NAME=lantern', 'PLAIN=yes']);
  assert.deepEqual([job.machine, job.fanOut], [['memory 4G'], 5]);
});

test('what it goes on with, and lines that no Layerfile has', () => {
  const text = fixture('child.Layerfile');
  const child = jobOf(text);
  assert.deepEqual(texts(child.filesRun), ['/Layerfile']);
  assert.equal(child.fanOut, 6);
  assert.deepEqual(commandsOf(child), [
    ...['echo lower case', 'one \\  goes on', 'a # no comment in here'],
  ]);
  assert.deepEqual(read(text).unread, [
    'line 9: ( is no instruction and was not read',
    'line 10: USE is no instruction and was not read',
    'a SPLIT by many was not read',
  ]);
  for (const base of ['../base/Layerfile', './base', '~/Layerfile', 'base/Layerfile']) {
    assert.deepEqual(texts(jobOf(`FROM ${base}\n`).filesRun), [base]);
  }
});

test('a here-document is no part of the language', () => {
  const { unread, jobs } = read('RUN cat <<EOF\nRUN x\nEOF\n');
  assert.deepEqual(
    jobs[0]?.commands.map(({ source }) => source.text),
    ['cat <<EOF', 'x'],
  );
  assert.deepEqual(unread, ['line 3: EOF is no instruction and was not read']);
});

test('limits', () => {
  const many = read('RUN a\n'.repeat(definitionCommandsMax + 1));
  assert.equal(many.jobs[0]?.commands.length, definitionCommandsMax);
  assert.match(many.unread.join(), /more than 20000 instructions/);
  assert.equal(jobOf('SPLIT 1000\n'.repeat(9)).fanOut, fanOutMax);
  assert.equal(jobOf('SPLIT 1e999\nSPLIT 0\nSPLIT -2\n').fanOut, 1);
  const variables = read(`ENV ${'a=b '.repeat(definitionPartsMax + 1)}`);
  assert.equal(variables.jobs[0]?.environment.length, definitionPartsMax);
  const files = read(`SETUP FILE ${'a '.repeat(definitionPartsMax + 1)}`);
  assert.equal(files.jobs[0]?.filesRun.length, definitionPartsMax);
  assert.match(files.unread.join(), /more than 100000 words/);
  const large = read('#'.repeat(scanFileBytesMax + 1));
  assert.deepEqual([large.jobs, large.unread], [[], ['the file is too large and was not read']]);
});
