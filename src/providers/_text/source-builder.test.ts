import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { placeOf, type SourceText, verbatim } from '../../model/source-text.ts';
import { editSource, joinSources, SourceBuilder, sliceSource } from './source-builder.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 100);
const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n', "'", '\\'), maxLength: 30 });

function placesOf(source: SourceText): readonly string[] {
  return [...source.text].map((_, i) => {
    const { line, column } = placeOf(source, i, i + 1);
    return `${line}:${column}`;
  });
}

/** Places of all characters but the breaks of empty lines, which have none of their own. */
function visible(source: SourceText): readonly string[] {
  return placesOf(source).filter((_, i) => source.text[i] !== '\n');
}

test('a slice keeps the places of its characters', () => {
  fc.assert(
    fc.property(text, fc.nat(30), fc.nat(30), (whole, a, b) => {
      const source = verbatim('f', whole, 3, 5);
      const [start, end] = [Math.min(a, b, whole.length), Math.min(Math.max(a, b), whole.length)];
      const slice = sliceSource(source, start, end);
      assert.equal(slice.text, whole.slice(start, end));
      assert.deepEqual(placesOf(slice), placesOf(source).slice(start, end));
    }),
    { numRuns },
  );
});

test('joined texts keep their places, whatever stands between them', () => {
  fc.assert(
    fc.property(fc.array(text, { maxLength: 5 }), (texts) => {
      const sources = texts.map((each, i) => verbatim('f', each, i * 50 + 1, 7));
      const joined = joinSources('f', sources, '');
      assert.equal(joined.text, texts.join(''));
      assert.deepEqual(visible(joined), sources.flatMap(visible));
      assert.equal(joinSources('f', sources, '\n').text, texts.join('\n'));
    }),
    { numRuns },
  );
});

test('segments rise, start at 0 and say nothing twice', () => {
  fc.assert(
    fc.property(fc.array(text, { maxLength: 5 }), (texts) => {
      const sources = texts.map((each, i) => verbatim('f', each, i + 1, 1));
      const { segments } = joinSources('f', sources, ' ');
      const offsets = segments.filter((_, i) => i % 3 === 0);
      assert.equal(offsets[0], 0);
      assert.ok(offsets.every((offset, i) => i === 0 || offset > (offsets[i - 1] ?? 0)));
    }),
    { numRuns },
  );
});

test('one line in pieces is one segment', () => {
  const builder = new SourceBuilder('f');
  const line = verbatim('f', 'make all', 4, 9);
  builder.append(sliceSource(line, 0, 4));
  builder.append(sliceSource(line, 4));
  assert.deepEqual(builder.build(), { path: 'f', text: 'make all', segments: [0, 4, 9] });
});

test('an edit moves nothing that stands around it', () => {
  const source = verbatim('f', 'a"b"c', 2, 1);
  const edited = editSource(source, [
    { start: 1, end: 2, text: '' },
    { start: 3, end: 4, text: '--' },
  ]);
  assert.equal(edited.text, 'ab--c');
  assert.deepEqual(placesOf(edited), ['2:1', '2:3', '2:4', '2:5', '2:5']);
});

test('past 1,000 edits the text is right and its places are coarse', () => {
  const source = verbatim('f', "'".repeat(1_001), 1, 1);
  const edits = Array.from({ length: 1_001 }, (_, i) => ({ start: i, end: i + 1, text: 'ab' }));
  const edited = editSource(source, edits);
  assert.equal(edited.text, 'ab'.repeat(1_001));
  assert.deepEqual(edited.segments, [0, 1, 1]);
});
