import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Plain } from './plain.ts';

test('a Dockerfile that may be a template is for its reader', () => {
  const plain = new Plain();
  const formOf = (text: string): string => plain.formOf('dockerfile', Buffer.from(text));
  assert.equal(formOf('FROM a\nRUN b\n'), 'plain');
  for (const mark of ['{{ x }}', '{% if x %}', '<%= x %>']) {
    assert.equal(formOf(`FROM a\nRUN b ${mark}\n`), 'other', mark);
  }
});

test('a file is long by its texts, and not by what a reader has to visit', () => {
  const plain = new Plain();
  const formOf = (text: string): string => plain.formOf('kubernetes', Buffer.from(text));
  assert.equal(formOf(`a: |\n${'  some text: x\n'.repeat(20_000)}`), 'plain');
  assert.equal(formOf(`a: |\n${'  x,\n'.repeat(210_000)}`), 'other', 'separators');
  assert.equal(formOf(`a:\n${'- "some text"\n'.repeat(90_000)}`), 'plain');
  assert.equal(formOf(`a:\n${'- "some text"\n'.repeat(101_000)}`), 'other', 'items');
  const keys = Array.from({ length: 60_000 }, (_, i) => `k${i}: b\n`).join('');
  assert.equal(formOf(keys.slice(0, keys.indexOf('k49000:'))), 'plain');
  assert.equal(formOf(keys), 'other', 'keys');
});

test('a template is told by `{{` alone, since a reader may name other marks', () => {
  const plain = new Plain();
  const formOf = (text: string): string => plain.formOf('kubernetes', Buffer.from(text));
  assert.equal(formOf('a: {{ b }}\n'), 'template');
  assert.equal(formOf('a: {{ b }}\n{% if c %}\nd: e\n{% endif %}\n'), 'other');
});
