/** The readers of formats that belong to no provider, on hostile variations of their fixtures. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { scanFileBytesMax } from '../../base/limits.ts';
import type { DialectReader } from '../../model/job-definition.ts';
import { HOSTILE_YAML } from '../_fuzz/test-hostile-yaml.ts';
import { checkReader, fixturesIn, timed } from '../_fuzz/test-reader.ts';
import { appveyorReader } from './appveyor.ts';
import { azurePipelinesReader } from './azure-pipelines.ts';
import { bitbucketPipelinesReader } from './bitbucket-pipelines.ts';
import { cirrusReader } from './cirrus.ts';
import { devcontainerReader } from './devcontainer.ts';
import { gitpodReader } from './gitpod.ts';
import { jenkinsfileReader } from './jenkinsfile.ts';
import { makefileReader } from './makefile.ts';
import { notebookReader } from './notebook.ts';
import { packageJsonReader } from './package-json.ts';
import { procfileReader } from './procfile.ts';
import { semaphoreReader } from './semaphore.ts';

/** Time of this thread: other processes on the machine do not count. */
const elapsedMs = (): number => process.threadCpuUsage().user / 1_000;
const runs = Number(process.env['FUZZ_RUNS'] ?? 100);
const FIXTURES = join(import.meta.dirname, 'fixtures');

const FIXTURE_NAMES: readonly (readonly [DialectReader, string])[] = [
  [appveyorReader, 'appveyor.yml'],
  [azurePipelinesReader, 'azure-pipelines.yml'],
  [bitbucketPipelinesReader, 'bitbucket-pipelines.yml'],
  [cirrusReader, 'cirrus.yml'],
  [devcontainerReader, 'devcontainer.json'],
  [gitpodReader, 'gitpod.yml'],
  [jenkinsfileReader, 'Jenkinsfile'],
  [makefileReader, 'Makefile'],
  [notebookReader, 'example.ipynb'],
  [packageJsonReader, 'package.json'],
  [procfileReader, 'Procfile'],
  [semaphoreReader, 'semaphore.yml'],
];

for (const [reader, name] of FIXTURE_NAMES) {
  test(`any variation of ${name} is read or said to be unread`, () => {
    checkReader(reader, fixturesIn(FIXTURES, name), runs, elapsedMs);
  });
}

const YAML_READERS: readonly DialectReader[] = [
  ...[appveyorReader, azurePipelinesReader, bitbucketPipelinesReader, cirrusReader],
  ...[gitpodReader, semaphoreReader],
];

test('YAML made to cost much is read in time', () => {
  for (const reader of YAML_READERS) {
    for (const [name, text] of Object.entries(HOSTILE_YAML)) {
      const { unread } = timed(reader, text, `${reader.dialect}: ${name}`, elapsedMs);
      assert.ok(unread.length <= 51);
    }
  }
});

/** A file of one part again and again: a quarter of what one may have, for the time of the test. */
function filled(head: string, part: string, tail = ''): string {
  const length = scanFileBytesMax / 4 - head.length - tail.length;
  return head + part.repeat(Math.floor(length / part.length)) + tail;
}

test('Makefiles made to cost much are read in time', () => {
  const files = [
    ...[filled('', '\n'), filled('', '#\n'), filled('', 'A=\n'), filled('A = x\n', 'A += x\n')],
    ...[filled('', 'a: b\n'), filled('', '$('), filled('X = ', '$(X'), filled('', '$(a)')],
    ...[filled('a:\n', '\tb\n'), filled('a:\n\t', 'b \\\n'), filled('A = ', 'b \\\n')],
    ...[
      filled('', 'ifeq (a,b)\n'),
      filled('', 'define X\n'),
      filled('X = ', 'a:b=c '),
      filled('', ':'),
    ],
    ...[filled('A := x\n', 'A := $(A) x\n'), filled('', 'include a\n'), filled('a: ', 'b ')],
    ...[filled('', 'a ', ':\n\tx\n'), filled('export\n', 'A=b\na:;\n')],
    ...[filled('X = a b c\n', '$(foreach i,$(X),$(eval a$(i): b))\n')],
    ...[
      filled(
        'X = ',
        'w ',
        '\nt:;$(filter %a %b,$(X)) $(X:a=b) $(sort $(X)) $(foreach i,$(X),$(X))',
      ),
    ],
  ];
  for (const file of files) timed(makefileReader, file, file.slice(0, 40), elapsedMs);
});

test('Jenkinsfiles made to cost much are read in time', () => {
  const quote = '"'.repeat(3);
  const files = [
    ...[filled('', '\n'), filled('', "sh 'a'\n"), filled('', 'sh '), filled('', "sh 'a', ")],
    ...[filled('sh "', '${'), filled('', '"${" '), filled('', 'sh('), filled('sh([', "'a',")],
    ...[filled('', '= /'), filled('', '=$/'), filled('', quote), filled("sh '", '\\n', "'")],
    ...[
      filled('', '{'),
      filled('', 'parallel {'),
      filled('', 'x = x + x\n'),
      filled("x = 'a", 'a'),
    ],
    ...[filled('', "values 'a','b'\n"), filled('', '].execute()\n'), filled('', '//\n')],
    ...[filled(`yaml ${quote}`, 'image: a\n', quote), filled(`cron(${quote}`, 'a\n', quote)],
    ...[filled('', '(('), filled('', 'a'), filled('', 'image {'), filled('', 'axis {')],
  ];
  for (const file of files) timed(jenkinsfileReader, file, file.slice(0, 40), elapsedMs);
});

test('notebooks made to cost much are read in time', () => {
  const cells = (part: string): string =>
    filled('{"cells":[{"cell_type":"code","source":"', part, '"}]}');
  const parts = [
    '\\n',
    'a\\n',
    '!a\\n',
    '!a \\\\\\n',
    '{a}',
    '!{a}',
    '%%time\\n',
    'x=\\"y\\"\\n',
    'get_ipython().system(\\"a',
  ];
  for (const part of parts) timed(notebookReader, cells(part), part, elapsedMs);
  const many = filled('{"cells":[', '{"cell_type":"code","source":["!a"]},', '{}]}');
  timed(notebookReader, many, 'many cells', elapsedMs);
});
