import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { MIB } from '../../base/limits.ts';
import { Prng } from '../../base/prng.ts';
import { HOSTILE_YAML } from '../_fuzz/test-hostile-yaml.ts';
import { mutate } from '../_fuzz/test-mutations.ts';
import { checkReader, fixturesIn, timed } from '../_fuzz/test-reader.ts';
import { withoutExpressions } from '../_text/template-text.ts';
import { kubernetesReader } from './definition.ts';
import { isManifest } from './recognise.ts';

/** Time of this thread: other processes on the machine do not count. */
const elapsedMs = (): number => process.threadCpuUsage().user / 1_000;
const runs = Number(process.env['FUZZ_RUNS'] ?? 100);
const FIXTURES = join(import.meta.dirname, 'fixtures');
const TEXTS = [...fixturesIn(FIXTURES, '.yaml'), ...fixturesIn(FIXTURES, '.json')];

test('any variation of a manifest is read or said to be unread', () => {
  checkReader(kubernetesReader, TEXTS, runs, elapsedMs);
});

test('expressions are replaced by as many characters, and lines stay lines', () => {
  for (const [i, text] of TEXTS.entries()) {
    for (let seed = 0; seed < runs; seed++) {
      const mutant = mutate(text.replaceAll(': ', ': {{ x }}'), new Prng(seed * 100 + i));
      const plain = withoutExpressions(mutant);
      assert.equal(plain.length, mutant.length);
      const breaks = (one: string): readonly number[] =>
        [...one.matchAll(/\n/g)].map(({ index }) => index);
      assert.deepEqual(breaks(plain), breaks(mutant));
    }
  }
});

const HEAD = 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n';
const LIST = 'apiVersion: v1\nkind: List\n';
const REFERENCES = '$(A)'.repeat(MIB / 2);
const VOLUME = '{name: v, configMap: {name: c}}';

/** A pod of `count` copies of some containers, with something before its spec. */
function pod(container: string, count: number, before = ''): string {
  return `${HEAD}${before}spec:\n  containers:\n${container.repeat(count)}`;
}

function mounting(count: number, data: string): string {
  const config = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n${data}`;
  return `${config}---\n${HEAD}spec:\n  volumes: [${VOLUME}]\n  containers:\n${mounts(count)}`;
}

/** Manifests of a few MiB that are made to cost much. */
const HOSTILE_MANIFESTS: Readonly<Record<string, string>> = {
  'variables that double': `${HEAD}spec: {containers: [{image: a, env: [${doubling(2_000)}]}]}\n`,
  'many containers with one long command': pod(
    '  - {image: a, command: *w}\n',
    900,
    `w: &w ["${'x '.repeat(MIB)}"]\n`,
  ),
  'many containers with one long variable': pod(
    '  - {image: a, command: [b], env: *e}\n' +
      '  - {image: a, command: [b], env: [{name: A, value: c}]}\n',
    900,
    `e: &e [{name: A, value: "${'x'.repeat(MIB)}"}]\n`,
  ),
  'a ConfigMap in many places': mounting(400, entries(400)),
  'a large file in many places': mounting(20_000, `  f: "${'END '.repeat(MIB / 2)}"\n`),
  'many volumes of one name': `${HEAD}spec:\n  volumes:\n${`  - ${VOLUME}\n`.repeat(60_000)}`,
  'volumes at every depth': `${HEAD}spec: ${`{volumes: [${VOLUME}], a: `.repeat(50)}1${'}'.repeat(50)}`,
  'lists of lists': `${LIST}items: ${'[{kind: List, items: '.repeat(25)}[]${'}]'.repeat(25)}\n`,
  'objects that hold themselves': `${LIST}items: &i [{kind: List, items: *i}, {kind: Pod, spec: *i}]\n`,
  'a walk that branches': `apiVersion: v1\nkind: X\n${branching(40)}spec: *b39\n`,
  'expressions without an end': `${HEAD}a: b\n${'{{ '.repeat(MIB)}`,
  'expressions on one line': `${HEAD}x: {{ a }}\n${'{{ a }}'.repeat(MIB / 2)}`,
  'blanks between expressions': `${HEAD}x: {{ a }}\n${`{{ a }}${' '.repeat(99)}`.repeat(30_000)}`,
  'references in one word': `${HEAD}spec: {image: a, env: [{name: A, value: b}], command: ["${REFERENCES}"]}\n`,
};

test('manifests made to cost much are read in time, and what is left out is said', () => {
  for (const [name, text] of Object.entries(HOSTILE_MANIFESTS)) {
    const { jobs, unread } = timed(kubernetesReader, text, name, elapsedMs);
    assert.ok(
      unread.length > 0 || jobs.length > 0 || name.includes('volume') || name.includes('lists'),
      name,
    );
  }
  for (const [name, text] of Object.entries(HOSTILE_YAML)) {
    const manifest = text.replaceAll('script:', 'command:').replaceAll('jobs:', 'containers:');
    timed(kubernetesReader, `${HEAD}${manifest}`, name, elapsedMs);
  }
});

test('a text is recognised in time whatever it is', () => {
  const texts = [
    'apiVersion kind ',
    ' '.repeat(64),
    '\n',
    'apiVersion\n',
    '---\n',
    '"',
    '{ kind',
    '{{',
  ];
  for (const part of texts) {
    const text = 'kind: x\n# apiVersion\n'.concat(part.repeat(Math.floor((4 * MIB) / part.length)));
    const before = elapsedMs();
    assert.equal(isManifest(text), false);
    assert.equal(isManifest(`{${text}`), false);
    assert.ok(elapsedMs() - before < 400, part);
  }
});

function numbered(count: number, make: (i: number) => string): readonly string[] {
  return Array.from({ length: count }, (_, i) => make(i));
}

function doubling(count: number): string {
  return numbered(count, (i) => `{name: V${i}, value: "$(V${i - 1})$(V${i - 1})x"}`).join(', ');
}

function entries(count: number): string {
  return numbered(count, (i) => `  k${i}: v\n`).join('');
}

function mounts(count: number): string {
  return numbered(
    count,
    (i) => `  - {image: a, volumeMounts: [{name: v, mountPath: /m${i}}]}\n`,
  ).join('');
}

function branching(count: number): string {
  return numbered(count, (i) => {
    const below = i === 0 ? '1' : `*b${i - 1}`;
    return `b${i}: &b${i} {x: ${below}, y: ${below}}\n`;
  }).join('');
}
