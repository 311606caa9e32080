// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Compose texts are full of them.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { extendsDepthMax, fanOutMax } from '../../base/limits.ts';
import type { Job, JobDefinition } from '../../model/job-definition.ts';
import { verbatim } from '../../model/source-text.ts';
import { checkPlaces, commandsOf, jobNamed, texts, variablesOf } from '../_fuzz/test-definition.ts';
import { composeReader } from './compose.ts';
import { withDefaults } from './compose-variables.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 100);
const FIXTURE = readFileSync(join(import.meta.dirname, 'fixtures', 'docker-compose.yml'), 'utf8');

function read(text: string): JobDefinition {
  return composeReader.read('compose.yaml', text);
}

/** The one service of a file, given as its map. */
function serviceOf(map: string): Job {
  const { jobs, unread } = read(`services: {a: ${map}}\n`);
  assert.deepEqual(unread, []);
  assert.ok(jobs[0]);
  return jobs[0];
}

function linesOf(job: Job | undefined): readonly string[] {
  return commandsOf(job).map(([, text]) => text);
}

const file = read(FIXTURE);
const shop = jobNamed(file, 'shop');

test('it claims Compose files of any suffix, but not those of a CI service', () => {
  for (const path of [
    ...['docker-compose.yml', 'compose.yaml', 'a/docker-compose.prod.yml', 'compose-dev.yaml'],
    ...['.devcontainer/docker-compose.yml', 'test.docker-compose.yml', 'podman-compose.yml'],
  ]) {
    assert.equal(composeReader.claims(path), true, path);
  }
  for (const path of ['composer.yml', '.github/workflows/docker-compose.yml', 'compose.json']) {
    assert.equal(composeReader.claims(path), false, path);
  }
});

test('services, includes and Dockerfiles in the file are jobs', () => {
  assert.deepEqual(file.unread, []);
  assert.deepEqual(
    file.jobs.map(({ name }) => name),
    ['', 'base', 'shop', 'worker', 'database', 'migrate build', 'migrate', 'model'],
  );
  const included = jobNamed(file, '');
  assert.deepEqual(texts(included.remoteCode), ['https://git.example.com/shared/compose.git#main']);
  assert.deepEqual(texts(included.filesRun), [
    ...['infra/monitoring.compose.yaml', 'auth/compose.yaml', 'auth/.env'],
  ]);
  assert.deepEqual(texts(jobNamed(file, 'model').remoteCode), ['model']);
});

test('commands in the order in which they run', () => {
  assert.deepEqual(linesOf(shop), [
    'cat > /start <<\'END\'\n#!/bin/sh\nexec /srv/server --port "${PORT}"\nEND',
    "cat > /run/secrets/api-token <<'END'\nnot-a-real-token\nEND",
    ...['cd /srv', "sh /start '--name=it'\\''s my shop'", '/opt/scripts/warm.sh --all'],
    ...['/opt/scripts/health.sh || exit 1', 'kill -HUP 1'],
  ]);
  assert.deepEqual(linesOf(jobNamed(file, 'worker')), [
    'python -m worker --queue orders --verbose',
  ]);
  assert.deepEqual(linesOf(jobNamed(file, 'database')), [
    ...['postgres:17 -c fsync=off', 'pg_isready -U shop'],
  ]);
  assert.deepEqual(linesOf(jobNamed(file, 'migrate build')), [
    ...['npm install -g migrate-tool', 'migrate-tool up'],
  ]);
});

test('a service takes in the one it extends', () => {
  assert.deepEqual(texts(shop.images), ['registry.example.com/shop:latest']);
  assert.deepEqual(variablesOf(shop), [
    ...['VERSION=1.4', 'LOG_LEVEL=info', 'PORT=8080', 'PORT=9090', 'GREETING=hello world'],
  ]);
  const chain = Array.from(
    { length: extendsDepthMax + 2 },
    (_, i) => `  s${i}: {extends: s${i + 1}}`,
  );
  const last = `  s${chain.length}: {image: a}`;
  const { unread } = read(`services:\n${[...chain, last].join('\n')}\n`);
  assert.match(unread[0] ?? '', /`extends` goes deeper than/);
  const circle = read('services: {a: {extends: {service: b}, image: x}, b: {extends: a}}\n');
  assert.match(circle.unread[0] ?? '', /`extends` goes deeper than/);
  const elsewhere = serviceOf('{extends: {service: a, file: base/compose.yaml}, image: x}');
  assert.deepEqual(texts(elsewhere.filesRun), ['base/compose.yaml']);
  const own = read('services: {a: {extends: b, command: c}, b: {image: x, command: d}}\n');
  assert.deepEqual(linesOf(own.jobs[0]), ['c']);
});

test('files that are built, read and run', () => {
  assert.deepEqual(texts(shop.filesRun), [
    ...['./app/docker/Dockerfile.prod', '.env', 'prod.env', './scripts/warm.sh'],
    './scripts/health.sh',
  ]);
  assert.deepEqual(texts(shop.remoteCode), ['https://git.example.com/theme.git']);
  const files = (map: string): readonly string[] => texts(serviceOf(map).filesRun);
  assert.deepEqual(files('{build: ./web}'), ['./web/Dockerfile']);
  assert.deepEqual(files('{build: .}'), ['Dockerfile']);
  assert.deepEqual(texts(serviceOf('{build: "https://git.example.com/a.git"}').remoteCode), [
    'https://git.example.com/a.git',
  ]);
  const bind = '[{type: bind, source: ./a, target: /b/}, x:/b, /c:/b, ./run.py:/opt/run.py]';
  assert.deepEqual(
    files(
      `{image: x, volumes: ${bind}, command: 'sh -c "/b/c/d.sh; /bb/e.sh; python /opt/run.py"'}`,
    ),
    ['./a/c/d.sh', './run.py'],
  );
});

