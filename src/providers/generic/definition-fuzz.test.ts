/** The readers of formats that belong to no provider, on hostile variations of their fixtures. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { DialectReader } from '../../model/job-definition.ts';
import { HOSTILE_YAML } from '../_fuzz/test-hostile-yaml.ts';
import { checkReader, fixturesIn, timed } from '../_fuzz/test-reader.ts';
import { azurePipelinesReader } from './azure-pipelines.ts';
import { bitbucketPipelinesReader } from './bitbucket-pipelines.ts';
import { devcontainerReader } from './devcontainer.ts';
import { packageJsonReader } from './package-json.ts';

/** Time of this thread: other processes on the machine do not count. */
const elapsedMs = (): number => process.threadCpuUsage().user / 1_000;
const runs = Number(process.env['FUZZ_RUNS'] ?? 100);
const FIXTURES = join(import.meta.dirname, 'fixtures');

const FIXTURE_NAMES: readonly (readonly [DialectReader, string])[] = [
  [azurePipelinesReader, 'azure-pipelines.yml'],
  [bitbucketPipelinesReader, 'bitbucket-pipelines.yml'],
  [devcontainerReader, 'devcontainer.json'],
  [packageJsonReader, 'package.json'],
];

for (const [reader, name] of FIXTURE_NAMES) {
  test(`any variation of ${name} is read or said to be unread`, () => {
    checkReader(reader, fixturesIn(FIXTURES, name), runs, elapsedMs);
  });
}

const YAML_READERS: readonly DialectReader[] = [azurePipelinesReader, bitbucketPipelinesReader];

test('YAML made to cost much is read in time', () => {
  for (const reader of YAML_READERS) {
    for (const [name, text] of Object.entries(HOSTILE_YAML)) {
      const { unread } = timed(reader, text, `${reader.dialect}: ${name}`, elapsedMs);
      assert.ok(unread.length <= 51);
    }
  }
});
