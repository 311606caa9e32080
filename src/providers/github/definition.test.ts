import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { definitionCommandsMax, yamlVisitsMax } from '../../base/limits.ts';
import type { Job, JobDefinition } from '../../model/job-definition.ts';
import { placeOf, type SourceText } from '../../model/source-text.ts';
import { githubReader } from './definition.ts';

const PATH = '.github/workflows/ci.yml';

function fixture(name: string): string {
  return readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8');
}

function read(text: string): JobDefinition {
  return githubReader.read(PATH, text);
}

/** The only job of a workflow with these steps. */
function jobOf(steps: string, extra = ''): Job {
  const { jobs, unread } = read(`jobs:\n  one:\n    runs-on: x\n${extra}    steps:\n${steps}`);
  assert.deepEqual(unread, []);
  assert.ok(jobs[0]);
  return jobs[0];
}

function commandsOf(job: Job | undefined): readonly (readonly [string, string])[] {
  return (job?.commands ?? []).map(({ shell, source }) => [shell, source.text] as const);
}

function texts(sources: readonly SourceText[] | undefined): readonly string[] {
  return (sources ?? []).map(({ text }) => text);
}

function variablesOf(job: Job | undefined): readonly string[] {
  return (job?.environment ?? []).map(({ name, value }) => `${name}=${value.text}`);
}

const release = read(fixture('release.yml'));
const [build, publish, reuse, desktop] = release.jobs;

test('it claims workflows and actions, and nothing that GitHub does not read', () => {
  const claimed = [PATH, 'a/b/.github/workflows/x.yaml', 'action.yml', 'tools/setup/action.yaml'];
  for (const path of claimed) assert.equal(githubReader.claims(path), true, path);
  const others = [
    ...['.github/workflows/deep/x.yml', '.github/workflows/x.json', '.github/dependabot.yml'],
    ...['x.github/workflows/ci.yml', 'my-action.yml', '.gitea/workflows/ci.yml', 'action.yml.md'],
  ];
  for (const path of others) assert.equal(githubReader.claims(path), false, path);
});

test('all jobs of a workflow are read whole', () => {
  assert.deepEqual(release.unread, []);
  assert.deepEqual(
    release.jobs.map(({ name }) => name),
    ['build', 'publish', 'reuse', 'desktop'],
  );
  assert.deepEqual(build?.schedules, ['17 4 * * 1', '0 12 * * *']);
  assert.equal(build?.timeoutSeconds, 1_800);
  assert.equal(reuse?.timeoutSeconds, null);
});

test('commands in their order, those inside of `parallel` included', () => {
  assert.deepEqual(commandsOf(build), [
    ['sh', 'npm ci\nif [ "$CI" = true ]; then\n  npm run lint\nfi\n'],
    ['sh', 'MODE=\'unit\'\nnpm test -- --mode "$MODE"'],
    ['sh', 'MODE=\'e2e\'\nnpm test -- --mode "$MODE"'],
    ['sh', 'npm run docs --silent'],
    ['sh', 'echo deepest'],
    ['sh', '/bin/lint --all src'],
  ]);
});

test('a command knows its place in the file', () => {
  const lines = fixture('release.yml').split('\n');
  const source = build?.commands[0]?.source;
  assert.ok(source);
  const at = source.text.indexOf('npm run lint');
  const place = placeOf(source, at, at + 'npm run lint'.length);
  assert.equal(place.path, PATH);
  assert.equal(lines[place.line - 1]?.slice(place.column - 1, place.endColumn - 1), 'npm run lint');
});

test('shells: of the step, of the defaults, of the machine, and one that is a command', () => {
  assert.deepEqual(commandsOf(publish), [
    ['python', 'print("hi")'],
    ['powershell', 'Write-Output hi'],
    ['sh', "perl -e 'print 1' {0}"],
    ['sh', 'ignored'],
  ]);
  const windows = '    steps:\n      - run: x\n';
  const job = read(`jobs:\n  a:\n    runs-on: [self-hosted, Windows]\n${windows}`).jobs[0];
  assert.equal(job?.commands[0]?.shell, 'powershell');
  assert.equal(desktop?.commands[0]?.shell, 'sh', 'the workflow says bash for all');
});

test('variables of the workflow, the job, the step, inputs and the matrix', () => {
  const variables = variablesOf(build);
  for (const expected of [
    'CI=true',
    "GREETING=it's me",
    'inputs.channel=beta # not a comment',
    'NODE_OPTIONS=--max-old-space-size=4096 --enable-source-maps',
    'matrix.os=windows-latest',
    'matrix.coverage=true',
    'with.fetch-depth=0',
    'MODE=unit',
    'MODE=e2e',
    'with.args=--all src',
  ]) {
    assert.ok(variables.includes(expected), expected);
  }
  assert.ok(variablesOf(publish).includes('container.options=--cpus 2'));
  assert.ok(variablesOf(publish).includes('POSTGRES_PASSWORD=test'));
  assert.ok(variablesOf(reuse).includes('with.target=all'));
});

