import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageError } from './command.ts';
import { SCAN_HELP } from './scan-help.ts';
import { readScanOptions } from './scan-options.ts';

function messageOf(...args: readonly string[]): string {
  try {
    readScanOptions(args);
    return '';
  } catch (error) {
    assert.ok(error instanceof UsageError);
    return error.message;
  }
}

test('a mistake is told with the nearest option or word', () => {
  assert.equal(
    messageOf('--fromat', 'json'),
    'there is no option \'--fromat\': did you mean "--format"?',
  );
  assert.match(messageOf('--format', 'jsom'), /did you mean "json"\?$/);
  assert.match(messageOf('--format', 'jsno'), /did you mean "json"\?$/);
  assert.match(messageOf('--xyzzy'), /^there is no option '--xyzzy'$/);
  assert.match(messageOf('--write', 'sarif'), /FORMAT=FILE/);
  assert.match(messageOf('--write', 'xml=a'), /--write takes text, json, sarif, github/);
  assert.match(messageOf('--baseline'), /baseline/);
  assert.match(messageOf('--quiet', '--verbose'), /not both/);
});

test('options may stand several times where that has a meaning', () => {
  const options = readScanOptions(['--write', 'json=a=b', '--exclude', 'x', '--exclude', 'y', 'p']);
  assert.deepEqual(options.write, [{ format: 'json', file: 'a=b' }]);
  assert.deepEqual(
    options.exclude.map((glob) => ['x', 'y'].map((path) => glob.matches(path))),
    [
      [true, false],
      [false, true],
    ],
  );
  assert.deepEqual(options.paths, ['p']);
  assert.deepEqual(readScanOptions([]).paths, ['.']);
});

test('what an unset variable leaves of a glob excludes nothing, and ends the scan', () => {
  for (const glob of ['', '.', './', '/', '//', '*', '**', './**', '/**/*']) {
    assert.match(messageOf('--exclude', glob), /--exclude takes a glob/, glob);
  }
  assert.match(messageOf('--exclude='), /--exclude takes a glob/);
  assert.match(messageOf('--exclude', 'a', '--exclude', ''), /--exclude takes a glob/);
  for (const glob of ['a', '*.sh', '*/*', '**/a', '?'])
    assert.equal(messageOf('--exclude', glob), '');
});

test('--help names every option, and no other', () => {
  const named = new Set(SCAN_HELP.match(/--[a-z]+(-[a-z]+)*/g));
  for (const option of named) {
    const message = messageOf(option);
    assert.doesNotMatch(message, /there is no option/, option);
  }
  const source = readScanOptions.toString();
  const known = [...source.matchAll(/'([a-z-]+)': \{ type/g)].map(([, name]) => `--${name}`);
  assert.ok(known.length > 5);
  assert.deepEqual(
    known.filter((option) => !named.has(option)),
    [],
  );
});
