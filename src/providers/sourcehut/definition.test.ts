import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { definitionCommandsMax } from '../../base/limits.ts';
import type { Job, JobDefinition } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { checkPlaces } from '../_fuzz/test-places.ts';
import { sourcehutReader } from './definition.ts';

function fixture(name: string): string {
  return readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8');
}

function read(text: string): JobDefinition {
  return sourcehutReader.read('.build.yml', text);
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
  assert.ok(job.commands.every(({ shell }) => shell === 'sh'));
  return job.commands.map(({ source }) => source.text);
}

const FILE = fixture('build.yml');
const job = jobOf(FILE);

test('it claims the names that a push submits', () => {
  for (const path of ['.build.yml', 'a/.build.yml', '.builds/alpine.yml', 'a/.builds/b.yaml']) {
    assert.equal(sourcehutReader.claims(path), true, path);
  }
  for (const path of [
    'build.yml',
    'x.build.yml',
    '.builds/a/b.yml',
    '.builds/a.sh',
    'builds/a.yml',
  ]) {
    assert.equal(sourcehutReader.claims(path), false, path);
  }
});

test('each task is a command, in every style of a text', () => {
  assert.deepEqual(read(FILE).unread, []);
  assert.deepEqual(commandsOf(job), [
    'cd lantern\nmeson setup build $MESON_FLAGS\n',
    'cd lantern\nninja -C build test\n\n[ "$BUILD_TYPE" = release ] || complete-build\n',
    'cd lantern && make -C docs html\n' +
      'curl -F content=@site.tar.gz https://pages.example.org/publish/$site\n',
    'cd lantern; ./tools/lint.sh --all',
    'echo done',
  ]);
});

test('every word stands where it is said to', () => {
  checkPlaces([job], FILE, [
    ...[
      'meson setup',
      'ninja -C build',
      'complete-build',
      'curl -F',
      './tools/lint.sh',
      'echo done',
    ],
    ...[
      'alpine/edge',
      'scdoc',
      'https://packages.example.org',
      '~ada/wick#v1.2',
      'ada.example.org',
    ],
  ]);
});

test('image, sources, repositories, packages, variables and machine', () => {
  assert.deepEqual(texts(job.images), ['alpine/edge']);
  assert.deepEqual(texts(job.remoteCode), [
    'https://git.example.org/~ada/lantern',
    'https://git.example.org/~ada/wick#v1.2',
    'https://packages.example.org/alpine/edge key.rsa.pub\n',
  ]);
  const variables = job.environment.map(({ name, value }) => `${name}=${value.text}`);
  assert.deepEqual(variables, [
    ...['packages.meson=meson', 'packages.scdoc=scdoc', 'packages.py3-sphinx=py3-sphinx'],
    ...['manifest.shell=false', 'BUILD_TYPE=release', 'MESON_FLAGS=--buildtype=release'],
    ...['TARGETS=lantern', 'TARGETS=wick', 'site=ada.example.org'],
  ]);
  assert.deepEqual(job.machine, ['aarch64']);
  assert.deepEqual([job.fanOut, job.schedules, job.timeoutSeconds], [1, [], null]);
});

test('tasks of odd shapes are read or said to be unread', () => {
  const odd = jobOf(fixture('odd.yml'));
  assert.deepEqual(commandsOf(odd), [
    ...['echo first\necho second', 'echo alone', 'echo a', "echo 'b'", 'echo c'],
  ]);
  assert.deepEqual(read(fixture('odd.yml')).unread, [
    'line 9: a map where a command should stand was not read',
  ]);
  assert.deepEqual(texts(odd.images), ['debian/stable', 'freebsd/latest']);
  assert.deepEqual(texts(odd.remoteCode), ['git@git.example.org:~ada/lantern']);
  const variables = odd.environment.map(({ name, value }) => `${name}=${value.text}`);
  assert.deepEqual(variables, ['manifest.shell=true', 'A=1', 'C=merged']);
});

test('keys that stand twice are both read, and that is said', () => {
  const text = 'tasks: [{a: one}]\ntasks: [{a: two, a: three}]\nenvironment: [x]\n';
  assert.deepEqual(commandsOf(jobOf(text)), ['one', 'two', 'three']);
  const { unread } = read(text);
  assert.equal(unread.length, 2);
  assert.match(unread[0] ?? '', /`tasks` stands twice \(line 2 and before\), and 1 more: /);
});

test('what is no manifest holds no job; too many tasks are cut off, and that is said', () => {
  for (const text of ['', '# nothing\n', '{}']) assert.deepEqual(read(text).jobs, []);
  assert.match(read('- a').unread.join(), /a sequence where a definition should stand/);
  const many = read(`tasks: [${'{a: b},'.repeat(definitionCommandsMax + 1)}]`);
  assert.equal(many.jobs[0]?.commands.length, definitionCommandsMax);
  assert.match(many.unread.join(), /more than 20000 commands/);
});
