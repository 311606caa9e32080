import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';
import { LAYERS } from './layers.ts';
import { filesUnder, ROOT, read, sources } from './source.ts';

const pages = [
  'README.md',
  'ARCHITECTURE.md',
  'STYLE.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CHANGELOG.md',
  ...['docs', 'src'].flatMap((folder) => filesUnder(folder).filter((path) => path.endsWith('.md'))),
];

test('every link between pages leads somewhere', () => {
  const errors = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\(([^)#\s]+)(#[^)\s]*)?\)/g)]
      .map((match) => match[1] ?? '')
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => !existsSync(join(ROOT, normalize(join(dirname(page), target)))))
      .map((target) => `${page} links to ${target}`),
  );
  assert.deepEqual(errors, []);
});

test('every page of docs/ is linked from another page', () => {
  const linked = new Set(
    pages.flatMap((page) =>
      [...read(page).matchAll(/\]\(([^)#\s]+)/g)].map((match) =>
        normalize(join(dirname(page), match[1] ?? '')),
      ),
    ),
  );
  const lonely = pages.filter((page) => page.startsWith('docs/') && !linked.has(page));
  assert.deepEqual(lonely, []);
});

test('ARCHITECTURE.md shows the layer table', () => {
  const rows = Object.entries(LAYERS).map(([folder, allowed]) => {
    const names = allowed.includes('*') ? 'everything' : allowed.join(' ') || 'nothing';
    return `| ${folder} | ${names} |`;
  });
  const page = read('ARCHITECTURE.md');
  assert.deepEqual(
    rows.filter((row) => !page.includes(row)),
    [],
  );
});

test('the page of the store names every table and view', () => {
  const schema = read('src/store/sqlite/schema.sql');
  const names = [...schema.matchAll(/^CREATE (?:TABLE|VIEW) (\w+)/gm)].map(([, name]) => name);
  assert.ok(names.length > 20);
  const page = read('docs/reference/store.md');
  assert.deepEqual(
    names.filter((name) => !new RegExp(`^\\|.*\`${name}\`.*\\|.*\\|`, 'm').test(page)),
    [],
  );
});

test('the page of the command line has every variable of the environment', () => {
  const names = sources
    .filter(({ isTest }) => !isTest)
    .flatMap(({ code }) => [...code.matchAll(/'(DAVYLAMP_[A-Z_]+)'/g)].map(([, name]) => name));
  assert.ok(names.length > 3);
  const page = read('docs/reference/cli.md');
  assert.deepEqual(
    names.filter((name) => !page.includes(`| \`${name}\` |`)),
    [],
  );
});

test('every dependency is accounted for', () => {
  const manifest = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
  const names = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) =>
    Object.keys(manifest[kind] ?? {}),
  );
  const page = read('docs/development/dependencies.md');
  assert.deepEqual(
    names.filter((name) => !page.includes(`\`${name}\``)),
    [],
  );
});
