/** What is kept of a definition must be what reading it again would come to. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCacheEntriesMax, readCacheLengthMax } from '../../base/limits.ts';
import type { DialectReader } from '../../model/job-definition.ts';
import { codeReader } from './follow.ts';
import { readDefinition } from './read-cache.ts';

test('the same text at the same path is read once', () => {
  const { reader, reads } = counting();
  const first = readDefinition(reader, 'a', 'x');
  assert.equal(readDefinition(reader, 'a', 'x'), first);
  assert.equal(reads(), 1);
});

test('another text, another path and another reader are read', () => {
  const { reader, reads } = counting();
  const other = counting();
  readDefinition(reader, 'b', 'x');
  assert.equal(readDefinition(reader, 'b', 'y').jobs[0]?.commands[0]?.source.text, 'y');
  assert.equal(readDefinition(reader, 'c', 'x').path, 'c');
  readDefinition(other.reader, 'c', 'x');
  assert.deepEqual([reads(), other.reads()], [3, 1]);
});

test('a text that is too long is read each time', () => {
  const { reader, reads } = counting();
  const text = 'x'.repeat(readCacheLengthMax / 4);
  for (let i = 0; i < 2; i++) readDefinition(reader, 'd', text);
  assert.equal(reads(), 2);
});

test('past so many entries, and past so many bytes, the oldest give way', () => {
  const { reader, reads } = counting();
  for (let i = 0; i <= readCacheEntriesMax; i++) readDefinition(reader, `e${i}`, 'x');
  readDefinition(reader, 'e0', 'x');
  readDefinition(reader, `e${readCacheEntriesMax}`, 'x');
  assert.equal(reads(), readCacheEntriesMax + 2);
  const text = 'x'.repeat(readCacheLengthMax / 16);
  for (let i = 0; i < 16; i++) readDefinition(reader, `f${i}`, text);
  const before = reads();
  readDefinition(reader, 'f0', text);
  assert.equal(reads(), before + 1);
});

function counting(): { readonly reader: DialectReader; reads(): number } {
  let count = 0;
  const read: DialectReader['read'] = (path, text) => {
    count++;
    return codeReader.read(path, text);
  };
  return { reader: { ...codeReader, read }, reads: () => count };
}
