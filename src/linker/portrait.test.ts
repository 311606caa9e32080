import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accountValuesToldMax } from '../base/limits.ts';
import { linkerWith, ref, shown, signedUp } from './test-evidence.ts';

test('an account that was never seen has no portrait', () => {
  const portrait = linkerWith([]).portrait(ref('a'));
  assert.deepEqual(portrait, {
    sentences: ['gitlab/a has shown nothing that others may share.'],
    values: [],
  });
});

test('of an account that shows very much the heaviest is told', () => {
  const kinds = ['ip', 'phone', 'key'] as const;
  const flood = kinds.flatMap((kind) =>
    Array.from({ length: 40 }, (_, i) => shown('a', kind, `${kind} ${i}`, i)),
  );
  const both = ['a', 'b'].map((name) => shown(name, 'verified-email', 'one@mail.example'));
  const { values } = linkerWith([...flood, ...both]).portrait(ref('a'));
  assert.equal(values.length, accountValuesToldMax);
  assert.equal(values[0]?.kind, 'verified-email');
  assert.ok(values.slice(1, 41).every(({ kind }) => kind === 'key'));
});

test('what may tie it to others, and what a person said, is told', () => {
  const linker = linkerWith([
    signedUp('a', 0),
    ...['a', 'b'].map((name) => shown(name, 'key', 'one')),
    { kind: 'vouched', account: ref('c'), vouched: true },
  ]);
  const told = (name: string) => linker.portrait(ref(name)).sentences.join('\n');
  assert.match(
    told('a'),
    /^gitlab\/a was first seen on 2026-01-05 00:00 UTC\.\nIt is linked to no/,
  );
  assert.match(told('a'), /gitlab\/a and gitlab\/b may have one operator: 14 bits/);
  assert.match(told('c'), /A person has said that gitlab\/c is on its own\./);
});
