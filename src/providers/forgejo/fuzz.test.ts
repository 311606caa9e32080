import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { MIB } from '../../base/limits.ts';
import { HOSTILE_YAML } from '../_fuzz/test-hostile-yaml.ts';
import { checkReader, fixturesIn, timed } from '../_fuzz/test-reader.ts';
import { forgejoReader } from './definition.ts';

/** Time of this thread: other processes on the machine do not count. */
const elapsedMs = (): number => process.threadCpuUsage().user / 1_000;
const runs = Number(process.env['FUZZ_RUNS'] ?? 100);

test('any variation of a workflow is read or said to be unread', () => {
  const texts = fixturesIn(join(import.meta.dirname, 'fixtures'), '.yml');
  checkReader(forgejoReader, texts, runs, elapsedMs);
});

test('a bomb of aliases is read in time, and what is left out is said', () => {
  for (const name of ['a bomb of aliases', 'sequences and steps that hold themselves']) {
    const { unread } = timed(forgejoReader, HOSTILE_YAML[name] ?? '', name, elapsedMs);
    assert.ok(unread.length > 0, name);
  }
});

test('workflows made to cost much are read in time, and what is left out is said', () => {
  const folder = `defaults: {run: {working-directory: "${'x'.repeat(MIB)}"}}`;
  const many = `jobs: {a: {${folder}, steps: [${'{run: a},'.repeat(30_000)}]}}\n`;
  const matrix = `strategy: {matrix: {i: [${'a,'.repeat(20_000)}]}}`;
  const images = `services: {${`s: "\${{ matrix.i }}",`.repeat(900)}}`;
  for (const text of [many, `jobs: {a: {${matrix}, ${images}, steps: []}}\n`]) {
    const { unread } = timed(forgejoReader, text, text.slice(0, 40), elapsedMs);
    assert.ok(unread.length > 0, text.slice(0, 40));
  }
});
