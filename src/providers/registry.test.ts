import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CHECKPOINTS } from '../model/checkpoint.ts';
import { DIALECTS } from '../model/job-definition.ts';
import { PROVIDERS, READERS } from './registry.ts';

const FOLDERS = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !entry.name.startsWith('_'))
  .map(({ name }) => name)
  .sort();

function pageOf(name: string): string {
  return readFileSync(join(import.meta.dirname, name, 'readme.md'), 'utf8');
}

test('every folder is a provider in the registry, in the order of their names', () => {
  assert.deepEqual(
    PROVIDERS.map(({ name }) => name),
    FOLDERS,
  );
});

test('every folder has its face, its page, its fixtures and its fuzz test', async () => {
  for (const name of FOLDERS) {
    for (const file of ['index.ts', 'readme.md', 'fixtures', 'fuzz.test.ts']) {
      assert.ok(existsSync(join(import.meta.dirname, name, file)), `${name}/${file}`);
    }
    const module: Record<string, unknown> = await import(`./${name}/index.ts`);
    const exported = name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
    assert.deepEqual(Object.keys(module), [exported], `${name}/index.ts exports ${exported} alone`);
    assert.equal(
      module[exported],
      PROVIDERS.find((provider) => provider.name === name),
    );
  }
});

test('every provider is whole: a title, hooks of a checkpoint with a limit and a warning', () => {
  for (const { name, title, hooks, whenSilent } of PROVIDERS) {
    assert.notEqual(title, '', name);
    assert.equal(whenSilent === 'not-asked', Object.keys(hooks).length === 0, name);
    for (const [path, hook] of Object.entries(hooks)) {
      assert.match(path, /^[a-z][a-z-]{0,40}$/);
      assert.ok(CHECKPOINTS.includes(hook.checkpoint), path);
      assert.ok(hook.bodyBytesMax > 0, path);
      assert.ok(hook.whenRefused.length > 20, path);
    }
  }
});

test('every dialect has one reader, and no path has two', () => {
  assert.deepEqual(READERS.map(({ dialect }) => dialect).sort(), [...DIALECTS].sort());
  const paths = [
    ...['.github/workflows/ci.yml', 'action.yml', '.gitlab-ci.yml', 'x/y.gitlab-ci.yaml'],
    ...['Dockerfile', 'a/b.Dockerfile', 'run.sh', 'tools/x.bash'],
    ...['.forgejo/workflows/a.yml', '.gitea/workflows/a.yaml'],
    ...['.build.yml', '.builds/alpine.yml'],
    ...['.travis.yml', 'a/.travis.yml', '.circleci/config.yml'],
    ...['.woodpecker.yml', '.woodpecker/build.yaml', '.drone.yml', '.drone.star'],
    ...['.buildkite/pipeline.yml', 'buildkite.yml', '.buildkite/hooks/pre-command'],
    ...['azure-pipelines.yml', '.azure-pipelines/x.yml'],
    ...['docker-compose.yml', 'compose.yaml', '.github/workflows/docker-compose.yml'],
    ...['user-data', 'vm/cloud-init-web.yaml', '.github/workflows/cloud-init.yml'],
    ...['Layerfile', 'web/Layerfile'],
    ...['codeship-services.yml', 'codeship-steps.json'],
    ...['bitbucket-pipelines.yml', 'package.json', '.devcontainer/devcontainer.json'],
    ...['render.yaml'],
    ...['okteto.yml', 'okteto-stack.yml'],
    ...['Makefile', 'rules.mk'],
    ...['Jenkinsfile', 'ci/deploy.jenkinsfile'],
    ...['a/example.ipynb'],
    ...['Procfile', '.gitpod.yml', '.semaphore/semaphore.yml'],
    ...['appveyor.yml', '.cirrus.yml'],
  ];
  for (const path of paths) {
    assert.equal(READERS.filter((reader) => reader.claims(path)).length, 1, path);
  }
  for (const path of ['', 'README.md', 'src/main.ts', 'composer.yml']) {
    assert.equal(READERS.filter((reader) => reader.claims(path)).length, 0, path);
  }
});

test("every page has the title, what happens in silence, and the hooks' routes", () => {
  for (const { name, title, whenSilent, hooks } of PROVIDERS) {
    const page = pageOf(name);
    assert.ok(page.startsWith(`# ${title}\n`), name);
    assert.ok(page.includes(`\`${whenSilent}\``), `${name}: ${whenSilent}`);
    for (const path of Object.keys(hooks)) {
      assert.ok(page.includes(`POST /providers/${name}/${path}`), `${name}/${path}`);
    }
  }
});

/** Dialects that are text, or whose files are known by what stands in them. */
const WITHOUT_KEYS: ReadonlySet<string> = new Set([
  ...['alibaba-cloud', 'cloud-init', 'dockerfile', 'jenkinsfile', 'kubernetes', 'layerci'],
  ...['makefile', 'oracle-cloud', 'procfile', 'shell'],
]);

test('a file that has no key of its dialect is never read as nothing', () => {
  for (const { dialect, read } of READERS.filter((one) => !WITHOUT_KEYS.has(one.dialect))) {
    const { jobs, unread, broken } = read('x/y', '{"strange": {"a": "b"}}');
    assert.match(unread.join(), /^it has none of the keys of .+, but `strange`/, dialect);
    assert.deepEqual([jobs, broken], [[], false], dialect);
    for (const empty of ['', '{}', '{"x-only": 1}']) {
      assert.equal(read('x/y', empty).unread.join(), '', dialect);
    }
  }
});
