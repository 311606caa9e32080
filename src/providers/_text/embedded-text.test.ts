import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { placeOf, type SourceText, verbatim } from '../../model/source-text.ts';
import { EmbeddedText, placeAtStart } from './embedded-text.ts';
import { sliceSource } from './source-builder.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 100);

/** Places of all characters but line breaks, which a builder may let stand anywhere. */
function placesOf(source: SourceText): readonly string[] {
  return [...source.text].flatMap((c, i) => {
    const { line, column } = placeOf(source, i, i + 1);
    return c === '\n' ? [] : [`${c}${line}:${column}`];
  });
}

test('parts of a text that stands elsewhere stand there too', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n'), maxLength: 40 });
  fc.assert(
    fc.property(text, text, fc.nat(40), fc.nat(40), (before, inner, a, b) => {
      const file = verbatim('f', before + inner);
      const outer = sliceSource(file, before.length);
      const [from, to] = [Math.min(a, b, inner.length), Math.min(Math.max(a, b), inner.length)];
      const part = sliceSource(verbatim('', inner), from, to);
      const expected = placesOf(sliceSource(file, before.length + from, before.length + to));
      assert.deepEqual(placesOf(new EmbeddedText(outer).place(part)), expected);
    }),
    { numRuns },
  );
});

test('parts of an encoded text stand where it starts', () => {
  const outer = verbatim('f', 'ZWNobwo=', 4, 9);
  const place = placeAtStart(outer);
  assert.deepEqual(place(verbatim('', 'echo', 7, 3)), {
    path: 'f',
    text: 'echo',
    segments: [0, 4, 9],
  });
});
