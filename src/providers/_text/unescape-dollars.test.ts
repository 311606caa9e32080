import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeOf, verbatim } from '../../model/source-text.ts';
import { unescapeDollars } from './unescape-dollars.ts';

function forShell(text: string, ...marks: readonly string[]): string {
  return unescapeDollars(verbatim('f', text), marks).text;
}

test('a mark in front of a name or a brace goes away', () => {
  assert.equal(forShell('$${A} $$A $$_', '$'), `\${A} $A $_`);
  assert.equal(forShell('\\$A $$B', '$', '\\'), '$A $B');
  assert.equal(forShell('\\$A $$B', '$'), '\\$A $B');
});

test('the number of the process and a lone dollar stay', () => {
  for (const text of ['$$', '$$ ', 'kill $$;', '$A', `\${A}`, '$', '']) {
    assert.equal(forShell(text, '$'), text);
  }
});

test('what follows keeps its place', () => {
  const source = unescapeDollars(verbatim('f', 'x $$A y'), ['$']);
  const at = source.text.indexOf('y');
  assert.equal(placeOf(source, at, at + 1).column, 7);
});
