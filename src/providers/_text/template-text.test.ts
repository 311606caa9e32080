import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerMsMax, MIB } from '../../base/limits.ts';
import { firstExpression, firstTemplateLine, withoutExpressions } from './template-text.ts';

const elapsedMs = (): number => process.threadCpuUsage().user / 1_000;

test('values become letters and what steers becomes blank, of the same length', () => {
  for (const [given, expected] of [
    ['a: {{ .Values.b }}', 'a: ___.Values.b___'],
    ['  {{- if x }}\nb', '             \nb'],
    [
      '{% for x in y %}\n- {{ x }}\n{% endfor %}',
      `${' '.repeat(16)}\n- ___x___\n${' '.repeat(12)}`,
    ],
    ['a <%= b %> <% if c %>d', 'a ____b___           d'],
    ['a <% b', 'a <% b'],
    ['a {{ <% }} %>', 'a ________ %>'],
    ['{{ include "x" . }}', ' '.repeat(19)],
  ] as const) {
    const plain = withoutExpressions(given);
    assert.equal(plain.length, given.length, given);
    assert.equal(plain, expected, given);
  }
});

test('where the first expression and the first line of one stand', () => {
  assert.equal(firstExpression('a <% b %> {{ c }}'), '{{ c }}');
  assert.equal(firstExpression('a { b'), null);
  assert.equal(firstTemplateLine('a {{ b }}\n \t{% c %}'), '{% c %}');
  assert.equal(firstTemplateLine('a {{ b }}\nc {% d %}'), null);
});

test('marks in any number and order take one pass', () => {
  const parts = ['{{', '<%{{%>', '{%{{<%%}', ' {{ }} ', '{{\n', '<%= %>'];
  for (const part of parts) {
    for (const end of ['', '}}', '%}', '%>']) {
      const text = part.repeat(MIB / part.length) + end;
      const before = elapsedMs();
      assert.equal(withoutExpressions(text).length, text.length);
      firstTemplateLine(text);
      firstExpression(text);
      const tookMs = elapsedMs() - before;
      assert.ok(tookMs < answerMsMax, `${part} took ${tookMs} ms`);
    }
  }
});
