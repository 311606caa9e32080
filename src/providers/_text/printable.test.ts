import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printable } from './printable.ts';

test('what moves a cursor or turns a text around is replaced', () => {
  assert.equal(printable('a\nb\u001b[2Jc', 20), 'a\ufffdb\ufffd[2Jc');
  assert.equal(printable('x\u202ey\u2066\u2028\u0085', 20), 'x\ufffdy\ufffd\ufffd\ufffd');
  assert.equal(printable('half \ud800', 20), 'half \ufffd');
  assert.equal(printable('漢字 🙂 ok', 20), '漢字 🙂 ok');
});

test('a name over its limit is cut', () => {
  assert.equal(printable('abcdef', 6), 'abcdef');
  assert.equal(printable('abcdefg', 6), 'abcde…');
  assert.equal(printable('x'.repeat(4_000_000), 200).length, 200);
});
