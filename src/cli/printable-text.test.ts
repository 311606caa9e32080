import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { printable, widthOf } from './printable-text.ts';

const RUNS = { numRuns: Number(process.env['FUZZ_RUNS'] ?? 100) };

test('control characters, marks of direction and halves of pairs are written as escapes', () => {
  assert.equal(printable('a\nb\tc\r\u001b[2J\u009b'), 'a\\nb\\tc\\r\\x1b[2J\\x9b');
  assert.equal(printable('x\u202ey\u2066z\ufeff\u200b'), 'x\\u202ey\\u2066z\\ufeff\\u200b');
  assert.equal(printable('\ud83d and 😀'), '\\ud83d and 😀');
});

test('commands of CI logs are broken', () => {
  assert.equal(
    printable('##[error]x ##vso[task.setvariable]'),
    '##\\[error]x ##vso\\[task.setvariable]',
  );
  assert.equal(printable("##teamcity[message text='x']"), "##teamcity\\[message text='x']");
  assert.equal(printable('## heading, #### more'), '## heading, #### more');
});

test('whatever the text, the result is one line that no terminal or runner obeys', () => {
  const hostile = fc.string({ unit: 'binary' });
  const part = fc.oneof(hostile, fc.constantFrom('##', 'vso', '[', '\n::', '\u001b]8;;', '\r'));
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const text = printable(parts.join(''));
      assert.doesNotMatch(text, /[\u0000-\u001f\u007f-\u009f\u2028-\u202e]|##[a-z]{0,20}\[/);
      assert.ok(text.isWellFormed());
    }),
    RUNS,
  );
});

test('width counts columns: wide characters two, combining marks none', () => {
  assert.equal(widthOf('abc'), 3);
  assert.equal(widthOf('日本'), 4);
  assert.equal(widthOf('e\u0301'), 1);
  assert.equal(widthOf('😀'), 2);
});
