import assert from 'node:assert/strict';
import { test } from 'node:test';
import { patternProblem } from '../../src/base/regex.ts';
import { ambientUses } from './ambient.ts';
import { ENGINES } from './layers.ts';
import { lineOf, nodesOf, parseSource, type Source, sources } from './source.ts';

const production = sources.filter((source) => !source.isTest);

/** Only `base/` and `main/` may touch what is ambient, so that replay can replace it. */
test('time, randomness, environment and console stay in base/ and main/', () => {
  const inside = production.filter(({ folder }) => folder !== 'base' && folder !== 'main');
  assert.deepEqual(inside.flatMap(ambientErrors), []);
});

test('what is ambient is found, however it is written', () => {
  for (const code of [
    'Date.now();',
    "Date['now']();",
    'Date?.now();',
    'Date();',
    'new Date();',
    'new Date(...[]);',
    'new globalThis.Date();',
    'const { now } = Date;',
    'const D = Date;',
    'take(Date);',
    'const by = { Date };',
    'class Later extends Date {}',
    '(Date as unknown as Clock).now();',
    'Date[name]();',
    'performance.now();',
    'const { now } = performance;',
    'const later = setTimeout;',
    'setInterval(f, 1);',
    "import { setTimeout as sleep } from 'node:timers/promises';",
    "import { performance as p } from 'node:perf_hooks';",
    'Math.random();',
    'const { random } = Math;',
    "import { randomBytes as bytes } from 'node:crypto';",
    'crypto.getRandomValues(a);',
    'process.env;',
    "process['env'];",
    'const { env } = process;',
    'const { pid, ...rest } = process;',
    "process.getBuiltinModule('node:fs');",
    'process.stdout.write(a);',
    "import { env } from 'node:process';",
    'console.log(a);',
    'const { log } = console;',
    "globalThis['con' + 'sole'];",
    'global.Date;',
    "eval('Date.now()');",
  ]) {
    assert.ok(ambientErrors(parseSource('src/store/x.ts', code)).length > 0, code);
  }
});

test('what is only called so is none of it', () => {
  for (const code of [
    'new Date(at).getUTCMonth();',
    'Date.UTC(2026, 1);',
    'Math.max(1, 2);',
    'a.now(); a.random(); a.Date; a.performance.now();',
    'const spec = { Date: 1, console: 2, setTimeout: 3 };',
    'let at: Date; function f(at: Date): Date { return at; }',
    'a instanceof Date;',
    'process.pid; process.arch;',
    'function f(process: Known) { return process[name] + process.shape; }',
    '// Date.now()',
    "const text = 'Date.now()';",
  ]) {
    assert.deepEqual(ambientErrors(parseSource('src/store/x.ts', code)), [], code);
  }
});

test('an engine has no process, no network and no tasks of its own', () => {
  for (const code of [
    'process.pid;',
    "fetch('http://a.example');",
    'const get = fetch;',
    'new WebSocket(a);',
    'new Worker(a);',
    'setImmediate(f);',
    'queueMicrotask(f);',
  ]) {
    for (const engine of ENGINES) {
      assert.equal(ambientErrors(parseSource(`src/${engine}/x.ts`, code)).length, 1, code);
    }
    assert.deepEqual(ambientErrors(parseSource('src/sensor/x.ts', code)), [], code);
  }
  const declared = parseSource('src/scanner/x.ts', 'for (const fetch of calls) fetch(a);');
  assert.deepEqual(ambientErrors(declared), []);
});

test('patterns run in linear time', () => {
  const outside = production.filter(({ path }) => !path.startsWith('src/base/regex'));
  assert.deepEqual(outside.flatMap(patternErrors), []);
});

test('no test is switched off or alone', () => {
  const marks = /\b(?:test|it|describe)\.(?:skip|only|todo)\(|\b(?:skip|only|todo): true/;
  const errors = sources.filter(({ isTest, code }) => isTest && marks.test(code));
  assert.deepEqual(
    errors.map(({ path }) => path),
    [],
  );
});

function ambientErrors({ path, folder, text, program }: Source): string[] {
  const isEngine = ENGINES.some((engine) => engine === folder);
  return ambientUses(program, isEngine).map(({ start, what, useInstead }) => {
    return `${path}:${lineOf(text, start)}: ${what}: use ${useInstead}`;
  });
}

/** Regular-expression literals obey the rules of `base/regex.ts`; others are made by `pattern`. */
function patternErrors({ path, text, code, program }: Source): string[] {
  const dynamic = /\bnew RegExp\(|\bRegExp\(/.exec(code);
  const errors = dynamic
    ? [`${path}:${lineOf(code, dynamic.index)}: use pattern() of base/regex`]
    : [];
  for (const node of nodesOf(program)) {
    const regex = node['regex'] as { pattern?: string } | undefined;
    if (node.type !== 'Literal' || typeof regex?.pattern !== 'string') continue;
    const problem = patternProblem(regex.pattern);
    if (problem) errors.push(`${path}:${lineOf(text, node.start)}: /${regex.pattern}/ ${problem}`);
  }
  return errors;
}
