import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { templateLengthMax, templateValuesMax } from '../../base/limits.ts';
import { placeOf, type SourceText, verbatim } from '../../model/source-text.ts';
import { type TemplateSyntax, Templates } from './fill-template.ts';
import { DefinitionDraft } from './job-draft.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 100);

const SYNTAX: TemplateSyntax = {
  open: '<<',
  close: '>>',
  isReference: (name) => name.includes('.'),
  unknown: (name) => `[${name}]`,
  escapedBy: '\\',
};

const VALUES: Readonly<Record<string, SourceText>> = { 'a.b': verbatim('f', 'value', 9, 5) };

function fill(text: string, draft = new DefinitionDraft('circleci', 'f')): SourceText {
  return new Templates(SYNTAX, draft).fill(verbatim('f', text, 2, 3), (name) => VALUES[name]);
}

function placesOf(source: SourceText): readonly string[] {
  return Array.from(source.text, (_, i) => {
    const { line, column } = placeOf(source, i, i + 1);
    return `${line}:${column}`;
  });
}

test('values are filled in and keep their own place; what stands around keeps its', () => {
  const filled = fill('x << a.b >>y');
  assert.equal(filled.text, 'x valuey');
  assert.deepEqual(placesOf(filled), ['2:3', '2:4', '9:5', '9:6', '9:7', '9:8', '9:9', '2:14']);
});

test('what is no reference stays, what is unknown is said, what is escaped is plain', () => {
  assert.equal(fill('cat <<EOF >> f').text, 'cat <<EOF >> f');
  assert.equal(fill('<<c.d>> <<a.b').text, '[c.d] <<a.b');
  const escaped = fill('\\<< a.b >>');
  assert.equal(escaped.text, '<< a.b >>');
  assert.equal(placesOf(escaped)[0], '2:4');
});

test('any text without a reference is the same, and every character has a place', () => {
  const unit = fc.constantFrom('<<', '>>', 'a.b', 'a', '.', ' ', '\n', '\\', '<');
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 30 }), (parts) => {
      const text = parts.join('');
      const filled = fill(text);
      if (!text.includes('>>') && !text.includes('\\<<')) assert.equal(filled.text, text);
      assert.equal(filled.segments[0], 0);
      assert.equal(placesOf(filled).length, [...filled.text].length);
    }),
    { numRuns },
  );
});

test('values in one text and characters in all are bounded', () => {
  const draft = new DefinitionDraft('circleci', 'f');
  const many = '<<a.b>>'.repeat(templateValuesMax + 1);
  assert.equal(fill(many, draft).text, many);
  const templates = new Templates(SYNTAX, draft);
  const source = verbatim('f', 'x'.repeat(templateLengthMax / 4));
  for (let i = 0; i < 5; i++)
    assert.equal(
      templates.fill(source, () => undefined),
      source,
    );
  assert.deepEqual(draft.build().unread, [
    `gave up: a text has more than ${templateValuesMax} values to fill in; none was`,
    `gave up: values filled in come to more than ${templateLengthMax} characters; ` +
      'the rest was left as it stands',
  ]);
});
