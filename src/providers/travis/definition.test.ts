import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { definitionCommandsMax, matrixRowsMax, yamlVisitsMax } from '../../base/limits.ts';
import type { Job, JobDefinition } from '../../model/job-definition.ts';
import { placeOf, type SourceText } from '../../model/source-text.ts';
import { travisReader } from './definition.ts';

const PATH = '.travis.yml';

function fixture(name: string): string {
  return readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8');
}

function read(text: string): JobDefinition {
  return travisReader.read(PATH, text);
}

/** The commands of the first job. */
function commandsOf(text: string): readonly string[] {
  return texts(read(text).jobs[0]?.commands.map(({ source }) => source));
}

function texts(sources: readonly SourceText[] | undefined): readonly string[] {
  return (sources ?? []).map(({ text }) => text);
}

function variablesOf(job: Job | undefined): readonly string[] {
  return (job?.environment ?? []).map(({ name, value }) => `${name}=${value.text}`);
}

function sourceWith(job: Job | undefined, words: string): SourceText {
  const source = job?.commands.map((command) => command.source).find((s) => s.text.includes(words));
  assert.ok(source, words);
  return source;
}

/** `line:column` of some words of a job's commands. */
function placeIn(job: Job | undefined, words: string): string {
  const source = sourceWith(job, words);
  const at = source.text.indexOf(words);
  const { line, column } = placeOf(source, at, at + words.length);
  return `${line}:${column}`;
}

const FIXTURE = fixture('matrix.travis.yml');
const matrix = read(FIXTURE);
const [imports, whole, lint, docs] = matrix.jobs;

test('it claims the one file that Travis reads', () => {
  for (const path of [PATH, 'a/b/.travis.yml']) assert.equal(travisReader.claims(path), true, path);
  for (const path of ['travis.yml', '.travis.yaml', 'x.travis.yml', '.travis.yml.bak']) {
    assert.equal(travisReader.claims(path), false, path);
  }
});

test('a job for imports, one for the file, one for each entry of `include`', () => {
  assert.deepEqual(matrix.unread, []);
  assert.deepEqual(
    matrix.jobs.map(({ name }) => name),
    ['', '', 'lint all', 'docs'],
  );
  assert.deepEqual(texts(imports?.remoteCode), ['example/shared:python.yml@v2']);
  assert.deepEqual(texts(imports?.filesRun), ['./ci/extra.yml']);
});

test('phases in the order in which they run, as one command', () => {
  const [unit = '', e2e = ''] = texts(whole?.commands.map(({ source }) => source));
  assert.equal(e2e.replace("TARGET='e2e'", "TARGET='unit'"), unit);
  assert.deepEqual(unit.split('\n'), [
    "TARGET='unit'",
    ...['STAMP=$(date +%s)', './bootstrap', 'make -j2', 'pip install -U pip'],
    ...['pip install -r requirements.txt', 'if [ "$TARGET" = e2e ]; then', '  ./ci/browser.sh'],
    ...['fi', '', 'MODE=fast', 'tox -e "$TARGET" -- "$MODE"', 'echo "it\'s \\ folded"'],
    ...['python -m build --wheel', 'coveralls', 'echo before', 'bash ci/deploy.sh', 'echo bye'],
  ]);
});

test('every command stands at its line and column, whatever its style', () => {
  const lines = FIXTURE.split('\n');
  for (const words of [
    ...['STAMP=$(date', './bootstrap', 'pip install -U', '  ./ci/browser.sh', 'MODE=fast'],
    ...['folded"', '--wheel', 'coveralls', 'echo before', 'bash ci/deploy.sh', 'echo bye'],
  ]) {
    const [line = 0, column = 0] = placeIn(whole, words).split(':').map(Number);
    assert.equal(lines[line - 1]?.slice(column - 1, column - 1 + words.length), words);
  }
  assert.equal(
    placeIn(lint, 'npm run lint'),
    `${lines.indexOf('      script: npm run lint') + 1}:15`,
  );
});

