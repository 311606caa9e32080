import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { MIB } from '../../base/limits.ts';
import { HOSTILE_YAML } from '../_fuzz/test-hostile-yaml.ts';
import { checkReader, fixturesIn, timed } from '../_fuzz/test-reader.ts';
import { travisReader } from './definition.ts';

/** Time of this thread: other processes on the machine do not count. */
const elapsedMs = (): number => process.threadCpuUsage().user / 1_000;
const runs = Number(process.env['FUZZ_RUNS'] ?? 100) * 2;

test('any variation of a file is read or said to be unread', () => {
  const texts = fixturesIn(join(import.meta.dirname, 'fixtures'), '.yml');
  checkReader(travisReader, texts, runs, elapsedMs);
});

const HOSTILE: Readonly<Record<string, string>> = {
  ...HOSTILE_YAML,
  'many rows of one variable': `env:\n${' - A=1\n'.repeat(150_000)}script: x\n`,
  'many variables in one row': `env: ${'A=1 '.repeat(MIB / 2)}\nscript: x\n`,
  'many quotes': `env: '${'A="" '.repeat(MIB / 2)}'\nscript: x\n`,
  'many lines that open': `script:\n${' - "(\\""\n'.repeat(100_000)}`,
  'here-documents without an end': `script: |\n${'  cat <<A <<B\n'.repeat(100_000)}`,
  'many jobs that share a large script':
    `script: ${'x'.repeat(MIB)}\njobs:\n` + `  include:\n${'  - {name: a}\n'.repeat(50_000)}`,
  'many versions times many rows': [
    `python: [${'1,'.repeat(10_000)}2]`,
    `env: [${'A=1,'.repeat(10_000)}A=2]`,
    'script: x\n',
  ].join('\n'),
};

test('files made to cost much are read in time, and what is left out is said', () => {
  for (const [name, text] of Object.entries(HOSTILE)) {
    const { jobs, unread } = timed(travisReader, text, name, elapsedMs);
    assert.ok(unread.length > 0 || jobs.length > 0, name);
  }
});
