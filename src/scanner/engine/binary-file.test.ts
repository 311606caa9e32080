import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isBinary, isBinaryText, stringsIn } from './binary-file.ts';

test('a zero near its start tells that a file is no text; UTF-16 says what it is', () => {
  assert.equal(isBinary(Buffer.from('\u007fELF\0')), true);
  assert.equal(isBinary(Buffer.from('#!/bin/sh\n')), false);
  assert.equal(isBinary(Buffer.from('\ufeffab', 'utf16le')), false);
  assert.equal(isBinary(Buffer.from(`${'a'.repeat(10_000)}\0`)), false);
  assert.equal(isBinaryText('a\0'), true);
  assert.equal(isBinaryText('a'), false);
});

test('what bytes spell, in runs of six characters and more', () => {
  assert.equal(
    stringsIn(Buffer.from('\u0001stratum+tcp\0abc\0\u0002donate-level')),
    'stratum+tcp\ndonate-level',
  );
  assert.equal(stringsIn(Buffer.alloc(0)), '');
  assert.ok(stringsIn(Buffer.from('abcdefg\0'.repeat(400_000))).length < 1_100_000);
});
