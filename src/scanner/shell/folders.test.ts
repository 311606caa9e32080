import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lines } from './test-run.ts';

function mayRun(text: string, command: string): void {
  assert.ok(lines(text).includes(command), `${text} runs\n${lines(text).join('\n')}`);
}

test('whether a folder was entered is not known', () => {
  mayRun("echo './x a' > t; cd d; sh t", './x a');
  mayRun("echo './x a' > t; echo './x b' > d/t; cd d; sh t", './x a');
  mayRun("echo './x a' > t; echo './x b' > d/t; cd d; sh t", './x b');
  mayRun("f() { cd d; }; echo './x a' > t; echo './x b' > d/t; sh t", './x a');
  mayRun("cd d; echo './x a' > t; cd ..; cat d/t | sh", './x a');
});

test('what stands in a folder goes where the folder goes', () => {
  mayRun("echo './x a' > d/t; mv d e; sh e/t", './x a');
  mayRun("echo './x a' > d/t; cp -r d e/; sh e/d/t", './x a');
  mayRun("echo './x a' > t; echo './x b' > u; mv t u d; sh d/t; sh d/u", './x b');
});

test('a pattern names the files that were written', () => {
  const written = "echo './x a' > d/ab.sh; ";
  for (const use of [
    'sh d/a*.sh',
    'cat d/?b.sh | sh',
    'cd d; sh ./*.sh',
    'for f in d/*; do sh $f; done',
    'for f in d/*.sh; do mv $f t; done; sh t',
    'sh d/[a-c]b.sh',
  ]) {
    mayRun(written + use, './x a');
  }
  assert.ok(lines(`${written}./y 'd/*'`).includes('./y d/*'));
  assert.ok(lines(`${written}./y e/*`).includes('./y e/*'));
});

test('files of the tree may match a pattern as well', () => {
  const text = "echo './x a' > d/ab.sh; sh d/*.sh";
  assert.ok(lines(text).includes('sh d/*.sh'));
  assert.ok(lines(text).includes('sh d/ab.sh'));
});
