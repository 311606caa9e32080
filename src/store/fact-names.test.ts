import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FACT_NAMES, type Facts } from '../model/fact.ts';
import { FactNames, factsOf } from './fact-names.ts';

const facts: fc.Arbitrary<Facts> = fc
  .subarray([...FACT_NAMES])
  .chain((names) =>
    fc.record(
      Object.fromEntries(
        names.map((name) => [name, fc.oneof(fc.string(), fc.boolean(), fc.nat(), fc.constant([]))]),
      ),
    ),
  );

test('facts come back from their names and their values', () => {
  fc.assert(
    fc.property(fc.array(facts, { maxLength: 30 }), (all) => {
      const names = new FactNames();
      for (const some of all) {
        const values = JSON.stringify(Object.values(some));
        assert.deepEqual(factsOf(names.textOf(some), JSON.parse(values)), { ...some });
      }
    }),
  );
});

test('the same names give the very same text, also when others came between', () => {
  const names = new FactNames();
  const first = names.textOf({ provider: 'a', 'job.fanOut': 1 });
  assert.equal(first, '["provider","job.fanOut"]');
  assert.notEqual(names.textOf({ 'job.fanOut': 1, provider: 'a' }), first);
  assert.notEqual(names.textOf({ provider: 'a' }), first);
  assert.equal(names.textOf({ provider: 'b', 'job.fanOut': 2 }), first);
  for (const name of FACT_NAMES) names.textOf({ [name]: 1 });
  assert.equal(names.textOf({ provider: 'b', 'job.fanOut': 2 }), first);
});

test('a fact that is undefined is absent, as it is in JSON', () => {
  const some = { provider: 'a', 'job.trigger': undefined, 'job.fanOut': 1 } as unknown as Facts;
  const text = new FactNames().textOf(some);
  const values = JSON.parse(JSON.stringify(Object.values(some)));
  assert.deepEqual(factsOf(text, values), JSON.parse(JSON.stringify(some)));
});
