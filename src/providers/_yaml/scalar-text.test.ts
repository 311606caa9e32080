import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseYaml, type YamlScalar } from '../../base/yaml.ts';
import { placeOf, type SourceText } from '../../model/source-text.ts';
import { LineStarts } from '../_text/line-starts.ts';
import { scalarText } from './scalar-text.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 100);

/** The text of the value of `key` in a file. */
function read(file: string): { node: YamlScalar; source: SourceText } {
  const parsed = parseYaml(file);
  assert.ok(parsed.ok, JSON.stringify(parsed));
  const root = parsed.value.documents[0]?.root;
  const node = root?.kind === 'map' ? root.entries.at(-1)?.value : root;
  assert.equal(node?.kind, 'scalar');
  const lines = new LineStarts(file);
  return { node, source: scalarText({ path: 'f.yml', text: file, lines }, node) };
}

function characterAt(file: string, line: number, column: number): string | undefined {
  return file.split('\n')[line - 1]?.[column - 1];
}

/** Every character that is no blank stands where it is said to, and none stands twice. */
function checkPlaces(file: string): void {
  const { node, source } = read(file);
  assert.equal(source.text, node.value);
  let last = { line: 0, column: 0 };
  for (let i = 0; i < source.text.length; i++) {
    const c = source.text[i] ?? '';
    const isSecondHalf = c >= '\udc00' && c <= '\udfff';
    if (' \t\n\r'.includes(c) || isSecondHalf) continue;
    const place = placeOf(source, i, i + 1);
    const found = characterAt(file, place.line, place.column);
    const isEscape = node.style === 'double' && found === '\\';
    assert.ok(found === c || isEscape, `${JSON.stringify(file)}: ${c} of ${i} is ${found}`);
    const isBehind =
      place.line > last.line || (place.line === last.line && place.column > last.column);
    assert.ok(isBehind, `${JSON.stringify(file)}: ${c} of ${i} stands before its predecessor`);
    last = place;
  }
}

const word = fc.string({
  unit: fc.constantFrom('a', 'B', '7', '$', '(', ')', '=', '/', 'é', '漢', '.', ';', '<'),
  minLength: 1,
  maxLength: 6,
});
const line = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(' '));
const block = fc.array(
  fc.tuple(fc.constantFrom('', ' ', '   ', '\t'), fc.oneof(line, fc.constant(''))),
  { minLength: 1, maxLength: 6 },
);
const lead = fc.constantFrom('', '# comment\n', 'other: x\n', '\n\n');
const lineBreak = fc.constantFrom('\n', '\r\n');

function check(files: fc.Arbitrary<string>): void {
  fc.assert(fc.property(files, checkPlaces), { numRuns });
}

test('characters of block scalars stand where they are said to', () => {
  const header = fc.constantFrom('|4', '>4', '|4-', '>4+', '|4 # why');
  check(
    fc
      .tuple(lead, header, block, lineBreak)
      .map(([before, mark, lines, end]) =>
        `${before}key: ${mark}\n${lines.map(([indent, text]) => `    ${indent}${text}\n`).join('')}`
          .split('\n')
          .join(end),
      )
      .filter((file) => parseYaml(file).ok),
  );
});

test('block scalars whose indentation is detected', () => {
  check(
    fc
      .tuple(fc.constantFrom('|', '>', '|-', '>-'), fc.array(line, { minLength: 1, maxLength: 5 }))
      .map(([mark, lines]) => `- key: ${mark}\n${lines.map((text) => `     ${text}\n`).join('')}`)
      .map((file) => file.replace('- key', 'key')),
  );
});

test('characters of plain scalars over several lines', () => {
  const gap = fc.constantFrom('\n  ', '\n\n   ', '  ', ' \n \n \t  ', '\r\n  ');
  const safe = fc.string({ unit: fc.constantFrom('a', 'b', '9', '$', '/', 'é'), minLength: 1 });
  check(
    fc
      .tuple(lead, safe, fc.array(fc.tuple(gap, safe), { maxLength: 5 }))
      .map(([before, first, rest]) => `${before}key: ${first}${rest.flat().join('')}\n`),
  );
});

test('characters of single-quoted scalars, with doubled quotes and folds', () => {
  const part = fc.oneof(word, fc.constantFrom("''", ' ', '\n  ', '\n\n ', "''''", '# x'));
  check(fc.array(part, { maxLength: 10 }).map((parts) => `key: '${parts.join('')}'\n`));
});

test('characters of double-quoted scalars, with escapes and folds', () => {
  const sequence = fc.constantFrom(
    ...['\\n', '\\t', '\\"', '\\\\', '\\x41', '\\u00e9', '\\U0001F600', '\\ ', '\\x20', '\\x0a'],
    ...['\\0', '\\a', '\\b', '\\e', '\\_', '\\N', '\\L', '\\P', '\\/', '\\r', '\\v', '\\f'],
  );
  const part = fc.oneof(word, sequence, fc.constantFrom(' ', '\n  ', '\n\n ', '\\\n  ', ' \\\n '));
  check(fc.array(part, { maxLength: 12 }).map((parts) => `key: "${parts.join('')}"\n`));
});

test('known places', () => {
  const places = (file: string, words: readonly string[]): readonly string[] => {
    const { source } = read(file);
    return words.map((each) => {
      const at = source.text.indexOf(each);
      const { line: row, column, endLine, endColumn } = placeOf(source, at, at + each.length);
      return `${row}:${column}-${endLine}:${endColumn}`;
    });
  };
  assert.deepEqual(places('key: |\n   one\n     two\n', ['one', '  two']), ['2:4-2:7', '3:4-3:9']);
  assert.deepEqual(places('key: >\n  one\n  two\n', ['one two']), ['2:3-3:6']);
  assert.deepEqual(places('key: "a\\tb\\x41c"\n', ['b', 'A', 'c']), [
    '1:10-1:11',
    '1:11-1:12',
    '1:15-1:16',
  ]);
  assert.deepEqual(places("key: 'it''s'\n", ['s']), ['1:11-1:12']);
});

test('a binary scalar is decoded: GitLab runs what it comes to', () => {
  const { source } = read('key: !!binary "ZWNobyBoaQ=="\n');
  assert.equal(source.text, 'echo hi');
  assert.deepEqual(source.segments, [0, 1, 16]);
});
