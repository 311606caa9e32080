import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { HOSTILE_YAML } from '../_fuzz/test-hostile-yaml.ts';
import { checkReader, fixturesIn, timed } from '../_fuzz/test-reader.ts';
import { buildkiteReader } from './definition.ts';

/** Time of this thread: other processes on the machine do not count. */
const elapsedMs = (): number => process.threadCpuUsage().user / 1_000;
const runs = Number(process.env['FUZZ_RUNS'] ?? 100) * 2;
const FIXTURES = join(import.meta.dirname, 'fixtures');

test('any variation of a pipeline is read or said to be unread', () => {
  const texts = [...fixturesIn(FIXTURES, '.yml'), ...fixturesIn(FIXTURES, '.json')];
  checkReader(buildkiteReader, texts, runs, elapsedMs);
});

const LIST = `[${'1,'.repeat(50_000)}2]`;

const HOSTILE: Readonly<Record<string, string>> = {
  'many steps': `steps: [${'{command: make},'.repeat(30_000)}]\n`,
  'many steps that share much':
    `env: {${Array.from({ length: 9_000 }, (_, i) => `a${i}: b`).join(', ')}}\n` +
    `steps: [${'{command: make},'.repeat(9_000)}]\n`,
  'a wide matrix': `steps: [{command: "{{matrix.a}}", matrix: {setup: {a: ${LIST}, b: ${LIST}}}}]\n`,
  'many rows of one large step':
    `steps: [{command: "${'{{matrix}}'.repeat(350_000)}", ` + `matrix: ${LIST}}]\n`,
  'many adjustments': `steps: [{command: x, matrix: {setup: [1], adjustments: [${'{with: a},'.repeat(50_000)}]}}]\n`,
  'groups that hold themselves': 'steps: &s [{group: a, steps: *s}, {command: {command: x}}]\n',
  'many uploads': `steps: [{command: "${'pipeline upload '.repeat(200_000)}"}]\n`,
  'dollars': `steps: [{command: "${'$$a\\\\$b'.repeat(400_000)}"}]\n`,
  'plugins that hold themselves': 'steps: [{plugins: &p [{a: {b: *p, c: [*p, *p]}}]}]\n',
};

test('files made to cost much are read in time, and what is left out is said', () => {
  for (const [name, text] of Object.entries({ ...HOSTILE_YAML, ...HOSTILE })) {
    const { jobs, unread } = timed(buildkiteReader, text, name, elapsedMs);
    if (name in HOSTILE) assert.ok(unread.length > 0 || jobs.length > 0, name);
  }
});
