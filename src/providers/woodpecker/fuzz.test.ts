import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { HOSTILE_YAML } from '../_fuzz/test-hostile-yaml.ts';
import { checkReader, fixturesIn, timed } from '../_fuzz/test-reader.ts';
import { woodpeckerReader } from './definition.ts';

/** Time of this thread: other processes on the machine do not count. */
const elapsedMs = (): number => process.threadCpuUsage().user / 1_000;
const runs = Number(process.env['FUZZ_RUNS'] ?? 100) * 2;

test('any variation of a pipeline is read or said to be unread', () => {
  const texts = fixturesIn(join(import.meta.dirname, 'fixtures'), '.yml');
  checkReader(woodpeckerReader, texts, runs, elapsedMs);
});

const REFERENCE = `\${A}`;
const STEP = '{image: a, commands: [make]},';

const HOSTILE: Readonly<Record<string, string>> = {
  'many steps': `steps: [${STEP.repeat(20_000)}]\n`,
  'many rows of many steps':
    `matrix: {A: [${'1,'.repeat(20_000)}2]}\n` + `steps: [${STEP.repeat(9_000)}]\n`,
  'many rows of one large step': `matrix: {A: [${'1,'.repeat(199)}2]}\nsteps: [{commands: "${REFERENCE.repeat(900_000)}"}]\n`,
  'many rows spelled out': `matrix: {include: [${'{A: b},'.repeat(90_000)}]}\nsteps: [${STEP}]\n`,
  'dollars': `steps: [{commands: "${'$$a'.repeat(1_000_000)}"}]\n`,
  'lines that merge themselves': `steps: [{commands: &c [{<<: *c}, {<<: [*c, *c]}, x]}]\n`,
  'settings that hold themselves': 'steps: [{image: a, settings: &s {x: *s, y: [*s, *s]}}]\n',
};

test('files made to cost much are read in time, and what is left out is said', () => {
  for (const [name, text] of Object.entries({ ...HOSTILE_YAML, ...HOSTILE })) {
    const { jobs, unread } = timed(woodpeckerReader, text, name, elapsedMs);
    if (name in HOSTILE) assert.ok(unread.length > 0 || jobs.length > 0, name);
  }
});
