import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseYaml, type YamlScalar } from '../base/yaml.ts';
import { positionInScalar } from './scalar-position.ts';

/** The value of `when` in a file of one map. */
function whenOf(text: string): YamlScalar {
  const file = parseYaml(text);
  assert.ok(file.ok, text);
  const root = file.value.documents[0]?.root;
  assert.ok(root?.kind === 'map');
  const value = root.entries.find((e) => e.key.value === 'when')?.value;
  assert.ok(value?.kind === 'scalar', text);
  return value;
}

const FILES: Readonly<Record<string, string>> = {
  'plain': 'when: abc && MARK\n',
  'plain, indented deeper': 'id: x\nwhen:    abc && MARK # why\n',
  'plain, over lines': 'when: abc &&\n   def &&\n\n     MARK\nid: x\n',
  'single quotes': "when: 'it''s ''a'' && MARK'\n",
  'single quotes over lines': "when: 'it''s\n   a\n\n   MARK'\n",
  'double quotes': 'when: "a \\"b\\" \\t\\x41\\u00e9\\U0001f600 && MARK"\n',
  'double quotes over lines': 'when: "a \\\n   b\n\n   c\\n  MARK"\n',
  'literal': 'when: |\n  abc &&\n    def &&\n\n  MARK\nid: x\n',
  'literal, stripped': 'when: |-\n    abc\n    MARK\n',
  'literal, indentation said': 'when: |2\n   abc\n   MARK\n',
  'folded': 'when: >-\n  abc &&\n  def\n\n  && MARK\nid: x\n',
  'Windows line ends': 'id: x\r\nwhen: >\r\n  abc &&\r\n  MARK\r\n',
  'flow map': '{id: x, when: "a && MARK", z: 1}\n',
};

describe('a character of the value is found in the file', () => {
  for (const [name, text] of Object.entries(FILES)) {
    test(name, () => {
      const scalar = whenOf(text);
      const offset = scalar.value.indexOf('MARK');
      assert.notEqual(offset, -1);
      assert.equal(positionInScalar(text, scalar, offset), text.indexOf('MARK'));
    });
  }
});

test('an offset past the value is the end of the scalar', () => {
  const text = 'when: abc\n';
  assert.equal(positionInScalar(text, whenOf(text), 99), text.indexOf('\n'));
  const empty = 'when: ""\n';
  assert.equal(positionInScalar(empty, whenOf(empty), 0), empty.indexOf('"') + 1);
});