test('copies and machines', () => {
  assert.equal(shop.fanOut, 4);
  assert.deepEqual(shop.machine, [
    ...['cpus 2.5', 'memory 1G', 'linux/arm64', 'node.labels.disk == ssd'],
  ]);
  assert.equal(jobNamed(file, 'worker').fanOut, 3);
  assert.equal(serviceOf('{image: x, scale: 99999999}').fanOut, fanOutMax);
});

test('words stand where they stand in the file', () => {
  checkPlaces(file, FIXTURE, [
    ...['exec /srv/server', 'my shop', '/opt/scripts/warm.sh', 'health.sh || exit 1', '-HUP'],
    ...['python -m worker', '--verbose', 'fsync=off', 'npm install -g migrate-tool', 'node:24'],
    ...['registry.example.com', '9090', 'world', 'auth/.env', 'pg_isready'],
  ]);
});

test('variables: defaults are filled in, and a shell gets its own', () => {
  const filled = (text: string): string => withDefaults(verbatim('f', text)).text;
  for (const [text, expected] of Object.entries({
    '${A:-b}': 'b',
    '${A-b c}': 'b c',
    '${A:-}': '',
    '${A:-${B:-c}}d': 'cd',
    '${A:-${B}}': '${B}',
    '$A ${A} ${A:?x} ${A:+y}': '$A ${A} ${A:?x} ${A:+y}',
    '$$A $${B} $$$$': '$A ${B} $$',
    '{"a": "${B:-c}"}': '{"a": "c"}',
    '${A:-b': 'b',
    '${}} ${-a} $': '${}} ${-a} $',
    'a}b': 'a}b',
  })) {
    assert.equal(filled(text), expected, text);
  }
  const text = fc.string({ unit: fc.constantFrom('$', '{', '}', 'A', ':', '-', 'b') });
  fc.assert(
    fc.property(text, (one) => {
      const { text: result, segments } = withDefaults(verbatim('f', one));
      assert.ok(result.length <= one.length);
      // What is left stands where it stood.
      for (let i = 0; i < segments.length; i += 3) {
        const [offset = 0, , column = 1] = segments.slice(i, i + 3);
        if (offset < result.length) assert.equal(one[column - 1], result[offset]);
      }
    }),
    { numRuns },
  );
});

test('the first form of the file has its services at the root', () => {
  const { jobs, unread } = read('web:\n  image: a\n  command: b\nx-other: {c: d}\nversion: "1"\n');
  assert.deepEqual(unread, []);
  assert.deepEqual(
    jobs.map((job) => [job.name, linesOf(job)]),
    [['web', ['b']]],
  );
});

test('odd types are read as what they can be, or said to be unread', () => {
  const lines = (map: string): readonly string[] => linesOf(serviceOf(map));
  assert.deepEqual(lines('{image: x, command: [[a, b], c]}'), ['a b c']);
  assert.deepEqual(lines('{image: x, entrypoint: [""], command: a}'), ['a']);
  assert.deepEqual(lines('{image: x, healthcheck: {test: [NONE]}}'), []);
  assert.deepEqual(lines('{image: x, healthcheck: {test: [CMD, a, b c]}}'), ["a 'b c'"]);
  const unread = (text: string): readonly string[] => read(text).unread;
  assert.match(unread('services: [a]\n')[0] ?? '', /where the map of services should stand/);
  assert.match(unread('services: {a: [x]}\n')[0] ?? '', /where a service should stand/);
  assert.match(unread('services: {a: {command: {b: c}}}\n')[0] ?? '', /a command should stand/);
  assert.match(unread('services: {a: {build: {dockerfile_inline: [x]}}}\n')[0] ?? '', /Dockerfile/);
  assert.match(
    unread('services: {a: {build: {dockerfile_inline: WHAT x}}}\n')[0] ?? '',
    /a: line 1/,
  );
  assert.match(unread('services: {a: {image: x}, a: {image: y}}\n')[0] ?? '', /`a` stands twice/);
  assert.match(
    unread('apiVersion: v1\nkind: Pod\n')[0] ?? '',
    /none of the keys of a Compose file, but `apiVersion`/,
  );
  assert.deepEqual(unread('name: a\nvolumes: {b: {}}\nx-c: d\n'), []);
  assert.match(unread('services: {a: [}\n')[0] ?? '', /^not-yaml/);
});

test('a file that is named is what it is named for, and variables may be missing', () => {
  const [job] = read(
    'services: {a: {env_file: .env, build: {context: b, dockerfile: c}, extends: {file: d, service: e}}}\n',
  ).jobs;
  assert.deepEqual(
    job?.filesRun.map(({ text, dialect, isOptional }) => [text, dialect, isOptional]),
    [
      ['b/c', 'dockerfile', undefined],
      ['.env', 'shell', true],
      ['d', undefined, undefined],
    ],
  );
});