test('images, code from elsewhere and machines', () => {
  assert.deepEqual(texts(build?.images), ['example.org/lint:2']);
  assert.deepEqual(texts(publish?.images), ['node:24', 'postgres:17']);
  assert.deepEqual(texts(build?.remoteCode), ['actions/checkout@v5']);
  assert.deepEqual(texts(reuse?.remoteCode), ['example/workflows/.github/workflows/ci.yml@main']);
  assert.deepEqual(publish?.machine, ['large', 'self-hosted', 'linux']);
});

test('copies that a matrix starts', () => {
  const fanOut = (matrix: string): number | undefined =>
    read(`jobs: {a: {strategy: {matrix: ${matrix}}, steps: []}}`).jobs[0]?.fanOut;
  assert.equal(build?.fanOut, 7, '3 × 2, one entry that fits and one that does not');
  assert.equal(fanOut('{a: [1, 2, 3], b: [1, 2]}'), 6);
  assert.equal(fanOut('{include: [{a: 1}, {a: 2}]}'), 2);
  assert.equal(fanOut('{a: [1, 2], include: [{b: 3}]}'), 2, 'an entry without a listed key');
  assert.equal(fanOut('{a: [1, 2], include: [{a: 3}, {a: 1, b: 2}]}'), 3);
  assert.equal(fanOut(`"\${{ fromJSON(needs.x.outputs.y) }}"`), 1);
  assert.equal(fanOut(`{a: "\${{ fromJSON(x) }}", b: [1, 2]}`), 2);
  assert.equal(fanOut('{a: []}'), 1);
  const list = `[${'1,'.repeat(1_000)}1]`;
  assert.equal(fanOut(`{a: ${list}, b: ${list}, c: ${list}}`), 1_000_000, 'the limit');
});

test('a composite action and one of a container', () => {
  const [composite] = read(fixture('action.yml')).jobs;
  assert.deepEqual(commandsOf(composite), [['sh', `./install.sh "\${{ inputs.version }}"`]]);
  assert.deepEqual(texts(composite?.remoteCode), ['actions/cache@v4']);
  assert.ok(variablesOf(composite).includes('inputs.version=1.2.3'));
  const [container] = read(fixture('container-action.yml')).jobs;
  assert.deepEqual(texts(container?.images), ['example.org/tool:1']);
  assert.deepEqual(commandsOf(container), [
    ['sh', `/tool --input '\${{ inputs.file }}' 'two words'`],
  ]);
  assert.ok(variablesOf(container).includes('LEVEL=high'));
});

test('arguments without an entry point stand behind the image', () => {
  const job = jobOf('      - uses: docker://a/b\n        with: {args: -o x}\n');
  assert.deepEqual(commandsOf(job), [['sh', 'a/b -o x']]);
});

test('a step runs in its folder, else in that of the defaults; an expression is not known', () => {
  const steps =
    '      - run: make\n' +
    '      - {run: make, working-directory: "a b"}\n' +
    `      - {run: make, working-directory: "\${{ matrix.x }}"}\n` +
    '      - {run: import os, shell: python}\n';
  const job = jobOf(steps, '    defaults: {run: {working-directory: sub}}\n');
  assert.deepEqual(commandsOf(job), [
    ['sh', 'cd sub\nmake'],
    ['sh', "cd 'a b'\nmake"],
    ['sh', 'make'],
    ['python', 'import os'],
  ]);
  const source = job.commands[1]?.source;
  assert.ok(source);
  const [folder, make] = ["'a b'", 'make'].map((word) => {
    const at = source.text.indexOf(word);
    const { line, column } = placeOf(source, at + 1, at + word.length);
    return [line, column];
  });
  assert.deepEqual(
    [folder, make],
    [
      [7, 41],
      [7, 16],
    ],
  );
});

test('files of the tree that a definition runs', () => {
  const job = jobOf('      - uses: ./tools/setup\n      - uses: a/b@v1\n');
  assert.deepEqual(texts(job.filesRun), ['./tools/setup']);
  assert.deepEqual(texts(job.remoteCode), ['a/b@v1']);
  const runs = (text: string): readonly string[] =>
    texts(read(`runs: ${text}\n`).jobs[0]?.filesRun);
  assert.deepEqual(runs('{using: node24, pre: a.js, main: dist/index.js, post: c.js}'), [
    ...['a.js', 'dist/index.js', 'c.js'],
  ]);
  assert.deepEqual(runs('{using: docker, image: tools/Dockerfile}'), ['tools/Dockerfile']);
  const workflow = read('jobs: {a: {uses: ./.github/workflows/b.yml}}').jobs[0];
  assert.deepEqual(texts(workflow?.filesRun), ['./.github/workflows/b.yml']);
});

