import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeOf, verbatim } from '../../model/source-text.ts';
import { windowsVariables } from './windows-variables.ts';

function changed(text: string): string {
  return windowsVariables(verbatim('x', text)).text;
}

test('variables and assignments of cmd as a POSIX shell says them', () => {
  assert.equal(changed('a %B% %C_1%x'), `a \${B} \${C_1}x`);
  assert.equal(changed('set A=b\n@SET C=d & e %A%'), `A=b\nC=d & e \${A}`);
  assert.equal(changed('cd x&set A=b'), 'cd x&A=b');
});

test('what is no variable stays', () => {
  for (const text of ['100% of %', 'for %%p in (*)', '%a b%', 'set A=b c', 'set /P A=b', '%']) {
    assert.equal(changed(text), text);
  }
});

test('words keep their places, and many marks cost no more than their number', () => {
  const source = windowsVariables(verbatim('x', 'set A=b\nrun %A% now'));
  const at = source.text.indexOf('now');
  const { line, column } = placeOf(source, at, at + 3);
  assert.deepEqual([line, column], [2, 9]);
  assert.equal(changed('%'.repeat(1_000_000)).length, 1_000_000);
  assert.equal(changed(`${'%a'.repeat(500_000)}`).length > 0, true);
});
