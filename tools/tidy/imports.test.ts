import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ENGINES, LAYERS, MODULES } from './layers.ts';
import { parseSource, type Source, sources } from './source.ts';

const production = sources.filter((source) => !source.isTest);

test('the layer table is a partial order', () => {
  const above: string[] = [];
  for (const [folder, allowed] of Object.entries(LAYERS)) {
    for (const name of allowed) {
      assert.ok(name === '*' || above.includes(name), `${folder} lists ${name}, not above it`);
    }
    above.push(folder);
  }
});

test('every folder of src/ is in the layer table', () => {
  const unknown = new Set(sources.map((source) => source.folder).filter((f) => !(f in LAYERS)));
  assert.deepEqual([...unknown], []);
});

test('every import follows the layer table', () => {
  assert.deepEqual(production.flatMap(layerErrors), []);
});

test('every folder loads only the modules of Node and the packages that are its own', () => {
  assert.deepEqual(Object.keys(MODULES), Object.keys(LAYERS));
  assert.deepEqual(production.flatMap(moduleErrors), []);
});

test('an engine that does I/O is found, however it comes by it', () => {
  for (const code of [
    "import { readFileSync } from 'node:fs';",
    "import { readFileSync } from 'fs';",
    "import 'node:fs';",
    "import fs, { type Stats } from 'node:fs';",
    "export { readFileSync } from 'node:fs';",
    "export * from 'node:fs';",
    "const fs = await import('node:fs');",
    "const name = 'node:fs';\nawait import(name);",
    'await import(`node:fs`);',
    "import pino from 'pino';",
  ]) {
    for (const engine of ENGINES) {
      assert.equal(moduleErrors(parseSource(`src/${engine}/x.ts`, code)).length, 1, code);
    }
  }
  // A type does nothing.
  const type = parseSource('src/linker/x.ts', "import type { Stats } from 'node:fs';");
  assert.deepEqual(moduleErrors(type), []);
});

test('a provider never imports another provider', () => {
  assert.deepEqual(production.flatMap(siblingErrors), []);
});

test('no file imports a test', () => {
  const isTest = new Set(sources.filter((source) => source.isTest).map((source) => source.path));
  const errors = production.flatMap(({ path, imports }) =>
    imports.filter((to) => isTest.has(to)).map((to) => `${path} imports ${to}`),
  );
  assert.deepEqual(errors, []);
});

test('no cycle between files, type imports aside', () => {
  assert.deepEqual(cycles(production), []);
});

test('every file is used', () => {
  const programs = ['src/main/cli.ts', 'src/main/scanner.ts', 'src/main/agent/bundle.ts'];
  // Engines that their tests and benches run, and the pipeline does not ask yet.
  const toCome = ['src/ledger/'];
  const entries = production.filter(({ path }) => {
    return programs.includes(path) || isWorker(path) || toCome.some((at) => path.startsWith(at));
  });
  const used = new Set<string>();
  const follow = (path: string): void => {
    if (used.has(path)) return;
    used.add(path);
    for (const to of production.find((source) => source.path === path)?.imports ?? []) follow(to);
  };
  for (const { path } of entries) follow(path);
  // Test worlds use these; they are no part of the product.
  const forTests = ['src/base/prng.ts', 'src/store/sqlite/dump-schema.ts'];
  const dead = production
    .map(({ path }) => path)
    .filter((p) => !used.has(p) && !forTests.includes(p));
  assert.deepEqual(dead, []);
});

/** Files that a `new Worker(new URL(…))` starts. */
function isWorker(path: string): boolean {
  return /(^|[/-])worker\.ts$/.test(path);
}

function layerErrors({ path, folder, imports }: Source): string[] {
  const allowed = LAYERS[folder] ?? [];
  return imports.flatMap((to) => {
    const [top, target = ''] = to.split('/');
    if (to === 'package.json' && folder === 'base') return [];
    if (top === 'src' && (target === folder || allowed.includes('*') || allowed.includes(target))) {
      return [];
    }
    return [`${path} imports ${to}: ${folder} may import ${allowed.join(', ') || 'nothing'}`];
  });
}

function moduleErrors({ path, folder, modules }: Source): string[] {
  const allowed = MODULES[folder] ?? [];
  return modules.flatMap((name) => {
    const isFine = name !== '?' && (allowed.includes('*') || allowed.includes(name));
    return isFine ? [] : [`${path} loads ${name}, which MODULES does not list for ${folder}`];
  });
}

/** Folders that begin with `_` are shared between providers; only the registry knows them all. */
function siblingErrors({ path, folder, imports }: Source): string[] {
  const [, , own = ''] = path.split('/');
  if (folder !== 'providers' || own === 'registry.ts') return [];
  return imports.flatMap((to) => {
    const [, target, other = ''] = to.split('/');
    const fine = target !== 'providers' || other === own || other.startsWith('_');
    return fine ? [] : [`${path} imports its sibling ${to}`];
  });
}

/** Each cycle once, as the path that closes it. */
function cycles(files: readonly Source[]): string[] {
  const byPath = new Map(files.map((source) => [source.path, source]));
  const state = new Map<string, 'open' | 'done'>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (state.get(path) === 'done') return;
    if (state.get(path) === 'open') {
      found.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
      return;
    }
    state.set(path, 'open');
    for (const to of byPath.get(path)?.valueImports ?? []) visit(to, [...trail, path]);
    state.set(path, 'done');
  };
  for (const path of byPath.keys()) visit(path, []);
  return found;
}