test('aliases, merge keys and both values of a key that stands twice', () => {
  const shared = 'x: &s\n  run: echo shared\n';
  const steps = '      - *s\n      - <<: *s\n        env: {A: 1}\n      - {run: one, run: two}\n';
  const { jobs, unread } = read(`${shared}jobs:\n  a:\n    steps:\n${steps}`);
  assert.deepEqual(texts(jobs[0]?.commands.map(({ source }) => source)), [
    ...['echo shared', 'echo shared', 'one', 'two'],
  ]);
  assert.deepEqual(unread, [
    'the key `run` stands twice (line 9 and before): ' +
      'readers disagree on which one counts; both were read',
  ]);
});

test('what is no job, no step or no command is said to be unread', () => {
  const { jobs, unread } = read('jobs:\n  a: 5\n  b:\n    steps: [x, {run: {a: b}}]\n');
  assert.deepEqual(
    jobs.map(({ name }) => name),
    ['b'],
  );
  assert.deepEqual(unread, [
    'line 2: text where a job should stand was not read',
    'line 4: text where a step should stand was not read',
    'line 4: a map where a command should stand was not read',
  ]);
  assert.deepEqual(read('jobs: [a]').unread, [
    'line 1: a sequence where the map of jobs should stand was not read',
  ]);
});

test('a file that is no map is unread, an empty one holds nothing', () => {
  assert.deepEqual(read('- a\n').unread, [
    'line 1: a sequence where a definition should stand was not read',
  ]);
  for (const text of ['', '\n', '# only a comment\n', '---\n']) {
    assert.deepEqual([read(text).jobs, read(text).unread], [[], []]);
  }
});

test('a file that is no YAML is unread, with the place', () => {
  const { jobs, unread } = read('jobs:\n  a: [\n');
  assert.deepEqual(jobs, []);
  assert.match(unread[0] ?? '', /^not-yaml at 3:1: /);
  assert.match(read('['.repeat(1_000)).unread[0] ?? '', /^gave up: too-deep at 1:/);
});

test('steps that hold themselves, and a bomb of aliases, end at the limit', () => {
  const { unread } = read('jobs:\n  a:\n    steps: &s\n      - {run: x, parallel: *s}\n');
  assert.match(unread.join(), /steps nest deeper than 64/);
  const bomb = Array.from(
    { length: 25 },
    (_, i) =>
      `a${i}: &a${i} [${
        i === 0
          ? 'x'
          : Array(9)
              .fill(`*a${i - 1}`)
              .join(', ')
      }]`,
  );
  const exploded = read(`${bomb.join('\n')}\njobs:\n  a:\n    steps: [{run: *a24}]\n`);
  assert.deepEqual(exploded.unread, [
    `gave up: more than ${yamlVisitsMax} nodes to visit; the rest was not read`,
    `gave up: there are more than ${definitionCommandsMax} commands; the rest was not read`,
  ]);
  assert.equal(exploded.jobs[0]?.commands.length, definitionCommandsMax);
});

test('a workflow that a template makes is read without its expressions', () => {
  const text =
    'jobs:\n{% if tests %}\n  a:\n    runs-on: {{ runner }}\n' +
    '    steps:\n      - run: make <%= target %>\n{% endif %}\n';
  const { jobs, unread, broken } = read(text);
  assert.deepEqual(unread, ['it is a template: what its {% … %} make was not read']);
  assert.equal(broken, false);
  assert.deepEqual(jobs[0]?.machine, ['___runner___']);
  const source = jobs[0]?.commands[0]?.source ?? assert.fail();
  assert.equal(source.text, 'make ____target___');
  assert.equal(placeOf(source, 5, 9).line, 6);
  const open = read('jobs: {% if\n');
  assert.deepEqual([open.jobs, open.broken], [[], true]);
});

test('maps in a matrix, and variables that an expression takes from it or from JSON', () => {
  const { jobs, unread } = read(
    `env: \${{ fromJSON('{"A":"it","B":{"C":1}}') }}\n` +
      `jobs:\n  a:\n    env: \${{ matrix.run.env }}\n` +
      '    strategy: {matrix: {run: [{env: {MODE: fast}}, {env: {MODE: slow}}]}}\n' +
      `    steps: [{run: x, env: "\${{ needs.a.outputs.env }}"}]\n` +
      `  b: {env: {J: '{"D": "e"}'}, steps: [{run: x, env: "\${{ fromJSON(env.J) }}"}]}\n`,
  );
  assert.deepEqual(unread, []);
  assert.deepEqual(variablesOf(jobs[0]), [
    ...['A=it', 'B.C=1', 'matrix.run.env.MODE=fast', 'matrix.run.env.MODE=slow'],
    ...['MODE=fast', 'MODE=slow'],
  ]);
  assert.ok(variablesOf(jobs[1]).includes('D=e'));
  assert.equal(jobs[0]?.fanOut, 2);
  const [, line, column] = jobs[0]?.environment[0]?.value.segments ?? [];
  assert.deepEqual([line, column], [1, 26]);
});
