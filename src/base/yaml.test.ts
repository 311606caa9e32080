import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  scanFileBytesMax,
  yamlAliasesMax,
  yamlDepthMax,
  yamlRepairsMax,
  yamlSeparatorsMax,
  yamlVisitsMax,
} from './limits.ts';
import {
  lastValueOf,
  parseYaml,
  textOf,
  valuesOf,
  type YamlFile,
  type YamlNode,
  type YamlProblem,
  YamlVisits,
} from './yaml.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 100);

function parse(text: string): YamlFile {
  const parsed = parseYaml(text);
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.error.message);
  return parsed.value;
}

function problem(text: string): YamlProblem {
  const parsed = parseYaml(text);
  assert.ok(!parsed.ok, 'the text was read');
  return parsed.error;
}

function rootOf(text: string): YamlNode | null | undefined {
  return parse(text).documents[0]?.root;
}

test('scalars keep their text, style, tag and place', () => {
  const text = "a: 0x10\nb: !tag 'it''s'\nc: \"x\\ty\"\nd: |\n  one\n  two\ne: >-\n  one\n  two\n";
  const root = rootOf(text);
  const seen = (key: string): unknown => {
    const node = lastValueOf(root, key);
    return node?.kind === 'scalar' ? [node.value, node.style, node.tag, node.start] : null;
  };
  assert.deepEqual(seen('a'), ['0x10', 'plain', '', 3]);
  assert.deepEqual(seen('b'), ["it's", 'single', '!tag', text.indexOf("it''s")]);
  assert.deepEqual(seen('c'), ['x\ty', 'double', '', text.indexOf('x\\ty')]);
  assert.deepEqual(seen('d'), ['one\ntwo\n', 'literal', '', text.indexOf('  one')]);
  assert.deepEqual(seen('e'), ['one two', 'folded', '', text.lastIndexOf('  one')]);
});

test('an empty value stands behind its key, never before the file', () => {
  const value = lastValueOf(rootOf('a: 1\nkey:\nb: 2\n'), 'key');
  assert.deepEqual(value, { kind: 'scalar', value: '', start: 8, end: 8, style: 'plain', tag: '' });
});

test('a key that stands twice is kept twice and named', () => {
  const file = parse('a: 1\nb: 2\na: 3\n');
  const root = file.documents[0]?.root;
  assert.deepEqual(valuesOf(root, 'a').map(textOf), ['1', '3']);
  assert.equal(textOf(lastValueOf(root, 'a')), '3');
  assert.deepEqual(
    file.duplicateKeys.map(({ value, start }) => [value, start]),
    [['a', 10]],
  );
  assert.deepEqual(parse('<<: {a: 1}\n<<: {b: 2}\n').duplicateKeys, []);
});

test('an alias is the node of its anchor; anchors end with their document', () => {
  const file = parse('a: &x [1]\nb: *x\n---\nc: *x\n');
  assert.equal(
    lastValueOf(file.documents[0]?.root, 'b'),
    lastValueOf(file.documents[0]?.root, 'a'),
  );
  assert.equal(textOf(lastValueOf(file.documents[1]?.root, 'c')), '');
  assert.equal(file.aliases, 2);
  assert.equal(file.unknownAliases.length, 1);
});

test('an alias inside its own anchor is a cycle and is read', () => {
  const root = rootOf('&a [*a, x]');
  assert.equal(root?.kind === 'sequence' && root.items[0], root);
});

test('several documents, an empty one, and JSON', () => {
  assert.deepEqual(
    parse('--- a\n---\n--- [1, {"b": 2}]\n').documents.map(({ root }) => root?.kind),
    ['scalar', 'scalar', 'sequence'],
  );
  assert.deepEqual(parse('').documents, []);
  assert.deepEqual(parse('# only a comment\n').documents, []);
});

test('what is no YAML is named with its line and column', () => {
  const { code, line, column } = problem('a: 1\nb: [1, 2\nc: 3\n');
  assert.deepEqual([code, line, column], ['not-yaml', 3, 1]);
  assert.equal(problem('a: \u0000').code, 'not-yaml');
});

test('a message is short and has no control characters', () => {
  const { message } = problem(`a: !\u001b${'x'.repeat(100_000)}^ y`);
  assert.ok(message.length <= 200);
  assert.ok(!message.includes('\u001b'));
});

