import assert from 'node:assert/strict';
import { test } from 'node:test';
import { patternProblem } from '../../src/base/regex.ts';
import { lineOf, nodesOf, type Source, sources } from './source.ts';

/** Ambient nondeterminism: only `base/` and `main/` may touch it, so that replay can replace it. */
const BANNED: readonly [pattern: RegExp, useInstead: string][] = [
  [/\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(/, 'ports/clock'],
  [/\bMath\.random\(|\brandomUUID\(|\brandomBytes\(/, 'ports/random'],
  [/\bsetTimeout\(|\bsetInterval\(/, 'clock.after of ports/clock'],
  [/\bprocess\.env\b/, 'the Config that main/ passes in'],
  [/\bconsole\./, 'ports/log, or the Terminal of a command'],
];

const production = sources.filter((source) => !source.isTest);

test('time, randomness, environment and console stay in base/ and main/', () => {
  const inside = production.filter(({ folder }) => folder !== 'base' && folder !== 'main');
  assert.deepEqual(inside.flatMap(bannedIn), []);
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

function bannedIn({ path, code }: Source): string[] {
  return BANNED.flatMap(([pattern, useInstead]) => {
    const match = pattern.exec(code);
    return match ? [`${path}:${lineOf(code, match.index)}: use ${useInstead}`] : [];
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
