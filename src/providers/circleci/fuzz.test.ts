import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { HOSTILE_YAML } from '../_fuzz/test-hostile-yaml.ts';
import { checkReader, fixturesIn, timed } from '../_fuzz/test-reader.ts';
import { circleciReader } from './definition.ts';

/** Time of this thread: other processes on the machine do not count. */
const elapsedMs = (): number => process.threadCpuUsage().user / 1_000;
const runs = Number(process.env['FUZZ_RUNS'] ?? 100) * 2;

test('any variation of a configuration is read or said to be unread', () => {
  const texts = fixturesIn(join(import.meta.dirname, 'fixtures'), '.yml');
  checkReader(circleciReader, texts, runs, elapsedMs);
});

function numbered(count: number, make: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => make(i)).join('\n');
}

const USES = 'workflows: {w: {jobs: [j]}}\n';

const HOSTILE: Readonly<Record<string, string>> = {
  'commands that multiply':
    `commands:\n${numbered(40, (i) => ` c${i}: {steps: [c${i + 1}, c${i + 1}, c${i + 1}]}`)}\n` +
    ` c40: {steps: [{run: x}]}\njobs: {j: {steps: [c0]}}\n${USES}`,
  'a command that calls itself': `commands: {c: {steps: [c, {run: x}]}}\njobs: {j: {steps: [c]}}\n${USES}`,
  'parameters that multiply':
    `commands:\n${numbered(
      40,
      (i) =>
        ` c${i}: {parameters: {x: {type: string}}, steps: [{c${i + 1}: ` +
        '{x: "<<parameters.x>><<parameters.x>><<parameters.x>>"}}]}',
    )}\n c40: {steps: [{run: "<<parameters.x>>"}]}\n` +
    `jobs: {j: {steps: [{c0: {x: abcdefgh}}]}}\n${USES}`,
  'one text with many references': `jobs: {j: {steps: [{run: "${'<<a.b>>'.repeat(400_000)}"}]}}\n`,
  'a large value in many places':
    `parameters: {x: {default: ${'x'.repeat(1_000_000)}}}\n` +
    `jobs: {j: {steps: [${'{run: <<pipeline.parameters.x>>},'.repeat(9_000)}]}}\n`,
  'many uses of a large job':
    `jobs: {j: {steps: [${'{run: make},'.repeat(9_000)}]}}\n` +
    `workflows: {w: {jobs: [${'{j: {a: b}},'.repeat(9_000)}]}}\n`,
  'many uses of a job that many parameters reach':
    `parameters: {${numbered(9_000, (i) => `p${i}: {default: x},`)}}\n` +
    'jobs: {j: {steps: [{run: make}]}}\n' +
    `workflows: {w: {jobs: [${'{j: {a: b}},'.repeat(9_000)}]}}\n`,
  'a wide matrix':
    `jobs: {j: {steps: [{run: "make << parameters.a >>"}]}}\nworkflows: {w: {jobs: [{j: {matrix: ` +
    `{parameters: {a: [${'1,'.repeat(90_000)}2], b: [${'1,'.repeat(90_000)}2]}}}}]}}\n`,
  'an orb that holds itself':
    `orbs: &o\n  a:\n    orbs: *o\n    commands: {c: {steps: [{run: x}]}}\n` +
    `jobs: {j: {steps: [${'a/'.repeat(1_000_000)}c]}}\n`,
  'a group that holds itself':
    'job-groups: {g: {jobs: [g, g, g, g, g]}}\nworkflows: {w: {jobs: [g]}}\njobs: {j: {steps: []}}\n',
};

test('files made to cost much are read in time, and what is left out is said', () => {
  for (const [name, text] of Object.entries({ ...HOSTILE_YAML, ...HOSTILE })) {
    const { jobs, unread } = timed(circleciReader, text, name, elapsedMs);
    if (name in HOSTILE) assert.ok(unread.length > 0 || jobs.length > 0, name);
  }
});