test('an entry of `include` overrides phases and takes the others', () => {
  const [script = ''] = texts(lint?.commands.map(({ source }) => source));
  assert.ok(script.includes('npm run lint') && script.includes('skip'));
  assert.ok(!script.includes('tox') && !script.includes('browser.sh'));
  assert.ok(script.includes('pip install -U pip') && script.includes('echo bye'));
  assert.ok(sourceWith(docs, 'npm run docs'));
  assert.deepEqual(docs?.machine, ['windows', 'jammy', 'large']);
});

test('variables: shared ones, those of the row, those of versions', () => {
  const variables = variablesOf(whole);
  for (const expected of [
    ...['GREETING=hello there', 'LEVEL=1', 'STAMP=$(date +%s)', 'TARGET=e2e', 'BROWSER=head less'],
    ...['TRAVIS_PYTHON_VERSION=3.12', 'TRAVIS_OS_NAME=osx'],
  ]) {
    assert.ok(variables.includes(expected), expected);
  }
  assert.ok(!variables.some((each) => each.includes('c2VjcmV0')), 'encrypted');
  assert.ok(variablesOf(lint).includes('B=2') && !variablesOf(lint).includes('TARGET=unit'));
  const value = whole?.environment.find(({ name }) => name === 'BROWSER')?.value;
  assert.ok(value);
  const { line, column } = placeOf(value, 0, 4);
  assert.equal(FIXTURE.split('\n')[line - 1]?.slice(column - 1, column + 3), 'head');
});

test('forms of `env`', () => {
  const env = (text: string): readonly (readonly string[])[] => {
    const [job] = read(`script: x\nenv: ${text}\n`).jobs;
    return [variablesOf(job), texts(job?.commands.map(({ source }) => source))];
  };
  assert.deepEqual(env('A=1 B="2 3"'), [['A=1', 'B=2 3'], ['x']]);
  assert.deepEqual(env('{A: 1, B: "2 3"}'), [['A=1', 'B=2 3'], ['x']]);
  assert.deepEqual(env('[A=1, {A: 2, B: 3}]'), [
    ['A=1', 'A=2', 'B=3'],
    ["A='1'\nx", "A='2'\nx"],
  ]);
  assert.deepEqual(env('{global: A=1, matrix: [B=1, B=2]}'), [
    ['A=1', 'B=1', 'B=2'],
    ["B='1'\nx", "B='2'\nx"],
  ]);
  assert.deepEqual(env('{global: {A: 1}}'), [['A=1'], ['x']]);
  assert.deepEqual(env('[A=1, B=2]'), [['A=1', 'B=2'], ['x']]);
  assert.deepEqual(env('A=a\\ b\'c\'"d $E" =x y'), [['A=a bcd $E'], ['x']]);
  assert.deepEqual(env('[]'), [[], ['x']]);
});

test('what setting a variable runs is a command', () => {
  assert.deepEqual(commandsOf('env: A=$(echo 1) B=2\nscript: x\n'), ['A=$(echo 1)', 'x']);
  assert.deepEqual(commandsOf('env: {A: "`echo 1`"}\nscript: x\n'), ['`echo 1`', 'x']);
  const { jobs } = read('env: A=$(echo "1 2") B=`x y`\n');
  assert.deepEqual(variablesOf(jobs[0]), ['A=$(echo "1 2")', 'B=`x y`']);
});

test('a line that opens what it does not close stands alone', () => {
  const lines = (text: string): readonly string[] => commandsOf(`script:\n${text}`);
  assert.deepEqual(lines(` - A=1\n - echo 'it\n - run $A\n`), ['A=1\nrun $A', "echo 'it"]);
  assert.deepEqual(lines(' - echo \\\n - run\n'), ['run', 'echo \\']);
  assert.deepEqual(lines(' - cat <<E\n - run\n'), ['run', 'cat <<E']);
  assert.deepEqual(lines(' - echo $(\n - run\n'), ['run', 'echo $(']);
  assert.deepEqual(lines(' - echo "$(x"\n - run\n'), ['run', 'echo "$(x"']);
  assert.deepEqual(lines(' - if x; then\n - run\n'), ['run', 'if x; then']);
  assert.deepEqual(lines(' - case a in\n - run\n'), ['run', 'case a in']);
  assert.deepEqual(lines(' - |\n   cat <<-"E"\n   it\'s (\n   E\n   y\n - "# it\'s"\n'), [
    'cat <<-"E"\nit\'s (\nE\ny\n\n# it\'s',
  ]);
  assert.deepEqual(lines(' - cat <<<x\n - for i in 1; do run; done\n'), [
    'cat <<<x\nfor i in 1; do run; done',
  ]);
});