test('nesting over yamlDepthMax', () => {
  const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
  // The parser tries a flow collection as a key first, which is one deeper.
  assert.equal(parseYaml(nested(yamlDepthMax - 2)).ok, true);
  assert.equal(problem(nested(yamlDepthMax + 1)).code, 'too-deep');
  assert.equal(problem('['.repeat(3_000_000)).code, 'too-deep');
  assert.equal(problem('- '.repeat(yamlDepthMax + 1)).code, 'too-deep');
});

test('aliases over yamlAliasesMax', () => {
  const aliases = (count: number): string => `- &a x\n${'- *a\n'.repeat(count)}`;
  assert.equal(parse(aliases(yamlAliasesMax)).aliases, yamlAliasesMax);
  const { code, line } = problem(aliases(yamlAliasesMax + 1));
  assert.deepEqual([code, line], ['too-many-aliases', yamlAliasesMax + 2]);
});

test('a text over scanFileBytesMax, and separators over yamlSeparatorsMax', () => {
  assert.equal(problem('#'.repeat(scanFileBytesMax + 1)).code, 'too-large');
  assert.equal(parseYaml(`[${'1,'.repeat(yamlSeparatorsMax)}]`).ok, true);
  assert.equal(problem(`[${'1,'.repeat(yamlSeparatorsMax + 1)}]`).code, 'too-large');
  assert.equal(problem('\r'.repeat(yamlSeparatorsMax + 1)).code, 'too-large');
});

test('a walk ends after yamlVisitsMax nodes', () => {
  const visits = new YamlVisits();
  for (let i = 0; i < yamlVisitsMax; i++) assert.equal(visits.spend(), true);
  assert.equal(visits.exhausted, false);
  assert.equal(visits.spend(), false);
  assert.equal(visits.exhausted, true);
});

test('any text is a file or a problem with a place, and never a throw', () => {
  const piece = fc.constantFrom(
    ...['a', ': ', '- ', '\n', '  ', '[', ']', '{', '}', ', ', '"', "'", '|', '>', '\\', '#'],
    ...['&x ', '*x', '!t ', '? ', '<<: ', '---\n', '...\n', '%YAML 1.2\n', '\t', '\r', '\ufeff'],
    ...['\ud800', '\u0000', '\u0085', '!!binary ', '@', '`', '-1', '\\x4', '+', '2'],
  );
  const text = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(text, (each) => {
      const parsed = parseYaml(each);
      if (!parsed.ok) assert.ok(parsed.error.line >= 1 && parsed.error.column >= 1);
      else for (const { root } of parsed.value.documents) checkPlaces(root, each.length, 0);
    }),
    { numRuns: numRuns * 10 },
  );
});

function checkPlaces(node: YamlNode | null, length: number, depth: number): void {
  if (node === null || depth > yamlDepthMax) return;
  assert.ok(node.start >= 0 && node.start <= length, `${node.kind} at ${node.start}`);
  if (node.kind === 'scalar') assert.ok(node.end >= node.start && node.end <= length);
  if (node.kind === 'sequence' && depth < 6) {
    for (const item of node.items) checkPlaces(item, length, depth + 1);
  }
  if (node.kind === 'map' && depth < 6) {
    for (const { key, value } of node.entries) {
      checkPlaces(key, length, depth + 1);
      checkPlaces(value, length, depth + 1);
    }
  }
}

test('a flow collection closed at its parent is read, every offset kept', () => {
  const text = 'a:\n  b: [\n    x,\n    y\n  ]\n  c: {\n    d: e\n  }\nf: g\n';
  const file = parseYaml(text);
  assert.ok(file.ok, JSON.stringify(file));
  assert.equal(file.value.text, text);
  const root = file.value.documents[0]?.root;
  const b = lastValueOf(lastValueOf(root, 'a'), 'b');
  assert.equal(b?.kind, 'sequence');
  assert.deepEqual(b.items.map(textOf), ['x', 'y']);
  const g = lastValueOf(root, 'f');
  assert.equal(g?.kind === 'scalar' && text.slice(g.start, g.end), 'g');
});

test('a deficient line behind a comment, or one too many, is no YAML', () => {
  assert.equal(parseYaml('a:\n  b: [\n    x # y\n  ]\n').ok, false);
  const lists = Array.from({ length: yamlRepairsMax + 1 }, (_, i) => `  k${i}: [\n    x\n  ]\n`);
  assert.equal(parseYaml(`a:\n${lists.slice(1).join('')}`).ok, true);
  assert.equal(parseYaml(`a:\n${lists.join('')}`).ok, false);
});
