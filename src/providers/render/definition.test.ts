import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { definitionPartsMax, fanOutMax } from '../../base/limits.ts';
import type { Job, JobDefinition } from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';
import { checkPlaces } from '../_fuzz/test-places.ts';
import { renderReader } from './definition.ts';

function fixture(name: string): string {
  return readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8');
}

function read(text: string): JobDefinition {
  return renderReader.read('render.yaml', text);
}

function texts(sources: readonly SourceText[] | undefined): readonly string[] {
  return (sources ?? []).map(({ text }) => text);
}

function commandsOf(job: Job | undefined): readonly string[] {
  return texts(job?.commands.map(({ source }) => source));
}

function variablesOf(job: Job | undefined): readonly string[] {
  return (job?.environment ?? []).map(({ name, value }) => `${name}=${value.text}`);
}

const FILE = fixture('render.yaml');
const { jobs, unread } = read(FILE);
const [site, crawler, cleanup, search, cache, pages] = jobs;

test('it claims the name that Render looks for, and knows others by what stands in them', () => {
  for (const path of ['render.yaml', 'infra/render.yml']) {
    assert.equal(renderReader.claims(path), true, path);
  }
  for (const path of ['renderer.yaml', 'render.json', 'prerender.yaml']) {
    assert.equal(renderReader.claims(path), false, path);
  }
  const { byContent } = renderReader;
  assert.ok(byContent);
  for (const path of ['infra/render-staging.yaml', 'blueprint.yml']) {
    assert.equal(byContent.mayClaim(path), true, path);
  }
  assert.equal(byContent.mayClaim('values.yaml'), false);
  assert.equal(byContent.mayClaim('render.ts'), false);
  assert.equal(byContent.recognises(FILE), true);
  assert.equal(byContent.recognises(fixture('projects.yaml')), true);
  for (const text of ['', 'services:\n  web:\n    image: a\n', 'kind: Service\ntype: web\n']) {
    assert.equal(byContent.recognises(text), false, text);
  }
});

test('services of every type with what they run, in the order of a deploy', () => {
  assert.deepEqual(unread, []);
  assert.deepEqual(
    jobs.map((job) => [job.name, ...commandsOf(job)]),
    [
      [
        ...['site', 'cd web\nnpm ci && npm run build', 'cd web\nnpm run seed -- --all'],
        ...['cd web\nnpm run migrate\n', 'cd web\nnode server.js'],
      ],
      ['crawler', 'sh -c "./crawl --all"'],
      ['cleanup', 'pip install -r requirements.txt', 'python clean.py'],
      ['search', 'docker.example.org/search:3 --workers 2 --quiet'],
      ['cache'],
      ['pages', 'make html'],
    ],
  );
});

test('every word stands where it is said to', () => {
  checkPlaces(jobs, FILE, [
    ...['npm ci', 'npm run seed', 'npm run migrate', 'server.js', './crawl', 'pip install'],
    ...['python clean.py', '--workers 2', 'make html', 'search:3', './crawler/Dockerfile'],
    ...['10000', 'trace', 'production', 'https://git.example.org/ada/lantern', 'web'],
  ]);
});

test('variables: those of groups first, and only those that have a value', () => {
  assert.deepEqual(variablesOf(site), [
    ...['LEVEL=info', 'MODE=production', 'PORT=10000', 'LEVEL=trace', 'LEVEL=debug'],
  ]);
});

test('images, files, code from elsewhere, copies, machines and schedules', () => {
  assert.deepEqual(texts(search?.images), ['docker.example.org/search:3']);
  assert.deepEqual(texts(crawler?.filesRun), ['./crawler/Dockerfile']);
  assert.deepEqual(texts(site?.remoteCode), ['https://git.example.org/ada/lantern']);
  assert.deepEqual([site?.fanOut, cleanup?.fanOut], [4, 1]);
  assert.deepEqual([site?.machine, cleanup?.machine, pages?.machine], [['free'], ['starter'], []]);
  assert.deepEqual([cleanup?.schedules, cache?.schedules], [['0 3 * * *'], []]);
});

test('services in projects, outside of them, and one that is no list', () => {
  const file = fixture('projects.yaml');
  const projects = read(file);
  assert.deepEqual(projects.unread, ['line 22: text where a variable should stand was not read']);
  const [alone, old, api, staging] = projects.jobs;
  assert.deepEqual(
    projects.jobs.map(({ name }) => name),
    ['alone', 'old', 'api', 'api-staging'],
  );
  assert.deepEqual([commandsOf(alone), commandsOf(staging)], [['run'], ['a', 'b']]);
  assert.deepEqual(texts(old?.filesRun), ['old/Dockerfile']);
  assert.deepEqual(texts(api?.filesRun), ['./Dockerfile']);
  assert.deepEqual(variablesOf(api), ['A=1']);
  assert.deepEqual(texts(staging?.images), ['example.org/api']);
});

test('what is no service is said to be unread', () => {
  assert.deepEqual(read('services: [x]').unread, [
    'line 1: text where a service should stand was not read',
  ]);
  assert.deepEqual(read('services: [{startCommand: {a: b}}]').unread, [
    'line 1: a map where `startCommand` should stand was not read',
  ]);
  for (const text of ['', '{}', 'databases: []']) assert.deepEqual(read(text).jobs, []);
});

test('limits', () => {
  assert.equal(read('services: [{numInstances: 9999999}]').jobs[0]?.fanOut, fanOutMax);
  assert.equal(read('services: [{numInstances: -1}]').jobs[0]?.fanOut, 1);
  const group = `envVarGroups: [{name: g, envVars: [${'{key: a, value: b},'.repeat(2_000)}]}]\n`;
  const many = read(`${group}services: [${'{envVars: [{fromGroup: g}]},'.repeat(60)}]\n`);
  const variables = many.jobs.reduce((sum, job) => sum + job.environment.length, 0);
  assert.equal(variables, definitionPartsMax - 2_000, 'those of the group count once more');
  assert.match(many.unread.join(), /more than 100000 words to keep/);
});
