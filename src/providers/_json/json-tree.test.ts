import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { jsonDepthMax, scanFileBytesMax, yamlSeparatorsMax } from '../../base/limits.ts';
import type { YamlNode } from '../../base/yaml.ts';
import { parseJsonTree } from './json-tree.ts';

const runs = Number(process.env['FUZZ_RUNS'] ?? 100);

/** The tree as the value that it stands for. */
function plainOf(node: YamlNode): unknown {
  if (node.kind === 'sequence') return node.items.map(plainOf);
  if (node.kind === 'scalar') return node.style === 'plain' ? JSON.parse(node.value) : node.value;
  return Object.fromEntries(node.entries.map(({ key, value }) => [key.value, plainOf(value)]));
}

function rootOf(text: string): YamlNode {
  const parsed = parseJsonTree(text);
  assert.ok(parsed.ok, text);
  const root = parsed.value.documents[0]?.root;
  assert.ok(root);
  return root;
}

function problemOf(text: string): string {
  const parsed = parseJsonTree(text);
  return parsed.ok ? 'none' : `${parsed.error.code} at ${parsed.error.offset}`;
}

test('any JSON comes to what JSON.parse makes of it, however it is laid out', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(0, 2, '\t'), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      // Objects without a prototype on one side: `__proto__` is a key like any other.
      assert.equal(JSON.stringify(plainOf(rootOf(text))), JSON.stringify(JSON.parse(text)));
    }),
    { numRuns: runs },
  );
});

test('any text is read or refused, and nothing that JSON.parse takes is refused', () => {
  const piece = fc.constantFrom(
    ...[
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      '\\u0041',
      '//',
      '/*',
      '*/',
      '\n',
      '1',
      'null',
      'a',
    ],
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('');
      const isRead = parseJsonTree(text).ok;
      if (!isRead) assert.throws(() => JSON.parse(text), text);
    }),
    { numRuns: runs * 10 },
  );
});

test('strings stand where their content does', () => {
  const text = '{\n\t"a": "x\\n\\"y",\n\t"b": ["", "z"]}';
  const root = rootOf(text);
  assert.ok(root.kind === 'map');
  const [a, b] = root.entries.map(({ value }) => value);
  assert.ok(a?.kind === 'scalar' && b?.kind === 'sequence');
  assert.deepEqual([a.value, text.slice(a.start, a.end)], ['x\n"y', 'x\\n\\"y']);
  const z = b.items[1];
  assert.ok(z?.kind === 'scalar' && text.slice(z.start, z.end) === 'z');
});

test('comments, commas at the end and raw line breaks are taken', () => {
  const text = '\ufeff// a\n{ /* b */ "a": [1, 2,], // c\n "b": "one\n\ttwo", }\n// d';
  assert.deepEqual(plainOf(rootOf(text)), { a: [1, 2], b: 'one\n\ttwo' });
});

test('keys that stand twice are kept and named', () => {
  const parsed = parseJsonTree('{"a": 1, "b": 2, "a": 3}');
  assert.ok(parsed.ok);
  assert.deepEqual(
    parsed.value.duplicateKeys.map(({ value, start }) => [value, start]),
    [['a', 18]],
  );
  assert.ok(rootOf('{"a": 1, "a": 3}').kind === 'map');
});

test('what is no JSON is refused with its place', () => {
  assert.equal(problemOf(''), 'not-json at 0');
  assert.equal(problemOf('{"a" 1}'), 'not-json at 5');
  assert.equal(problemOf('{"a": }'), 'not-json at 6');
  assert.equal(problemOf('[1 2]'), 'not-json at 3');
  assert.equal(problemOf('{"a": 1} x'), 'not-json at 9');
  assert.equal(problemOf('["a'), 'not-json at 1');
  assert.equal(problemOf('["\\x"]'), 'not-json at 1');
  assert.equal(problemOf('[1'), 'not-json at 2');
  assert.equal(problemOf('/* x'), 'not-json at 4');
});

test('depth, size and values are bounded, and none of them costs more than its length', () => {
  assert.match(problemOf('['.repeat(jsonDepthMax + 1)), /^too-deep/);
  assert.equal(problemOf('['.repeat(jsonDepthMax) + ']'.repeat(jsonDepthMax)), 'none');
  assert.match(problemOf(' '.repeat(scanFileBytesMax + 1)), /^too-large/);
  assert.match(problemOf(`[${'1,'.repeat(yamlSeparatorsMax + 1)}1]`), /^too-large/);
  const before = process.threadCpuUsage().user;
  const many = `[${'"a",'.repeat(yamlSeparatorsMax - 2)}1]`;
  assert.equal(problemOf(many), 'none');
  assert.equal(problemOf(`["${'\\"'.repeat(1_000_000)}"]`), 'none');
  const tookMs = (process.threadCpuUsage().user - before) / 1_000;
  assert.ok(tookMs < 1_500, `${tookMs} ms`);
});
