import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { definitionCommandsMax, scanFileBytesMax } from '../../base/limits.ts';
import type { JobDefinition } from '../../model/job-definition.ts';
import { checkPlaces, commandsOf } from '../_fuzz/test-definition.ts';
import { procfileReader } from './procfile.ts';

const FIXTURE = readFileSync(join(import.meta.dirname, 'fixtures', 'Procfile'), 'utf8');

function read(text: string): JobDefinition {
  return procfileReader.read('Procfile', text);
}

test('it claims Procfiles', () => {
  for (const path of ['Procfile', 'a/Procfile.dev']) {
    assert.equal(procfileReader.claims(path), true, path);
  }
  for (const path of ['Procfile.md', 'procfile.ts', 'MyProcfile']) {
    assert.equal(procfileReader.claims(path), false, path);
  }
});

test('a job for each process, where it stands', () => {
  const definition = read(FIXTURE);
  assert.deepEqual(definition.unread, []);
  assert.deepEqual(
    definition.jobs.map((job) => [job.name, commandsOf(job)[0]?.[1]]),
    [
      ['web', 'gunicorn app:server --bind 0.0.0.0:$PORT'],
      ['worker', './bin/worker --queue "high priority"'],
      ['release', 'python manage.py migrate'],
      ['clock_1', 'sleep 60 && echo tick'],
    ],
  );
  checkPlaces(definition, FIXTURE, ['gunicorn', './bin/worker', 'migrate', 'echo tick']);
});

test('line breaks of Windows, and what is no process', () => {
  assert.deepEqual(commandsOf(read('a: b c\r\nd: e\r\n').jobs[0]), [['sh', 'b c']]);
  const { jobs, unread } = read('just words\n: x\nweb:\na b: c\nok: yes');
  assert.equal(jobs.length, 1);
  assert.deepEqual(
    unread,
    [1, 2, 3, 4].map((line) => `line ${line} is no process and was not read`),
  );
});

test('size and number are bounded', () => {
  assert.match(read('a: b\n'.repeat(definitionCommandsMax + 1)).unread.join(), /20000 processes/);
  assert.match(read('#'.repeat(scanFileBytesMax + 1)).unread.join(), /too large/);
});
