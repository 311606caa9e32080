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
