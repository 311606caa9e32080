import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lineOf, nodesOf, type Source, sources } from './source.ts';

const FILE_LINES_MAX = 500;
const FUNCTION_LINES_MAX = 70;
const COLUMNS_MAX = 100;
/** The file that a newcomer reads first; see ARCHITECTURE.md. */
const PIPELINE_LINES_MAX = 70;

/** Tables, not logic: long because the world is. */
const DATA = [/^src\/scanner\/indicators\//, /weights\.ts$/, /\.test\.ts$/];

test('a file fits a sitting', () => {
  const long = sources
    .filter(({ path }) => !isData(path))
    .filter((s) => linesOf(s) > FILE_LINES_MAX);
  assert.deepEqual(
    long.map((source) => `${source.path}: ${linesOf(source)} lines`),
    [],
  );
});

test('a function fits a screen', () => {
  assert.deepEqual(sources.filter((source) => !source.isTest).flatMap(longFunctions), []);
});

test('a line fits beside another', () => {
  const errors = sources.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, i) => {
      // A link or a test vector is not broken in two.
      const fine = line.length <= COLUMNS_MAX || /https?:\/\/|'[^']{60}/.test(line);
      return fine ? [] : [`${path}:${i + 1}: ${line.length} columns`];
    }),
  );
  assert.deepEqual(errors, []);
});

test('the data path fits a page', () => {
  const pipeline = sources.find(({ path }) => path === 'src/pipeline/pipeline.ts');
  assert.ok(pipeline);
  assert.ok(linesOf(pipeline) <= PIPELINE_LINES_MAX, `${linesOf(pipeline)} lines`);
});

test('files are named in kebab-case', () => {
  const wrong = sources.filter(
    ({ path }) => !/^src(\/_?[a-z0-9]+(-[a-z0-9]+)*)+(\.test)?\.ts$/.test(path),
  );
  assert.deepEqual(
    wrong.map(({ path }) => path),
    [],
  );
});

function isData(path: string): boolean {
  return DATA.some((pattern) => pattern.test(path));
}

function linesOf({ text }: Source): number {
  return text.trimEnd().split('\n').length;
}

const FUNCTIONS = ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'];

function longFunctions({ path, text, program }: Source): string[] {
  const errors: string[] = [];
  for (const { type, start, end } of nodesOf(program)) {
    if (!FUNCTIONS.includes(type)) continue;
    const lines = text.slice(start, end).split('\n').length;
    if (lines > FUNCTION_LINES_MAX) errors.push(`${path}:${lineOf(text, start)}: ${lines} lines`);
  }
  return errors;
}
