import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { jsonDepthMax, scanFileBytesMax } from '../../base/limits.ts';
import type { JobDefinition } from '../../model/job-definition.ts';
import { placeOf } from '../../model/source-text.ts';
import { checkPlaces, commandsOf, jobNamed, texts, variablesOf } from '../_fuzz/test-definition.ts';
import { packageJsonReader } from './package-json.ts';

const FIXTURE = readFileSync(join(import.meta.dirname, 'fixtures', 'package.json'), 'utf8');

function read(text: string): JobDefinition {
  return packageJsonReader.read('package.json', text);
}

const definition = read(FIXTURE);

test('it claims package.json in any folder', () => {
  for (const path of ['package.json', 'a/b/package.json']) {
    assert.equal(packageJsonReader.claims(path), true, path);
  }
  for (const path of ['package-lock.json', 'my-package.json', 'package.json5']) {
    assert.equal(packageJsonReader.claims(path), false, path);
  }
});

test('a job for each script, behind the one that runs before it', () => {
  assert.deepEqual(definition.unread, []);
  assert.deepEqual(
    definition.jobs.map(({ name, needs }) => [name, needs]),
    [
      ['', undefined],
      ['preinstall', undefined],
      ['prebuild', undefined],
      ['build', ['prebuild']],
      ['postbuild', undefined],
      ['test', undefined],
      ['tabbed', undefined],
      ['bundle', undefined],
    ],
  );
});

test('commands with their escapes undone, and where they stand', () => {
  const build = `tsc -p . && node -e "console.log('café')"`;
  assert.deepEqual(commandsOf(jobNamed(definition, 'build')), [['sh', build]]);
  const tabbed = jobNamed(definition, 'tabbed');
  assert.deepEqual(commandsOf(tabbed), [['sh', 'echo one\ttwo \\ three']]);
  checkPlaces(definition, FIXTURE, [
    ...['node scripts/check-engine.js', 'tsc -p', 'console.log', 'cp -r assets', 'three'],
    ...['8080', 'example/fork#v2', 'https://example.com/pkg.tgz', 'webpack'],
  ]);
  const source = tabbed.commands[0]?.source;
  assert.ok(source);
  const { line, column } = placeOf(source, 0, 4);
  assert.deepEqual([line, column], [11, 16]);
});

test('what npm tells the scripts', () => {
  assert.deepEqual(variablesOf(jobNamed(definition, 'test')), [
    ...['npm_package_name=example-tool', 'npm_package_version=2.1.0'],
    ...['npm_package_config_port=8080', 'npm_package_config_pool_size=4'],
  ]);
});

test('dependencies that come from an address', () => {
  assert.deepEqual(texts(jobNamed(definition, '').remoteCode), [
    ...['example/fork#v2', 'https://example.com/pkg.tgz', 'git+ssh://git@example.com/tool.git'],
    'github:example/inner',
  ]);
});

test('odd types are read or said to be unread', () => {
  assert.deepEqual(commandsOf(read('{"scripts": {"a": ["x", "y"]}}').jobs[0]), [
    ['sh', 'x'],
    ['sh', 'y'],
  ]);
  assert.deepEqual(read('{"scripts": {"a": {"b": "c"}, "d": 5}}').unread, [
    'line 1: a map where a script should stand was not read',
  ]);
  assert.deepEqual(read('{"scripts": "x"}').unread, [
    'line 1: text where the map of scripts should stand was not read',
  ]);
  const twice = read('{"scripts": {"a": "one", "a": "two"}}');
  assert.equal(twice.jobs[0]?.commands.length, 2);
  assert.match(twice.unread.join(), /the key `a` stands twice \(line 1 and before\)/);
  assert.deepEqual(read('[]').unread, [
    'line 1: a sequence where a definition should stand was not read',
  ]);
  assert.deepEqual(read('{\n"a" 1}').unread, ['not-json at 2:5: `:` is missing']);
  for (const text of ['{}', '', ' \n']) {
    assert.deepEqual([read(text).jobs, read(text).unread], [[], []]);
  }
});

test('depth and size are bounded', () => {
  const deep = `{"config": ${'{"a":'.repeat(jsonDepthMax)}1${'}'.repeat(jsonDepthMax + 1)}`;
  assert.match(read(deep).unread.join(), /^gave up: too-deep/);
  assert.match(read('1'.repeat(scanFileBytesMax + 1)).unread.join(), /^gave up: too-large at 1:1/);
});
