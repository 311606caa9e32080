import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arithmeticValue } from './arithmetic.ts';
import { lines } from './test-run.ts';

test('integers and what binds them', () => {
  const value = (text: string): number | null =>
    arithmeticValue(text, { get: (name) => (name === 'a' ? '7' : name === 'c' ? 'a+1' : null) });
  const cases: readonly (readonly [text: string, value: number | null])[] = [
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['-a + 10', 3],
    ['2 ** 3 ** 1', 8],
    ['7 / 2 % 2', 1],
    ['0x1f ^ 1', 30],
    ['010', 8],
    ['16#ff', 255],
    ['1 << 4 | 1', 17],
    ['b + 1', null],
    ['c + 1', 9],
    ['a > 3 ? 1 : 2', 1],
    ['a == 7 && !0', 1],
    ['1, 2', 2],
    ['~0', -1],
    ['1 / 0', null],
    ['1 +', null],
    ['', null],
    ['1 2', null],
    ['a = 3', 3],
    [`${'('.repeat(40)}1${')'.repeat(40)}`, null],
  ];
  for (const [text, expected] of cases) assert.equal(value(text), expected, text);
});

test('a calculation of known numbers is a number in a word', () => {
  assert.deepEqual(lines('P=400; a host:$((P+43)) $((x+1))'), ['a host:443 $((x+1))']);
});
