import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { excerptLineLengthMax, excerptLinesMax, ignoreCommentLengthMax } from '../base/limits.ts';
import { cutExcerpt, Lines } from './cut-excerpt.ts';
import { excerptLines } from './show-excerpt.ts';

const RUNS = { numRuns: Number(process.env['FUZZ_RUNS'] ?? 100) };
const plain = (text: string): string => text;

function excerptOf(text: string, line: number, column: number, endLine: number, endColumn: number) {
  return cutExcerpt(new Lines(text), { path: 'x', line, column, endLine, endColumn });
}

test('a caret stands below its words behind tabs and wide characters', () => {
  const shown = excerptLines(excerptOf('a\n\t日本 mine\r\nb', 2, 5, 2, 9), plain, plain);
  assert.deepEqual(shown, ['    2 |     日本 mine', '      |          ^^^^']);
});

test('a caret stands below what is written in place of a control character', () => {
  const shown = excerptLines(excerptOf('\u001b[0m mine', 1, 6, 1, 10), plain, plain);
  assert.deepEqual(shown, ['    1 | \\x1b[0m mine', `      | ${' '.repeat(8)}^^^^`]);
});

test('a long line is cut around the place, never inside a character', () => {
  const { lines } = excerptOf(`${'😀'.repeat(500)}mine${'x'.repeat(500)}`, 1, 1_001, 1, 1_005);
  const [line] = lines;
  assert.ok(line);
  assert.ok(line.text.length <= excerptLineLengthMax + 1);
  assert.ok(line.isCutBefore && line.isCutAfter && line.text.isWellFormed());
  assert.equal(line.text.slice(line.start, line.end), 'mine');
});

test('of a finding of many lines the first are shown, and the rest is counted', () => {
  const text = Array.from({ length: 20 }, (_, i) => `  line ${i + 1}`).join('\n');
  const excerpt = excerptOf(text, 2, 3, 12, 5);
  assert.equal(excerpt.lines.length, excerptLinesMax);
  assert.equal(excerpt.linesLeftOut, 11 - excerptLinesMax);
  assert.equal(excerptLines(excerpt, plain, plain).at(-1), '      | … 8 more lines');
  assert.deepEqual(
    excerpt.lines.map(({ start }) => start),
    [2, 2, 2],
  );
});

test('a place that the file has not (it changed meanwhile) shows nothing', () => {
  assert.deepEqual(excerptOf('a', 9, 1, 9, 5).lines, []);
  assert.deepEqual(excerptOf('ab', 1, 9, 1, 12).lines[0]?.text, 'ab');
});

test('comments that ask to ignore: on the line, alone above it, and nowhere else', () => {
  const commentIn = (text: string): string => excerptOf(text, 2, 1, 2, 3).ignoreComment;
  assert.equal(commentIn('a\nmine # davylamp: ignore[x] why'), '[x] why');
  assert.equal(commentIn('  // davylamp: ignore[x] why\r\nmine'), '[x] why');
  assert.equal(commentIn('make # davylamp: ignore[x] why\nmine'), '');
  assert.equal(commentIn('a\nmine "davylamp: ignore[x] why"'), '');
  assert.equal(commentIn('a\nb\n# davylamp: ignore[x] why'), '');
  const long = commentIn(`a\nmine # davylamp: ignore${'y'.repeat(9_999)}`);
  assert.equal(long.length, ignoreCommentLengthMax);
});

test('any place of any text can be cut and shown', () => {
  const text = fc.array(fc.string({ unit: 'binary' })).map((lines) => lines.join('\n'));
  const number = fc.nat({ max: 300 }).map((n) => n + 1);
  fc.assert(
    fc.property(text, number, number, number, number, (source, line, column, more, end) => {
      const excerpt = excerptOf(source, line, column, line + more - 1, end);
      for (const row of excerptLines(excerpt, plain, plain)) assert.doesNotMatch(row, /\n/);
    }),
    RUNS,
  );
});
