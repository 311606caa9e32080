import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { scanFileBytesMax } from '../../base/limits.ts';
import type { SourceText } from '../../model/source-text.ts';
import { checkPlaces } from '../_fuzz/test-places.ts';
import { forgejoReader } from './definition.ts';

const PATH = '.forgejo/workflows/release.yml';
const FIXTURE = readFileSync(join(import.meta.dirname, 'fixtures', 'release.yml'), 'utf8');
const { jobs, unread, dialect } = forgejoReader.read(PATH, FIXTURE);
const [lint, build, publish] = jobs;

function texts(sources: readonly SourceText[] | undefined): readonly string[] {
  return (sources ?? []).map(({ text }) => text);
}

test('it claims the workflows of both hosts, and no other', () => {
  for (const path of [PATH, '.gitea/workflows/a.yaml', 'x/.forgejo/workflows/a.yml']) {
    assert.equal(forgejoReader.claims(path), true, path);
  }
  const others = [
    ...['.github/workflows/a.yml', '.forgejo/workflows/deep/a.yml', '.forgejo/a.yml', 'action.yml'],
    ...['x.gitea/workflows/a.yml', '.gitea/workflows/a.sh', '.forgejo/issue_template/a.yml'],
  ];
  for (const path of others) assert.equal(forgejoReader.claims(path), false, path);
});

test('commands with their shells, folders and places', () => {
  assert.deepEqual([dialect, unread], ['forgejo', []]);
  const commands = jobs.map((job) =>
    job.commands.map(({ shell, source }) => [shell, source.text] as const),
  );
  assert.deepEqual(commands, [
    [['sh', 'cd web\nnpm ci\nnpm run lint\n']],
    [
      ['sh', 'redis-server --save'],
      ['sh', `make test DB=\${{ matrix.database }}`],
      ['python', "print('done')\n"],
    ],
    [],
  ]);
  checkPlaces(jobs, FIXTURE, ['npm ci', 'npm run lint', 'make test', "print('done')", 'web']);
});

test('actions by their whole address, local ones, images and variables', () => {
  assert.deepEqual(texts(lint?.remoteCode), ['https://code.example.org/actions/checkout@v4']);
  assert.deepEqual(texts(lint?.filesRun), ['./.forgejo/setup']);
  assert.deepEqual(texts(publish?.filesRun), ['./.forgejo/workflows/publish.yml']);
  assert.deepEqual(texts(lint?.images), ['code.example.org/oci/node:24-bookworm']);
  assert.deepEqual(texts(build?.images), ['redis:8']);
  const variables = lint?.environment.map(({ name, value }) => `${name}=${value.text}`);
  assert.deepEqual(variables, [
    ...['REGISTRY=code.example.org', 'NPM_CONFIG_LOGLEVEL=warn', 'with.fetch-depth=0'],
  ]);
});

test('what a service is told to run: Forgejo calls it `cmd`', () => {
  const service =
    'jobs: {a: {services: {b: {image: x/y, cmd: [serve, --port, "80"]}}, steps: []}}\n';
  const command = forgejoReader.read(PATH, service).jobs[0]?.commands[0]?.source.text;
  assert.equal(command, 'serve --port 80');
});

test('an image that is an expression is each value that it may have', () => {
  const images = (image: string): readonly string[] => {
    const matrix = 'strategy: {matrix: {image: [a/b:1, c/d:2], include: [{image: e/f:3}]}}';
    const text = `env: {IMAGE: g/h}\njobs: {a: {${matrix}, container: "${image}", steps: []}}\n`;
    return texts(forgejoReader.read(PATH, text).jobs[0]?.images);
  };
  assert.deepEqual(images(`\${{ matrix.image }}`), ['a/b:1', 'c/d:2', 'e/f:3']);
  assert.deepEqual(images(`\${{env.IMAGE}}`), ['g/h']);
  assert.deepEqual(images(`\${{ matrix.other }}`), [`\${{ matrix.other }}`]);
});

test('copies, schedules, time and machine', () => {
  assert.equal(build?.fanOut, 6);
  assert.deepEqual(build?.schedules, ['@daily', '30 5 * * 1,3']);
  assert.equal(build?.timeoutSeconds, 2_700);
  assert.deepEqual(build?.machine, ['self-hosted', 'arm64']);
});

test('a file that is too large or no YAML is unread', () => {
  const large = forgejoReader.read(PATH, '#'.repeat(scanFileBytesMax + 1));
  assert.match(large.unread[0] ?? '', /^gave up: too-large/);
  assert.match(forgejoReader.read(PATH, 'jobs: [').unread[0] ?? '', /^not-yaml/);
});
