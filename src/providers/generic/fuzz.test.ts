import { join } from 'node:path';
import { test } from 'node:test';
import { scanFileBytesMax } from '../../base/limits.ts';
import { checkReader, fixturesIn, timed } from '../_fuzz/test-reader.ts';
import { dockerfileReader } from './dockerfile.ts';
import { shellReader } from './shell.ts';

/** Time of this thread: other processes on the machine do not count. */
const elapsedMs = (): number => process.threadCpuUsage().user / 1_000;
const runs = Number(process.env['FUZZ_RUNS'] ?? 100) * 2;
const FIXTURES = join(import.meta.dirname, 'fixtures');

test('any variation of a Dockerfile is read or said to be unread', () => {
  checkReader(dockerfileReader, fixturesIn(FIXTURES, 'Dockerfile'), runs, elapsedMs);
});

test('any variation of a script is read', () => {
  checkReader(shellReader, fixturesIn(FIXTURES, '.sh'), runs, elapsedMs);
});

test('the largest files of the worst kinds are read in time', () => {
  const filled = (head: string, part: string, tail = ''): string =>
    head +
    part.repeat(Math.floor((scanFileBytesMax - head.length - tail.length) / part.length)) +
    tail;
  const files = [
    ...[filled('', '\n'), filled('', '#\n'), filled('', 'RUN a\n'), filled('', 'RUN <<A\n')],
    ...[filled('RUN ', 'a \\\n'), filled('COPY ', 'a \\\n'), filled('ADD ', 'a:// ')],
    ...[filled('ENV ', 'a="b\\" \\\n'), filled('CMD ["', '\\"', '"]'), filled('CMD ["', "'", '"]')],
    ...[
      filled('CMD [', '"a",', '"b"]'),
      filled('RUN ', '--mount=from=a,b '),
      filled('RUN ', '<<A '),
    ],
  ];
  for (const file of files) timed(dockerfileReader, file, file.slice(0, 20), elapsedMs);
  for (const file of [filled('', '\n'), filled('', 'a\n')])
    timed(shellReader, file, 'a script', elapsedMs);
});
