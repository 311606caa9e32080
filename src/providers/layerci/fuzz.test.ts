import { join } from 'node:path';
import { test } from 'node:test';
import { scanFileBytesMax } from '../../base/limits.ts';
import { checkReader, fixturesIn, timed } from '../_fuzz/test-reader.ts';
import { layerciReader } from './definition.ts';

/** Time of this thread: other processes on the machine do not count. */
const elapsedMs = (): number => process.threadCpuUsage().user / 1_000;
const runs = Number(process.env['FUZZ_RUNS'] ?? 100) * 2;

test('any variation of a Layerfile is read or said to be unread', () => {
  const texts = fixturesIn(join(import.meta.dirname, 'fixtures'), 'Layerfile');
  checkReader(layerciReader, texts, runs, elapsedMs);
});

test('the largest files of the worst kinds are read in time', () => {
  const filled = (part: string): string => part.repeat(Math.floor(scanFileBytesMax / part.length));
  const parts = [
    'RUN a\n',
    'RUN a \\\n',
    'ENV a=b c d \\\n',
    'SPLIT 9\n',
    'SETUP FILE a \\\n',
    'x\n',
  ];
  for (const part of parts) timed(layerciReader, filled(part), part, elapsedMs);
});
