import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Numbered } from './numbered.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 300);

test('both ends agree whatever is sent, within their limits', () => {
  const value = fc.record({ value: fc.nat(20), length: fc.nat(9) });
  fc.assert(
    fc.property(fc.array(value, { maxLength: 200 }), (sent) => {
      const [valuesMax, lengthMax] = [8, 30];
      const here = new Numbered<number>(valuesMax, lengthMax);
      const there = new Numbered<number>(valuesMax, lengthMax);
      for (const { value, length } of sent) {
        const number = here.numberOf(value);
        if (number !== undefined) assert.equal(there.valueOf(number), value);
        else assert.equal(there.add(here.add(value, length), length), value);
        assert.throws(() => there.valueOf(valuesMax), /sent before its number/);
      }
    }),
    { numRuns },
  );
});

test('it begins anew past its number of values and past their length', () => {
  const few = new Numbered<string>(2, 100);
  for (const value of ['a', 'b', 'c']) few.add(value, 1);
  assert.deepEqual(
    ['a', 'b', 'c'].map((value) => few.numberOf(value)),
    [undefined, undefined, 0],
  );
  const short = new Numbered<string>(100, 10);
  for (const value of ['a', 'b', 'c']) short.add(value, 4);
  assert.deepEqual(
    ['a', 'b', 'c'].map((value) => short.numberOf(value)),
    [undefined, undefined, 0],
  );
  short.add('longer than all may be', 99);
  short.add('d', 4);
  assert.equal(short.numberOf('longer than all may be'), undefined);
});
