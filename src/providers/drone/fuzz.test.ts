import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { HOSTILE_YAML } from '../_fuzz/test-hostile-yaml.ts';
import { checkReader, fixturesIn, timed } from '../_fuzz/test-reader.ts';
import { droneReader } from './definition.ts';

/** Time of this thread: other processes on the machine do not count. */
const elapsedMs = (): number => process.threadCpuUsage().user / 1_000;
const runs = Number(process.env['FUZZ_RUNS'] ?? 100) * 2;

test('any variation of a pipeline is read or said to be unread', () => {
  const texts = fixturesIn(join(import.meta.dirname, 'fixtures'), '.yml');
  checkReader(droneReader, texts, runs, elapsedMs);
});

// What a pipeline of containers costs is tested with Woodpecker's, which is read by the same code.
const HOSTILE: Readonly<Record<string, string>> = {
  'many documents': 'kind: pipeline\nsteps: [{image: a, commands: x}]\n---\n'.repeat(30_000),
  'many servers': `server: {size: [${'x,'.repeat(150_000)} y]}\nsteps: [{commands: x}]\n`,
};

test('files made to cost much are read in time, and what is left out is said', () => {
  for (const [name, text] of Object.entries({ ...HOSTILE_YAML, ...HOSTILE })) {
    const { jobs, unread } = timed(droneReader, text, name, elapsedMs);
    if (name in HOSTILE) assert.ok(unread.length > 0 || jobs.length > 0, name);
  }
});
