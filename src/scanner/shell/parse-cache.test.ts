/** Whether two parses of a run give one tree must not depend on what other runs have parsed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KIB } from '../../base/limits.ts';
import { ParsedTexts } from './parse-cache.ts';

const LONG = 100 * KIB;
/** More than are kept at once. */
const OTHERS = 8;

/** A text of so many characters that no other has. */
function textOf(name: string, length = LONG): string {
  return `run ${name}\n`.repeat(Math.ceil(length / (name.length + 5)));
}

function parse(texts: ParsedTexts, text: string): unknown {
  return texts.parse(text, assert.fail);
}

test('a text of a run has one tree, however much other runs have left', () => {
  for (let left = 0; left < OTHERS; left++) {
    parse(new ParsedTexts(), textOf(`other-${left}`));
    const run = new ParsedTexts();
    const first = parse(run, textOf('library', 1_000));
    for (let i = 0; i < 3; i++) parse(run, textOf(`between-${left}-${i}`));
    assert.equal(parse(run, textOf('library', 1_000)), first);
  }
});

test('past its limit a run has a new tree each time, also of what another has left', () => {
  const run = new ParsedTexts();
  const first = parse(run, textOf('library', 1_000));
  for (let i = 0; i < 12; i++) parse(run, textOf(`much-${i}`));
  parse(new ParsedTexts(), textOf('late'));
  assert.notEqual(parse(run, textOf('late')), parse(run, textOf('late')));
  assert.equal(parse(run, textOf('library', 1_000)), first, 'what it had it keeps');
});

test('a problem is told each time', () => {
  const run = new ParsedTexts();
  const text = `echo ${'$('.repeat(1_000)}`;
  const told: string[] = [];
  run.parse(text, (problem) => told.push(problem));
  run.parse(text, (problem) => told.push(problem));
  assert.ok(told.length > 1);
  assert.deepEqual(told.slice(told.length / 2), told.slice(0, told.length / 2));
});
