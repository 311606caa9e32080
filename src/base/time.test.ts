import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatTime, parseTime } from './time.ts';

test('times as providers write them', () => {
  const at = Date.UTC(2024, 2, 1, 9, 30, 5);
  for (const text of [
    '2024-03-01T09:30:05Z',
    '2024-03-01t09:30:05z',
    '2024-03-01 09:30:05 UTC',
    '2024-03-01T10:30:05+01:00',
    '2024-03-01 10:30:05 +0100',
    '2024-03-01T09:30:05.000000000Z',
  ]) {
    assert.equal(parseTime(text), at, text);
  }
  assert.equal(parseTime('2024-03-01T09:30:05.123456Z'), at + 123);
});

test('what names no instant, or none of ours', () => {
  for (const text of [
    '',
    'yesterday',
    '2024-03-01',
    '2024-03-01T09:30:05',
    '2024-13-01T00:00:00Z',
    '1970-01-01T00:00:00Z',
    '9999-01-01T00:00:00Z',
    `2024-03-01T09:30:05.${'0'.repeat(100)}Z`,
  ]) {
    assert.equal(parseTime(text), null, text);
  }
});

test('the quick way and the pattern agree', () => {
  const digit = fc.constantFrom(...'0123456789', '9', ' ', '-', 'T', 'Z');
  const texts = fc.array(digit, { minLength: 17, maxLength: 17 }).map((digits) => {
    const [y = '', m = '', d = '', h = '', i = '', s = '', f = ''] = [
      digits.slice(0, 4),
      digits.slice(4, 6),
      digits.slice(6, 8),
      digits.slice(8, 10),
      digits.slice(10, 12),
      digits.slice(12, 14),
      digits.slice(14),
    ].map((part) => part.join(''));
    return `${y}-${m}-${d}T${h}:${i}:${s}.${f}`;
  });
  // With a fourth digit of the second it takes the pattern.
  fc.assert(fc.property(texts, (text) => parseTime(`${text}Z`) === parseTime(`${text}0Z`)));
  assert.equal(parseTime('2024-02-30T10:00:00.000Z'), parseTime('2024-02-30T10:00:00.0000Z'));
});

test('what is formatted is parsed back', () => {
  const instants = fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2199, 11, 31) });
  fc.assert(fc.property(instants, (at) => parseTime(formatTime(at)) === at));
});
