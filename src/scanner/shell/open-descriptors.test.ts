import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lines, runOf } from './test-run.ts';

function mayRun(text: string, command: string): void {
  assert.ok(lines(text).includes(command), `${text} runs\n${lines(text).join('\n')}`);
}

test('text goes into a file through any descriptor', () => {
  for (const text of [
    "exec 3>t; echo './x a' >&3; exec 3>&-; sh t",
    "{ echo './x a' >&3; } 3>t; sh t",
    "{ echo './x a' >&2; } 2>t; sh t",
    "(exec >t; echo './x a'); sh t",
    "exec 4>&1 >t; echo './x a'; exec >&4; sh t",
    'exec 3>t\ncat <<E >&3\n./x a\nE\nsh t',
    "echo './x a' 1<>t; sh t",
  ]) {
    mayRun(text, './x a');
  }
  const { written } = runOf('exec 3>t; echo a >&3; echo b >&3');
  assert.deepEqual(
    written.map(({ path, text }) => [path, text]),
    [['t', 'a\nb\n']],
  );
});

test('what is opened to be read is read once', () => {
  mayRun("echo './x a' > t; exec 3<t; sh <&3", './x a');
  mayRun("echo './x a' > t; exec <t; sh", './x a');
  mayRun("printf 'a\\nb\\n' > t; exec 3<t; read A <&3; read B <&3; ./x $B", './x b');
  mayRun("printf 'a\\nb\\n' > t; exec 3<t; read -u 3 A; ./x $A", './x a');
});

test('what a shell opens ends with it, and a pipe comes before it', () => {
  assert.deepEqual(
    runOf('(exec >t); echo a').written.map(({ path }) => path),
    [],
  );
  mayRun("exec >t; echo './x a' | sh", './x a');
  mayRun("exec >t; A=$(echo './x a'); $A", './x a');
});
