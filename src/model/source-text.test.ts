import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { placeOf, verbatim } from './source-text.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 100);

test('characters of a verbatim text stand where an editor shows them', () => {
  const unit = fc.constantFrom('a', 'b', ' ', '\n');
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 40 }), (text) => {
      const lines = text.split('\n');
      const source = verbatim('f', text);
      for (let i = 0; i < text.length; i++) {
        if (text[i] === '\n') continue;
        const { line, column } = placeOf(source, i, i + 1);
        assert.equal(lines[line - 1]?.[column - 1], text[i]);
        assert.equal(
          lines.slice(0, line - 1).join('\n').length + Math.min(line - 1, 1) + column - 1,
          i,
        );
      }
    }),
    { numRuns },
  );
});

test('a text that stands inside of a file starts at its line and column', () => {
  const source = verbatim('f', 'one\ntwo', 7, 5);
  assert.deepEqual(placeOf(source, 0, 3), {
    path: 'f',
    line: 7,
    column: 5,
    endLine: 7,
    endColumn: 8,
  });
  const two = placeOf(source, 4, 7);
  assert.deepEqual([two.line, two.column, two.endLine, two.endColumn], [8, 1, 8, 4]);
});

test('a place over several lines, an empty one, and one without order', () => {
  const source = verbatim('f', 'one\ntwo\n');
  const all = placeOf(source, 1, 6);
  assert.deepEqual([all.line, all.column, all.endLine, all.endColumn], [1, 2, 2, 3]);
  const empty = placeOf(source, 5, 5);
  assert.deepEqual([empty.line, empty.column, empty.endLine, empty.endColumn], [2, 2, 2, 2]);
  assert.throws(() => placeOf(source, 3, 2));
});

test('empty lines cost no segments', () => {
  assert.deepEqual(
    verbatim('f', `a${'\n'.repeat(100_000)}b`).segments,
    [0, 1, 1, 100_001, 100_001, 1],
  );
});

test('a text that ends in front of where it starts has the place of its first stretch', () => {
  // `run $X now`, with the value of X from line 2.
  const source = { path: 'p', text: 'run a b now', segments: [0, 9, 5, 4, 2, 3, 7, 9, 11] };
  assert.deepEqual(placeOf(source, 0, 7), {
    ...{ path: 'p', line: 9, column: 5, endLine: 9, endColumn: 9 },
  });
  assert.deepEqual(placeOf(source, 0, 11).endColumn, 15);
  assert.deepEqual(placeOf(source, 4, 7).line, 2);
});
