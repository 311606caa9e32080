import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Prng } from '../../base/prng.ts';
import { workerGrammar } from './worker-grammar.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 100);

test('workers that count have a grammar', () => {
  for (const [worker, grammar] of [
    ['ultra_0a1b2c3d', 'ultra_<hex8>'],
    ['GT_1700000000', 'GT_<n10>'],
    ['gh-a-20', 'gh-a-<n>'],
    ['runner7', 'runner<n>'],
    ['azure-eu2-node14', 'azure-eu<n>-node<n>'],
    ['facades12', 'facades<n>'],
    ['ci_deadbeef', ''],
    ['w7', ''],
    ['rig', ''],
    ['17', ''],
    ['', ''],
    [`long${'1'.repeat(200)}`, ''],
  ] as const) {
    assert.equal(workerGrammar(worker), grammar, worker);
  }
});

test('all workers of one campaign have one grammar', () => {
  const prng = new Prng(11);
  const names = Array.from({ length: 50 }, (_, i) => `kb-${i}-batch`);
  assert.equal(new Set(names.map(workerGrammar)).size, 1);
  const stamps = Array.from({ length: 50 }, () => `run_${1_700_000_000 + prng.below(9_999_999)}`);
  assert.equal(new Set(stamps.map(workerGrammar)).size, 1);
});

test('arbitrary workers never throw, and a grammar holds no digit of the name', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (worker) => {
      const bare = workerGrammar(worker.replaceAll('<', '')).replace(/<(hex|n)\d{0,3}>/g, '');
      assert.doesNotMatch(bare, /[0-9]/);
    }),
    { numRuns },
  );
});
