import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { MIB } from '../../base/limits.ts';
import { HOSTILE_YAML } from '../_fuzz/test-hostile-yaml.ts';
import { checkReader, fixturesIn, timed } from '../_fuzz/test-reader.ts';
import { oktetoReader } from './definition.ts';

/** Time of this thread: other processes on the machine do not count. */
const elapsedMs = (): number => process.threadCpuUsage().user / 1_000;
const runs = Number(process.env['FUZZ_RUNS'] ?? 100);

test('any variation of a manifest or a stack is read or said to be unread', () => {
  const texts = fixturesIn(join(import.meta.dirname, 'fixtures'), '.yml');
  checkReader(oktetoReader, texts, runs, elapsedMs);
});

test('manifests made to cost much are read in time, and what is left out is said', () => {
  const bomb = HOSTILE_YAML['a bomb of aliases'] ?? '';
  const itself = 'deploy: &d [*d, {command: *d}]\ndev: &v {a: *v, b: {services: [*v, *v]}}\n';
  const many = `v: &v {${'a: b, '.repeat(30_000)}}\n`;
  const variables = `${many}dev: {${'a: {environment: *v},'.repeat(20)}}\n`;
  const merges = `${HOSTILE_YAML['merge keys that double'] ?? ''}services: {a: *j59}\n`;
  const commands = `commands: [${'a,'.repeat(30_000)}]`;
  const folder = `deploy: {context: "${'x'.repeat(MIB)}", ${commands}}\n`;
  for (const text of [folder, `${bomb}deploy: *b25\n`, itself, variables, merges]) {
    const { unread } = timed(oktetoReader, text, text.slice(0, 20), elapsedMs);
    assert.ok(unread.length > 0, text.slice(0, 20));
  }
});
