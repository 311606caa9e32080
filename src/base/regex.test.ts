import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  find,
  foreignPattern,
  matches,
  pattern,
  patternProblem,
  windowLengthMax,
} from './regex.ts';

test('bounded patterns are taken', () => {
  const sources = ['abc', '[a-z]{1,64}', '(?:a|b){1,8}', '(a{0,10}b?){1,20}', '[*+]{1,3}', '\\+'];
  for (const source of sources) assert.equal(patternProblem(source), null, source);
  assert.deepEqual(pattern('a(b{1,3})', 'i').exec('xABBC')?.slice(), ['ABB', 'BB']);
});

test('what can cost more than linear time is refused, with the reason', () => {
  const problems = {
    'a*': 'has an unbounded *',
    'a+': 'has an unbounded +',
    '(?:a)+': 'has an unbounded +',
    '(a{1,9})*': 'has an unbounded *',
    'a{2,}': 'has an unbounded quantifier',
    '(a){2,}': 'has an unbounded quantifier',
    '[a-z]{1,}': 'has an unbounded quantifier',
    '(a)\\1': 'has a back-reference',
    '(?<x>a)\\k<x>': 'has a back-reference',
    '(?=a)b': 'has look-around',
    '(?<!a)b': 'has look-around',
    '(a{1,100}){1,100}': 'nests quantifiers',
    '((a{1,20}){1,20}){1,20}': 'nests quantifiers',
  };
  for (const [source, problem] of Object.entries(problems)) {
    assert.equal(patternProblem(source), problem, source);
    assert.throws(() => pattern(source), /pattern/, source);
  }
});

test('a pattern is given at most its window', () => {
  const regex = pattern('b', 'g');
  const text = `${'a'.repeat(windowLengthMax - 1)}b`;
  assert.equal(find(regex, text)?.index, windowLengthMax - 1);
  assert.equal(matches(regex, text), true, 'the search starts anew each time');
  assert.equal(matches(regex, ''), false);
  assert.throws(() => find(regex, `${text}c`), /window/);
});

test('a pattern that somebody else wrote is run only when it is linear and whole', () => {
  assert.equal(foreignPattern('a{1,9}b', 'g')?.test('xaab'), true);
  for (const source of [
    'a{0,99}a{0,99}b',
    '(a|a){0,99}',
    '(ab)?',
    '(a',
    '(a+)+$',
    '(x{0,99}){0,99}',
    '[',
    '\\1',
  ]) {
    assert.equal(foreignPattern(source), null, source);
  }
});
