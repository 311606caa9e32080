import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { MIB } from '../../base/limits.ts';
import { HOSTILE_YAML } from '../_fuzz/test-hostile-yaml.ts';
import { checkReader, fixturesIn, timed } from '../_fuzz/test-reader.ts';
import { sourcehutReader } from './definition.ts';

/** Time of this thread: other processes on the machine do not count. */
const elapsedMs = (): number => process.threadCpuUsage().user / 1_000;
const runs = Number(process.env['FUZZ_RUNS'] ?? 100);

test('any variation of a manifest is read or said to be unread', () => {
  const texts = fixturesIn(join(import.meta.dirname, 'fixtures'), '.yml');
  checkReader(sourcehutReader, texts, runs, elapsedMs);
});

test('manifests made to cost much are read in time, and what is left out is said', () => {
  const bomb = HOSTILE_YAML['a bomb of aliases'] ?? '';
  const itself = `tasks: &t [{a: *t}, {b: [*t, ${'x,'.repeat(100_000)} y]}]\n`;
  const shared = `a: &a ["${'x'.repeat(MIB)}"]\ntasks: [${'{t: *a},'.repeat(900)}]\n`;
  for (const text of [`${bomb}tasks: [{x: *b25}]\n`, itself, shared]) {
    const { unread } = timed(sourcehutReader, text, text.slice(0, 20), elapsedMs);
    assert.ok(unread.length > 0, text.slice(0, 20));
  }
});
