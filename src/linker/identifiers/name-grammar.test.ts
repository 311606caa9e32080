import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { usernameLengthMax } from '../../base/limits.ts';
import { entropyOf, nameGrammar } from './name-grammar.ts';
import { shapeOf } from './shape.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 100);

test('names that a program puts together have a grammar', () => {
  const grammars: Readonly<Record<string, string>> = {
    'Brave-Otter-482': 'Adj-Noun-9{3}',
    'quietfalcon913': 'adjnoun9{3}',
    'QuietFalcon913': 'AdjNoun9{3}',
    'silent_moon7': 'adj_noun9{1}',
    'worker4711': 'w9{4}',
    'user_20260101': 'w_9{8}',
    'a81bc81dead4': 'hex{12}',
    'x9kq2m4zt7': 'random{10}',
    'qzxvbkwp': 'random{8}',
  };
  for (const [name, grammar] of Object.entries(grammars)) {
    assert.equal(nameGrammar(name), grammar, name);
  }
});

test('names that people choose have none', () => {
  const names =
    'ada lovelace ada.lovelace ada42 j-doe torvalds Müller 李雷 schwarz knightsbridge e';
  for (const name of names.split(' ')) assert.equal(nameGrammar(name), null, name);
  assert.equal(nameGrammar('a'.repeat(usernameLengthMax + 1)), null);
});

test('no name is too odd', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (name) => {
      assert.ok((nameGrammar(name)?.length ?? 0) <= 6 * usernameLengthMax);
      assert.ok((shapeOf(name)?.length ?? 0) <= 64);
    }),
    { numRuns: numRuns * 3 },
  );
});

test('entropy counts the bits of a character', () => {
  assert.equal(entropyOf('aaaa'), 0);
  assert.equal(entropyOf('abcdefgh'), 3);
  assert.equal(entropyOf(''), 0);
});

test('shapes keep what a pattern keeps, and popular ones are none', () => {
  assert.equal(shapeOf('ada.lovelace42'), 'a.a9{2}');
  assert.equal(shapeOf('x-y-z'), 'a-a-a');
  assert.equal(shapeOf('ada.lovelace'), null);
});
