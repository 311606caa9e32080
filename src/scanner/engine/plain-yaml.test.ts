import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Prng } from '../../base/prng.ts';
import { parseYaml } from '../../base/yaml.ts';
import { PlainYaml } from './plain-yaml.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 100);
const yaml = new PlainYaml();

function formOf(text: string): string {
  const bytes = Buffer.from(text);
  return yaml.formOf(bytes, bytes.length);
}

/** Whether the real parser reads all of it and finds nothing odd. */
function isOrdinary(text: string): boolean {
  const parsed = parseYaml(text);
  if (!parsed.ok) return false;
  const { aliases, duplicateKeys, documents } = parsed.value;
  const isMap = documents.every(
    ({ root }) => root === null || root.kind === 'map' || isEmpty(root),
  );
  return aliases === 0 && duplicateKeys.length === 0 && isMap;
}

function isEmpty(root: { readonly kind: string; readonly value?: string }): boolean {
  return root.kind === 'scalar' && root.value === '';
}

const PLAIN = [
  '',
  '# nothing\n',
  'a: b\n',
  'a:\n  - b\n  - c: d\n    e: f\n',
  'a:\n- b\n- c\nd: e\n',
  'a: |\n  x: [\n    y\n\n  z\nb: >-\n  t\n',
  "a: \"x\\n: y\" # z\nb: 'it''s'\n",
  'a: "one\n  two"\n',
  'a: one\n  two\n  three\n',
  'a: [b, "c", {d: e}]\nf: {}\n',
  'a: [\n  b,\n  c\n  ]\n',
  '---\na: b\n---\nc: d\n',
  `if: \${{ a == 'b' }}\nrun: echo "a:b" | x\n`,
  '"a b": c\n\'d\': e\n',
  '- a: b\n'.replace('- ', 'x:\n- '),
  'a:\n  b:\n\n  # c\n  d:\ne:\n',
  'a: é ü 中\n',
  'a:\n  {}\nb:\n  - c:\n      [d,\n       e]\n',
  'a: |2-\n   b\nc:\n- >+1\n  d\n\ne: |9 # f\n',
  'a: b # c\td\n#\te\n',
];
const OTHER = [
  'a: [',
  'a: &x b\nc: *x\n',
  'a: !x b\n',
  '<<: {a: b}\n',
  'a: b\na: c\n',
  'a:\n  b: 1\n  b: 2\n',
  'a: {b: 1, b: 2}\n',
  'a:\tb\n',
  '\ta: b\n',
  'a: b: c\n',
  'a: "x',
  "a: 'x\nb: c\n",
  'a: |0\n   b\n',
  'a: |22\n   b\n',
  'a: |+-\n   b\n',
  'a:\n{}\n',
  'a: b\n  {c: d}\n',
  '{}\n',
  'a:\n  {b: c}: d\n',
  'a:\n   b: c\n  d: e\n',
  'a: b\n   c: d\n',
  '- a\n',
  'a\n',
  '? a\n: b\n',
  '%YAML 1.2\n---\na: b\n',
  'a: @b\n',
  'a: b\r\nc: d\r\n',
  'a: "\\q"\n',
  'a: [b, c}\n',
  `a: ${'['.repeat(100)}${']'.repeat(100)}\n`,
  `${Array.from({ length: 100 }, (_, i) => `${' '.repeat(i)}a:\n`).join('')}`,
  `a: ${'x'.repeat(300_000)}\n`,
  `${'k'.repeat(2_000)}: b\n`,
];

for (const text of PLAIN) {
  test(`plain: ${JSON.stringify(text.slice(0, 40))}`, () => {
    assert.equal(formOf(text), 'plain');
    assert.ok(isOrdinary(text));
  });
}

for (const text of OTHER) {
  test(`not plain: ${JSON.stringify(text.slice(0, 40))}`, () =>
    assert.equal(formOf(text), 'other'));
}

test('a template is known by the first expression that stands for a node', () => {
  assert.equal(formOf('a: {{ .x }}\n'), 'template');
  assert.equal(formOf('a: b\n{{- if .x }}\nc: d\n{{- end }}\n'), 'template');
  assert.equal(formOf('a: "{{ .x }}"\nb: |\n  {{ .y }}\nc: x-{{ .z }}\n'), 'plain');
  assert.equal(formOf('a: [\n{{ .x }}\n'), 'other');
});

const BITS = [
  ...[': ', '- ', '\n', '  ', '"', "'", '#', ' #', '[', ']', '{', '}', ',', '|', '>', '&a ', '*a'],
  ...['!x ', '---\n', '? ', '\t', ':', '-', 'a: b\n', '- a\n', '|\n', '>-\n', '%', '@', '...\n'],
  ...[
    '<<: ',
    '\\',
    '""',
    '\r',
    'a',
    ' ',
    '\n\n',
    '\n ',
    '|2',
    '>-1',
    '|3+',
    '{}',
    '[a]',
    'key:\n',
    '{{ a }}',
    '\u0085',
  ],
];

test('what is plain has nothing that the parser stumbles over: changed files', () => {
  const prng = new Prng(44);
  const folder = new URL('../../providers/', import.meta.url).pathname;
  const files = globSync('**/fixtures/**/*.y*ml', { cwd: folder }).sort();
  const texts = files.map((file) => readFileSync(folder + file, 'utf8'));
  assert.ok(texts.length > 5);
  let plain = 0;
  for (let i = 0; i < numRuns * 50; i++) {
    const text = changed(prng.pick(texts), prng);
    if (formOf(text) !== 'plain') continue;
    plain++;
    assert.ok(isOrdinary(text), JSON.stringify(text));
  }
  assert.ok(plain > numRuns / 2, `${plain}`);
});

function changed(text: string, prng: Prng): string {
  const from = prng.below(text.length);
  let result = text.slice(text.lastIndexOf('\n', from) + 1, from + 400);
  for (let changes = prng.below(4); changes >= 0; changes--) {
    const at = prng.below(result.length + 1);
    const cut = prng.below(3) === 0 ? 1 + prng.below(4) : 0;
    result = result.slice(0, at) + prng.pick(BITS) + result.slice(at + cut);
  }
  return result;
}

test('what is plain has nothing that the parser stumbles over: made texts', () => {
  const prng = new Prng(44);
  for (let i = 0; i < numRuns * 50; i++) {
    const text = Array.from({ length: 1 + prng.below(12) }, () => prng.pick(BITS)).join('');
    if (formOf(text) === 'plain') assert.ok(isOrdinary(text), JSON.stringify(text));
  }
});
