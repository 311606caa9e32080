import assert from 'node:assert/strict';
import { test } from 'node:test';
import { globOf } from './glob.ts';

function matched(glob: string, paths: readonly string[]): readonly string[] {
  return paths.filter((path) => matches(glob, path));
}

function matches(text: string, path: string): boolean {
  const glob = globOf(text);
  assert.ok(glob);
  return glob.matches(path);
}

const PATHS = ['a.sh', 'ci/a.sh', 'ci/deep/a.sh', 'ci/b.yml', 'src/ci/a.sh', 'cix/a.sh'];

test('stars stay in a folder, double stars do not', () => {
  assert.deepEqual(matched('ci/*.sh', PATHS), ['ci/a.sh']);
  assert.deepEqual(matched('ci/**/*.sh', PATHS), ['ci/a.sh', 'ci/deep/a.sh']);
  assert.deepEqual(matched('**/ci/*.sh', PATHS), ['ci/a.sh', 'src/ci/a.sh']);
  assert.deepEqual(matched('./?i/b.yml', PATHS), ['ci/b.yml']);
});

test('a folder means what is in it, and a lone name any depth', () => {
  assert.deepEqual(matched('./ci/', PATHS), ['ci/a.sh', 'ci/deep/a.sh', 'ci/b.yml']);
  assert.deepEqual(matched('ci/**', PATHS), ['ci/a.sh', 'ci/deep/a.sh', 'ci/b.yml']);
  assert.deepEqual(
    matched('a.sh', PATHS),
    PATHS.filter((path) => path.endsWith('a.sh')),
  );
  assert.deepEqual(matched('deep', PATHS), ['ci/deep/a.sh']);
});

test('everything else stands for itself', () => {
  assert.deepEqual(matched('[ab].sh', ['a.sh', '[ab].sh']), ['[ab].sh']);
  assert.deepEqual(matched('a+(b)', ['aab', 'a+(b)']), ['a+(b)']);
  assert.deepEqual(matched('*', ['a', 'a/b']), ['a', 'a/b']);
  assert.deepEqual(matched('a*b*c', ['abc', 'aXbYc', 'acb', 'abcb']), ['abc', 'aXbYc']);
});

test('a glob without a part is none, and one that leaves nothing says so', () => {
  for (const text of ['', '.', './', '/', './/.']) assert.equal(globOf(text), null, text);
  for (const text of ['*', '**', '/**', '**/*', '***']) {
    assert.equal(globOf(text)?.matchesAll, true, text);
    assert.deepEqual(matched(text, PATHS), PATHS);
  }
  for (const text of ['?', '*/*', '**/*.sh', 'ci/**']) {
    assert.equal(globOf(text)?.matchesAll, false, text);
    assert.notDeepEqual(matched(text, PATHS), PATHS);
  }
});

test('a hostile path costs no more than the product of the lengths', () => {
  const started = performance.now();
  assert.equal(matches('*a*a*a*a*a*a*a*a*b', 'a'.repeat(100_000)), false);
  assert.equal(matches('**/**/**/**/**/**/x', 'a/'.repeat(20_000)), false);
  assert.ok(performance.now() - started < 2_000);
});
