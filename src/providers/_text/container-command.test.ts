import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verbatim } from '../../model/source-text.ts';
import { containerCommand } from './container-command.ts';

function commandOf(
  image: string | null,
  entrypoint: string | null,
  command: string | null,
): string | undefined {
  const source = (text: string | null) => (text === null ? null : verbatim('x', text));
  const order = {
    image: source(image),
    entrypoint: source(entrypoint),
    command: source(command),
  };
  return containerCommand('x', order)?.text;
}

test('an entry point takes the command as its arguments', () => {
  assert.equal(commandOf('a/b', 'run', '-x y'), 'run -x y');
  assert.equal(commandOf('a/b', 'run', null), 'run');
  assert.equal(commandOf(null, 'run', 'y'), 'run y');
});

test('without one, a program stands alone and arguments go to the image', () => {
  assert.equal(commandOf('a/b', null, "sh -c 'make all'"), "sh -c 'make all'");
  assert.equal(commandOf('a/b', null, '  -x y'), 'a/b   -x y');
  assert.equal(commandOf('a/b', null, 'tcp://example.org:1 y'), 'a/b tcp://example.org:1 y');
  assert.equal(commandOf(null, null, '-x y'), '-x y');
});

test('nothing said is no command', () => {
  assert.equal(commandOf('a/b', null, null), undefined);
});