test('what a language runs unasked stands where the language does', () => {
  const plain = read(fixture('plain.travis.yml'));
  assert.deepEqual(plain.unread, []);
  const [first, second] = plain.jobs;
  assert.deepEqual(texts(first?.commands.map(({ source }) => source)), ['npm install\nnpm test']);
  assert.equal(placeIn(first, 'npm test'), '2:11');
  assert.ok(variablesOf(second).includes('THREE=three'));
  assert.deepEqual(commandsOf('language: node_js\nscript: make\n'), ['npm install\nmake']);
  assert.deepEqual(commandsOf('language: minimal\n'), []);
});

test('copies and machines', () => {
  assert.equal(whole?.fanOut, 8, '2 rows × 2 systems × 2 versions');
  assert.equal(lint?.fanOut, 1);
  assert.deepEqual(whole?.machine, ['linux', 'osx', 'jammy', 'docker', 'postgresql', 'large']);
  assert.equal(whole?.timeoutSeconds, null);
  assert.deepEqual(whole?.schedules, []);
});

test('package sources of others, and files that an addon reads', () => {
  assert.deepEqual(texts(whole?.remoteCode), [
    'deb https://apt.example.org/ stable main',
    'example/tap',
  ]);
  assert.deepEqual(texts(whole?.filesRun), ['ci/Brewfile']);
});

test('a text for a list and a list for a text', () => {
  assert.deepEqual(commandsOf('script: [[a, b], c]\n'), ['a\nb\nc']);
  assert.equal(read('jobs:\n  include:\n    script: x\n').jobs.at(-1)?.commands.length, 1);
  assert.deepEqual(
    read('jobs: [{name: a, script: x}]\n').jobs.map(({ name }) => name),
    ['', 'a'],
  );
});

test('odd types, keys that stand twice and bombs are said', () => {
  assert.deepEqual(read('script:\n  - a: b\n').unread, [
    'line 2: a map where a command should stand was not read',
  ]);
  assert.deepEqual(read('jobs: {include: [x]}\n').unread, [
    'line 1: text where a job should stand was not read',
  ]);
  assert.deepEqual(commandsOf('script: one\nscript: two\n'), ['one\ntwo']);
  assert.match(read('script: one\nscript: two\n').unread.join(), /`script` stands twice/);
  assert.match(read('script: [\n').unread.join(), /^not-yaml/);
  assert.deepEqual(read('# nothing\n'), { dialect: 'travis', path: PATH, jobs: [], unread: [] });
  const cycle = read('script: &s [*s, x]\n');
  assert.match(cycle.unread.join(), /a sequence where a command should stand|nodes to visit/);
  assert.match(
    read(`script: [${'x,'.repeat(yamlVisitsMax + 1)}x]\n`).unread.join(),
    /nodes to visit/,
  );
});

test('more rows or commands than the limits are said to be unread', () => {
  const rows = Array.from({ length: matrixRowsMax + 1 }, (_, i) => ` - A=${i}\n`).join('');
  const many = read(`script: x\nenv:\n${rows}`);
  assert.equal(many.jobs[0]?.commands.length, matrixRowsMax);
  assert.match(many.unread.join(), /more than 200 rows/);
  const lines = Array.from({ length: definitionCommandsMax + 1 }, (_, i) => ` - it's ${i}\n`);
  const open = read(`script:\n${lines.join('')}`);
  assert.equal(open.jobs[0]?.commands.length, definitionCommandsMax);
  assert.match(open.unread.join(), /more than 20000 commands/);
});
