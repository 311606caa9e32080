import { join } from 'node:path';
import { test } from 'node:test';
import { checkReader, fixturesIn } from '../_fuzz/test-reader.ts';
import { githubReader } from './definition.ts';

/** Time of this thread: other processes on the machine do not count. */
const elapsedMs = (): number => process.threadCpuUsage().user / 1_000;
const runs = Number(process.env['FUZZ_RUNS'] ?? 100) * 2;

test('any variation of a workflow or an action is read or said to be unread', () => {
  checkReader(
    githubReader,
    fixturesIn(join(import.meta.dirname, 'fixtures'), '.yml'),
    runs,
    elapsedMs,
  );
});
