import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { placeOf, verbatim } from '../../model/source-text.ts';
import { encodedFileWrite, fileWrite } from './file-write.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'file-write-'));
const TARGET = verbatim('f', join(FOLDER, "it's a file"), 1, 1);
after(() => rmSync(FOLDER, { recursive: true }));

function written(command: string): string {
  execFileSync('/bin/sh', ['-c', command]);
  return readFileSync(TARGET.text, 'utf8');
}

test('a real shell writes the text as it stands', () => {
  const text = "one\n$(two) `three`\nEND\n\\ 'four'\n";
  assert.equal(written(fileWrite(TARGET, verbatim('f', text)).text), text);
  assert.equal(written(fileWrite(TARGET, verbatim('f', 'five'), true).text), `${text}five\n`);
});

test('a real shell decodes the text', () => {
  const text = 'echo six\n';
  const encoded = verbatim('f', Buffer.from(text).toString('base64'));
  assert.equal(written(encodedFileWrite(TARGET, encoded).text), text);
  const packed = verbatim('f', gzipSync(text).toString('base64'));
  const decoder = 'base64 -d | gunzip';
  assert.equal(written(encodedFileWrite(TARGET, packed, { decoder }).text), text);
});

test('the text keeps its places', () => {
  const source = fileWrite(TARGET, verbatim('f', 'one\n  two\n', 5, 7));
  const at = source.text.indexOf('two');
  const { line, column } = placeOf(source, at, at + 3);
  assert.deepEqual([line, column], [6, 3]);
});

test('a text of very many lines is right and its places are coarse', () => {
  const lines = 'x\n'.repeat(20_001);
  const source = fileWrite(TARGET, verbatim('f', lines, 5, 7));
  assert.ok(source.text.includes(lines));
  assert.ok(source.segments.length < 20);
});
