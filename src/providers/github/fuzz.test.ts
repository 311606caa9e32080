import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { HOSTILE_YAML } from '../_fuzz/test-hostile-yaml.ts';
import { checkReader, fixturesIn, timed } from '../_fuzz/test-reader.ts';
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

test('files made to cost much are read in time, and what is left out is said', () => {
  for (const [name, text] of Object.entries(HOSTILE_YAML)) {
    const { jobs, unread } = timed(githubReader, text, name, elapsedMs);
    const isWorkflow = text.includes('jobs:\n ') || text.includes('jobs: {');
    if (isWorkflow) assert.ok(unread.length > 0 || jobs.length > 0, name);
  }
});

test('variables from one large text, used many times, cost no more than it', () => {
  const json = `{${Array.from({ length: 50_000 }, (_, i) => `"v${i}":"x"`).join(',')}}`;
  const literal = `\${{ fromJSON('${json}') }}`;
  const steps = '{run: x, env: *e},'.repeat(900);
  const aliased = `env: &e ${literal}\njobs: {a: {steps: [${steps}]}}\n`;
  const named = `{run: x, env: "\${{ fromJSON(env.J) }}"},`.repeat(20_000);
  const job = `jobs: {a: {env: {J: '${json}'}, steps: [${named}]}}\n`;
  for (const text of [aliased, job]) {
    const { jobs, unread } = timed(githubReader, text, text.slice(0, 40), elapsedMs);
    assert.ok(jobs.length === 1 && unread.length > 0, unread.join());
  }
});
