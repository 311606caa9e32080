import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { DialectReader } from '../../model/job-definition.ts';
import { HOSTILE_YAML } from '../_fuzz/test-hostile-yaml.ts';
import { checkReader, fixturesIn, timed } from '../_fuzz/test-reader.ts';
import { codeshipReader } from './definition.ts';

/** Time of this thread: other processes on the machine do not count. */
const elapsedMs = (): number => process.threadCpuUsage().user / 1_000;
const runs = Number(process.env['FUZZ_RUNS'] ?? 100);
const FIXTURES = join(import.meta.dirname, 'fixtures');

/** The reader under the name of a file, which tells it what to expect. */
function named(name: string): DialectReader {
  return { ...codeshipReader, read: (_, text) => codeshipReader.read(name, text) };
}

test('any variation of services and of steps is read or said to be unread', () => {
  for (const [ending, name] of [
    ['services.yml', 'codeship-services.yml'],
    ['steps.yml', 'codeship-steps.yml'],
    ['steps.json', 'codeship-steps.json'],
  ] as const) {
    checkReader(named(name), fixturesIn(FIXTURES, ending), runs, elapsedMs);
  }
});

test('files made to cost much are read in time, and what is left out is said', () => {
  const bomb = HOSTILE_YAML['a bomb of aliases'] ?? '';
  const merges = HOSTILE_YAML['merge keys that double'] ?? '';
  const itself = '- &s {command: a, type: parallel, services: [b, c], steps: [*s, *s]}\n';
  const wide = `- {type: parallel, steps: [${'{command: a},'.repeat(60_000)}]}\n`;
  const environment = `a: &a {${'b: c, '.repeat(30_000)}}\n${'s: {environment: *a}\n'.repeat(20)}`;
  for (const text of [itself, wide, `steps: [{command: *b25}]\n${bomb}`]) {
    const { unread } = timed(named('codeship-steps.yml'), text, text.slice(0, 20), elapsedMs);
    assert.ok(unread.length > 0, text.slice(0, 20));
  }
  for (const text of [bomb, merges, environment]) {
    const { unread } = timed(named('codeship-services.yml'), text, text.slice(0, 20), elapsedMs);
    assert.ok(unread.length > 0, text.slice(0, 20));
  }
});
