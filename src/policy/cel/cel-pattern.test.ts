import assert from 'node:assert/strict';
import { test } from 'node:test';
import { celEnv, parse, plan } from '@bufbuild/cel';
import fc from 'fast-check';
import { celPatternLengthMax, celPatternStatesMax, celPatternUsesMax } from '../../base/limits.ts';
import { compilePattern, patternProblem, patternStates } from './cel-pattern.ts';

test('a pattern matches anywhere in the text, as RE2 does', () => {
  assert.equal(compilePattern('b+')('abba'), true);
  assert.equal(compilePattern('^b+')('abba'), false);
  assert.equal(compilePattern('(?i)BA$')('abba'), true);
});

test('a compiled pattern answers as CEL does, however often it is asked', () => {
  const evaluate = plan(celEnv(), parse('text.matches(regex)'));
  const regexes = ['b+', '^a.b$', '(?i)BA$', '(a|b){0,5}c', '[^a]\\b', '(a|ab)(c|bcd)(d*)'];
  for (const regex of regexes) {
    const compiled = compilePattern(regex);
    const texts = fc.string({
      unit: fc.constantFrom('a', 'b', 'c', 'd', 'B', '\n', 'é', '\ud83d'),
    });
    fc.assert(
      fc.property(texts, (text) => {
        assert.equal(compiled(text), evaluate({ regex, text }), JSON.stringify(text));
      }),
    );
    for (let i = 0; i <= celPatternUsesMax; i++) assert.equal(compiled('abca'), compiled('abca'));
  }
});

test('states are atoms with their counts multiplied out', () => {
  const cases: readonly (readonly [regex: string, states: number])[] = [
    ['', 0],
    ['abc', 3],
    ['[a-z{9}]', 1],
    ['[^]a]b', 2],
    ['\\{a\\}', 3],
    ['a{7}', 7],
    ['a{2,7}b', 8],
    ['a{2,}', 2],
    ['(ab){10}', 30],
    ['(a{10}){10}', 110],
    ['((a{10}){10}){10}', 1110],
    ['(ab)?{3}', 12],
    ['a{x}', 4],
    [')(', 2],
    ['a{', 2],
  ];
  for (const [regex, states] of cases) assert.equal(patternStates(regex), states, regex);
});

test('a pattern is bounded in length and states, and must be valid', () => {
  assert.equal(patternProblem('a'.repeat(celPatternStatesMax)), null);
  assert.match(patternProblem('a'.repeat(celPatternStatesMax + 1)) ?? '', /states/);
  assert.match(patternProblem(`(?i)${' '.repeat(celPatternLengthMax)}`) ?? '', /characters/);
  assert.match(patternProblem('a{1000000000}') ?? '', /states/);
  assert.match(patternProblem('\\Q(\\E') ?? '', /not taken/);
  assert.match(patternProblem('a\\') ?? '', /not valid/);
  assert.match(patternProblem('\ud800(') ?? '', /not valid/);
});

test('the worst patterns that are taken end soon', () => {
  const worst = ['([^a]){19}$', '(a*)*b', '((((a|aa)*)*)*)*b', '(.*){7}x', '\\w{40}', '[^b]{39}b'];
  const started = performance.now();
  for (const regex of worst) {
    assert.equal(patternProblem(regex), null, regex);
    const compiled = compilePattern(regex);
    for (const letter of ['a', 'x', 'é']) compiled(letter.repeat(512));
  }
  // 18 runs of about 1 ms; a backtracking engine would not come back.
  assert.ok(performance.now() - started < 2_000);
});
